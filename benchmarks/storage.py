"""One whole ``complete_task`` against a bare PostgreSQL transaction, interleaved in one run.

Both use the database role of the web, on the same server, in the same moment, so that what the
machine does meanwhile hits both. The reference process runs as one instance, turn after turn; the
capability that stores answers writes one row and is timed apart.
"""

import itertools
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.contrib.auth.models import User
from django.db import connection, connections
from pydantic import BaseModel, ConfigDict

from cases import capabilities, use_cases
from cases.actor import Actor, actor_for
from cases.capabilities import Capability, CapabilityContext
from cases.context import native_cursor
from cases.models import (
    Bundle,
    Instance,
    Message,
    Organisation,
    RoleGrant,
    Sekretessforbindelse,
    Subscription,
    Unit,
)
from cases.results import Completed, NextTask
from engine.bundle import Bundle as EngineBundle

HERE = Path(__file__).parent
NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
FORM = "reference"
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "Task_Registrera": {"belopp": 100},
    "Task_Utred": {"belopp": 600},
    "Task_Besluta": {"klart": False},
}
WINDOW = 100
"""Completions that a median of old or young is taken over."""
YOUNG = 25
"""Completions after which an instance is young no more."""

TABLES = """
CREATE TABLE bench_bare (id uuid PRIMARY KEY, version int, state bytea) WITH (fillfactor = 70);
CREATE TABLE bench_event (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ref uuid, data text);
CREATE TABLE bench_document (id uuid PRIMARY KEY, answers jsonb);
CREATE TABLE bench_naive (id uuid PRIMARY KEY, state text);
GRANT SELECT, INSERT, UPDATE ON bench_bare, bench_event, bench_document, bench_naive TO kedja_app;
"""
MANIFEST = """
[utgava]
id = "matning"
valid_from = 2025-01-01
[[process]]
key = "reference"
name = "Mätning"
owner = "handlaggare"
organisation = "myndighet"
status = "fastställd"
starts_new_case = true
"""
SVAR = "referens.svar"
MESSAGES = "".join(
    f'["{name}"]\nkey = "arende"\nreceivers = "zero_or_one"\nkind = "catch"\nexpires = "P5D"\n'
    'late = "ingenting"\ndouble = "förkastas"\n'
    for name in (SVAR, "referens.fraga", "referens.avbruten")
)
ROLES = ("mottagning", "handlaggare", "arbetsledare")


class _Anything(BaseModel):
    model_config = ConfigDict(extra="allow")


@dataclass
class Clock:
    """Seconds spent inside capabilities, and the statements they sent, in one action."""

    seconds: float = 0.0
    statements: int = 0


@dataclass
class Walk:
    """One instance on its way round the reference process."""

    instance_id: UUID
    tasks: tuple[NextTask, ...]
    completed: int = 0
    seconds: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)


@dataclass
class Setting:
    """Everything that a measured run needs, and what it measured, in seconds."""

    actor: Actor
    clock: Clock
    bare: Callable[[], None]
    ours: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)


def measure(completions: int) -> dict[str, Any]:
    """Run the reference process and return the figures.

    Args:
        completions: How many tasks are completed in the old instance. A young one, begun anew
            again and again, goes beside it, so that old and young meet the same machine.
    """
    with _setting() as setting:
        _go(setting, _begin(setting.actor), 2 * YOUNG)
        for measured in (setting.ours, setting.whole, setting.plain):
            measured.clear()
        old = _begin(setting.actor)
        ratio_200 = _old_to_young(setting, old, 200)
        ratio_last = _old_to_young(setting, old, completions)
        return {
            **_figures(setting),
            "ratio_200": ratio_200,
            "ratio_2000": ratio_last,
            "completions": old.completed,
            "turns": len(old.sizes) - 1,
            "state_bytes": max(old.sizes),
            "state_ratio_200": round(old.sizes[min(201, len(old.sizes)) - 1] / old.sizes[1], 3),
            "state_ratio_last": round(old.sizes[-1] / old.sizes[1], 3),
            **_statements(setting, old),
        }


def _figures(setting: Setting) -> dict[str, Any]:
    ours, plain = statistics.median(setting.ours), statistics.median(setting.plain)
    return {
        "ratio_to_bare": round(ours / plain, 3),
        "ratio_with_capabilities": round(statistics.median(setting.whole) / plain, 3),
        "complete_ms": round(ours * 1e3, 3),
        "bare_ms": round(plain * 1e3, 3),
    }


