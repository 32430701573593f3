"""The kinds of boxed expressions other than tables, and the table of all kinds."""

from collections.abc import Iterator
from decimal import Decimal

from engine.dmn.boxed import Boxes, Compile, items_of
from engine.dmn.errors import DmnParseError
from engine.dmn.knowledge import KnowledgeFunction, conform
from engine.dmn.model import Environment, Logic
from engine.dmn.table import decision_table
from engine.dmn.xml import Element, attribute, child, children, line_of, name_of, text_of
from engine.feel.iteration import domain_items
from engine.feel.types import ANY, Type
from engine.feel.values import Function, Value


def literal_expression(element: Element, boxes: Boxes) -> Logic:
    """Compile a literal expression."""
    text = text_of(element)
    if not text:
        raise boxes.error("A literal expression has no text.", element)
    expression = boxes.expression(text, element)
    kind = boxes.type_of(element)

    def run(environment: Environment) -> Value:
        value = expression.evaluate_in(environment.variables, environment.run)
        return conform(value, kind, environment, "an expression")

    return run


def context(element: Element, boxes: Boxes) -> Logic:
    """Compile a context; an entry without a variable is its result."""
    entries: list[tuple[str, Type, Logic]] = []
    result: Logic | None = None
    for entry in children(element, "contextEntry"):
        variable = child(entry, "variable")
        logic = boxes.inside(entry)
        if variable is None:
            result = logic
        else:
            entries.append((name_of(variable), boxes.type_of(variable), logic))

    def run(environment: Environment) -> Value:
        values: dict[str, Value] = {}
        seen = dict(environment.variables)
        inner = environment.inner({})
        inner.variables = seen
        for name, kind, logic in entries:
            values[name] = conform(logic(inner), kind, inner, f"the entry {name}")
            seen[name] = values[name]
        return values if result is None else result(inner)

    return run


def invocation(element: Element, boxes: Boxes) -> Logic:
    """Compile an invocation: a function called with named arguments."""
    callee = boxes.inside(element)
    bindings: list[tuple[str, Logic]] = []
    for binding in children(element, "binding"):
        parameter = child(binding, "parameter")
        if parameter is None:
            raise boxes.error("A binding has no parameter.", binding)
        bindings.append((name_of(parameter), boxes.inside(binding)))

    def run(environment: Environment) -> Value:
        function = callee(environment)
        if not isinstance(function, Function):
            environment.run.note("not_a_function", "What is invoked is no function.")
            return None
        arguments = {name: logic(environment) for name, logic in bindings}
        return function.call(environment.run, [], arguments)

    return run


def parameters_of(element: Element, boxes: Boxes) -> tuple[tuple[str, Type], ...]:
    """Return the formal parameters of a function definition."""
    return tuple(
        (name_of(parameter), boxes.type_of(parameter))
        for parameter in children(element, "formalParameter")
    )


def function_definition(element: Element, boxes: Boxes) -> Logic:
    """Compile a function definition; only FEEL's own kind."""
    kind = attribute(element, "kind") or "FEEL"
    if kind != "FEEL":
        raise DmnParseError(
            f"A function of kind {kind} is not allowed: only FEEL can be used.",
            decision=boxes.owner,
            code="dmn_external_function",
            line=line_of(element),
        )
    parameters = parameters_of(element, boxes)
    logic = boxes.also([name for name, _ in parameters]).inside(element)
    return lambda environment: KnowledgeFunction(parameters, ANY, logic, environment)


def relation(element: Element, boxes: Boxes) -> Logic:
    """Compile a relation: a list of contexts."""
    columns = [(name_of(column), boxes.type_of(column)) for column in children(element, "column")]
    rows: list[list[Logic]] = []
    for row in children(element, "row"):
        cells = [boxes.compile(cell) for cell in items_of(row)]
        if len(cells) != len(columns):
            raise boxes.error("A row of a relation has too many or too few cells.", row)
        rows.append(cells)

    def run(environment: Environment) -> Value:
        return [
            {
                name: conform(cell(environment), kind, environment, f"the column {name}")
                for (name, kind), cell in zip(columns, row, strict=True)
            }
            for row in rows
        ]

    return run


