"""The one way to read a sealed note: by role, for a reason out of a short list, and logged."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import connection

from cases import bundles
from cases.actor import Actor
from cases.context import access_context
from cases.errors import NotFoundError, NotPermittedError
from records.models import Forsegling, JournalEntry
from records.queries.reads import log_read
from records.terms import decide

TABLE = "bryta_forsegling"
Reason = Literal["utredning", "tillsyn", "den_enskilde"]


def sealed_note(
    actor: Actor, note_id: UUID, *, reason: Reason, now: datetime
) -> tuple[Forsegling, JournalEntry]:
    """Read a note that stood in the wrong akt, with its sealing: where it went, who had read it.

    Args:
        actor: Who reads; one of her roles must be let by the table ``bryta_forsegling``.
        note_id: The sealed note.
        reason: Why; it is written into the read log.
        now: The moment, aware.

    Raises:
        NotFoundError: There is no such sealed note in the actor's units.
        NotPermittedError: None of her roles may read it.
    """
    with access_context(actor):
        row = Forsegling.objects.filter(anteckning_id=note_id, unit_id__in=actor.units).first()
        if row is None:
            raise NotFoundError("forseglad anteckning", note_id)
        if not _may(actor, row, now):
            raise NotPermittedError("las_forseglad", str(note_id))
        _unseal(note_id)
        note = JournalEntry.objects.select_related("journal__person").get(pk=note_id)
        journal = note.journal
        log_read(actor, journal.person, journal.arende_id, f"forseglad:{reason}", now)
        _unseal(None)
    return row, note


def _may(actor: Actor, row: Forsegling, now: datetime) -> bool:
    bundle = bundles.compiled(bundles.newest_hash(now.date()))
    roles = {
        grant.role
        for grant in actor.grants
        if grant.organisation == row.organisation_id and grant.unit in (None, row.unit_id)
    }
    return any(decide(bundle, TABLE, {"roll": role}) is True for role in sorted(roles))


def _unseal(note_id: UUID | None) -> None:
    """Let the policy show one note until the transaction ends, or none again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('kedja.unseal', %s, true)", [str(note_id or "")])