def _old_to_young(setting: Setting, old: Walk, number: int) -> float:
    """Return what completion ``number`` costs against the first ones of an instance."""
    _go(setting, old, number - WINDOW - old.completed)
    old.seconds.clear()
    young = _begin(setting.actor)
    first: list[float] = []
    for _ in range(WINDOW):
        _step(setting, old)
        if young.completed == YOUNG:
            young = _begin(setting.actor)
        _step(setting, young)
        first.append(young.seconds[-1])
    return round(statistics.median(old.seconds) / statistics.median(first), 3)


def _go(setting: Setting, walk: Walk, completions: int) -> None:
    for _ in range(completions):
        _step(setting, walk)


def _step(setting: Setting, walk: Walk) -> None:
    """Complete one task, run the bare transaction, and answer what is waited for next."""
    setting.clock.seconds = 0.0
    begun = time.perf_counter()
    done = _complete(setting, walk.tasks[0])
    whole = time.perf_counter() - begun
    setting.whole.append(whole)
    setting.ours.append(whole - setting.clock.seconds)
    walk.seconds.append(setting.ours[-1])
    begun = time.perf_counter()
    setting.bare()
    setting.plain.append(time.perf_counter() - begun)
    walk.completed += 1
    walk.tasks = done.tasks or _answered(walk)
    if walk.tasks[0].element == "Task_Utred":
        walk.sizes.append(_state_bytes(walk))


def _complete(setting: Setting, task: NextTask) -> Completed:
    return use_cases.complete_task(
        task.id, ANSWERS.get(task.element, {}), version=1, actor=setting.actor, now=NOW
    )


def _answered(walk: Walk) -> tuple[NextTask, ...]:
    """Deliver the answer that the instance waits for; not measured."""
    with _as("worker"):
        waiting = Subscription.objects.get(instance_id=walk.instance_id, message=SVAR)
        message = Message.objects.create(
            id=uuid4(), name=SVAR, key=waiting.key, payload={"svar": "ja"}, sent_at=NOW,
            sent_by="bench", organisation_id=waiting.organisation_id, unit_id=waiting.unit_id,
        )  # fmt: skip
        use_cases.deliver_message(message.pk, now=NOW)
        rows = Instance.objects.get(pk=walk.instance_id).tasks.filter(status="open")
        return tuple(
            NextTask(id=row.pk, element=row.element, name=row.name, role=row.role) for row in rows
        )


def _state_bytes(walk: Walk) -> int:
    with _as("worker"):
        return len(bytes(Instance.objects.get(pk=walk.instance_id).state))


def _statements(setting: Setting, walk: Walk) -> dict[str, int]:
    """Count what one completion sends, by the wire protocol itself."""
    with tempfile.TemporaryFile() as trace:
        setting.clock.statements = 0
        wire = connection.connection.pgconn
        wire.trace(trace.fileno())
        _complete(setting, walk.tasks[0])
        wire.untrace()
        trace.seek(0)
        tags = [
            line.rsplit(b'"', 2)[1].split()[0].decode()
            for line in trace.read().splitlines()
            if b"\tCommandComplete\t" in line
        ]
    rest = [tag for tag in tags if tag not in ("BEGIN", "COMMIT")]
    return {
        "commits": tags.count("COMMIT"),
        "statements": len(rest) - setting.clock.statements,
        "statements_of_capabilities": setting.clock.statements,
    }


@contextmanager
def _setting() -> Iterator[Setting]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
    clock = Clock()
    actor = _people()
    with _as("app"), _capabilities(clock):
        connection.ensure_connection()
        with psycopg.connect(**_address()) as raw:
            yield Setting(actor=actor, clock=clock, bare=_bare(raw))


def _address() -> dict[str, Any]:
    parameters = connections["app"].get_connection_params()
    wanted = ("host", "port", "dbname", "user", "password")
    return {name: parameters[name] for name in wanted if name in parameters}


def _begin(actor: Actor) -> Walk:
    started = use_cases.start("reference", arende_id=None, answers={}, actor=actor, now=NOW)
    return Walk(instance_id=started.instance_id, tasks=started.tasks)