def list_of(element: Element, boxes: Boxes) -> Logic:
    """Compile a list."""
    items = [boxes.compile(item) for item in items_of(element)]
    return lambda environment: [item(environment) for item in items]


def conditional(element: Element, boxes: Boxes) -> Logic:
    """Compile if, then, else."""
    condition, yes, no = (boxes.inside(element, part) for part in ("if", "then", "else"))

    def run(environment: Environment) -> Value:
        decided = condition(environment)
        if decided is not None and not isinstance(decided, bool):
            environment.run.note("not_boolean", "A condition is not true or false.")
            return None
        return yes(environment) if decided else no(environment)

    return run


def filtered(element: Element, boxes: Boxes) -> Logic:
    """Compile a filter: the items of ``in`` for which ``match`` is true."""
    source = boxes.inside(element, "in")
    condition = boxes.also(["item"]).inside(element, "match")

    def run(environment: Environment) -> Value:
        value = source(environment)
        items = value if isinstance(value, list) else [] if value is None else [value]
        kept: list[Value] = []
        for item in items:
            environment.run.tick()
            seen = {"item": item, **(item if isinstance(item, dict) else {})}
            chosen = condition(environment.inner(seen))
            if isinstance(chosen, Decimal) or (chosen is not None and chosen is not bool(chosen)):
                environment.run.note("not_boolean", "A filter's match is not true or false.")
                return None
            if chosen:
                kept.append(item)
        return kept

    return run


def _turns(
    source: Logic, name: str, environment: Environment, results: list[Value]
) -> Iterator[Environment] | None:
    """Return the environment of each turn; each has its own list of the results so far."""
    items = domain_items(source(environment), None, environment.run)
    if items is None:
        environment.run.note("no_list", "A list or a range is needed.")
        return None

    def turns() -> Iterator[Environment]:
        for item in items:
            environment.run.grow(1)
            yield environment.inner({"partial": list(results), name: item})

    return turns()


def for_loop(element: Element, boxes: Boxes) -> Logic:
    """Compile a loop: what ``return`` gives for every item of ``in``."""
    name = attribute(element, "iteratorVariable")
    source = boxes.inside(element, "in")
    body = boxes.also([name, "partial"]).inside(element, "return")

    def run(environment: Environment) -> Value:
        results: list[Value] = []
        turns = _turns(source, name, environment, results)
        if turns is None:
            return None
        for turn in turns:
            results.append(body(turn))  # noqa: PERF401 - the body sees the results so far
        return results

    return run


def quantified(decisive: bool) -> Compile:  # noqa: FBT001 - some is True, every is False
    """Return the compiler of ``some`` (True) or ``every`` (False)."""

    def compile_it(element: Element, boxes: Boxes) -> Logic:
        name = attribute(element, "iteratorVariable")
        source = boxes.inside(element, "in")
        condition = boxes.also([name]).inside(element, "satisfies")

        def run(environment: Environment) -> Value:
            turns = _turns(source, name, environment, [])
            if turns is None:
                return None
            result: bool | None = not decisive
            for turn in turns:
                passed = condition(turn)
                if passed is decisive:
                    return decisive
                if not isinstance(passed, bool):
                    result = None
            return result

        return run

    return compile_it


COMPILERS: dict[str, Compile] = {
    "literalExpression": literal_expression,
    "decisionTable": decision_table,
    "context": context,
    "invocation": invocation,
    "functionDefinition": function_definition,
    "relation": relation,
    "list": list_of,
    "conditional": conditional,
    "filter": filtered,
    "for": for_loop,
    "some": quantified(decisive=True),
    "every": quantified(decisive=False),
}
"""The compiler of each kind of boxed expression."""
