"""What each unit has of open and late tasks, for who leads more than one."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext

from records.queries import overview_tasks as tasks
from records.queries.overview import Asked
from web import overview
from web.overview_numbers import Load, Number


def by_unit(asked: Asked, units: Sequence[tuple[str, str]]) -> list[Load]:
    """Return a row for each unit, the one with most that is late first. One query.

    Args:
        asked: Who asks, and the choice.
        units: The units that she leads, as (id, name). With one of them, or with one chosen,
            there is nothing to compare and nothing is returned.
    """
    if asked.unit is not None or len(units) < 2:
        return []
    late = Count("pk", filter=Q(due__lt=asked.now))
    counted = tasks.open_tasks(asked).rows.order_by().values("unit_id")
    found = {row["unit_id"]: row for row in counted.annotate(n=Count("pk"), late=late)}
    rows = [_row(asked, UUID(ref), name, found.get(UUID(ref), {})) for ref, name in units]
    return sorted(rows, key=lambda one: (-one.numbers[1].number, -one.numbers[0].number, one.name))


def _row(asked: Asked, unit: UUID, name: str, found: dict[str, int]) -> Load:
    lists = (
        ("oppna-uppgifter", gettext("Öppna uppgifter"), found.get("n", 0)),
        ("sena-uppgifter", gettext("Sena"), found.get("late", 0)),
    )
    return Load(
        name=name,
        numbers=[
            Number(text=text, number=n, address=overview.address(what, asked, unit=unit))
            for what, text, n in lists
        ],
    )
