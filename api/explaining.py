"""Why a decision came out as it did, and what set a time limit, as bodies of the API."""

from collections.abc import Iterable, Mapping
from typing import Any

from api.bodies_explained import (
    DueBasis,
    ExplainedTable,
    Explanation,
    Gave,
    MatchedRule,
    Saw,
    TimeLimit,
)
from cases.explained import Basis, bases, limit_of, plain
from cases.models import Event, Instance


def due_basis(rows: Iterable[Mapping[str, Any]], instance: Instance) -> list[DueBasis]:
    """Return what set the time of a task or timer of the instance."""
    return [_basis(found) for found in bases(rows, instance)]


def time_limit(event: Event) -> TimeLimit | None:
    """Return the time limit that a line of the history tells, if any."""
    found = limit_of(event)
    if found is None:
        return None
    return TimeLimit(due=found.due, due_basis=[_basis(basis) for basis in found.basis])


def explanation(event: Event) -> Explanation | None:
    """Return why a decision came out as it did; None for another kind of line."""
    why = event.explanation
    if event.kind != "decision" or not why:
        return None
    return Explanation(
        decision=why["decision"],
        name=why["name"],
        edition=why["edition"],
        given={name: plain(value) for name, value in why["given"].items()},
        result=plain(why["result"]),
        tables=[_table(table) for table in why["tables"]],
    )


def _basis(found: Basis) -> DueBasis:
    return DueBasis(
        decision=found.decision,
        element=found.element,
        step=found.step,
        rules=list(found.rules),
        text=found.text,
        kalla=list(found.kalla),
        citations=[citation.text for citation in found.citations],
        modalitet=found.modalitet,
        normniva=found.normniva,
        law_version=found.law_version,
        verifierad=found.verified,
    )


def _table(table: Mapping[str, Any]) -> ExplainedTable:
    return ExplainedTable(
        decision=table["decision"],
        name=table["name"],
        inputs=[
            Saw(expression=seen["text"], label=seen["label"], value=plain(seen["value"]))
            for seen in table["inputs"]
        ],
        rules=[_rule(rule) for rule in table["rules"]],
    )


def _rule(rule: Mapping[str, Any]) -> MatchedRule:
    return MatchedRule(
        number=rule["number"],
        id=rule["id"],
        description=rule["description"],
        annotations=rule["annotations"],
        outputs=[
            Gave(name=given["name"], label=given["label"], value=plain(given["value"]))
            for given in rule["outputs"]
        ],
    )
