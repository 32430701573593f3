"""Instances that do nothing but wait for timers, and a look at what they did."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User

from cases import bundles, use_cases
from cases.actor import Actor, actor_for
from cases.models import Bundle, Event, Organisation, RoleGrant, Unit
from engine.bundle import Bundle as EngineBundle
from tests.engine import draw
from tests.signing import sign

NOW = datetime(2026, 8, 17, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)

_MANIFEST = """
[utgava]
id = "klockor"
valid_from = 2025-01-01
"""
_ENTRY = """
[[process]]
key = "{0}"
name = "{0}"
owner = "handlaggare"
organisation = "myndighet"
status = "fastställd"
needs_case = false
"""
_ROLE = '[[roll]]\nid = "handlaggare"\nname = "Handläggare"\norganisation = "myndighet"\n'
_ACCESS = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d"
    name="atkomst" namespace="k"><decision id="atkomst" name="atkomst">
    <decisionTable id="t" hitPolicy="FIRST">
      <input id="i" label="roll"><inputExpression id="x" typeRef="string"><text>role</text>
      </inputExpression></input><output id="o" name="tillats" typeRef="boolean"/>
      <rule id="r"><inputEntry id="c"><text>-</text></inputEntry>
      <outputEntry id="u"><text>true</text></outputEntry></rule>
    </decisionTable></decision></definitions>"""


def _together() -> bytes:
    """``jamsides``: three timers at once; the second one fails when ``villkor`` is no boolean."""
    return draw.document(
        draw.process(
            "jamsides",
            draw.start(),
            draw.fork("f"),
            *(draw.catch(key, draw.timer(f"={key.lower()}", "timeDate")) for key in "ABC"),
            draw.xor("g", "f_ut"),
            draw.end("e1"),
            draw.end("e2"),
            draw.end("e3"),
            draw.seq("s", "f", "A", "e1"),
            draw.seq("f", "B", "g"),
            draw.flow("g", "e2", "=villkor"),
            draw.flow("g", "e2", key="f_ut"),
            draw.seq("f", "C", "e3"),
        )
    )


def _after_another() -> bytes:
    """``efter``: three timers one after the other, each with a day of its own."""
    return draw.document(
        draw.process(
            "efter",
            draw.start(),
            *(draw.catch(key, draw.timer(f"={key.lower()}", "timeDate")) for key in "ABC"),
            draw.end(),
            draw.seq("s", "A", "B", "C", "e"),
        )
    )


def _periodic() -> bytes:
    """``meddelar``: throws ``klocka.slog`` after a day; nobody listens."""
    return draw.document(
        draw.process(
            "meddelar",
            draw.start(),
            draw.catch("A", draw.timer("P1D")),
            draw.throw("Slag", draw.message("klocka.slog")),
            draw.end(),
            draw.seq("s", "A", "Slag", "e"),
        ),
        messages=[("klocka.slog", "=instans")],
    )


def _review() -> bytes:
    """``uppfoljning``: a review with a due date; nobody does it, so it escalates by itself."""
    return draw.document(
        draw.process(
            "uppfoljning",
            draw.lanes(personal=["Folj_upp"], enhetschef=["Ge_nytt_datum", "Ansvarig"]),
            draw.start(),
            draw.user("Folj_upp", zeebe='<zeebe:taskSchedule dueDate="=frist"/>'),
            draw.boundary("A", "Folj_upp", draw.timer("=frist", "timeDate"), interrupting=False),
            draw.user("Ge_nytt_datum"),
            draw.boundary(
                "B",
                "Folj_upp",
                draw.timer('=frist + duration("P7D")', "timeDate"),
                interrupting=False,
            ),
            draw.user("Ansvarig"),
            *(draw.end(f"e{number}") for number in range(3)),
            draw.seq("s", "Folj_upp", "e0"),
            draw.seq("A", "Ge_nytt_datum", "e1"),
            draw.seq("B", "Ansvarig", "e2"),
        )
    )


def _waker() -> bytes:
    """``vackare``: throws at once the message that starts ``vackt``."""
    return draw.document(
        draw.process(
            "vackare",
            draw.start(),
            draw.throw("Ring", draw.message("klocka.ring")),
            draw.end(),
            draw.seq("s", "Ring", "e"),
        ),
        messages=[("klocka.ring", "=instans")],
    )


