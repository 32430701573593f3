"""Loggkontroll in the overview of who leads the work: what should have been done and was not."""

from django.utils.translation import gettext

from records.queries.overview import Asked
from records.queries.quality.log_missing import missing_checks
from records.queries.quality.reader import reader
from web import quality
from web.overview_numbers import Number


def log_missing(asked: Asked) -> Number | None:
    """Months of a unit without a loggkontroll; None for who does not read its quality work.

    Call it inside ``access_context``. The list behind it is that of the page Loggkontroll.
    """
    who = reader(asked.actor, asked.now)
    units = who.units()
    if not units or asked.unit not in (None, *units):
        return None
    return Number(
        text=gettext("Månader utan loggkontroll"),
        number=len(missing_checks(who, asked.unit)),
        address=quality.address("log_checks", {"enhet": asked.unit}, "saknas"),
    )
