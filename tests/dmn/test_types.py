"""Item definitions and implicit conversions (DMN 1.5, 7.3.2, 7.3.3 and 10.3.2.9.4)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.dmn import DmnInputTypeError, DmnParseError, parse_decisions
from engine.dmn.errors import DmnOutputTypeError
from tests.dmn.models import definitions, input_data, item, knowledge, literal, table, text

DAY = date(2026, 8, 31)


def decide(*parts: str, decision: str = "dec", **inputs: object) -> object:
    return parse_decisions(definitions(*parts)).evaluate(decision, inputs).value


def as_type(kind: str, expression: str, *types: str, **inputs: object) -> object:
    """Return what a decision of type ``kind`` gives."""
    return decide(*types, literal("dec", expression, kind=kind), **inputs)


LISTS = item("tTal", "number") + item("tLista", "number", many=True)
CONVERTED = [
    ("number", "[5]", 5),
    ("tTal", "[5]", 5),
    ("tLista", "5", [5]),
    ("tLista", "[5, null]", [5, None]),
    ("number", "null", None),
    ("date and time", '@"2026-08-31"', datetime(2026, 8, 31, tzinfo=UTC)),
    ("dateTime", '@"2026-08-31"', datetime(2026, 8, 31, tzinfo=UTC)),
    ("tTid", '@"2026-08-31"', datetime(2026, 8, 31, tzinfo=UTC)),
    ("Any", "[5]", [5]),
    ("feel:number", "5", 5),
    ("integer", "5", 5),
    ("long", "5", 5),
    ("double", "0.5", Decimal("0.5")),
]


@pytest.mark.parametrize(("kind", "expression", "expected"), CONVERTED)
def test_a_result_is_fitted_to_its_type(kind: str, expression: str, expected: object) -> None:
    assert as_type(kind, expression, LISTS, item("tTid", "dateTime")) == expected


@pytest.mark.parametrize(
    ("kind", "expression"),
    [
        ("number", "[5, 6]"),
        ("number", '"5"'),
        ("string", "5"),
        ("tLista", '["5"]'),
        ("date", '@"2026-08-31T00:00:00"'),
        ("date and time", '"2026-08-31"'),
        ("boolean", '"true"'),
    ],
)
def test_a_result_that_does_not_fit_is_null_or_an_error(kind: str, expression: str) -> None:
    model = parse_decisions(definitions(LISTS, literal("dec", expression, kind=kind)))
    with pytest.raises(DmnOutputTypeError):
        model.evaluate("dec", {})
    assert model.evaluate("dec", {}, mode="null").value is None


ALLOWED = item("tTal", "number", allowed="[0..10]")
CONSTRAINTS = [
    (item("t", "number", allowed="[0..10]"), 10, 11),
    (item("t", "number", allowed="[0..10]", many=True), [1, 10], [1, 11]),
    (item("t", "string", allowed='"a", "b,c"'), "b,c", "b"),
    (item("t", "string", allowed="string length(?) > 2"), "abc", "ab"),
    (item("t", "number", allowed="not(5)"), 4, 5),
    (item("t", "number", many=True, constraint="count(?) < 3"), [1, 2], [1, 2, 3]),
    (item("t", "number", many=True, constraint="sum(?) > 3", allowed="> 0"), [1, 3], [5, -1]),
    (ALLOWED + item("t", "tTal", many=True, constraint="count(?) > 1"), [1, 2], [1]),
    (ALLOWED + item("t", "tTal", allowed="> 5"), 6, 5),
    (ALLOWED + item("t", "tTal", allowed="> 5"), 10, 11),
]


@pytest.mark.parametrize(("types", "good", "bad"), CONSTRAINTS)
def test_allowed_values_and_type_constraints(types: str, good: object, bad: object) -> None:
    model = parse_decisions(
        definitions(types, input_data("x", "t"), literal("dec", "x", needs=["input:x"]))
    )
    assert model.evaluate("dec", {"x": good}).value == good
    assert model.evaluate("dec", {"x": None}).value is None
    with pytest.raises(DmnInputTypeError):
        model.evaluate("dec", {"x": bad})
    assert model.evaluate("dec", {"x": bad}, mode="null").value is None


def test_a_type_may_hold_itself_further_in_but_not_be_itself() -> None:
    tree = item("tTrad", parts={"namn": "string", "barn": "tTradar"})
    tree += item("tTradar", "tTrad", many=True)
    leaf = {"namn": "b", "barn": []}
    parts = [tree, input_data("x", "tTrad"), literal("dec", "x.barn.namn", needs=["input:x"])]
    assert decide(*parts, x={"namn": "a", "barn": [leaf]}) == ["b"]
    with pytest.raises(DmnInputTypeError):
        decide(*parts, x={"namn": "a", "barn": [{"namn": 1, "barn": []}]})
    for circle in (item("a", "a"), item("c", "a") + item("a", "b") + item("b", "a")):
        with pytest.raises(DmnParseError) as caught:
            decide(circle, literal("dec", "1"))
        assert caught.value.code == "dmn_type_cycle"


FUNCTION = (
    '<itemDefinition name="tFunktion"><functionItem outputTypeRef="number">'
    '<parameters name="n" typeRef="number"/></functionItem></itemDefinition>'
)


@pytest.mark.parametrize("kind", ["tFunktion", "number", "function", ""])
def test_a_knowledge_model_has_the_type_of_a_function_or_of_its_result(kind: str) -> None:
    body = text("literalExpression", "n * 2")
    part = knowledge("dubbel", body, [("n", "number")], kind=kind)
    assert decide(FUNCTION, part, literal("dec", "dubbel(21)", needs=["bkm:dubbel"])) == 42
    wrong = knowledge("dubbel", text("literalExpression", '"x"'), [("n", "number")], kind=kind)
    result = parse_decisions(
        definitions(FUNCTION, wrong, literal("dec", "dubbel(21)", needs=["bkm:dubbel"]))
    ).evaluate("dec", {}, mode="null")
    assert result.value == (None if kind in {"tFunktion", "number"} else "x")


def test_functions_are_values_with_types() -> None:
    types = FUNCTION + item("tBelopp", "number")
    good = literal("dec", "(function(n: tBelopp) n + 1)(1)", kind="tBelopp")
    assert decide(types, good) == 2
    function = literal("dec", "function(n: number) n + 1", kind="tFunktion")
    part = literal("tre", "dec(2)", needs=["dec"])
    assert decide(types, function, part, decision="tre") == 3
    with pytest.raises(DmnOutputTypeError):
        decide(types, literal("dec", "function(a, b) a + b", kind="tFunktion"))


def test_a_relation_and_a_context_keep_the_types_of_columns_and_entries() -> None:
    cells = text("literalExpression", "[1]") + text("literalExpression", '@"2026-08-31"')
    body = (
        '<relation><column name="a" typeRef="number"/><column name="b" typeRef="date and time"/>'
        f"<row>{cells}</row></relation>"
    )
    part = f'<decision id="dec" name="dec"><variable name="dec"/>{body}</decision>'
    assert decide(part) == [{"a": 1, "b": datetime(2026, 8, 31, tzinfo=UTC)}]


def test_a_table_of_dates_takes_dates_as_dates_and_times() -> None:
    part = table(
        [("frist", "dateTime")], [("svar", "")], ['< date and time("2027-01-01T00:00:00Z") | 1']
    )
    assert decide(part, frist=DAY) == 1
