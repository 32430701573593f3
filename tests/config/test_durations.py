"""ISO durations on the calendar."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from config.durations import add_iso_duration

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.mark.parametrize(
    ("start", "step", "end"),
    [
        ("2026-08-31T10:00", "P6M", "2027-02-28T10:00:00+01:00"),
        ("2027-08-31T10:00", "P6M", "2028-02-29T10:00:00+01:00"),
        ("2026-12-31T10:00", "P1M", "2027-01-31T10:00:00+01:00"),
        ("2026-03-28T10:00", "P1D", "2026-03-29T10:00:00+02:00"),
        ("2026-03-28T10:00", "PT24H", "2026-03-29T11:00:00+02:00"),
        ("2026-10-25T00:30", "PT2H", "2026-10-25T02:30:00+02:00"),
        ("2026-10-25T00:30", "PT3H", "2026-10-25T02:30:00+01:00"),
        ("2026-01-01T00:00", "P1Y2M3W4DT5H6M7S", "2027-03-26T05:06:07+01:00"),
    ],
)
def test_months_keep_the_day_and_hours_really_pass(start: str, step: str, end: str) -> None:
    moment = datetime.fromisoformat(start).replace(tzinfo=STOCKHOLM)
    assert add_iso_duration(moment, step).isoformat() == end


@pytest.mark.parametrize("text", ["", "P", "PT", "P1", "1D", "-P1D", "P1DT", "P1.5D"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ISO duration"):
        add_iso_duration(datetime(2026, 1, 1, tzinfo=STOCKHOLM), text)
