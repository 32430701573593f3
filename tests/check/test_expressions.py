"""Expressions and timers: what is read, what is refused, and the mend that is given."""

import pytest

from engine.check.expressions import problem
from tests.check.diagrams import (
    END,
    START,
    diagram,
    errors,
    flow,
    lanes,
    line,
    node,
    report,
    user,
    warnings,
)
from tests.check.diagrams import timer as definition  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        'belopp > 1000 and typ in ("a", "b")',
        'anchor + duration("P6M")',
        'date and time("2030-01-01T00:00:00")',
        "if x = null then 0 else x",
        "count(rader[niva > 2]) != 0",
        '"a == b && __c__ ${d}" = text',
        "for rad in rader return rad.mal",
        "{a: 1, b: a + 1}.b",
    ],
)
def test_feel_is_accepted(text: str) -> None:
    assert problem(text) is None


@pytest.mark.parametrize(
    ("text", "code", "mend"),
    [
        ("a == b", "double_equals", "a = b"),
        ("a && b", "foreign_operator", "and"),
        ("a || b", "foreign_operator", "or"),
        ("!a", "foreign_operator", "not("),
        ("a = True", "foreign_literal", "true"),
        ("a = 'x'", "single_quotes", "double quotes"),
        ("${a}", "foreign_expression", "="),
        ("a.__class__", "code_refused", "FEEL"),
        ("a = ", "feel_syntax", "line 1"),
    ],
)
def test_the_mend_is_named(text: str, code: str, mend: str) -> None:
    found = problem(text)
    assert found is not None
    assert found.code == code
    assert mend in found.message


def test_deep_and_long_expressions_are_refused_without_traceback() -> None:
    assert problem("(" * 5_000 + "1" + ")" * 5_000) is not None
    assert problem("+".join("1" * 6_000)) is not None


def choice(condition: str, *, dialect: bool = True) -> bytes:
    return diagram(
        START, node("exclusiveGateway", "G", default="nej"), END,
        flow("S", "G"), flow("G", "E", condition, "ja"), flow("G", "E", None, "nej"),
        dialect=dialect,
    )  # fmt: skip


def test_a_condition_without_equals_warns_outside_the_dialect_only() -> None:
    assert errors(choice("a &gt; 1")) == {("missing_equals", "ja")}
    assert errors(choice("a &gt; 1", dialect=False)) == set()
    assert warnings(choice("a &gt; 1", dialect=False)) == {("missing_equals", "ja")}
    assert errors(choice("= a &gt; 1")) == set()


def test_another_language_is_refused() -> None:
    found = choice("= a").replace(
        b"<bpmn:conditionExpression>", b'<bpmn:conditionExpression language="python">'
    )
    assert errors(found) == {("foreign_expression", "ja")}


def test_a_literal_stays_a_literal() -> None:
    extra = '<zeebe:assignmentDefinition candidateGroups="handlaggare"/>'
    assert errors(line(user("T", extra), lanes(Lane_a="T"), names="T")) == set()


def timer(
    kind: str, text: str, node_kind: str = "intermediateCatchEvent", extra: str = ""
) -> bytes:
    inside = definition(kind, text)
    return line(node(node_kind, "X", inside, extra), names="X")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("timeDuration", "PT5M"),
        ("timeDuration", "P6M"),
        ("timeDuration", '= duration("P14D")'),
        ("timeDate", "2030-03-31"),
        ("timeDate", "2030-03-31T02:30:00"),
        ("timeDate", "2030-03-31T02:30:00+02:00"),
        ("timeDate", '= anchor + duration("P6M")'),
    ],
)
def test_timers_that_are_read(kind: str, text: str) -> None:
    found = report(timer(kind, text))
    assert found.findings == ()


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("timeDuration", "-PT5M", "timer_negative"),
        ("timeDuration", '= duration("-P1D")', "timer_negative"),
        ("timeDuration", "5 minutes", "timer_invalid"),
        ("timeDuration", "P1.5M", "timer_invalid"),
        ("timeDuration", "deadline", "timer_invalid"),
        ("timeDate", "31/3 2030", "timer_invalid"),
        ("timeDate", "P1D", "timer_invalid"),
        ("timeDate", "", "timer_without_time"),
        ("timeCycle", "R3/PT1H", "cycle_on_intermediate"),
        ("timeCycle", "R/PT1H", "timer_invalid"),
    ],
)
def test_timers_that_are_refused(kind: str, text: str, code: str) -> None:
    assert (code, "X") in errors(timer(kind, text))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("R3/P7D", False), ("R/P7D", True), ("R0/P7D", True), ("7D", True), ('= "R/P1M"', True)],
)
def test_cycles_on_a_boundary_end(text: str, wrong: bool) -> None:  # noqa: FBT001
    edge = node(
        "boundaryEvent",
        "X",
        definition("timeCycle", text),
        attachedToRef="T",
        cancelActivity="false",
    )
    found = diagram(
        START,
        user("T"),
        lanes(Lane_a="T"),
        edge,
        END,
        flow("S", "T"),
        flow("T", "E"),
        flow("X", "E"),
    )
    assert errors(found) == ({("timer_invalid", "X")} if wrong else set())


@pytest.mark.parametrize("text", ["P6M", '= duration("P6M")', "P1Y"])
def test_a_statutory_deadline_in_months_has_an_anchor(text: str) -> None:
    law = (
        '<zeebe:properties><zeebe:property name="lagrum" value="sol2025.14.3"/></zeebe:properties>'
    )
    assert errors(timer("timeDuration", text, extra=law)) == {("months_on_statutory_deadline", "X")}
    assert errors(timer("timeDuration", "P14D", extra=law)) == set()
    assert errors(timer("timeDuration", text)) == set()
