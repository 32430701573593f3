"""``{% to_my_list task_id %}``: the address of Min dag as it was left, at the row of a task."""

from typing import Any
from uuid import UUID

from django import template

from web.day import list_address

register = template.Library()


@register.simple_tag(takes_context=True)
def to_my_list(context: dict[str, Any], task_id: UUID | None = None) -> str:
    """Return the address of the list that the person came from."""
    return list_address(context["request"], task_id)
