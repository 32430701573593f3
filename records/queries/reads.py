"""Every read of a person's data leaves a line: who, when, about whom, for which task.

So does a list that shows persons, one line for the whole list, and a read that was refused.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import connection

from cases.access import Action
from cases.actor import Actor
from cases.context import access_context
from cases.errors import NotFoundError, NotPermittedError
from records.models import ListLasning, Person, ReadLog


def log_read(
    actor: Actor, person: Person, case_id: UUID, what: str, now: datetime, task_id: str = ""
) -> None:
    """Write who read what about whom, and for which task; inside the reading transaction."""
    if actor.user_id is None:
        return
    ReadLog.objects.create(
        organisation_id=person.organisation_id,
        unit_id=person.unit_id,
        secrecy=person.secrecy,
        user_id=actor.user_id,
        person=person,
        arende_id=case_id,
        task_id=task_id,
        vad=what,
        at=now,
    )


def log_list(actor: Actor, seen: Mapping[UUID, Iterable[UUID]], what: str, now: datetime) -> None:
    """Write whom a list showed: one row for each unit, with the ids of its cases (L-34).

    Args:
        actor: Who looked.
        seen: Unit to the cases shown of it.
        what: Which list.
        now: The moment, aware.
    """
    if actor.user_id is None:
        return
    ListLasning.objects.bulk_create(
        ListLasning(
            organisation_id=actor.places[unit],
            unit_id=unit,
            user_id=actor.user_id,
            vad=what,
            arenden=sorted(set(cases)),
            at=now,
        )
        for unit, cases in seen.items()
        if unit in actor.places
    )


def log_reads(
    actor: Actor, persons: Iterable[tuple[Person, UUID]], what: str, now: datetime
) -> None:
    """Write who read about whom on a page about several: one row for each, in one statement.

    Args:
        actor: Who reads.
        persons: Each person with the case that it is about.
        what: Which page.
        now: The moment, aware.
    """
    if actor.user_id is None:
        return
    ReadLog.objects.bulk_create(
        ReadLog(
            organisation_id=person.organisation_id,
            unit_id=person.unit_id,
            secrecy=person.secrecy,
            user_id=actor.user_id,
            person=person,
            arende_id=case,
            vad=what,
            at=now,
        )
        for person, case in persons
    )


@contextmanager
def refusals_logged(actor: Actor, case_id: UUID, what: str, now: datetime) -> Iterator[None]:
    """Write down a read that was refused; a case that is there is then "not permitted" (R-163).

    What is missing inside a case that the actor takes part in stays "not found", whether it is
    not there or not hers: a provider does not learn that there is a decision (K-7). Both are
    written, since the one cannot be told from the other without looking at what she may not see.
    The line is written in a transaction of its own: the refused one is rolled back.

    Raises:
        NotPermittedError: The case is there, and not the actor's to read.
        NotFoundError: There is no such case, or nothing such in it that is hers.
    """
    try:
        yield
    except NotFoundError as error:
        if actor.user_id is None or not _written(actor, case_id, what, now):
            raise
        if error.ref != case_id:
            raise
        raise NotPermittedError(Action.READ.value, case_id) from None


def _written(actor: Actor, case_id: UUID, what: str, now: datetime) -> bool:
    with access_context(actor), connection.cursor() as cursor:
        # The owner of the tables (tests, tools) has no policies to tell it who asks.
        cursor.execute("SELECT set_config('kedja.user', %s, true)", [str(actor.user_id)])
        cursor.execute("SELECT records_refused_read(%s, %s, %s)", [case_id, what, now])
        (found,) = cursor.fetchone()
    return bool(found)
