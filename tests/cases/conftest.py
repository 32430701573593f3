"""People, places and capabilities for the tests of ``cases``."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from pydantic import BaseModel

from cases import bundles, capabilities, use_cases
from cases.actor import Actor, actor_for
from cases.capabilities import Capability, CapabilityContext
from cases.errors import CaseError
from cases.models import Bundle, Job, Organisation, Outbox, RoleGrant, Task, Unit
from cases.results import Started
from engine.bundle import Bundle as EngineBundle
from engine.errors import BpmnError
from tests.cases import edition
from tests.signing import sign

NOW = datetime(2026, 8, 17, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MARKED = "194003652387"
"""A test number planted in answers and looked for everywhere."""


class RefusedError(CaseError):
    """What a capability refuses."""

    code = "final_note_missing"


class Amount(BaseModel):
    belopp: int | None = None


class Noted(BaseModel):
    id: UUID


class How(BaseModel):
    hur: str | None = None


class Answered(BaseModel):
    svar: int


class Anything(BaseModel):
    model_config = {"extra": "allow"}


class Saved(BaseModel):
    dokument: UUID


class Opened(BaseModel):
    arende: UUID
    skydd: str = "ingen"


@dataclass
class Book:
    """What the capabilities of the tests did, and how they should behave."""

    behave: str = ""
    skydd: str = "ingen"
    documents: list[dict[str, Any]] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> Book:
    """Replace every capability by the tests' own."""
    book = Book()

    def note(context: CapabilityContext, _data: Amount) -> Noted:
        book.ran.append("prov.notera")
        _misbehave(book.behave)
        row = Job.objects.create(
            instance_id=context.instance_id, element=context.element, type="not",
            status="completed", organisation_id=context.organisation, unit_id=context.unit,
            secrecy=context.secrecy,
        )  # fmt: skip
        context.record("anteckning", rad=row.pk)
        return Noted(id=row.pk)

    def fetch(context: CapabilityContext, _data: How) -> Answered:
        book.ran.append(f"prov.asynk {context.job_id}")
        assert not connection.in_atomic_block or connection.savepoint_ids == []
        _misbehave(book.behave)
        return Answered(svar=7)

    def save(_context: CapabilityContext, data: Anything) -> Saved:
        book.documents.append(data.model_dump())
        return Saved(dokument=uuid4())

    def open_case(_context: CapabilityContext, _data: Anything) -> Opened:
        return Opened(arende=uuid4(), skydd=book.skydd)

    registry = {
        "prov.notera": _capability("prov.notera", note, Amount, Noted),
        "prov.asynk": _capability("prov.asynk", fetch, How, Answered, mode="async"),
        "dokument.spara": _capability("dokument.spara", save, Anything, Saved),
        "arende.oppna": _capability("arende.oppna", open_case, Anything, Opened),
    }
    monkeypatch.setattr(capabilities, "_registry", registry)
    return book


def _capability(name: str, function: Any, given: Any, result: Any, mode: Any = "sync") -> Any:
    return Capability(name=name, mode=mode, input=given, output=result, function=function)


def _misbehave(how: str) -> None:
    if how == "refuse":
        raise RefusedError("The akt has no final note. Write it first.")
    if how == "break":
        raise KeyError(MARKED)
    if how == "bpmn":
        raise BpmnError("nekad")


@pytest.fixture
def world(request: pytest.FixtureRequest, book: Book) -> SimpleNamespace:
    """A myndighet with two units, a provider, their people, and the edition."""
    marker = request.node.get_closest_marker("django_db")
    request.getfixturevalue(
        "transactional_db" if marker and marker.kwargs.get("transaction") else "db"
    )
    bundles.compiled.cache_clear()
    bundle = EngineBundle(files=edition.files())
    Bundle.objects.create(
        hash=bundle.hash,
        edition="prov",
        valid_from=date(2025, 1, 1),
        deployed_at=NOW,
        files={path: content.decode() for path, content in bundle.files.items()},
    )
    authority = Organisation.objects.create(name="Socialförvaltningen", kind="myndighet")
    provider = Organisation.objects.create(name="Utföraren", kind="utforare")
    one = Unit.objects.create(organisation=authority, name="Enhet 1")
    two = Unit.objects.create(organisation=authority, name="Enhet 2")
    home = Unit.objects.create(organisation=provider, name="Hemtjänst")
    world = SimpleNamespace(
        bundle=bundle.hash, authority=authority, provider=provider, one=one, two=two, home=home,
        book=book,
    )  # fmt: skip
    world.anna = person("anna", "handlaggare", one)
    world.bo = person("bo", "handlaggare", one)
    world.chef = person("chef", "arbetsledare", one)
    world.disa = person("disa", "handlaggare", two)
    world.eva = person("eva", "personal", home)
    world.skyddad = person("skyddad", "handlaggare", one, secrecy=2)
    return world


def person(name: str, role: str, unit: Unit, *, secrecy: int = 0) -> Actor:
    """Create a user with one grant."""
    user = User.objects.create_user(name)
    RoleGrant.objects.create(
        user=user, role=role, organisation=unit.organisation, unit=unit,
        secrecy=secrecy, valid_from=date(2025, 1, 1),
    )  # fmt: skip
    sign(user, unit.organisation)
    return actor_for(user, NOW)


def begin(world: SimpleNamespace, actor: Actor | None = None, **more: Any) -> Started:
    """Start ``prova``; its ärende is new."""
    variables = {
        "mottagare_organisation": str(world.provider.pk),
        "mottagare_enhet": str(world.home.pk),
    }
    return use_cases.start(
        "prova", arende_id=None, answers={"fritext": MARKED, "belopp": 5},
        actor=actor or world.anna, now=NOW, variables=variables, **more,
    )  # fmt: skip


def also(world: SimpleNamespace, key: str, case: UUID | None, **variables: Any) -> Started:
    """Start another process in an ärende."""
    return use_cases.start(
        key, arende_id=case, answers={}, actor=world.anna, now=NOW, variables=variables
    )


def open_task(instance_id: UUID, element: str) -> Task:
    return Task.objects.get(instance_id=instance_id, element=element, status="open")


def finish(task: Task, actor: Actor, answers: dict[str, Any] | None = None, **more: Any) -> Any:
    """Complete a task as it stands in the database."""
    task.refresh_from_db()
    more = {"now": NOW, "version": task.version, **more}
    return use_cases.complete_task(task.pk, answers or {}, actor=actor, **more)


def work(now: datetime = NOW, limit: int = 50) -> int:
    """Run the queue until it is empty, as a worker would. Returns how many rows ran."""
    ran = 0
    while ran < limit:
        row = Outbox.objects.filter(state="queued").order_by("created_at", "pk").first()
        if row is None:
            return ran
        arguments = [UUID(row.args[0]), *row.args[1:]]
        getattr(use_cases, row.actor)(*arguments, now=now)
        Outbox.objects.filter(pk=row.pk).update(state="done")
        ran += 1
    raise AssertionError("the queue never gets empty")


@contextmanager
def database_role(alias: str) -> Iterator[None]:
    """Let everything in the block go through another database role's connection."""
    ordinary = connections["default"]
    connections["default"] = connections[alias]
    try:
        yield
    finally:
        connections["default"] = ordinary
