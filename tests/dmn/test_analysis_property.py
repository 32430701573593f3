"""The analysis against brute force: random small tables, decided for every point of a grid."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.dmn import DmnInputTypeError, NoRuleMatchedError, parse_decisions
from engine.dmn.analysis import TableFinding, analyse
from engine.feel import compile_expression
from engine.feel.values import DaysTime, YearsMonths
from tests.dmn.analysed import show, small
from tests.dmn.models import definitions

NUMBERS = [str(n) for n in range(4)]
WORDS = ['"b"', '"d"', '"f"']
DAYS = [f'@"2026-01-0{n}"' for n in range(2, 5)]
MONTHS = [f'duration("P{n}M")' for n in range(2, 5)]
MOMENTS = [f'@"2026-01-01T12:00:0{n}"' for n in range(2, 5)]
CLOCK = [f'@"12:00:0{n}"' for n in range(2, 5)]
HOURS = [f'duration("PT{n}H")' for n in range(2, 5)]
GRIDS: dict[str, list[Any]] = {
    "number": [Decimal(n) / 2 for n in range(-2, 9)],
    "string": ["", "b", "ba", "d", "da", "f", "fa"],
    "boolean": [True, False],
    "date": [date(2026, 1, n) for n in range(1, 7)],
    "years and months duration": [YearsMonths(n) for n in range(1, 7)],
    "date and time": [
        compile_expression(f'@"2026-01-01T12:00:0{n}{part}"').evaluate({})
        for n in range(1, 7)
        for part in ("", ".5")
    ],
    "time": [
        compile_expression(f'@"12:00:0{n}{part}"').evaluate({})
        for n in range(1, 7)
        for part in ("", ".5")
    ],
    "days and time duration": [DaysTime(Decimal(n) * 1800) for n in range(2, 12)],
}
CONSTANTS = {
    "number": NUMBERS,
    "string": WORDS,
    "boolean": ["true", "false"],
    "date": DAYS,
    "years and months duration": MONTHS,
    "days and time duration": HOURS,
    "date and time": MOMENTS,
    "time": CLOCK,
}
INEXACT = {
    "number": ["modulo(?, 2) = 0", "abs(?) > 2"],
    "string": ["string length(?) > 1", 'contains(?, "a")'],
}


def one_test_of(kind: str) -> st.SearchStrategy[str]:
    one = st.sampled_from(CONSTANTS[kind])
    plain = st.one_of(one, st.just("null"))
    if kind == "boolean":
        return plain
    operator = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
    opening, closing = st.sampled_from("[(]"), st.sampled_from("])[")
    return st.one_of(
        plain,
        st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">="]), one),
        st.builds("{}{}..{}{}".format, opening, one, one, closing),
        st.builds("? {} {}".format, operator, one),
        st.builds("? > {} and ? <= {}".format, one, one),
        st.builds("? < {} or ? >= {}".format, one, one),
        st.builds("? between {} and {}".format, one, one),
        st.builds("[{}, {}]".format, one, one),
        st.builds("? in ({}, > {})".format, one, one),
    )


def cells_of(kind: str) -> st.SearchStrategy[str]:
    listed = st.lists(one_test_of(kind), min_size=1, max_size=3).map(", ".join)
    return st.one_of(st.just("-"), st.just("-"), listed, st.builds("not({})".format, listed))


@dataclass(frozen=True)
class Made:
    kinds: tuple[str, ...]
    allowed: tuple[str, ...]
    rules: tuple[str, ...]
    policy: str

    def written(self, policy: str = "") -> str:
        inputs = [
            f"{name} : {kind} :{allowed}" if allowed else f"{name} : {kind}"
            for name, kind, allowed in zip("abc", self.kinds, self.allowed, strict=False)
        ]
        values = "3, 2, 1" if self.policy == "PRIORITY" else ""
        return small(inputs, self.rules, policy=policy or self.policy, output_values=values)


POLICIES = [
    "UNIQUE",
    "UNIQUE",
    "ANY",
    "FIRST",
    "FIRST",
    "PRIORITY",
    "COLLECT",
    "RULE ORDER",
    "OUTPUT ORDER",
]


@st.composite
def tables(draw: st.DrawFn, *, inexact: bool = False) -> Made:
    known = list(INEXACT) if inexact else list(CONSTANTS)
    kinds = draw(st.lists(st.sampled_from(known), min_size=1, max_size=2 if inexact else 3))
    allowed = [draw(st.one_of(st.just(""), st.just(""), _allowed(kind))) for kind in kinds]
    cells = {
        kind: st.one_of(cells_of(kind), st.sampled_from(INEXACT.get(kind, ["-"])))
        if inexact
        else cells_of(kind)
        for kind in kinds
    }
    rules = draw(
        st.lists(
            st.tuples(*(cells[kind] for kind in kinds), st.sampled_from(["1", "2", "3"])).map(
                " | ".join
            ),
            min_size=1,
            max_size=5,
        )
    )
    return Made(tuple(kinds), tuple(allowed), tuple(rules), draw(st.sampled_from(POLICIES)))


def _allowed(kind: str) -> st.SearchStrategy[str]:
    some = st.lists(st.sampled_from(CONSTANTS[kind]), min_size=1, max_size=3, unique=True)
    if kind == "boolean":
        return some.map(", ".join)
    low, high = CONSTANTS[kind][0], CONSTANTS[kind][-1]
    return st.one_of(some.map(", ".join), st.just(f"[{low}..{high}]"), st.just(f"> {low}"))


@dataclass(frozen=True)
class Truth:
    """What brute force sees."""

    overlaps: frozenset[tuple[int, int]]
    differing: frozenset[tuple[int, int]]
    matching: frozenset[int]
    used: frozenset[int]
    gap: bool


def brute(made: Made) -> Truth:
    listing = parse_decisions(definitions(made.written("RULE ORDER")))
    real = parse_decisions(definitions(made.written()))
    rules = [rule.split(" | ") for rule in made.rules]
    outputs = [rule[-1] for rule in rules]
    overlaps: set[tuple[int, int]] = set()
    matching: set[int] = set()
    used: set[int] = set()
    gap = False
    for point in itertools.product(*((*GRIDS[kind], None) for kind in made.kinds)):
        sample = dict(zip("abc", point, strict=False))
        try:
            matched = [one.number for one in listing.evaluate("dec", sample).matched]
        except DmnInputTypeError:
            continue
        matching |= set(matched)
        overlaps |= set(itertools.combinations(matched, 2))
        if made.policy in {"FIRST", "PRIORITY"} and matched:
            used |= {one.number for one in real.evaluate("dec", sample).matched}
        about = all(
            value is not None or speaks(made, place, rules) for place, value in enumerate(point)
        )
        gap = gap or (not matched and about)
    differing = {(a, b) for a, b in overlaps if outputs[a - 1] != outputs[b - 1]}
    return Truth(
        frozenset(overlaps), frozenset(differing), frozenset(matching), frozenset(used), gap
    )


def speaks(made: Made, place: int, rules: Sequence[Sequence[str]]) -> bool:
    return any(re.search(r"\bnull\b", rule[place]) for rule in rules)


def told(found: Sequence[TableFinding], code: str) -> set[tuple[int, ...]]:
    return {one.rules for one in found if one.code == code}


SLOW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@given(tables())
@SLOW
def test_exact_cells_are_judged_as_brute_force_does(made: Made) -> None:
    found = analyse(definitions(made.written()))
    truth = brute(made)
    assert told(found, "dmn_not_decided") == set()
    if made.policy == "UNIQUE":
        assert told(found, "dmn_overlap") == set(truth.overlaps)
    if made.policy == "ANY":
        assert told(found, "dmn_any_differs") == set(truth.differing)
    if made.policy in {"UNIQUE", "ANY", "FIRST", "PRIORITY"}:
        assert bool(told(found, "dmn_gap")) == truth.gap
    numbers = set(range(1, len(made.rules) + 1))
    dead = {(number,) for number in numbers - truth.matching}
    blamed = told(found, "dmn_cell_not_allowed")
    assert told(found, "dmn_rule_never") | (blamed & dead) == dead
    if made.policy in {"FIRST", "PRIORITY"}:
        hidden = {(number,) for number in truth.matching - truth.used}
        assert told(found, "dmn_rule_hidden") == hidden
    for finding in found:
        show(made.written(), finding)


@given(tables(inexact=True))
@SLOW
def test_other_cells_are_judged_rightly_or_not_at_all(made: Made) -> None:
    found = analyse(definitions(made.written()))
    truth = brute(made)
    doubts = bool(told(found, "dmn_not_decided"))
    for finding in found:
        show(made.written(), finding)
    if made.policy == "UNIQUE":
        assert doubts or told(found, "dmn_overlap") >= set(truth.overlaps)
    if made.policy == "ANY":
        assert doubts or told(found, "dmn_any_differs") >= set(truth.differing)
    if made.policy in {"UNIQUE", "ANY", "FIRST", "PRIORITY"}:
        assert doubts or bool(told(found, "dmn_gap")) >= truth.gap
    if made.policy in {"FIRST", "PRIORITY"}:
        assert not told(found, "dmn_rule_hidden") & {(number,) for number in truth.used}


COMPUTED = [
    "x = null",
    "x != null",
    "x > 1",
    "x <= 2 and y",
    "not(y)",
    "if y then x > 1 else false",
]


@given(
    st.lists(st.sampled_from(COMPUTED), min_size=1, max_size=3),
    st.lists(
        st.lists(st.sampled_from(["true", "false", "-"]), min_size=3, max_size=3),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["UNIQUE", "FIRST"]),
)
@SLOW
def test_columns_that_compute_are_judged_by_what_variables_give(
    texts: list[str], cells: list[list[str]], policy: str
) -> None:
    rules = [" | ".join([*row[: len(texts)], "1"]) for row in cells]
    written = small([f"{text} : boolean" for text in texts], rules, policy=policy)
    found = analyse(definitions(written))
    for finding in found:
        show(written, finding)
    overlaps, missed = _of_variables(written)
    if policy == "UNIQUE":
        assert told(found, "dmn_overlap") == overlaps
    assert bool(told(found, "dmn_gap")) == missed


@cache
def _grid() -> list[dict[str, Any]]:
    numbers = [None, *(Decimal(n) / 2 for n in range(7))]
    return [{"x": x, "y": y} for x in numbers for y in (True, False, None)]


def _of_variables(written: str) -> tuple[set[tuple[int, int]], bool]:
    listing = parse_decisions(
        definitions(re.sub('hitPolicy="[A-Z]+"', 'hitPolicy="RULE ORDER"', written))
    )
    real = parse_decisions(definitions(written))
    overlaps: set[tuple[int, int]] = set()
    missed = False
    texts = real.decisions["dec"].inputs
    for sample in _grid():
        matched = [one.number for one in listing.evaluate("dec", sample).matched]
        overlaps |= set(itertools.combinations(matched, 2))
        values = [_value(text, sample) for text in texts]
        if not matched and None not in values:
            try:
                real.evaluate("dec", sample)
            except NoRuleMatchedError:
                missed = True
    return overlaps, missed


def _value(text: str, sample: dict[str, Any]) -> Any:
    return compile_expression(text).evaluate(sample)
