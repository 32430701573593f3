"""Journal, documents and reminders of a case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.db.models.fields.json import KeyTransform

from cases.access import Action
from cases.actor import Actor
from cases.context import access_context
from cases.errors import NotFoundError
from engine.forms import REASONS
from engine.variables import unpack
from records.access import readable
from records.answers import STOCKHOLM
from records.contact_data import without_contact
from records.models import Akt, Arende, Dokument, JournalEntry, Notis, Person, Skydd, Uppdrag
from records.notices import OPEN, addressed_to, once
from records.queries.lists import Cursor
from records.queries.reads import log_read, refusals_logged


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteFilter:
    """Which notes of a journal are wanted; what is empty leaves all.

    ``goal`` is the number of a goal in the uppdrag; the days are when it happened, in Stockholm,
    both included; ``text`` stands somewhere in the note.
    """

    kind: str = ""
    goal: int | None = None
    first: date | None = None
    last: date | None = None
    text: str = ""

    def condition(self) -> Q:
        """As a filter on notes."""
        found = Q()
        if self.kind:
            found &= Q(typ=self.kind)
        if self.goal is not None:
            found &= Q(uppdragsmal__nummer=self.goal)
        if self.first is not None:
            found &= Q(handelsetid__gte=_midnight(self.first))
        if self.last is not None and self.last < date.max:
            found &= Q(handelsetid__lt=_midnight(self.last + timedelta(days=1)))
        if self.text:
            found &= Q(text__icontains=self.text)
        return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), STOCKHOLM)


def journal(
    actor: Actor,
    case_id: UUID,
    *,
    now: datetime,
    task_id: str = "",
    wanted: NoteFilter | None = None,
    after: Cursor | None = None,
    limit: int = 50,
) -> tuple[list[JournalEntry], Cursor | None]:
    """The notes of a case in the journals that the actor may read, newest first; logged.

    Args:
        actor: Who reads.
        case_id: The ärende.
        now: The moment, aware.
        task_id: The task that is the reason for reading, where there is one.
        wanted: Which of the notes.
        after: Where the page before ended.
        limit: Rows per page.

    Raises:
        NotFoundError: There is no such case.
        NotPermittedError: No journal of it is hers to read; the attempt is logged (R-163).
    """
    actor = actor.at(case_id)
    with refusals_logged(actor, case_id, "journal", now), access_context(actor):
        seen = readable(actor, now, case=case_id, action=Action.CONTENT)
        rows = JournalEntry.objects.filter(seen, journal__arende_id=case_id)
        first = rows.select_related("journal__person").first()
        if first is None:
            raise NotFoundError("journal", case_id)
        log_read(actor, first.journal.person, case_id, "journal", now, task_id)
        if after is not None:
            rows = rows.filter(
                Q(registrerad__lt=after[0]) | Q(registrerad=after[0], id__lt=after[1])
            )
        if wanted is not None:
            rows = rows.filter(wanted.condition())
        rows = rows.select_related("journal", "utford_av", "signerad_av", "uppdragsmal")
        rows = rows.prefetch_related("invandningar")
        found = list(rows.order_by("-registrerad", "-id")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return found[:limit], (last.registrerad, last.pk) if last else None


def kinds_used(actor: Actor, case_id: UUID, *, now: datetime) -> list[str]:
    """The kinds of notes that stand in the journals of a case that the actor may read.

    The journal itself is read beside it: that reading is the one that is logged.
    """
    actor = actor.at(case_id)
    with access_context(actor):
        seen = readable(actor, now, case=case_id, action=Action.CONTENT)
        rows = JournalEntry.objects.filter(seen, journal__arende_id=case_id)
        return list(rows.order_by("typ").values_list("typ", flat=True).distinct())


def documents(actor: Actor, case_id: UUID, *, now: datetime) -> list[Dokument]:
    """The documents of a case without their answers, oldest first."""
    actor = actor.at(case_id)
    with access_context(actor):
        seen = readable(actor, now, case=case_id, action=Action.CONTENT)
        rows = Dokument.objects.filter(seen, arende_id=case_id)
        return list(rows.defer("answers").select_related("skapad_av").order_by("skapad"))


def document(
    actor: Actor, dokument_id: UUID, *, now: datetime, task_id: str = ""
) -> tuple[Dokument, Mapping[str, Any]]:
    """One document with its answers as typed values; the read is logged.

    Raises:
        NotFoundError: There is no such document, or it is out of sight.
    """
    with access_context(actor):
        seen = readable(actor, now, column="arende_id", action=Action.CONTENT)
        found = Dokument.objects.filter(seen, pk=dokument_id).first()
        case = found.arende_id if found else None
        person = person_of(case, readable(actor, now, case=case)) if found else None
        if found is None or person is None or case is None:
            raise NotFoundError("document", dokument_id)
        log_read(actor, person, case, "dokument", now, task_id)
    answers = unpack(found.answers)
    # What was written before the person was protected may tell where she lives (P-1).
    return found, answers if person.skydd == Skydd.INGEN else without_contact(answers)


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why something that *bör* be done was not: field path to text, in a form."""

    form_id: str
    given: Mapping[str, str]


ReasonsByStep = Mapping[tuple[UUID | None, str], Reasons]
"""By instance and task, "" for the form that started the instance."""
REASONED: Final = frozenset({"completed", "started"})
"""The kinds of history that a form belongs to."""


def reasons(actor: Actor, case_id: UUID, *, now: datetime) -> ReasonsByStep:
    """The reasons that stand in the documents of a case.

    The case has been read before: that reading is the one that is logged.
    """
    actor = actor.at(case_id)
    with access_context(actor):
        seen = readable(actor, now, case=case_id, action=Action.CONTENT)
        rows = Dokument.objects.filter(seen, arende_id=case_id, answers__has_key=REASONS)
        found = rows.values_list(
            "instance_id", "task_id", "form_id", KeyTransform(REASONS, "answers")
        )
        return {
            (instance, task): Reasons(form, unpack(given)) for instance, task, form, given in found
        }


def notices(actor: Actor, *, now: datetime, unread: bool = True, limit: int = 50) -> list[Notis]:
    """Reminders to the actor: by name, or to a role that she holds where they were sent."""
    wanted = addressed_to(actor)
    with access_context(actor):
        rows = Notis.objects.filter(wanted, skapad__lte=now)
        rows = rows.filter(OPEN) if unread else rows
        newest = rows.order_by("-skapad")[:limit]
        return once(newest) if unread else list(newest)


def person_of(case_id: UUID | None, seen: Q) -> Person | None:
    """Whom a case is about, as the reader's units hold her; None where that is out of sight."""
    if case_id is None:
        return None
    arende = Arende.objects.filter(seen, pk=case_id).select_related("person").first()
    akt = Akt.objects.filter(seen, arende_id=case_id).select_related("person").first()
    holder = arende or akt
    return holder.person if holder else None


def takes_part(actor: Actor, case_id: UUID, now: datetime) -> bool:
    """Whether the actor may know that the case is there: it is held by her unit or sent to it.

    To be called inside the actor's access context.
    """
    seen = readable(actor, now, case=case_id)
    shared = readable(actor, now, case=case_id, shared=True)
    sent = Uppdrag.objects.filter(shared, arende_id=case_id)
    return sent.exists() or person_of(case_id, seen) is not None
