"""Messages about an uppdrag between the two sides: write one, and tell the other side.

Handläggare and provider write to each other inside the case, so that nothing is told in e-mail or
over the telephone and then lost. What is written is part of the record: it is never changed, and
goes only when the record does.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q

from cases import repository
from cases.actor import Actor
from cases.context import access_context
from cases.errors import AnswersInvalidError, IdempotencyConflictError, NotPermittedError
from cases.models import Instance, RoleGrant
from cases.repository import Line
from cases.use_cases.drafts import discard_sent
from cases.user_names import user_name
from records.access import may_write
from records.answers import local_date
from records.errors import RecordRefusedError, ThreadClosedError, database_rules
from records.models import Akt, Meddelande, Notis, Sida, Uppdrag, UppdragStatus
from records.reach import every_holder
from records.uppdrag_reading import (
    MESSAGE,
    other_side,
    seen_uppdrag,
    side_of,
    stamp_of,
    take_turn,
)

LONGEST: Final = 5000
"""Characters of a message."""
LONGEST_KEY: Final = 200
DRAFT: Final = "uppdragsmeddelande"
"""The kind of the draft of a message."""
OPEN: Final = (UppdragStatus.SKICKAT, UppdragStatus.ACCEPTERAT)
TOLD: Final = {Sida.MYNDIGHET: "handlaggare", Sida.UTFORARE: "enhetschef"}
"""Whose role is told of a message to a side, where nobody is told by name."""


def send_message(uppdrag_id: UUID, text: str, *, key: str, actor: Actor, now: datetime) -> UUID:
    """Write a message to the other side of an uppdrag; gives its id.

    Args:
        uppdrag_id: The uppdrag.
        text: At most ``LONGEST`` characters.
        key: The client's own word for this message; sent again it changes nothing.
        actor: Who writes, on either side.
        now: The moment, aware.

    Raises:
        NotFoundError: No such uppdrag is open to the actor.
        NotPermittedError: Her roles may not write about it.
        AnswersInvalidError: No text, too long a text, or no key.
        ThreadClosedError: The uppdrag was declined or taken back, or has ended; or the person has
            a protected identity, about whom nothing is sent (P-1, P-8).
        IdempotencyConflictError: The key was used for another message.
    """
    written = _checked(text, key)
    with access_context(actor):
        uppdrag, side, unit = written_by(uppdrag_id, actor, now)
        take_turn(uppdrag, other_side(side))
        instance = _lock(uppdrag, unit)
        before = _sent_before(uppdrag, written, key, actor)
        if before is not None:
            return before
        try:
            row = _insert(uppdrag, side, written, key, actor, now)
        except RecordRefusedError as refusal:
            # Used at the same moment for another uppdrag.
            before = _sent_before(uppdrag, written, key, actor)
            if refusal.constraint != "meddelande_sent_once" or before is None:
                raise
            return before
        if instance is not None:
            line = Line(kind="recorded", detail={"record": MESSAGE, "uppdrag": str(uppdrag_id)})
            repository.save_line(instance, actor, now, line)
        _tell(row, actor, now)
        discard_sent(actor=actor, process_key=DRAFT, nyckel=draft_word(uppdrag.pk))
    return row.pk


def written_by(uppdrag_id: UUID, actor: Actor, now: datetime) -> tuple[Uppdrag, Sida, UUID]:
    """The uppdrag that the actor may write about, her side and that side's unit.

    Call it inside ``access_context``.

    Raises:
        NotFoundError: No such uppdrag is open to the actor.
        NotPermittedError: Her roles may not write about it.
    """
    uppdrag = seen_uppdrag(uppdrag_id, actor, now)
    side = side_of(uppdrag, actor)
    unit = _unit_of(uppdrag, side)
    if unit is None or not may_write(actor, unit, uppdrag.secrecy, now, case=uppdrag.arende_id):
        raise NotPermittedError(MESSAGE, uppdrag_id)
    return uppdrag, side, unit


def draft_word(uppdrag_id: UUID) -> str:
    """The word of the draft of a message: one person writes one at a time about an uppdrag."""
    return uppdrag_id.hex


def why_closed(uppdrag: Uppdrag) -> str:
    """Why nothing more is written about an uppdrag: ``skydd``, ``slut``, or empty where it is."""
    if uppdrag.secrecy:
        return "skydd"
    return "" if uppdrag.status in OPEN and uppdrag.delad_med_id else "slut"


def _checked(text: str, key: str) -> str:
    written = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not written:
        raise AnswersInvalidError(MESSAGE, {"text": ("text_missing", "Skriv ett meddelande.")})
    if len(written) > LONGEST:
        told = f"Skriv högst {LONGEST} tecken. Nu är det {len(written)}."
        raise AnswersInvalidError(MESSAGE, {"text": ("text_too_long", told)})
    if not key or len(key) > LONGEST_KEY or "\x00" in key:
        told = "Sidan är gammal. Läs om den och skicka igen."
        raise AnswersInvalidError(MESSAGE, {"text": ("key_missing", told)})
    return written


def _unit_of(uppdrag: Uppdrag, side: Sida) -> UUID | None:
    """The unit of a side; none where the receiver no longer sees the uppdrag."""
    return uppdrag.unit_id if side == Sida.MYNDIGHET else uppdrag.delad_med_id


def _lock(uppdrag: Uppdrag, unit: UUID) -> repository.LockedInstance | None:
    """The newest instance of the writer's side: two that write at once take turns."""
    rows = Instance.objects.filter(arende_id=uppdrag.arende_id, unit_id=unit)
    newest = rows.order_by("-started_at", "pk").values_list("pk", flat=True).first()
    return None if newest is None else repository.lock_instance(newest)


