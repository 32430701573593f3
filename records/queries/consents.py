"""The consents of a case as the reader's unit holds them: given, replaced, withdrawn, run out."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from cases.access import Action
from cases.actor import Actor
from cases.context import access_context
from records.access import readable
from records.answers import local_date
from records.models import Samtycke, SamtyckeDel, Utlamnande


class ConsentState(StrEnum):
    """What a consent, or a part of it, is today."""

    VALID = "galler"
    WITHDRAWN = "aterkallat"
    REPLACED = "ersatt"
    ENDED = "gatt_ut"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSeen:
    """One part: who may be told what for what; ``ended`` is the day it was withdrawn."""

    part: SamtyckeDel
    state: ConsentState
    ended: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentSeen:
    """One consent with its parts."""

    consent: Samtycke
    state: ConsentState
    ended: date | None
    parts: tuple[PartSeen, ...]


def consents_of(actor: Actor, case_id: UUID, *, now: datetime) -> list[ConsentSeen]:
    """Every consent of a case that the actor may read, the newest first.

    The case has been read before: that reading is the one that is logged.

    Args:
        actor: Who reads.
        case_id: The ärende.
        now: Its Stockholm day says what holds (R-152 to R-154).
    """
    actor = actor.at(case_id)
    with access_context(actor):
        seen = readable(actor, now, case=case_id, action=Action.CONTENT)
        rows = Samtycke.objects.filter(seen, arende_id=case_id)
        found = rows.prefetch_related("delar", "aterkallelser", "ersatt_av").order_by(
            "-registrerad", "-pk"
        )
        return [_seen(row, local_date(now)) for row in found]


def disclosures_of(actor: Actor, case_id: UUID, *, now: datetime) -> list[Utlamnande]:
    """What was reviewed and sent, stopped or refused to others, the newest first (R-161)."""
    actor = actor.at(case_id)
    with access_context(actor):
        seen = readable(actor, now, case=case_id, action=Action.CONTENT)
        rows = Utlamnande.objects.filter(seen, arende_id=case_id)
        return list(rows.select_related("samtycke_del").order_by("-provad", "-pk"))


def _seen(row: Samtycke, day: date) -> ConsentSeen:
    withdrawals = {one.del_av_id: one.datum for one in row.aterkallelser.all()}
    whole = withdrawals.get(None)
    state = _state(row, day, withdrawn=whole is not None)
    parts = sorted(row.delar.all(), key=lambda part: part.nummer)
    return ConsentSeen(
        consent=row,
        state=state,
        ended=whole,
        parts=tuple(
            PartSeen(
                part=part,
                state=ConsentState.WITHDRAWN if part.pk in withdrawals else state,
                ended=withdrawals.get(part.pk, whole),
            )
            for part in parts
        ),
    )


def _state(row: Samtycke, day: date, *, withdrawn: bool) -> ConsentState:
    if withdrawn:
        return ConsentState.WITHDRAWN
    if row.ersatt_av.all():
        return ConsentState.REPLACED
    return ConsentState.VALID if row.galler_till >= day else ConsentState.ENDED
