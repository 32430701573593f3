"""Who has read a case, for those who answer for the reading (R-163, L-34)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from cases.access import Action
from cases.actor import Actor
from cases.context import access_context
from cases.errors import NotPermittedError
from cases.user_names import user_name
from records.access import may, readable
from records.models import ListLasning, NekadLasning, Nodoppning, Person, ReadLog, ValvLasning

READERS: Final = 100
"""Rows of a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading: who, when, what, and why where a reason was given.

    ``slag``: ``lasning``, ``lista``, ``valvet``, ``nodoppning`` or ``nekad``.
    """

    slag: str
    at: datetime
    name: str
    vad: str = ""
    skal: str = ""
    task: str = ""


def may_see_readers(actor: Actor, person: Person, case_id: UUID, *, now: datetime) -> bool:
    """Whether the table ``atkomst`` lets the actor see who has read what her unit holds."""
    return may(actor, Action.READERS, person.unit_id, person.secrecy, now, case=case_id)


def readers(
    actor: Actor, person: Person, case_id: UUID, *, now: datetime, before: datetime | None = None
) -> list[Reading]:
    """The readings of a case in the actor's units, the newest first, at most ``READERS`` rows.

    Args:
        actor: Who asks.
        person: Whom the case is about, as the actor's unit holds her.
        case_id: The ärende.
        now: The moment, aware.
        before: Only readings before it.

    Raises:
        NotPermittedError: The actor does not answer for the reading.
    """
    if not may_see_readers(actor, person, case_id, now=now):
        raise NotPermittedError(Action.READERS.value, case_id)
    with access_context(actor):
        here = readable(actor, now, case=case_id)
        own = {"arende_id": case_id} | ({"at__lt": before} if before else {})
        seen_in_list = {"arenden__contains": [case_id]} | ({"at__lt": before} if before else {})
        found = [
            *_rows("lasning", ReadLog.objects.filter(here, **own), ("vad", "task_id")),
            *_rows("lista", ListLasning.objects.filter(here, **seen_in_list), ("vad",)),
            *_rows("valvet", ValvLasning.objects.filter(here, **own), ("skal",)),
            *_rows("nodoppning", Nodoppning.objects.filter(here, **own), ("skal",)),
            *_rows("nekad", NekadLasning.objects.filter(here, **own), ("vad",)),
        ]
        newest = sorted(found, key=lambda row: row["at"], reverse=True)[:READERS]
        names = _names({row["user_id"] for row in newest})
    return [_reading(row, names) for row in newest]


def _rows(slag: str, rows: "QuerySet[Any, Any]", more: tuple[str, ...]) -> list[dict[str, Any]]:
    found = rows.order_by("-at").values("at", "user_id", *more)[:READERS]
    return [{**row, "slag": slag} for row in found]


def _reading(row: Mapping[str, Any], names: Mapping[int, str]) -> Reading:
    return Reading(
        slag=row["slag"],
        at=row["at"],
        name=names.get(row["user_id"], ""),
        vad=row.get("vad", ""),
        skal=row.get("skal", ""),
        task=row.get("task_id", ""),
    )


def _names(users: set[int]) -> dict[int, str]:
    rows = get_user_model().objects.filter(pk__in=users)
    return {row.pk: user_name(row) for row in rows}