def _sent_before(uppdrag: Uppdrag, text: str, key: str, actor: Actor) -> UUID | None:
    found = Meddelande.objects.filter(forfattare_id=actor.user_id, nyckel=key).first()
    if found is not None and (found.uppdrag_id, found.text) != (uppdrag.pk, text):
        raise IdempotencyConflictError
    return None if found is None else found.pk


def _insert(
    uppdrag: Uppdrag, side: Sida, text: str, key: str, actor: Actor, now: datetime
) -> Meddelande:
    closed = why_closed(uppdrag)
    if closed:
        raise ThreadClosedError(uppdrag.pk)
    if actor.user_id is None:
        raise NotPermittedError(MESSAGE, uppdrag.pk)
    author: Any = get_user_model().objects.get(pk=actor.user_id)
    with database_rules(uppdrag.pk):
        return Meddelande.objects.create(
            **stamp_of(uppdrag),
            delad_med_id=uppdrag.delad_med_id,
            uppdrag=uppdrag,
            sida=side,
            text=text,
            skickat=now,
            forfattare=author,
            forfattare_namn=user_name(author),
            nyckel=key,
        )


def _tell(row: Meddelande, actor: Actor, now: datetime) -> None:
    """Leave the other side a reminder: a kind and ids, never what it is about (P-8).

    While the one before it is unread there is no second to the same; who takes over gets her own.
    """
    uppdrag, side = row.uppdrag, Sida(row.sida)
    here, there = _unit_of(uppdrag, side), _unit_of(uppdrag, other_side(side))
    about = {"typ": MESSAGE, "handelse_id": uppdrag.pk, "arende_id": uppdrag.arende_id}
    if here is None or there is None:
        return
    named = _named(uppdrag, other_side(side), there, now)
    to = {"roll": TOLD[other_side(side)]} if named is None else {"mottagare_id": named}
    if Notis.objects.filter(**about, **to, delad_med_id=there, last=None).exists():
        return
    Notis.objects.bulk_create(
        [
            Notis(
                **about,
                **to,
                organisation_id=actor.places[here],
                unit_id=here,
                secrecy=uppdrag.secrecy,
                delad_med_id=there,
                niva=str(row.pk),
                skapad=now,
            )
        ]
    )


def _named(uppdrag: Uppdrag, side: Sida, unit: UUID, now: datetime) -> int | None:
    """Who has the uppdrag on a side, where she still works there.

    At myndigheten whoever wrote it, at the provider the utsedd kontakt.
    """
    who = uppdrag.skapad_av_id
    if side == Sida.UTFORARE:
        with every_holder():
            akter = Akt.objects.filter(uppdrag=uppdrag, unit_id=unit)
            who = akter.values_list("utsedd_kontakt_id", flat=True).first()
    if who is None:
        return None
    grants = RoleGrant.objects.active(local_date(now)).filter(
        Q(unit_id=unit) | Q(unit=None, organisation__units=unit),
        user_id=who,
        user__is_active=True,
        secrecy__gte=uppdrag.secrecy,
    )
    return who if grants.exists() else None
