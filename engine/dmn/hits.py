"""Hit policies and aggregations (DMN 8.2.8)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.dmn.errors import DmnOutputTypeError, SeveralRulesMatchedError
from engine.dmn.model import Environment
from engine.feel.builtins import BUILTINS
from engine.feel.comparing import equal
from engine.feel.values import Value


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matched, and its outputs in the order of the columns."""

    number: int
    id: str
    outputs: tuple[Value, ...]


Choose = Callable[[list[Hit], list[list[Value]], Environment, str], "list[Hit] | None"]


@dataclass(frozen=True, slots=True)
class Policy:
    """A hit policy.

    Attributes:
        choose: Picks from the hits; None after a failure that was noted.
        many: Whether the result is a list.
        stops: Whether the first hit is enough.
        ranks: Whether the order of the output values matters.
    """

    choose: Choose
    many: bool = False
    stops: bool = False
    ranks: bool = False


def _all(
    hits: list[Hit], _ranks: list[list[Value]], _environment: Environment, _owner: str
) -> list[Hit] | None:
    return hits


def _unique(
    hits: list[Hit], _: list[list[Value]], environment: Environment, owner: str
) -> list[Hit] | None:
    if len(hits) > 1:
        return _several(hits, environment, owner, "Several rules match a UNIQUE table")
    return hits


def _any(
    hits: list[Hit], _: list[list[Value]], environment: Environment, owner: str
) -> list[Hit] | None:
    for hit in hits[1:]:
        pairs = zip(hit.outputs, hits[0].outputs, strict=True)
        if not all(equal(one, other, environment.run) is True for one, other in pairs):
            return _several(hits, environment, owner, "Rules of an ANY table say different things")
    return hits[:1]


def _several(
    hits: list[Hit], environment: Environment, owner: str, message: str
) -> list[Hit] | None:
    rules = tuple(hit.number for hit in hits)
    numbers = ", ".join(map(str, rules))
    environment.fail(
        SeveralRulesMatchedError(f"{message}: {numbers}.", decision=owner, rules=rules)
    )
    return None


def _ranked(
    hits: list[Hit], ranks: list[list[Value]], _environment: Environment, _owner: str
) -> list[Hit] | None:
    return sorted(hits, key=lambda hit: _rank(hit, ranks))


def _priority(
    hits: list[Hit], ranks: list[list[Value]], _environment: Environment, _owner: str
) -> list[Hit] | None:
    return sorted(hits, key=lambda hit: _rank(hit, ranks))[:1]


def _rank(hit: Hit, ranks: list[list[Value]]) -> tuple[int, ...]:
    """Return the places of the outputs among the output values; unlisted ones come last."""
    return tuple(
        next(
            (place for place, value in enumerate(column) if equal(value, output) is True),
            len(column),
        )
        for output, column in zip(hit.outputs, ranks, strict=True)
    )


HIT_POLICIES: dict[str, Policy] = {
    "UNIQUE": Policy(_unique),
    "ANY": Policy(_any),
    "FIRST": Policy(_all, stops=True),
    "PRIORITY": Policy(_priority, ranks=True),
    "COLLECT": Policy(_all, many=True),
    "RULE ORDER": Policy(_all, many=True),
    "OUTPUT ORDER": Policy(_ranked, many=True, ranks=True),
}
"""Every hit policy of DMN."""


def _aggregator(function: str) -> Callable[[Sequence[Value], Environment, str], Value]:
    builtin = BUILTINS[function]

    def aggregate(results: Sequence[Value], environment: Environment, owner: str) -> Value:
        if not results:
            return None
        value = builtin.call(environment.run, [list(results)], {})
        if value is None:
            environment.fail(
                DmnOutputTypeError("The outputs cannot be aggregated.", decision=owner)
            )
        return value

    return aggregate


def _count(results: Sequence[Value], _environment: Environment, _owner: str) -> Value:
    return Decimal(len(results))


AGGREGATORS: dict[str, Callable[[Sequence[Value], Environment, str], Value]] = {
    "SUM": _aggregator("sum"),
    "MIN": _aggregator("min"),
    "MAX": _aggregator("max"),
    "COUNT": _count,
}
"""Every aggregation of COLLECT."""