def _people() -> Actor:
    """Store the edition, and one person who holds every role in one unit."""
    bundle = EngineBundle(files=_files())
    Bundle.objects.create(
        hash=bundle.hash,
        edition="matning",
        valid_from=date(2025, 1, 1),
        deployed_at=NOW,
        files={path: content.decode() for path, content in bundle.files.items()},
    )
    organisation = Organisation.objects.create(name="Mätningen", kind="myndighet")
    unit = Unit.objects.create(organisation=organisation, name="Enheten")
    user = User.objects.create_user("bench")
    for role in ROLES:
        RoleGrant.objects.create(
            user=user, role=role, organisation=organisation, unit=unit, valid_from=date(2025, 1, 1)
        )
    Sekretessforbindelse.objects.create(
        user=user, organisation=organisation, kind="papper", signed_on=NOW.date(), recorded_at=NOW
    )
    return actor_for(user, NOW)


def _files() -> dict[str, bytes]:
    table = HERE.parent / "processes" / "dmn" / "atkomst.dmn"
    files = {"dmn/atkomst.dmn": table.read_bytes()}
    for path in sorted(HERE.glob("reference*")):
        files[f"{path.suffix[1:]}/{path.name}"] = path.read_bytes()
    files["forms/reference.form"] = (HERE / "forms" / "reference.form").read_bytes()
    roles = "".join(
        f'[[roll]]\nid = "{role}"\nname = "{role}"\norganisation = "myndighet"\n' for role in ROLES
    )
    texts = {"manifest.toml": MANIFEST, "messages.toml": MESSAGES, "terms/roller.toml": roles}
    return files | {path: text.encode() for path, text in texts.items()}


@contextmanager
def bare_beside() -> Iterator[tuple[Callable[[], float], dict[str, Any]]]:
    """Give the bare transaction, timed, and the address of the web's role."""
    with psycopg.connect(**_address()) as raw:
        run = _bare(raw)

        def timed() -> float:
            begun = time.perf_counter()
            run()
            return time.perf_counter() - begun

        yield timed, _address()


@contextmanager
def _capabilities(clock: Clock) -> Iterator[None]:
    """Let the capabilities of the reference be ours; time and count what they do."""

    def save(_context: CapabilityContext, data: BaseModel) -> BaseModel:
        begun = time.perf_counter()
        document = uuid4()
        native_cursor().execute(
            b"INSERT INTO bench_document (id, answers) VALUES ($1, $2::jsonb)",
            (document, json.dumps(data.model_dump())),
            prepare=True,
        )
        clock.seconds += time.perf_counter() - begun
        clock.statements += 1
        return _Anything(dokument=str(document))

    def fetch(_context: CapabilityContext, _data: BaseModel) -> BaseModel:
        return _Anything(underlag="u-1")

    def open_case(_context: CapabilityContext, _data: BaseModel) -> BaseModel:
        return _Anything(arende=str(uuid4()))

    names = {"dokument.spara": save, "arende.oppna": open_case}
    for name in ("reference.hamta", "reference.arkivera", "reference.anteckna"):
        names[name] = fetch
    registry = {
        name: Capability(
            name=name, mode="sync", input=_Anything, output=_Anything, function=function
        )
        for name, function in names.items()
    }
    with capabilities.replaced(registry):
        yield


def _bare(raw: psycopg.Connection[Any]) -> Callable[[], None]:
    """Return the bare transaction: lock a row, write 10 kB to it, insert a line, commit.

    What it writes is made beforehand, so that nothing but the database's work is in it.
    """
    ref = uuid4()
    raw.prepare_threshold = 1
    states = itertools.cycle([os.urandom(10_000) for _ in range(64)])
    insert = "INSERT INTO bench_bare (id, version, state) VALUES (%s, 0, %s)"
    raw.execute(insert, (ref, next(states)))
    raw.commit()

    def run() -> None:
        lock = "SELECT version, state FROM bench_bare WHERE id = %s FOR UPDATE"
        raw.execute(lock, (ref,)).fetchone()
        update = "UPDATE bench_bare SET version = version + 1, state = %s WHERE id = %s"
        raw.execute(update, (next(states), ref))
        raw.execute("INSERT INTO bench_event (ref, data) VALUES (%s, %s)", (ref, "x" * 100))
        raw.commit()

    return run


@contextmanager
def _as(alias: str) -> Iterator[None]:
    """Let the block use the connection of another database role."""
    ordinary = connections["default"]
    connections["default"] = connections[alias]
    try:
        yield
    finally:
        connections["default"] = ordinary
