"""What holds for every expression, date and number, not only for the examples."""

from calendar import monthrange
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine.feel import FeelError, YearsMonths, compile_expression, compile_unary_tests, syntax
from engine.feel.builtins import BUILTINS
from engine.feel.parser import parse_expression, parse_unary_tests
from engine.feel.printer import print_tree
from engine.feel.syntax import Call, Filter, Interval, Literal, Name, UnaryTestsOf
from engine.feel.values import Function, kind_of
from tests.feel.generated import NAMES, tests, texts, trees

NOW = datetime(2026, 8, 31, 12, tzinfo=UTC)
_OPEN_END = Interval(
    0,
    Literal(0, None),
    Filter(0, Literal(0, None), Name(0, "and more")),
    low_closed=False,
    high_closed=False,
)
"""``(null..null[and more])``: the bracket begins a filter and does not close the interval."""
_slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _without_positions(part: Any) -> Any:
    if isinstance(part, tuple):
        return tuple(_without_positions(item) for item in part)
    if (
        not is_dataclass(part)
        or isinstance(part, type)
        or not type(part).__module__.endswith("syntax")
    ):
        return part
    changed = {field.name: _without_positions(getattr(part, field.name)) for field in fields(part)}
    if "position" in changed:
        changed["position"] = 0
    return replace(part, **changed)


@_slow
@given(trees)
def test_a_printed_tree_reads_as_the_same_tree(tree):
    text = print_tree(tree)
    assert _without_positions(parse_expression(text, (*BUILTINS, *NAMES))) == tree


@_slow
@given(tests)
@example(UnaryTestsOf(0, (Call(0, Name(0, "not"), (Literal(0, None),)),), negated=False))
@example(UnaryTestsOf(0, (Call(0, Name(0, "not"), (Literal(0, None),)),), negated=True))
@example(UnaryTestsOf(0, (Filter(0, Literal(0, None), Name(0, "and more")),), negated=True))
@example(UnaryTestsOf(0, (_OPEN_END,), negated=False))
@example(UnaryTestsOf(0, (Call(0, Name(0, "not"), ()), Literal(0, None)), negated=False))
def test_printed_tests_of_a_cell_read_as_the_same_tests(tree):
    text = print_tree(tree)
    assert _without_positions(parse_unary_tests(text, (*BUILTINS, *NAMES))) == tree


def _parts(part: Any) -> set[type]:
    """Return the classes of the syntax that a tree is built of."""
    if isinstance(part, tuple):
        return set().union(*map(_parts, part))
    if not is_dataclass(part) or isinstance(part, type):
        return set()
    inner = (_parts(getattr(part, field.name)) for field in fields(part))
    return {type(part)}.union(*inner)


def test_the_generated_trees_cover_the_whole_grammar():
    seen: set[type] = set()

    @settings(_slow, max_examples=400, derandomize=True, database=None)
    @given(trees, tests)
    def collect(tree: Any, cell: Any) -> None:
        seen.update(_parts(tree), _parts(cell))

    collect()
    grammar = {
        thing
        for thing in vars(syntax).values()
        if isinstance(thing, type) and thing.__module__ == syntax.__name__
    }
    assert grammar - seen == {syntax.Node}


VARIABLES = {
    "a": 1,
    "x": [1, 2],
    "y": {"x": None, "rad": date(2026, 8, 31)},
    "belopp": [1, 2, "x", {"year": 1}],
    "Antal barn": {"x": 1, "a-b": Decimal("0.1")},
    "it's": datetime(2026, 8, 31, tzinfo=UTC),
}


def _evaluated(text: str, names: tuple[str, ...]) -> None:
    """Read and evaluate ``text`` in every way there is.

    Raises:
        FeelError: It is no FEEL, or costs too much. Nothing else may be raised.
    """
    for evaluate in (
        lambda: compile_expression(text, names=names).explain(VARIABLES, now=NOW).value,
        lambda: compile_expression(text, names=names).evaluate(VARIABLES, missing="error"),
        lambda: compile_unary_tests(text, names=names).matches(1, VARIABLES, now=NOW),
    ):
        try:
            value = evaluate()
        except FeelError:
            continue
        assert kind_of(value) != "function" or isinstance(value, Function)


@_slow
@given(trees)
def test_a_generated_tree_evaluates_or_raises_only_feel_errors(tree):
    _evaluated(print_tree(tree), NAMES)


