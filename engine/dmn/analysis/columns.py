"""What is known of an input column: its type, its allowed values, the variable it reads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.dmn.analysis.constants import TRIAL, UNKNOWN, fold
from engine.dmn.analysis.cuts import SCALARS, Cuts, cuts_of_tests
from engine.dmn.items import ItemType
from engine.dmn.table import InputColumn, Table
from engine.feel import FeelBudgetError, FeelError, UnaryTests
from engine.feel.syntax import Arithmetic, Name, Node, Path
from engine.feel.types import ANY, SimpleType, Type
from engine.feel.values import Value, kind_of


@dataclass(frozen=True, slots=True)
class Cell:
    """Tests of one cell.

    Attributes:
        tests: They.
        cuts: The constants at which their answer changes, None if those are not known.
        costly: Whether it takes too much to ask them again and again.
    """

    tests: UnaryTests
    cuts: Cuts
    costly: bool = False

    @property
    def exact(self) -> bool:
        """Whether the answer changes at known constants only."""
        return self.cuts is not None


@dataclass(frozen=True, slots=True)
class Column:
    """An input column.

    Attributes:
        place: From 0.
        column: As the table has it.
        path: The names of the reference it reads (``person.age``: two), empty if it computes.
        kind: Name of a type that can be cut, empty if it is another one or not known.
        type: What values must be coerced to.
        allowed: Tests that every value but null must pass.
        cells: One for each rule, None for one that takes everything.
    """

    place: int
    column: InputColumn
    path: tuple[str, ...]
    kind: str
    type: Type
    allowed: tuple[Cell, ...]
    cells: tuple[Cell | None, ...]

    @property
    def subject(self) -> str:
        """The plain name it reads, empty if it reads something else."""
        return self.path[0] if len(self.path) == 1 else ""

    @property
    def every(self) -> Iterator[Cell]:
        """All of its tests."""
        yield from self.allowed
        yield from (cell for cell in self.cells if cell is not None)

    @property
    def speaks_of_null(self) -> bool:
        """Whether null is one of the values that the column is about."""
        return any(cut is None for cell in self.every for cut in cell.cuts or ())


def columns_of(table: Table, declared: Mapping[str, Type]) -> list[Column]:
    """Return the input columns of ``table``; ``declared``: types of the variables, by name."""
    return [_column(place, column, table, declared) for place, column in enumerate(table.inputs)]


def _column(place: int, column: InputColumn, table: Table, declared: Mapping[str, Type]) -> Column:
    path = reference(column.expression.tree)
    subject = path[0] if len(path) == 1 else ""
    given = declared.get(subject, ANY)
    limits = [*constraints(column.type), *constraints(given)]
    if column.allowed is not None:
        limits.append(column.allowed)
    allowed = tuple(_cell(tests, subject) for tests in limits)
    cells = tuple(
        None if tests is None else _cell(tests, subject)
        for tests in (rule.tests[place] for rule in table.rules)
    )
    kind = type_name(column.type) or type_name(given)
    if not kind or kind == "duration":
        kind = _told((*allowed, *cells))
    return Column(place, column, path, kind if kind in SCALARS else "", column.type, allowed, cells)


def _cell(tests: UnaryTests, subject: str) -> Cell:
    cuts = cuts_of_tests(tests.tree, subject)
    return Cell(tests, cuts, costly=cuts is None and _is_costly(tests))


def _is_costly(tests: UnaryTests) -> bool:
    try:
        tests.matches(None, {}, budget=TRIAL)
    except FeelBudgetError:
        return True
    except FeelError:
        return False
    return False


def _told(cells: Sequence[Cell | None]) -> str:
    """Return the type of the first constant that an input is compared with."""
    cuts = (cut for cell in cells if cell is not None for cut in cell.cuts or ())
    return next((kind_of(cut) for cut in cuts if cut is not None), "")


def reference(node: Node) -> tuple[str, ...]:
    """Return the names of ``a`` or ``a.b.c``; empty for anything else."""
    if isinstance(node, Name):
        return (node.name,)
    if isinstance(node, Path):
        source = reference(node.source)
        return (*source, node.name) if source else ()
    return ()


def type_name(kind: Type) -> str:
    """Return the name of the simple type below ``kind``; ``other`` for lists, contexts and so on.

    Empty if nothing is known.
    """
    while isinstance(kind, ItemType):
        if kind.many:
            return "other"
        kind = kind.base
    if isinstance(kind, SimpleType):
        return kind.name
    return "" if kind is ANY else "other"


def constraints(kind: Type) -> Iterator[UnaryTests]:
    """Yield the tests that the values of a type must pass."""
    while isinstance(kind, ItemType) and not kind.many:
        for tests in (kind.allowed, kind.constraint):
            if tests is not None:
                yield tests
        kind = kind.base


def moved_like_a_date(name: str, nodes: Iterator[Node]) -> bool:
    """Tell whether a duration is added to ``name`` somewhere: then it is a date, most likely."""
    for node in nodes:
        if isinstance(node, Arithmetic):
            parts = (node.first, *(part for _, part in node.rest))
            named = any(isinstance(part, Name) and part.name == name for part in parts)
            if named and any(_is_duration(fold(part)) for part in parts):
                return True
    return False


def _is_duration(value: Value) -> bool:
    return value is not UNKNOWN and kind_of(value).endswith("duration")
