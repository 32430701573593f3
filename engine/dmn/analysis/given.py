"""What a required decision can give: the constants of its table."""

from engine.dmn.analysis.constants import UNKNOWN, fold
from engine.dmn.analysis.cuts import SCALARS
from engine.dmn.hits import HIT_POLICIES
from engine.dmn.items import ItemType
from engine.dmn.table import Table
from engine.feel import compile_unary_tests
from engine.feel.text import nested_text
from engine.feel.types import Type
from engine.feel.values import Value, kind_of

MAX_VALUES = 200


def narrowed(kind: Type, table: Table) -> Type:
    """Return the type of a decision narrowed to the values that its table can give.

    Args:
        kind: The type that the decision declares.
        table: Its table. If it gives several things, lists, or anything that depends on an input,
            ``kind`` is all that is known.
    """
    values = _outputs(table)
    if not values or len(values) > MAX_VALUES:
        return kind
    found = ItemType("what the decision gives")
    found.base = kind
    found.allowed = compile_unary_tests(", ".join(values))
    return found


def _outputs(table: Table) -> dict[str, None]:
    """Return the constants that a table gives, as FEEL; nothing if they are not all known."""
    if HIT_POLICIES[table.policy].many or len(table.outputs) != 1:
        return {}
    cells = [rule.outputs[0] for rule in table.rules]
    if table.outputs[0].default is not None:
        cells.append(table.outputs[0].default)
    values = [None if cell is None else fold(cell.tree) for cell in cells]
    if any(value is UNKNOWN or not _plain(value) for value in values):
        return {}
    return dict.fromkeys(map(_written, values))


def _plain(value: Value) -> bool:
    return value is None or kind_of(value) in SCALARS


def _written(value: Value) -> str:
    text = nested_text(value)
    plain = value is None or kind_of(value) in {"number", "string", "boolean"}
    return text if plain else f'@"{text}"'
