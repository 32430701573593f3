"""On which days, and when in the day, an activity of a plan is done, in words."""

from collections.abc import Mapping, Sequence

from django.utils.dates import WEEKDAYS as NAMES
from django.utils.translation import gettext

from records.models import PlanAktivitet
from records.plan_days import WEEKDAYS


def days_said(act: PlanAktivitet) -> str:
    """Such as ``måndag och torsdag, på morgonen``; empty where the plan says no days or times."""
    return ", ".join(part for part in (_days(act.dagar), times_said(act)) if part)


def times_said(act: PlanAktivitet) -> str:
    """The times of day alone, such as ``på morgonen och på kvällen``."""
    words = _times()
    return _and([words.get(code, code) for code in act.tider])


def _days(codes: Sequence[str]) -> str:
    if set(codes) == set(WEEKDAYS):
        return gettext("varje dag")
    names = {code: str(NAMES[place]) for place, code in enumerate(WEEKDAYS)}
    return _and([names.get(code, code) for code in codes])


def _and(parts: Sequence[str]) -> str:
    *first, last = parts or [""]
    if not first:
        return last
    return gettext("%(first)s och %(last)s") % {"first": ", ".join(first), "last": last}


def _times() -> Mapping[str, str]:
    return {
        "morgon": gettext("på morgonen"),
        "dag": gettext("på dagen"),
        "kvall": gettext("på kvällen"),
        "natt": gettext("på natten"),
    }
