"""Days as people say them: "i morgon", "på fredag", "för 9 dagar sedan"."""

from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

WEEK = 7
FORTNIGHT = 14
NEAR: dict[int, str | Promise] = {
    -2: _("i förrgår"),
    -1: _("i går"),
    0: _("i dag"),
    1: _("i morgon"),
    2: _("i övermorgon"),
}
COMING: tuple[str | Promise, ...] = (
    _("på måndag"),
    _("på tisdag"),
    _("på onsdag"),
    _("på torsdag"),
    _("på fredag"),
    _("på lördag"),
    _("på söndag"),
)
LAST: tuple[str | Promise, ...] = (
    _("i måndags"),
    _("i tisdags"),
    _("i onsdags"),
    _("i torsdags"),
    _("i fredags"),
    _("i lördags"),
    _("i söndags"),
)


def spoken(day: date, today: date) -> str:
    """Return how people say a day, or an empty text when they would say its date.

    Args:
        day: Which day.
        today: From where it is said, in the same time zone.
    """
    away = (day - today).days
    if away in NEAR:
        return str(NEAR[away])
    if 0 < away < WEEK:
        return str(COMING[day.weekday()])
    if -WEEK < away < 0:
        return str(LAST[day.weekday()])
    if 0 < away < FORTNIGHT:
        return ngettext("om %(days)d dag", "om %(days)d dagar", away) % {"days": away}
    if -FORTNIGHT < away < 0:
        text = ngettext("för %(days)d dag sedan", "för %(days)d dagar sedan", -away)
        return text % {"days": -away}
    return ""


def exact(day: date, today: date, *, alone: bool) -> str:
    """Return the date itself: short beside words, long when it stands alone; the year if another.

    Args:
        day: Which day.
        today: From where it is said.
        alone: No words stand before it.
    """
    same_year = day.year == today.year
    if alone:
        return date_format(day, "j F Y")
    # A short month has a capital letter in English.
    return date_format(day, gettext("j b") if same_year else gettext("j b Y"))


def told(day: date, today: date) -> tuple[str, str]:
    """Return a day in words and its date, one of them empty when the other says it all."""
    words = spoken(day, today)
    return words, exact(day, today, alone=not words)


def at_time(clock_time: str) -> str:
    """Return a time of day as it stands after a day, e.g. ``kl. 14.30``."""
    return gettext("kl. %(time)s") % {"time": clock_time}