@_slow
@given(texts)
def test_any_text_raises_nothing_but_feel_errors(text):
    _evaluated(text, ())
    _evaluated(text, NAMES)


@_slow
@given(
    st.sampled_from(sorted(BUILTINS)),
    st.lists(
        st.sampled_from(
            [
                "null",
                "true",
                "1",
                "-1",
                "2.5",
                "1e6000",
                '""',
                '"a"',
                '"2026-01-01"',
                "[]",
                "[1,2]",
                '["a"]',
                "[[1],[2]]",
                "{}",
                "{a: 1}",
                "[1..5]",
                "(< 5)",
                '@"2026-01-01"',
                '@"12:00:00"',
                '@"2026-01-01T12:00:00Z"',
                '@"2026-01-01T12:00:00"',
                '@"P1D"',
                '@"P1M"',
                '@"9999-12-31"',
                '[[["a"]]]',
                "[{key: [1], value: 1}]",
                "[null..1]",
                '"(a)|b"',
                '@"-999999999-01-01"',
                '@"999999999-12-31T23:59:59@Europe/Stockholm"',
                "(function(x) x)",
                "(function(x, y) x < y)",
            ]
        ),
        max_size=4,
    ),
)
def test_a_builtin_called_with_anything_gives_a_value_or_null(name, args):
    value = compile_expression(f"{name}({', '.join(args)})").evaluate({}, now=NOW)
    assert not isinstance(value, float)


def _evaluate(text: str, **context: Any) -> Any:
    return compile_expression(text, names=tuple(context)).evaluate(context)


_numbers = st.decimals(-(10**15), 10**15, places=4)


@given(_numbers, _numbers)
def test_addition_undoes_subtraction(left, right):
    assert _evaluate("(a - b) + b", a=left, b=right) == left


@given(_numbers, _numbers, _numbers)
def test_arithmetic_is_exact_where_floats_are_not(a, b, c):
    assert _evaluate("a + b + c", a=a, b=b, c=c) == a + b + c
    assert _evaluate("a * b = b * a", a=a, b=b) is True


@given(_numbers, _numbers.filter(bool))
def test_modulo_has_the_sign_of_the_divisor(left, right):
    rest = _evaluate("modulo(a, b)", a=left, b=right)
    assert abs(rest) < abs(right)
    assert rest == 0 or (rest > 0) == (right > 0)


@given(_numbers, _numbers)
def test_exactly_one_of_less_equal_greater(left, right):
    answers = [_evaluate(f"a {sign} b", a=left, b=right) for sign in ("<", "=", ">")]
    assert sorted(answers) == [False, False, True]


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(0, 600))
def test_date_plus_months_never_skips_a_month(start, months):
    end = _evaluate("start + steg", start=start, steg=YearsMonths(months))
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    last = monthrange(end.year, end.month)[1]
    assert end.day == min(start.day, last)


def test_six_months_from_every_day_of_2024_to_2032():
    expression = compile_expression('d + duration("P6M")')
    day = date(2024, 1, 1)
    while day <= date(2032, 12, 31):
        year, month = day.year + (day.month > 6), (day.month + 5) % 12 + 1
        wanted = date(year, month, min(day.day, monthrange(year, month)[1]))
        assert expression.evaluate({"d": day}) == wanted
        day += timedelta(days=1)


def test_local_midnight_is_the_right_instant_on_every_day_of_2024_to_2032():
    expression = compile_expression(
        'date and time(d, time("00:00:00@Europe/Stockholm")) = date and time(instant)'
    )
    day = date(2024, 1, 1)
    while day <= date(2032, 12, 31):
        offset = 2 if _summer(day) else 1
        instant = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=offset)
        assert expression.evaluate({"d": day, "instant": instant}) is True
        day += timedelta(days=1)


def _summer(day: date) -> bool:
    """Tell whether Stockholm's midnight is in summer time (EU: from 01 UTC on last Sundays)."""

    def last_sunday(month: int) -> date:
        last = date(day.year, month, 31)
        return last - timedelta(days=(last.weekday() + 1) % 7)

    return last_sunday(3) < day <= last_sunday(10)


@given(_numbers, st.integers(-3, 6))
def test_rounding_half_up_is_what_people_do_by_hand(number, scale):
    rounded = _evaluate("round half up(a, b)", a=number, b=scale)
    step = Decimal(1).scaleb(-scale)
    assert abs(rounded - number) <= step / 2
    assert rounded % step == 0
