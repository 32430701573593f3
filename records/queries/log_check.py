"""What the head of a unit checks every month where somebody is protected (P-9, L-34).

All readings of protected persons, all readings of the vault, every break-glass and every refused
read. The process that asks for the check is not here; this is its list.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from cases.actor import Actor
from cases.context import access_context
from records.access import readable
from records.models import ListLasning, NekadLasning, Nodoppning, ReadLog, ValvLasning


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One thing to look at: who, when, which case, why. Ids and user names, nothing else."""

    slag: str
    at: datetime
    user: str
    arende: UUID
    vad: str
    skal: str = ""


def to_check(
    actor: Actor,
    *,
    since: datetime,
    until: datetime,
    now: datetime,
    units: Collection[UUID],
) -> list[CheckRow]:
    """The list of a period for the units whose protected cases the actor may read, newest first.

    Args:
        actor: The head of the unit.
        since: The first moment of the period.
        until: The first moment after it.
        now: The moment of the check.
        units: Where the actor answers for the readings (``lasa_lasningar``), and nowhere else.
    """
    period = Q(at__gte=since, at__lt=until, unit__in=units)
    with access_context(actor):
        case = readable(actor, now, column="arende_id")
        own = readable(actor, now)
        sources = (
            ("lasning", ReadLog.objects.filter(case, period, secrecy__gt=0), "vad", None),
            ("valvet", ValvLasning.objects.filter(case, period), None, "skal"),
            ("nodoppning", Nodoppning.objects.filter(case, period), None, "skal"),
            ("nekad", NekadLasning.objects.filter(own, period), "vad", None),
        )
        found = [
            CheckRow(
                slag=slag,
                at=row["at"],
                user=row["who"],
                arende=row["arende_id"],
                vad=row.get("vad", ""),
                skal=row.get("skal", ""),
            )
            for slag, rows, what, why in sources
            for row in rows.values("at", "arende_id", *filter(None, (what, why))).annotate(
                who=F("user__username")
            )
        ]
    return sorted(found, key=lambda row: (row.at, row.slag), reverse=True)


def lists_seen(case_id: UUID, actor: Actor, *, now: datetime) -> list[tuple[datetime, str, str]]:
    """Who has seen a case in a list: when, user name, which list; the newest first."""
    with access_context(actor):
        rows = ListLasning.objects.filter(readable(actor, now), arenden__contains=[case_id])
        return list(rows.order_by("-at").values_list("at", "user__username", "vad"))
