"""What an analysis finds in a decision model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from engine.feel.text import nested_text
from engine.feel.values import Value

Severity = Literal["error", "warning", "undecided"]
"""``undecided``: it could not be told; no fault was found and none was ruled out."""

CODES: Final[Mapping[str, str]] = {
    "dmn_overlap": "two rules of a UNIQUE table match the same input",
    "dmn_any_differs": "two rules of an ANY table match the same input and say different things",
    "dmn_gap": "an input that no rule matches, and there is no default output",
    "dmn_rule_never": "a cell of the rule can never be true",
    "dmn_rule_hidden": "other rules take everything that the rule would match",
    "dmn_cell_type": "a cell compares with a value of another type than its column",
    "dmn_cell_not_allowed": "a cell asks for a value that the column does not allow",
    "dmn_expression_type": "an input expression gives another type than its column",
    "dmn_result_type": "an output is of another type than its column or its decision",
    "dmn_result_not_allowed": "an output is none of the output values",
    "dmn_undefined_name": "an expression reads a name that nothing gives",
    "dmn_unknown_entry": "an expression reads an entry that the declared type does not have",
    "dmn_always_null": "a date, duration or number is written so that it is null",
    "dmn_wrong_arguments": "a knowledge model is called with other arguments than it has",
    "dmn_no_priority": "PRIORITY or OUTPUT ORDER without output values in their order",
    "dmn_name_not_required": "an expression reads input data that the decision does not require",
    "dmn_cycle": "requirements go in a circle",
    "dmn_not_decided": "the table holds something that cannot be decided beforehand",
}
"""Every code of this package, and what it stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFinding:
    """One thing found.

    Attributes:
        code: One of ``CODES``, or the code of an error of reading.
        severity: Whether the table must be mended (see ``Severity``).
        decision: Id of the decision or knowledge model.
        rules: Numbers of the rules concerned, from 1.
        message: What is wrong and what to do.
        sample: Values of the variables that show it, where there are such.
        line: Line in the file, 0 when unknown.
    """

    code: str
    severity: Severity
    decision: str
    message: str
    rules: tuple[int, ...] = ()
    sample: Mapping[str, Value] | None = None
    line: int = 0


def shown(sample: Mapping[str, Value] | None) -> str:
    """Return a sample as FEEL."""
    return "" if sample is None else nested_text(dict(sample))


def numbers(rules: tuple[int, ...]) -> str:
    """Return rule numbers for a message: ``rule 3``, ``rules 3 and 5``."""
    words = [str(number) for number in rules]
    if len(words) == 1:
        return f"rule {words[0]}"
    return f"rules {', '.join(words[:-1])} and {words[-1]}"
