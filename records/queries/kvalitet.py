"""The quality work about one ärende, beside its page: kind, number and state, never a text."""

from datetime import datetime
from uuid import UUID

from cases.access import Action
from cases.actor import Actor
from cases.context import access_context
from cases.models import Secrecy
from records.access import may
from records.linked_events import LinkedEvent, events_of, lex_sarah_of, risks_of
from records.queries.lexsarah import reading_units


def linked_events(actor: Actor, case_id: UUID, *, now: datetime) -> list[LinkedEvent]:
    """Deviations, complaints and risks of the actor's units; lex Sarah for its readers (L-24).

    Args:
        actor: Who reads.
        case_id: The ärende.
        now: The moment, aware.
    """
    plain = Secrecy.NORMAL.value
    units = [
        unit for unit in actor.units if may(actor, Action.READ, unit, plain, now, case=case_id)
    ]
    with access_context(actor):
        events = events_of(case_id, units)
        reports = lex_sarah_of(case_id, reading_units(actor, now))
        return [*events, *reports, *risks_of(case_id, events, units)]
