"""On which days, and when in the day, an activity of a plan is done, in words."""

from collections.abc import Mapping, Sequence

from django.utils.dates import WEEKDAYS as NAMES
from django.utils.translation import gettext, pgettext

from records.models import PlanAktivitet
from records.plan_days import WEEKDAYS
from web.paper_parts import joined


def days_said(act: PlanAktivitet) -> str:
    """Such as ``måndag, torsdag · morgon``; empty where the plan says it in its own words alone."""
    return joined(_days(act.dagar), times_said(act))


def times_said(act: PlanAktivitet) -> str:
    """The times of day alone, such as ``morgon, kväll``."""
    words = _times()
    return ", ".join(words.get(code, code) for code in act.tider)


def _days(codes: Sequence[str]) -> str:
    if set(codes) == set(WEEKDAYS):
        return gettext("varje dag")
    names = {code: str(NAMES[place]) for place, code in enumerate(WEEKDAYS)}
    return ", ".join(names.get(code, code) for code in codes)


def _times() -> Mapping[str, str]:
    return {
        "morgon": pgettext("tid på dygnet", "morgon"),
        "dag": pgettext("tid på dygnet", "dag"),
        "kvall": pgettext("tid på dygnet", "kväll"),
        "natt": pgettext("tid på dygnet", "natt"),
    }
