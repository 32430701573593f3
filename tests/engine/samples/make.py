"""The instance that the samples are of: one of everything that a state can hold."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.values import DaysTime, YearsMonths
from tests.engine import draw
from tests.engine.play import Play

VARIABLES: dict[str, Any] = {
    "n": "N1",
    "tal": Decimal("10.50"),
    "heltal": 7,
    "dag": date(2026, 2, 28),
    "tid": time(9, 30),
    "moment": datetime(2026, 7, 1, 9, 0, tzinfo=ZoneInfo("Europe/Stockholm")),
    "utc": datetime(2026, 7, 1, 9, 0, tzinfo=UTC),
    "lokal": datetime(2026, 7, 1, 9, 0),  # noqa: DTZ001 - FEEL's local value
    "manader": YearsMonths(6),
    "sekunder": DaysTime(Decimal(93600)),
    "lista": [{"a": Decimal(1), "$x": [None, True]}, [1, "å"]],
    "tomt": None,
    "sant": True,
}


def diagram() -> bytes:
    """Everything that waits, at once: two arrivals, events, instances, scopes in scopes."""
    many = draw.multi("=[1,2,3]", "m", "ut", "=svar", sequential=True)
    inner = draw.sub(
        "sp",
        draw.start("ss"),
        draw.user("i1", [("sett", "=egen")]),
        draw.user("i2"),
        draw.seq("ss", "i1"),
        draw.flow("ss", "i2"),
        draw.event_sub("e1", draw.timer("R3/P1D", "timeCycle"), interrupting=False),
        draw.event_sub("e2", draw.error("X"), interrupting=True),
        zeebe='<zeebe:ioMapping><zeebe:input source="=tal" target="egen"/></zeebe:ioMapping>',
    )
    branches = (
        draw.flow("f", "j"),
        draw.flow("f", "u") + draw.flow("u", "j"),
        draw.flow("f", "g") + draw.flow("g", "c1") + draw.flow("g", "c2"),
        draw.flow("f", "mi"),
        draw.flow("f", "mj"),
        draw.flow("f", "sp"),
        draw.flow("f", "ca"),
        draw.flow("f", "rc"),
    )
    schedule = (
        '<zeebe:assignmentDefinition assignee="=n" candidateGroups="=[&quot;a&quot;]"/>'
        '<zeebe:taskSchedule dueDate="2026-04-01" followUpDate="P14D"/>'
    )
    main = draw.process(
        "p",
        draw.start(),
        draw.fork("f"),
        draw.fork("j"),
        draw.user("u", zeebe=schedule),
        draw.boundary("b1", "u", draw.timer("R/P1M", "timeCycle"), interrupting=False),
        draw.boundary("b2", "u", draw.message("M"), interrupting=True),
        draw.user("rem"),
        draw.seq("b1", "rem"),
        draw.seq("b2", "j2"),
        draw.xor("j2"),
        draw.element("eventBasedGateway", "g"),
        draw.catch("c1", draw.message("M")),
        draw.catch("c2", draw.timer("P1D")),
        draw.user("mi", [("sak", "=m")], [], many),
        draw.job("mj", "t", [("sak", "=m")], [], draw.multi("=[1,2]", "m", "ut2", "=id")),
        inner,
        draw.call("ca", "q", [("x", "=tal")], [("y", "=y")]),
        draw.element("receiveTask", "rc", messageRef="M_M"),
        draw.seq("s", "f"),
        *branches,
        draw.event_sub("ev", draw.message("M"), interrupting=False),
        draw.event_sub("et", draw.timer("2027-01-01", "timeDate"), interrupting=True),
    )
    called = draw.process("q", draw.start("qs"), draw.user("qu"), draw.seq("qs", "qu"))
    return draw.document(main, called, messages=[("M", "=n")], errors=["X"])


def instance(xml: bytes) -> Play:
    """Bring the instance to the state that is stored."""
    play = Play(xml, VARIABLES)
    play.timer("b1").task("mi", {"svar": "ja"}).job("mj", {"id": "j1"}).message("ev")
    return play.timer("e1")


def summary(play: Play) -> dict[str, Any]:
    """What must come back, as JSON."""
    outcome = play.outcome
    return {
        "tasks": [
            [t.id, t.element, list(t.groups), t.assignee, str(t.due), str(t.follow_up),
             repr(t.inputs), list(t.called_from)]
            for t in outcome.tasks
        ],
        "jobs": [[j.id, j.element, j.type, repr(j.inputs)] for j in outcome.jobs],
        "timers": [[t.ref, t.element, t.due.isoformat()] for t in outcome.timers],
        "subscriptions": [[s.ref, s.element, s.message, s.key] for s in outcome.subscriptions],
        "variables": {key: repr(value) for key, value in outcome.variables.items()},
    }  # fmt: skip
