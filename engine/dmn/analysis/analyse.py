"""Analysing a DMN file: every decision and knowledge model, every table."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.dmn.analysis.columns import columns_of
from engine.dmn.analysis.findings import TableFinding
from engine.dmn.analysis.given import narrowed
from engine.dmn.analysis.mistakes import mistakes
from engine.dmn.analysis.names import Around, Reading, TableAt, Walk, function, visit
from engine.dmn.analysis.table import judge
from engine.dmn.analysis.types import conflicts, result_differs
from engine.dmn.boxed import EXPRESSIONS, Boxes
from engine.dmn.boxes import COMPILERS
from engine.dmn.decide import DecisionModel
from engine.dmn.errors import DmnError
from engine.dmn.model import UNNAMED, Decision, InputData, Knowledge, Part
from engine.dmn.reader import parse_decisions
from engine.dmn.table import read_table
from engine.dmn.xml import Element, attribute, child, children, line_of, name_of, read_root
from engine.feel.types import ANY, Type

_NO_IMPORTS: Mapping[str, bytes] = {}


def analyse(
    xml: bytes,
    *,
    name: str = "",
    imports: Mapping[str, bytes] = _NO_IMPORTS,
    model: DecisionModel | None = None,
) -> tuple[TableFinding, ...]:
    """Return what is wrong with the tables and expressions of a DMN file.

    Args:
        xml: The file.
        name: What to call it in messages.
        imports: Files that may be imported, by namespace.
        model: What the file was read as, if that is done already.

    Returns:
        Findings in the order of the file. A file that cannot be read gives one, with the code of
        the error of reading.
    """
    try:
        model = model or parse_decisions(xml, name=name, imports=imports)
        root = read_root(xml, name or "The file")
    except DmnError as error:
        found = TableFinding(
            code=error.code, severity="error", decision=error.decision, message=error.message,
            rules=error.rules, line=error.line,
        )  # fmt: skip
        return (found,)
    return tuple(_Analysis(model, root).findings())


class _Analysis:
    """One file under analysis."""

    def __init__(self, model: DecisionModel, root: Element) -> None:
        self._model = model
        self._root = root
        self._elements = {
            attribute(element, "id") or name_of(element): element
            for element in children(root, "decision")
        }
        self._inputs = {
            part.name: part for part in model.parts.values() if isinstance(part, InputData)
        }

    def findings(self) -> Iterator[TableFinding]:
        """Yield every finding."""
        yield from _circles(self._model)
        for element in children(self._root, "decision", "businessKnowledgeModel"):
            part = self._model.parts[attribute(element, "id") or name_of(element)]
            if isinstance(part, Decision | Knowledge):
                yield from self._part(part, element)

    def _part(self, part: Decision | Knowledge, element: Element) -> Iterator[TableFinding]:
        walk = Walk(self._boxes(part.id))
        known = dict(self._known(part))
        around = Around({key: kind for key, kind in known.items() if kind is not None})
        self._walk(part, element, walk, around)
        yield from self._undefined(part, walk.readings, known)
        called = self._called(part)
        for written in walk.written:
            yield from mistakes(written, part.id, called)
        yield from _result(part, element, walk)
        functions = frozenset(key for key, kind in known.items() if kind is None)
        for at in walk.tables:
            result = part.type if child(element, "decisionTable") is at.element else ANY
            yield from _table(at, functions - at.local, result)

    def _boxes(self, owner: str) -> Boxes:
        model = self._model
        return Boxes(
            owner,
            model.names,
            model.types,
            strict=True,
            compilers=COMPILERS,
            functions=model.functions,
        )

    def _walk(
        self, part: Decision | Knowledge, element: Element, walk: Walk, around: Around
    ) -> None:
        if isinstance(part, Knowledge):
            logic = child(element, "encapsulatedLogic")
            if logic is not None:
                function(logic, walk, around)
            return
        found = child(element, *EXPRESSIONS)
        if found is not None:
            visit(found, walk, around)

    def _known(self, part: Decision | Knowledge) -> Iterator[tuple[str, Type | None]]:
        """Yield what a part's requirements give: names with their types, None for functions."""
        for alias, required in part.requires:
            if not alias:
                other = self._model.parts[required]
                yield _variable(other), self._type(other)
            elif alias.startswith(UNNAMED):
                other = self._model.imports[alias].parts[required]
                yield _variable(other), _declared(other)
            else:
                yield alias, None
        if isinstance(part, Knowledge):
            yield part.name, None

    def _called(self, part: Decision | Knowledge) -> dict[str, Knowledge]:
        """Return the knowledge models of this file that a part may call."""
        required = [self._model.parts[key] for alias, key in part.requires if not alias]
        return {one.name: one for one in (*required, part) if isinstance(one, Knowledge)}

    def _type(self, part: Part) -> Type | None:
        """Return the type of a variable, narrowed to what a table can give; None: a function."""
        if isinstance(part, InputData):
            return part.type
        if not isinstance(part, Decision):
            return None
        table = child(self._elements[part.id], "decisionTable")
        return (
            part.type
            if table is None
            else narrowed(part.type, read_table(table, self._boxes(part.id)))
        )

    def _undefined(
        self, part: Decision | Knowledge, readings: list[Reading], known: Mapping[str, Type | None]
    ) -> Iterator[TableFinding]:
        """Judge names where the model declares its input data; else they are the caller's."""
        if not self._inputs:
            return
        given = {_variable(other) for other in self._model.parts.values()}
        seen: set[str] = set()
        for reading in readings:
            if reading.name in known or reading.name in seen:
                continue
            seen.add(reading.name)
            yield _unknown(part, reading, declared=reading.name in given, inputs=self._inputs)


