"""Walks the demo's cases to where they stand, by the real use cases in virtual time.

What the queue and the timers do meanwhile is handed in: ``Machinery`` is the worker's work in one
thread.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from pydantic import BaseModel, ConfigDict, Field

from cases.actor import Actor, actor_for
from cases.errors import CaseError
from cases.models import RoleGrant, Task
from cases.use_cases.completing import complete_task
from cases.use_cases.starting import start
from records.answers import local_date
from records.demo_data import DemoPerson

FILE = "lokal/demo/svar.toml"
RECEPTION = "mottagning"
CHECKED = "Officiellt testnummer; jämfört med listan."
RELATIVE = "@"


class Machinery(Protocol):
    """What a worker does, in virtual time."""

    def settle(self, now: datetime) -> None:
        """Do what waits in the queue at one moment."""

    def advance(self, start: datetime, end: datetime) -> None:
        """Let time pass: fire each timer at its moment."""

    def plan(self, now: datetime) -> None:
        """Plan what the clock begins from a moment on."""

    def begin(self, now: datetime) -> None:
        """Begin what the clock should have begun until a moment, once each."""


class DemoAnswer(BaseModel):
    """What a role answers in one task, and how long it takes before she does."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    uppgift: str
    roll: str
    dagar: int = 0
    svar: Mapping[str, Any] = Field(default_factory=dict)


@dataclass(slots=True)
class _Case:
    """One case on its way."""

    id: UUID
    now: datetime


def answers() -> tuple[DemoAnswer, ...]:
    """Read the answers, in the order that the chain takes the tasks."""
    text = (settings.PROCESSES_DIR / FILE).read_text(encoding="utf-8")
    return tuple(DemoAnswer.model_validate(row) for row in tomllib.loads(text)["svar"])


def walk_cases(
    people: Sequence[DemoPerson], now: datetime, machinery: Machinery
) -> tuple[int, int]:
    """Walk the case of every person who has one, and begin what the clock begins meanwhile.

    A case whose answers no longer fit the diagrams stays where it is: a changed edition must not
    keep the demo from starting.

    Args:
        people: The demo's persons.
        now: Where time ends; each case began its number of days before.
        machinery: Does the worker's part.

    Returns:
        How many cases there are, and how many stopped on the way.
    """
    given = answers()
    chosen = [person for person in people if person.stanna_vid is not None]
    stopped = 0
    longest = max((person.ansokan_for_dagar_sedan for person in chosen), default=0)
    machinery.plan(now - timedelta(days=longest))
    for person in sorted(chosen, key=lambda found: -found.ansokan_for_dagar_sedan):
        try:
            _walk(person, given, now, machinery)
        except CaseError:
            stopped += 1
    machinery.begin(now)
    return len(chosen), stopped


def dated(value: Any, now: datetime) -> Any:
    """Answers with ``@N`` as the day N days after ``now``."""
    if isinstance(value, Mapping):
        return {key: dated(item, now) for key, item in value.items()}
    if isinstance(value, list):
        return [dated(item, now) for item in value]
    if isinstance(value, str) and value.startswith(RELATIVE):
        return (local_date(now) + timedelta(days=int(value[1:]))).isoformat()
    return value


def _walk(
    person: DemoPerson, given: Sequence[DemoAnswer], end: datetime, machinery: Machinery
) -> None:
    case = _open(person, end - timedelta(days=person.ansokan_for_dagar_sedan))
    machinery.settle(case.now)
    for answer in given:
        task = _open_task(case.id, answer.uppgift)
        if task is None or answer.uppgift == person.stanna_vid:
            break
        later = min(case.now + timedelta(days=answer.dagar, minutes=20), end)
        machinery.advance(case.now, later)
        case.now = later
        task.refresh_from_db()
        complete_task(
            task.pk,
            dated(answer.svar, case.now),
            version=task.version,
            actor=_actor(answer.roll, task.unit_id, case.now),
            now=case.now,
        )
        machinery.settle(case.now)


def _open(person: DemoPerson, now: datetime) -> _Case:
    started = start(
        "aktualisera",
        arende_id=None,
        answers=dated(_application(person), now),
        actor=actor_for(get_user_model().objects.get(username=RECEPTION), now),
        now=now,
    )
    if started.arende_id is None:
        raise LookupError("aktualisera opened no ärende")
    return _Case(started.arende_id, now)


def _application(person: DemoPerson) -> dict[str, Any]:
    form = {
        "personnummer": person.personnummer,
        "utan_id_skal": person.utan_id_skal or None,
        "nummer_kontrollerat": CHECKED if person.personnummer else None,
        "fornamn": person.fornamn,
        "efternamn": person.efternamn,
        "adress": person.adress,
        "postnummer": person.postnummer,
        "postort": person.postort,
        "skydd": person.skydd.value,
        "inkom_datum": "@0",
        "satt": "muntligt",
        "framstallning": "Klarar inte att duscha och laga mat själv längre.",
        "lagrum": "sol2025.11.1",
        "tjansteomrade": "hemtjanst",
    }
    return {key: value for key, value in form.items() if value is not None}


def _open_task(arende: UUID, element: str) -> Task | None:
    return Task.objects.filter(arende_id=arende, element=element, status="open").first()


def _actor(role: str, unit: UUID, now: datetime) -> Actor:
    """The first user (by name) who holds the role in the unit."""
    grants = RoleGrant.objects.filter(role=role, unit_id=unit).order_by("user__username")
    return actor_for(grants.select_related("user")[0].user, now)
