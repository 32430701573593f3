"""``{% stands_on %}`` for the choice of language, ``{% swedish %}`` where a text stays Swedish.

``<dd{% swedish %}>`` becomes ``<dd lang="sv">`` on an English page, so that a screen reader
pronounces what the edition or a person has written in Swedish (WCAG 3.1.2). On a Swedish page it
says nothing.
"""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from web.language import SWEDISH
from web.language import stands_on as address
from web.refusals import StillSwedish

register = template.Library()


@register.simple_tag(takes_context=True)
def stands_on(context: dict[str, Any]) -> str:
    """Return the address of this page."""
    return address(context["request"])


@register.simple_tag
def swedish() -> SafeString:
    """Mark an element whose text is Swedish whatever the page is."""
    return mark_safe("" if get_language() == SWEDISH else ' lang="sv"')  # noqa: S308 - fixed text


@register.simple_tag
def unswedish() -> SafeString:
    """Mark an element inside a Swedish one whose text is in the language of the page."""
    language = get_language()
    return mark_safe("") if language == SWEDISH else format_html(' lang="{}"', language)


@register.simple_tag
def tongue(text: object) -> SafeString:
    """Mark a refusal that has no words but Swedish ones: a rule of the edition's, or of the law."""
    return mark_safe(' lang="sv"' if isinstance(text, StillSwedish) else "")  # noqa: S308 - fixed
