"""Examples of decision tables (``tests/processes/tabeller/<decision>.toml``)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from pydantic import AwareDatetime, Field, model_validator

from engine.bundle import Bundle
from engine.dmn.errors import DmnError
from engine.manifest import DataModel, parse_toml
from engine.scenarios import RequirementId


class TableExample(DataModel):
    """One question to a table and what it answers.

    ``null`` names inputs that have no value, which TOML cannot write. ``rows`` are the numbers of
    the rules that match, in any order; ``output`` is the whole answer, or for several outputs the
    ones of interest (of a list: every row, with those entries); ``error`` is the code with which
    the table refuses to answer.
    """

    text: str = ""
    inputs: dict[str, Any] = Field(default_factory=dict)
    null: tuple[str, ...] = ()
    rows: tuple[int, ...] | None = None
    output: Any = None
    error: str | None = None
    requirements: tuple[RequirementId, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.rows is None and self.output is None and self.error is None:
            raise ValueError("give rows, output or error")
        return self


class TableExamples(DataModel):
    """One file: the examples of one table. ``now`` is the moment that ``today()`` knows."""

    now: AwareDatetime
    example: tuple[TableExample, ...] = Field(min_length=1)


def read_examples(folder: Path) -> Mapping[str, TableExamples]:
    """Read the files of a folder, by the table that each is named after.

    Raises:
        DataFileError: A file cannot be read.
    """
    return {
        path.stem: parse_toml(TableExamples, path.name, path.read_bytes())
        for path in sorted(folder.glob("*.toml"))
    }


def matched_by_examples(bundle: Bundle, files: Mapping[str, TableExamples]) -> frozenset[str]:
    """Return the rules that examples match, as ``<decision>:<number>``."""
    return frozenset().union(
        *(
            answer(bundle, decision, example, file.now)[0]
            for decision, file in files.items()
            for example in file.example
        )
    )


def answer(
    bundle: Bundle, decision: str, example: TableExample, now: datetime
) -> tuple[frozenset[str], list[str]]:
    """Ask the table.

    Args:
        bundle: The edition.
        decision: Id of the table.
        example: The question.
        now: The moment, aware.

    Returns:
        The rules that matched as ``<decision>:<number>``, and what differs from the example.
    """
    inputs = {name: feel(value) for name, value in example.inputs.items()}
    inputs |= dict.fromkeys(example.null)
    try:
        result = bundle.decision(decision).evaluate(decision, inputs, now=now)
    except DmnError as error:
        differs = error.code != example.error
        return frozenset(), [f"is refused: {error.code} {error}"] if differs else []
    own = sorted({match.number for match in result.matched if match.decision == decision})
    matched = frozenset(f"{match.decision}:{match.number}" for match in result.matched)
    return matched, list(_differences(example, own, result.value))


def feel(value: Any) -> Any:
    """Turn a TOML value into a FEEL value: numbers become decimals, at any depth."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return Decimal(str(value))
    if isinstance(value, Mapping):
        return {key: feel(entry) for key, entry in value.items()}
    return [feel(entry) for entry in value] if isinstance(value, list | tuple) else value


def _differences(example: TableExample, rows: list[int], value: Any) -> Iterator[str]:
    if example.error is not None:
        yield f"is answered, though {example.error} was expected"
    if example.rows is not None and sorted(example.rows) != rows:
        yield f"matches rows {rows}, expected {sorted(example.rows)}"
    if example.output is None:
        return
    wanted = feel(example.output)
    if isinstance(wanted, dict) and isinstance(value, Mapping):
        for name, part in wanted.items():
            if value.get(name) != part:
                yield f"{name} is {value.get(name)}, expected {part}"
    elif not _fits(wanted, value):
        yield f"the answer is {value}, expected {wanted}"


def _fits(wanted: Any, value: Any) -> bool:
    """Whether a value is as wanted; of contexts in a list, those entries that are given."""
    if isinstance(wanted, list) and isinstance(value, list):
        return len(wanted) == len(value) and all(map(_fits, wanted, value))
    if isinstance(wanted, dict) and isinstance(value, Mapping):
        return all(value.get(name) == part for name, part in wanted.items())
    return bool(wanted == value)