def _woken() -> bytes:
    return draw.document(
        draw.process(
            "vackt",
            draw.start(event=draw.message("klocka.ring")),
            draw.catch("A", draw.timer("P1D")),
            draw.end(),
            draw.seq("s", "A", "e"),
        ),
        messages=[("klocka.ring", "=instans")],
    )


def _listener() -> bytes:
    """``lyssnare``: waits for ``klocka.vakna`` with its own id as key."""
    return draw.document(
        draw.process(
            "lyssnare",
            draw.start(),
            draw.catch("A", draw.message("klocka.vakna")),
            draw.end(),
            draw.seq("s", "A", "e"),
        ),
        messages=[("klocka.vakna", "=instans")],
    )


def _nightly() -> bytes:
    """``natt``: begins by itself at two o'clock every night and waits a day."""
    return draw.document(
        draw.process(
            "natt",
            draw.start(event=draw.timer("R/2026-08-18T02:00:00+02:00/P1D", "timeCycle")),
            draw.catch("A", draw.timer('=planerad + duration("P1D")', "timeDate")),
            draw.end(),
            draw.seq("s", "A", "e"),
        )
    )


def _broken_night() -> bytes:
    """``trasig_natt``: begins by itself once, and cannot."""
    return draw.document(
        draw.process(
            "trasig_natt",
            draw.start(event=draw.timer('=now() + duration("P1D")', "timeDate")),
            draw.catch("A", draw.timer("=saknas", "timeDate")),
            draw.end(),
            draw.seq("s", "A", "e"),
        )
    )


_MESSAGES = """
["klocka.vakna"]
key = "instans"
receivers = "one"
kind = "catch"
expires = "P5D"
late = "incident"
double = "ignored"

["klocka.ring"]
key = "instans"
receivers = "one"
kind = "start"
expires = "P5D"
late = "incident"
double = "ignored"

["klocka.slog"]
key = "instans"
receivers = "one"
kind = "catch"
expires = "P5D"
late = "incident"
double = "ignored"
"""


def actor() -> Actor:
    """Deploy the edition and return who may start its processes."""
    bundles.compiled.cache_clear()
    diagrams = {"jamsides": _together(), "efter": _after_another(), "meddelar": _periodic()}
    diagrams |= {"uppfoljning": _review(), "vackare": _waker(), "vackt": _woken()}
    diagrams["lyssnare"] = _listener()
    diagrams |= {"natt": _nightly(), "trasig_natt": _broken_night()}
    bundle = EngineBundle(
        {
            "manifest.toml": (_MANIFEST + "".join(map(_ENTRY.format, diagrams))).encode(),
            "messages.toml": _MESSAGES.encode(),
            "terms/roller.toml": _ROLE.encode(),
            "dmn/atkomst.dmn": _ACCESS.encode(),
            **{f"bpmn/{key}.bpmn": content for key, content in diagrams.items()},
        }
    )
    Bundle.objects.create(
        hash=bundle.hash,
        edition="klockor",
        valid_from=date(2025, 1, 1),
        deployed_at=NOW,
        files={path: content.decode() for path, content in bundle.files.items()},
    )
    organisation = Organisation.objects.create(name="Nämnden", kind="myndighet")
    unit = Unit.objects.create(organisation=organisation, name="Enhet 1")
    user = User.objects.create_user("klockare")
    RoleGrant.objects.create(
        user=user,
        role="handlaggare",
        organisation=organisation,
        unit=unit,
        valid_from=date(2025, 1, 1),
    )
    sign(user, organisation)
    return actor_for(user, NOW)


def begin(who: Actor, process: str, **variables: Any) -> UUID:
    """Start an instance and return its id."""
    started = use_cases.start(
        process, arende_id=None, answers={}, actor=who, now=NOW, variables=variables
    )
    return started.instance_id


def days(a: int, b: int, c: int) -> dict[str, datetime]:
    """Return the times of the three timers, in days from now."""
    return {"a": NOW + a * DAY, "b": NOW + b * DAY, "c": NOW + c * DAY}


def fired(instance_id: UUID) -> str:
    """Return the timers that fired, in order."""
    lines = Event.objects.filter(
        instance_id=instance_id, kind="completed", element__in=["A", "B", "C"]
    )
    return "".join(lines.order_by("version", "seq").values_list("element", flat=True))
