"""``kedja bench inbox``: Min dag through the real view, with up to a million open tasks.

All sizes are databases side by side, filled from one template, and are asked in turn, so that what
the machine does meanwhile hits them alike. Each request goes through the whole web program
(middleware, session, access, row-level security under the web's own database role, templates);
counts and saved choices are part of the page.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection, connections
from django.test import Client

from benchmarks import inbox_town
from cases.models import RoleGrant, SparatFilter
from config import clock
from config.scenarios import machinery
from config.scratch import copy_of
from records.demo_cases import walk_cases
from records.demo_data import municipality
from records.models import Arende

SIZES = (1_000, 10_000, 100_000, 1_000_000)
NAMES = {1_000: "1k", 5_000: "5k", 10_000: "10k", 100_000: "100k", 1_000_000: "1m"}
ROLES = ("handlaggare", "enhetschef", "verksamhetsansvarig")
PEOPLE = 12
"""Users of each role; every one asks in every round."""
ROUNDS = 6
STEPS = ("Task_FattaBeslut", "Task_SattMal", "Task_PlaneraMedDenEnskilde")
"""Where the cases stand whose pages are read: the demo's people walk there."""
DAYS = 60
KEPT = {"process": "utreda", "visa": "lediga"}


@dataclass
class Town:
    """One size: the alias of its database, and what was measured there."""

    size: int
    alias: str
    clients: dict[str, list[Client]] = field(default_factory=dict)
    cases: list[tuple[Client, UUID]] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    sent: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """As the figures call it."""
        return NAMES.get(self.size, str(self.size))

    def all(self, kind: str = "") -> list[float]:
        """Every time of the inbox, or of one kind of page."""
        return [
            one
            for name, found in self.seconds.items()
            for one in found
            if (name == kind if kind else name in ROLES)
        ]


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Return the figures of the issue; milliseconds, bytes and numbers of queries."""
    largest = getattr(args, "largest", None) or SIZES[-1]
    return measured([size for size in SIZES if size <= largest])


def measured(sizes: Sequence[int], *, rounds: int = ROUNDS) -> dict[str, Any]:
    """Fill a database of each size and measure them in turn."""
    now = clock.now()
    bundle = inbox_town.settle(now)
    _walk()
    template = str(connection.settings_dict["NAME"])
    connection.close()
    with ExitStack() as stack:
        towns = []
        for size in sizes:
            stack.enter_context(copy_of(template))
            inbox_town.fill(size, bundle, now)
            towns.append(_town(size, stack))
        for town in towns:
            warm(town)
        draw = random.Random(6)  # noqa: S311 - the order of requests
        for _ in range(rounds):
            for town in draw.sample(towns, len(towns)):
                round_of(town)
        return figures(towns)


def _walk() -> None:
    """A few whole cases, so that there are case pages worth the name."""
    first = municipality().person
    people = [
        person.model_copy(update={"ansokan_for_dagar_sedan": DAYS, "stanna_vid": step})
        for person, step in zip(first, STEPS, strict=False)
    ]
    _cases, stopped = walk_cases(people, clock.now(), machinery.Worker())
    if stopped:
        raise RuntimeError(f"{stopped} cases stopped on the way to {STEPS}.")


def _town(size: int, stack: ExitStack) -> Town:
    """Open a connection of the web's role to the database just filled; log people in there."""
    alias = f"inbox_{size}"
    found = dict(connections["app"].settings_dict) | {"NAME": connection.settings_dict["NAME"]}
    connections.settings[alias] = found
    stack.callback(connections[alias].close)
    town = Town(size=size, alias=alias)
    town.clients = clients()
    reader = _client(User.objects.get(username="handlaggare"))
    walked = Arende.objects.exclude(nummer__startswith="1999-").values_list("pk", flat=True)
    town.cases = [(reader, case) for case in walked]
    connection.close()
    return town


def clients(people: int = PEOPLE) -> dict[str, list[Client]]:
    """Log in so many of each role in the database at hand; each keeps one choice."""
    found: dict[str, list[Client]] = {}
    for role in ROLES:
        grants = RoleGrant.objects.filter(role=role, user__username__startswith="b")
        users = [grant.user for grant in grants.select_related("user").order_by("pk")[:people]]
        for user in users:
            now = clock.now()
            SparatFilter.objects.create(user=user, name="Lediga", query=KEPT, created_at=now)
        found[role] = [_client(user) for user in users]
    return found


def _client(user: User) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


@contextmanager
def _in(town: Town) -> Iterator[None]:
    ordinary = connections["default"]
    connections["default"] = connections[town.alias]
    try:
        yield
    finally:
        connections["default"] = ordinary


def warm(town: Town) -> None:
    """Once through, unmeasured; what one page sends to the database is counted here."""
    with _in(town):
        for role, clients in town.clients.items():
            for client in clients:
                _get(client, "/")
            town.sent[role] = max(_counted(client, "/") for client in clients)
        for client, case in town.cases:
            _get(client, f"/arenden/{case}/")
            town.sent["case"] = _counted(client, f"/arenden/{case}/")


def round_of(town: Town) -> None:
    """Let everybody ask once, and read each case some times."""
    with _in(town):
        for role, clients in town.clients.items():
            town.seconds.setdefault(role, []).extend(_timed(client, "/") for client in clients)
        for client, case in town.cases * 4:
            taken = _timed(client, f"/arenden/{case}/")
            town.seconds.setdefault("case", []).append(taken)


def _timed(client: Client, address: str) -> float:
    begun = time.perf_counter()
    _get(client, address)
    return time.perf_counter() - begun


def _get(client: Client, address: str) -> int:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}.")
    return len(answer.content)


def _counted(client: Client, address: str) -> tuple[int, int]:
    """Queries of one request, by the wire protocol itself, and the bytes of the page."""
    connection.ensure_connection()
    with tempfile.TemporaryFile() as trace:
        wire = connection.connection.pgconn
        wire.trace(trace.fileno())
        size = _get(client, address)
        wire.untrace()
        trace.seek(0)
        tags = [
            line.rsplit(b'"', 2)[1].split()[0]
            for line in trace.read().splitlines()
            if b"\tCommandComplete\t" in line
        ]
    return sum(tag in (b"SELECT", b"INSERT", b"UPDATE") for tag in tags), size


def figures(towns: Sequence[Town]) -> dict[str, Any]:
    """Say what was measured; the first town is the small one, the last the large one."""
    small, large = towns[0], towns[-1]
    found: dict[str, Any] = {
        f"p95_ratio_{large.name}_to_{small.name}": round(_p95(large.all()) / _p95(small.all()), 2)
    }
    for town in towns:
        queries = [number for number, _ in (town.sent[role] for role in ROLES)]
        found |= {
            f"queries_{town.name}": max(queries),
            f"p50_ms_{town.name}": _ms(statistics.median(town.all())),
            f"p95_ms_{town.name}": _ms(_p95(town.all())),
            f"bytes_{town.name}": max(size for _, size in (town.sent[role] for role in ROLES)),
        }
        for role in ROLES:
            found[f"p95_ms_{town.name}_{role}"] = _ms(_p95(town.seconds[role]))
            found[f"queries_{town.name}_{role}"] = town.sent[role][0]
        if town.cases:
            found[f"case_p95_ms_{town.name}"] = _ms(_p95(town.seconds["case"]))
            found[f"case_queries_{town.name}"] = town.sent["case"][0]
    return found | {"requests": sum(len(one) for town in towns for one in town.seconds.values())}


def _p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]


def _ms(seconds: float) -> float:
    return round(seconds * 1e3, 1)
