"""Generated expressions: syntax trees, and texts that look like FEEL."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

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
)
from engine.feel.values import DaysTime, YearsMonths

NAMES = ("a", "belopp", "Antal barn", "Åtgärd", "a-b", "Kostnad per år")
_names = st.sampled_from(NAMES)
_plain_names = st.sampled_from(("x", "y", "rad", "Rad nr"))
_literals = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=6).filter(lambda text: text.isprintable()),
    st.integers(0, 10**12).map(Decimal),
    st.decimals(0, 1000, places=3),
    st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    st.integers(-30, 30).map(YearsMonths),
    st.integers(-(10**7), 10**7).map(lambda seconds: DaysTime(Decimal(seconds))),
)
_functions = st.sampled_from(("count", "sum", "string", "date", "not", "upper case", "abs", "min"))
_types = st.sampled_from(
    (
        TypeExpression("number"),
        TypeExpression("date and time"),
        TypeExpression("list", (TypeExpression("string"),)),
        TypeExpression("context", (TypeExpression("number"),), ("a",)),
        TypeExpression("function", (), (), TypeExpression("Any")),
    )
)


def _compound(inner: st.SearchStrategy) -> st.SearchStrategy:
    at = st.just(0)
    some = st.lists(inner, min_size=1, max_size=3).map(tuple)
    iterators = st.lists(
        st.builds(Iterator, _plain_names, inner, st.none() | inner), min_size=1, max_size=2
    ).map(tuple)
    comparisons = st.sampled_from(("=", "!=", "<", "<=", ">", ">="))
    return st.one_of(
        st.builds(Path, at, inner, _plain_names),
        st.builds(Filter, at, inner, inner),
        st.builds(Call, at, st.builds(Name, at, _functions), some),
        st.builds(Negate, at, inner),
        *(
            st.builds(Arithmetic, at, inner, st.tuples(st.tuples(st.sampled_from(signs), inner)))
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
            st.dictionaries(_plain_names, inner, max_size=3).map(lambda d: tuple(d.items())),
        ),
        st.builds(Interval, at, inner, inner, st.booleans(), st.booleans()),
        st.builds(
            FunctionOf, at,
            st.lists(st.tuples(_plain_names, st.none() | _types), max_size=2).map(tuple), inner,
        ),
    )  # fmt: skip


trees = st.recursive(
    st.builds(Literal, st.just(0), _literals) | st.builds(Name, st.just(0), _names),
    _compound,
    max_leaves=12,
)

_WORDS = [
    "a", "belopp", "x", "1", "0", "2.5", '"abc"', '"2026-08-31"', "null", "true", "false", "@",
    "(", ")", "[", "]", "{", "}", "+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "..",
    ".", ",", ":", "and", "or", "not", "if", "then", "else", "for", "in", "return", "some", "every",
    "satisfies", "between", "instance", "of", "function", "list", "number", "date", "time",
    "date and time", "duration", "count", "sum", "min", "sort", "string", "substring", "replace",
    "matches", "split", "range", "context put", "get value", "item", "partial", "?", "stddev",
    "modulo", "decimal", "string join", "distinct values", "day of week",
    "years and months duration",
    "@\"P1D\"", "@\"2026-08-31T00:00:00@Europe/Stockholm\"", "1e6000", "9" * 40,
]  # fmt: skip
texts = st.one_of(
    st.lists(st.sampled_from(_WORDS), max_size=25).map(" ".join),
    st.text(max_size=40),
)