def _result(part: Decision | Knowledge, element: Element, walk: Walk) -> Iterator[TableFinding]:
    """Judge the result of a part that is one expression."""
    holder = child(element, "encapsulatedLogic") if isinstance(part, Knowledge) else element
    if holder is None or child(holder, "literalExpression") is None or len(walk.written) != 1:
        return
    (written,) = walk.written
    given = result_differs(written.tree, written.types, part.type)
    if given:
        yield TableFinding(
            code="dmn_result_type", severity="error", decision=part.id, line=written.line,
            message=f"the expression gives {given}, which does not match the type that is "
            "declared: mend the expression or the typeRef",
        )  # fmt: skip


def _table(at: TableAt, functions: frozenset[str], result: Type) -> Iterator[TableFinding]:
    columns = columns_of(at.table, at.types)
    lines = [line_of(rule) for rule in children(at.element, "rule")]
    wrong = list(conflicts(at.table, columns, lines=lines, declared=at.types, result=result))
    told = {one.rules for one in wrong if one.code.startswith("dmn_cell")}
    judged = judge(
        at.table, columns, lines=lines, declared=at.types, settable=lambda key: key not in functions
    )
    for found in (*wrong, *judged):
        if found.code != "dmn_rule_never" or found.rules not in told:
            yield replace(found, line=found.line or line_of(at.element))


def _unknown(
    part: Decision | Knowledge, reading: Reading, *, declared: bool, inputs: Mapping[str, InputData]
) -> TableFinding:
    name = reading.name
    if declared:
        message = f"{part.id} reads {name} but does not require it: draw the requirement"
    else:
        message = f"{part.id} reads {name}, which nothing gives: mend the name or declare it"
    works = name in inputs
    return TableFinding(
        code="dmn_name_not_required" if works else "dmn_undefined_name",
        severity="warning" if works else "error",
        decision=part.id,
        message=message,
        line=reading.line,
    )


def _variable(part: Part) -> str:
    return part.variable if isinstance(part, Decision) else part.name


def _declared(part: Part) -> Type | None:
    """Return the type of a variable as the model says it; None: a function."""
    return part.type if isinstance(part, InputData | Decision) else None


def _circles(model: DecisionModel) -> Iterator[TableFinding]:
    """Yield knowledge models that require each other; decisions in a circle cannot be read."""
    done: set[str] = set()
    for start in model.parts:
        reached = _required(model, start)
        if start in reached and start not in done:
            done |= reached
            yield TableFinding(
                code="dmn_cycle", severity="error", decision=start,
                message=f"knowledge models require each other in a circle with {start}: "
                "remove one requirement",
            )  # fmt: skip


def _required(model: DecisionModel, start: str) -> set[str]:
    """Return the knowledge models that one requires, itself not counted as its own."""
    reached: set[str] = set()
    todo = [start]
    while todo:
        part = model.parts[todo.pop()]
        if isinstance(part, Knowledge):
            new = {key for alias, key in part.requires if not alias and key != part.id} - reached
            reached |= new
            todo += new
    return reached
