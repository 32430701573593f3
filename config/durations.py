"""ISO durations on the calendar, for moving the virtual clock."""

import re
from calendar import monthrange
from datetime import datetime, timedelta

_FORM = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)


def add_iso_duration(moment: datetime, text: str) -> datetime:
    """Return ``moment`` (aware) plus a duration such as P6M, P1DT2H or PT30M.

    Months keep the day, or take the last of a shorter month; days keep the wall
    clock of the moment's zone; hours, minutes and seconds are exact.

    Raises:
        ValueError: The text is no such duration.
    """
    match = _FORM.fullmatch(text)
    if match is None or text.endswith(("P", "T")):
        raise ValueError("write an ISO duration such as P1D, P6M or PT1H")
    part = {name: int(value or 0) for name, value in match.groupdict().items()}
    year, month_index = divmod(
        (moment.year + part["years"]) * 12 + moment.month - 1 + part["months"], 12
    )
    day = min(moment.day, monthrange(year, month_index + 1)[1])
    wall = moment.replace(year=year, month=month_index + 1, day=day)
    wall += timedelta(weeks=part["weeks"], days=part["days"])
    exact = timedelta(hours=part["hours"], minutes=part["minutes"], seconds=part["seconds"])
    # Across a change of summer time the wall clock jumps; seconds really pass.
    return datetime.fromtimestamp(wall.timestamp() + exact.total_seconds(), tz=wall.tzinfo)
