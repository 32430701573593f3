"""Pages by key: the next page begins after the last row, however many rows there are.

No page counts rows and none is found by an offset, so the thousandth costs what the first does and
a row that appears meanwhile moves nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet

from cases.errors import NotFoundError

Row = TypeVar("Row", bound=Model)
Cursor = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows, and where the next page begins (None: there is none)."""

    rows: list[Row]
    next: Cursor | None


def page_of(
    rows: QuerySet[Row], order: Sequence[str], *, after: Cursor | None, limit: int
) -> Page[Row]:
    """Read one page. Call it inside ``access_context``.

    Args:
        rows: What to page through.
        order: Columns, ascending, together unique; null comes last.
        after: ``next`` of the page before.
        limit: Rows per page, one or more.

    Raises:
        NotFoundError: ``after`` was not made here.
    """
    ordered = rows.order_by(*(F(name).asc(nulls_last=True) for name in order))
    if after is not None:
        try:
            ordered = ordered.filter(_beyond(order, after))
        except (ValidationError, ValueError, TypeError):
            raise NotFoundError("page", "with that cursor") from None
    found = list(ordered[: limit + 1])
    if len(found) <= limit:
        return Page(found, None)
    last = found[limit - 1]
    return Page(found[:limit], {name: _plain(getattr(last, name)) for name in order})


def _beyond(order: Sequence[str], after: Cursor) -> Q:
    """Rows beyond the one named: later in a column, and equal in those before it."""
    beyond, same = Q(), Q()
    for name in order:
        value = after.get(name)
        if value is not None:
            later = Q(**{f"{name}__gt": value}) | Q(**{f"{name}__isnull": True})
            beyond |= same & later
            same &= Q(**{name: value})
        else:
            same &= Q(**{f"{name}__isnull": True})
    return beyond


def _plain(value: object) -> str | int | None:
    if value is None or isinstance(value, int):
        return value
    return value.isoformat() if isinstance(value, datetime) else str(value)
