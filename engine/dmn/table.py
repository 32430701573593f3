"""Decision tables: reading, matching rules and the hit policies."""

from dataclasses import dataclass
from itertools import chain

from engine.dmn.boxed import Boxes, first_text
from engine.dmn.errors import DmnInputTypeError, DmnOutputTypeError, NoRuleMatchedError
from engine.dmn.hits import AGGREGATORS, HIT_POLICIES, Hit, Policy
from engine.dmn.index import CellError, TableIndex
from engine.dmn.items import allowed_text
from engine.dmn.knowledge import conform
from engine.dmn.model import Environment, Logic, RuleMatch
from engine.dmn.xml import Element, attribute, child, children, name_of, text_of
from engine.feel import Expression, FeelError, UnaryTests
from engine.feel.coercion import coerce
from engine.feel.compiler import Scope
from engine.feel.types import ANY, Type
from engine.feel.values import Value


@dataclass(frozen=True, slots=True)
class InputColumn:
    """A column of tests: what is tested, its type and its allowed values."""

    text: str
    expression: Expression
    type: Type
    allowed: UnaryTests | None


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column of results: ``values`` in order of priority, ``default`` without a match."""

    name: str
    type: Type
    allowed: UnaryTests | None
    values: tuple[Expression, ...]
    default: Expression | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row."""

    number: int
    id: str
    tests: tuple[UnaryTests | None, ...]
    outputs: tuple[Expression | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table that was read."""

    owner: str
    policy: str
    aggregation: str
    inputs: tuple[InputColumn, ...]
    outputs: tuple[OutputColumn, ...]
    rules: tuple[Rule, ...]


def decision_table(element: Element, boxes: Boxes) -> Logic:
    """Compile a decision table."""
    table = read_table(element, boxes)
    policy = HIT_POLICIES[table.policy]
    index = TableIndex([rule.tests for rule in table.rules], len(table.inputs))
    return lambda environment: _decide(table, policy, index, environment)


def read_table(element: Element, boxes: Boxes) -> Table:
    """Return a decision table with every cell compiled.

    Raises:
        DmnParseError: A cell is no FEEL, a row has too many cells, the hit policy is unknown.
    """
    policy = attribute(element, "hitPolicy").upper() or "UNIQUE"
    aggregation = attribute(element, "aggregation").upper()
    if policy not in HIT_POLICIES or (aggregation and aggregation not in AGGREGATORS):
        named = f"{policy} {aggregation}".strip()
        raise boxes.error(f"There is no hit policy {named}. Choose one of DMN's.", element)
    ranks = HIT_POLICIES[policy].ranks
    outputs = tuple(_output(output, boxes, ranks=ranks) for output in children(element, "output"))
    if not outputs or (aggregation and len(outputs) > 1):
        raise boxes.error("A table has one output or more; one if it aggregates.", element)
    inputs = tuple(_input(column, boxes) for column in children(element, "input"))
    rules = tuple(
        _rule(number, row, boxes, (len(inputs), len(outputs)))
        for number, row in enumerate(children(element, "rule"), 1)
    )
    return Table(boxes.owner, policy, aggregation, inputs, outputs, rules)


def _input(element: Element, boxes: Boxes) -> InputColumn:
    expression = child(element, "inputExpression")
    text = text_of(expression)
    if expression is None or not text:
        raise boxes.error("An input has no expression.", element)
    allowed = first_text(element, "inputValues")
    return InputColumn(
        text,
        boxes.expression(text, expression),
        boxes.type_of(expression),
        boxes.tests(allowed, element) if allowed else None,
    )


def _output(element: Element, boxes: Boxes, *, ranks: bool) -> OutputColumn:
    allowed = first_text(element, "outputValues")
    default = first_text(element, "defaultOutputEntry")
    tests = boxes.tests(allowed, element) if allowed else None
    kind = boxes.type_of(element)
    # Output values that stand in the item definition alone are in order of priority as well
    listed = allowed or (allowed_text(kind) if ranks else "")
    parts = _split(listed, boxes, element) if listed else ()
    return OutputColumn(
        name_of(element),
        kind,
        tests,
        parts,
        boxes.expression(default, element) if default else None,
    )


def _split(text: str, boxes: Boxes, element: Element) -> tuple[Expression, ...]:
    """Return the output values one by one; as an expression in brackets they are a list."""
    return (boxes.expression(f"[{text}]", element),)


def _rule(number: int, row: Element, boxes: Boxes, width: tuple[int, int]) -> Rule:
    tests = [(text_of(cell), cell) for cell in children(row, "inputEntry")]
    outputs = [(text_of(cell), cell) for cell in children(row, "outputEntry")]
    if (len(tests), len(outputs)) != width:
        raise boxes.error(f"Rule {number} has too many or too few cells.", row)
    return Rule(
        number,
        attribute(row, "id"),
        tuple(None if text in {"", "-"} else boxes.tests(text, cell) for text, cell in tests),
        tuple(boxes.expression(text, cell) if text else None for text, cell in outputs),
    )


def _decide(table: Table, policy: Policy, index: TableIndex, environment: Environment) -> Value:
    scope = Scope(environment.variables, environment.run)
    values = [_tested(column, scope, environment, table) for column in table.inputs]
    hits = _hits(table, policy, index, values, environment)
    ranks = _ranks(table, environment) if policy.ranks else []
    chosen = policy.choose(hits, ranks, environment, table.owner)
    if chosen is None:
        return None
    for hit in chosen:
        environment.matched.append(_match(hit, values, table))
    if not chosen and (not policy.many or _has_default(table)):
        return _without_match(table, environment)
    results = [_shown(hit.outputs, table) for hit in chosen]
    if table.aggregation:
        return AGGREGATORS[table.aggregation](results, environment, table.owner)
    return results if policy.many else results[0]


def _hits(
    table: Table,
    policy: Policy,
    index: TableIndex,
    values: list[Value],
    environment: Environment,
) -> list[Hit]:
    hits: list[Hit] = []
    scope = Scope(environment.variables, environment.run)
    try:
        for place in index.matching(values, scope):
            hits.append(_hit(table.rules[place], table, environment))
            if policy.stops:
                break
    except CellError as error:
        raise _in_cell(error, table) from None
    return hits


def _tested(column: InputColumn, scope: Scope, environment: Environment, table: Table) -> Value:
    try:
        value = column.expression.evaluate_at(scope)
    except FeelError as error:
        error.place(table.owner, f"input {column.text}")
        raise
    if value is None:
        return None
    fitted = value if column.type is ANY else coerce(value, column.type, scope.run)
    allowed = column.allowed
    if fitted is None:
        why = "does not match its type. Give a value of that type, or mend the column's typeRef"
    elif allowed is not None and allowed.matches_in(fitted, scope) is not True:
        why = "is none of its allowed values. Give one of them, or add it to the column"
    else:
        return fitted
    message = f"The input {column.text} {why}."
    environment.fail(DmnInputTypeError(message, input_name=column.text, decision=table.owner))
    return fitted


def _in_cell(error: CellError, table: Table) -> DmnInputTypeError | FeelError:
    text, number = table.inputs[error.place].text, table.rules[error.rule].number
    if error.cause is not None:
        error.cause.place(table.owner, f"rule {number}, input {text}")
        return error.cause
    message = f"The input {text} cannot be compared in rule {number}."
    return DmnInputTypeError(message, input_name=text, decision=table.owner, rules=(number,))


def _output_of(
    cell: Expression, rule: Rule, column: OutputColumn, table: Table, environment: Environment
) -> Value:
    try:
        return cell.evaluate_in(environment.variables, environment.run)
    except FeelError as error:
        error.place(table.owner, f"rule {rule.number}, output {column.name or 'result'}")
        raise


def _hit(rule: Rule, table: Table, environment: Environment) -> Hit:
    outputs: list[Value] = []
    for cell, column in zip(rule.outputs, table.outputs, strict=True):
        value = None
        if cell is not None:
            value = _output_of(cell, rule, column, table, environment)
        if not table.aggregation:
            what = f"rule {rule.number}"
            value = conform(value, column.type, environment, what)
            value = _among_allowed(value, column, environment, what)
        outputs.append(value)
    return Hit(rule.number, rule.id, tuple(outputs))


def _among_allowed(
    value: Value, column: OutputColumn, environment: Environment, what: str
) -> Value:
    """Return an output that is one of the column's output values (DMN 8.3.3), else fail."""
    if column.allowed is None or value is None:
        return value
    scope = Scope(environment.variables, environment.run)
    parts = value if isinstance(value, list) else [value]
    if all(column.allowed.matches_in(part, scope) is True for part in parts):
        return value
    message = f"The output {column.name} of {what} is none of its output values."
    environment.fail(DmnOutputTypeError(message.replace("  ", " "), decision=environment.decision))
    return None


def _ranks(table: Table, environment: Environment) -> list[list[Value]]:
    """Return the output values of each column in order of priority."""
    return [
        list(
            chain.from_iterable(
                part.evaluate_in(environment.variables, environment.run) or []
                for part in column.values
            )
        )
        for column in table.outputs
    ]


def _match(hit: Hit, values: list[Value], table: Table) -> RuleMatch:
    inputs = {column.text: value for column, value in zip(table.inputs, values, strict=True)}
    names = [column.name or "result" for column in table.outputs]
    return RuleMatch(
        table.owner, hit.number, hit.id, inputs, dict(zip(names, hit.outputs, strict=True))
    )


def _shown(outputs: tuple[Value, ...], table: Table) -> Value:
    if len(table.outputs) == 1:
        return outputs[0]
    return dict(zip((column.name for column in table.outputs), outputs, strict=True))


def _has_default(table: Table) -> bool:
    return any(column.default is not None for column in table.outputs)


def _without_match(table: Table, environment: Environment) -> Value:
    if _has_default(table):
        return _default(table, environment)
    message = (
        "No rule of the table matches. Add a rule for what was given, or a default output; or "
        "mend what asks it."
    )
    environment.fail(NoRuleMatchedError(message, decision=table.owner))
    return None


def _default(table: Table, environment: Environment) -> Value:
    values = tuple(
        None
        if column.default is None
        else conform(
            column.default.evaluate_in(environment.variables, environment.run),
            column.type,
            environment,
            "the default output",
        )
        for column in table.outputs
    )
    return _shown(values, table)
