"""Generated expressions: syntax trees, and texts that look like FEEL."""

from datetime import UTC
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from engine.feel.builtins import BUILTINS
from engine.feel.cursor import TYPE_NAMES
from engine.feel.printer import print_tree
from engine.feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Compare,
    Comparison,
    ContextOf,
    Filter,
    For,
    FunctionOf,
    If,
    In,
    InstanceOf,
    Interval,
    Iterator,
    ListOf,
    Literal,
    Logic,
    Name,
    Negate,
    Path,
    Quantified,
    TypeExpression,
    UnaryTestsOf,
)
from engine.feel.values import DaysTime, YearsMonths
from engine.feel.wide import DAY_NS, from_ordinal, make_time

NAMES = (
    "a", "belopp", "Antal barn", "Antal barn hemma", "Åtgärd", "a-b", "Kostnad per år", "and more",
    "date of birth", "number of for items", "it's", "p/q", "m.n", "🐎",
)  # fmt: skip
"""Declared names: with spaces, signs and keywords, one the beginning of another."""

_names = st.sampled_from(NAMES)
_plain_names = st.sampled_from(("x", "y", "rad", "Rad nr"))
_entry_names = _plain_names | st.sampled_from(("start included", "if", "year", "a-b", "and more"))
_keys = _plain_names | st.sampled_from(("+", "x+y", "{", "", "a\nb", '"', "date", "sum"))
_zones = st.sampled_from((None, UTC, ZoneInfo("Europe/Stockholm")))
_literals = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=6),
    st.integers(0, 10**12).map(Decimal),
    st.decimals(0, 1000, places=3),
    st.sampled_from((Decimal("1e6144"), Decimal("1e-6143"), Decimal("9" * 34))),
    st.dates(),
    st.times(timezones=st.sampled_from((None, UTC))),
    st.datetimes(timezones=_zones, allow_imaginary=False),
    st.integers(-(10**11), 10**11).map(from_ordinal),
    st.integers(0, DAY_NS - 1).map(lambda nanos: make_time(nanos, UTC)),
    st.integers(-30, 30).map(YearsMonths),
    st.integers(-(10**7), 10**7).map(lambda seconds: DaysTime(Decimal(seconds))),
)
_functions = st.sampled_from(tuple(BUILTINS))
_types = st.recursive(
    st.sampled_from((*TYPE_NAMES, "tKlass")).map(TypeExpression),
    lambda inner: st.one_of(
        inner.map(lambda one: TypeExpression("list", (one,))),
        inner.map(lambda one: TypeExpression("range", (one,))),
        st.dictionaries(_plain_names, inner, min_size=1, max_size=2).map(
            lambda entries: TypeExpression("context", tuple(entries.values()), tuple(entries))
        ),
        st.builds(
            lambda parameters, result: TypeExpression("function", tuple(parameters), (), result),
            st.lists(inner, max_size=2),
            inner,
        ),
    ),
    max_leaves=4,
)


def _compound(inner: st.SearchStrategy) -> st.SearchStrategy:
    at = st.just(0)
    some = st.lists(inner, min_size=1, max_size=3).map(tuple)
    iterators = st.lists(
        st.builds(Iterator, _plain_names, inner, st.none() | inner), min_size=1, max_size=2
    ).map(tuple)
    comparisons = st.sampled_from(("=", "!=", "<", "<=", ">", ">="))
    by_name = st.dictionaries(_plain_names, inner, max_size=2).map(lambda named: (*named.items(),))
    parameters = st.dictionaries(_plain_names, st.none() | _types, max_size=2)
    return st.one_of(
        st.builds(Path, at, inner, _entry_names),
        st.builds(Filter, at, inner, inner),
        st.builds(Call, at, st.builds(Name, at, _functions) | inner, some),
        st.builds(Call, at, st.builds(Name, at, _functions), st.just(()), by_name),
        st.builds(Negate, at, inner),
        *(
            st.builds(
                Arithmetic, at, inner,
                st.lists(
                    st.tuples(st.sampled_from(signs), inner), min_size=1, max_size=3
                ).map(tuple),
            )
            for signs in (("+", "-"), ("*", "/"), ("**",))
        ),
        st.builds(
            Logic, at, st.sampled_from(("and", "or")),
            st.lists(inner, min_size=2, max_size=3).map(tuple),
        ),
        st.builds(Compare, at, comparisons, inner, inner),
        st.builds(Comparison, at, comparisons, inner),
        st.builds(Between, at, inner, inner, inner),
        st.builds(In, at, inner, some),
        st.builds(InstanceOf, at, inner, _types),
        st.builds(If, at, inner, inner, inner),
        st.builds(For, at, iterators, inner),
        st.builds(Quantified, at, st.sampled_from(("some", "every")), iterators, inner),
        st.builds(ListOf, at, st.lists(inner, max_size=3).map(tuple)),
        st.builds(
            ContextOf, at,
            st.dictionaries(_keys, inner, max_size=3).map(lambda d: tuple(d.items())),
        ),
        st.builds(Interval, at, inner, inner, st.booleans(), st.booleans()),
        st.builds(FunctionOf, at, parameters.map(lambda d: tuple(d.items())), inner),
    )  # fmt: skip


trees = st.recursive(
    st.builds(Literal, st.just(0), _literals)
    | st.builds(Name, st.just(0), _names | st.just("partial") | st.just("item")),
    _compound,
    max_leaves=12,
)
"""Expressions of every kind that the grammar has."""

tests = st.builds(
    UnaryTestsOf,
    st.just(0),
    st.lists(trees | st.just(Name(0, "?")), min_size=1, max_size=3).map(tuple),
    st.booleans(),
) | st.just(UnaryTestsOf(0, (), negated=False))
"""Cells of a table."""

_WORDS = [
    "a", "belopp", "x", "1", "0", "2.5", '"abc"', '"2026-08-31"', "null", "true", "false", "@",
    "(", ")", "[", "]", "{", "}", "+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "..",
    ".", ",", ":", "and", "or", "not", "if", "then", "else", "for", "in", "return", "some", "every",
    "satisfies", "between", "instance", "of", "function", "list", "number", "date", "time",
    "date and time", "duration", "count", "sum", "min", "sort", "string", "substring", "replace",
    "matches", "split", "range", "context put", "get value", "item", "partial", "?", "stddev",
    "modulo", "decimal", "string join", "distinct values", "day of week",
    "years and months duration",
    "@\"-0044-03-15\"", "@\"999999999-12-31T23:59:59.999999999Z\"", "@\"12:00:00.000000001\"",
    "@\"P1D\"", "@\"2026-08-31T00:00:00@Europe/Stockholm\"", "1e6000", "9" * 40,
]  # fmt: skip


@st.composite
def _spoiled(draw: st.DrawFn) -> str:
    """Return the text of an expression with a piece taken out and something else put in."""
    text = draw((trees | tests).map(print_tree))
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 5)))
    return text[:start] + draw(st.sampled_from(_WORDS) | st.text(max_size=3)) + text[end:]


texts = st.one_of(
    st.lists(st.sampled_from(_WORDS), max_size=25).map(" ".join),
    st.lists(st.sampled_from(_WORDS), max_size=25).map("".join),
    st.text(max_size=40),
    _spoiled(),
)
"""Texts that look like FEEL, more or less."""
