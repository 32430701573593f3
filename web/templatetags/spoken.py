"""``{% day x %}`` and ``{% moment x %}``: when, in words, with the exact date beside.

Both take a date or an aware datetime and use ``now`` of the page (``Visit.page`` gives it).
"""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate, localtime

from web.spoken import at_time, told

register = template.Library()


@register.simple_tag(takes_context=True)
def day(context: dict[str, Any], when: date | datetime | None) -> SafeString | str:
    """Show a day: ``<time>i morgon (24 nov)</time>``; nothing for None."""
    return _shown(context, when, clock_time=False)


@register.simple_tag(takes_context=True)
def moment(context: dict[str, Any], when: date | datetime | None) -> SafeString | str:
    """Show a moment: ``<time>i går kl. 14.30 (22 nov)</time>``; nothing for None."""
    return _shown(context, when, clock_time=True)


def _shown(
    context: dict[str, Any], when: date | datetime | None, *, clock_time: bool
) -> SafeString | str:
    if when is None:
        return ""
    local = localtime(when) if isinstance(when, datetime) else when
    on = local.date() if isinstance(local, datetime) else local
    words, written = told(on, localdate(context["now"]))
    timed = clock_time and isinstance(local, datetime)
    time = f" {at_time(local.strftime('%H.%M'))}" if timed else ""
    machine = local.isoformat(timespec="minutes") if isinstance(local, datetime) else on.isoformat()
    if not words:
        return format_html('<time datetime="{}">{}{}</time>', machine, written, time)
    shape = '<time datetime="{}">{}{} <span class="exact">({})</span></time>'
    return format_html(shape, machine, words, time, written)
