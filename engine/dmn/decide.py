"""Making decisions: walking the requirements, calling knowledge models and services."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from engine.dmn.errors import DmnError, DmnEvaluationError, DmnInputTypeError, DmnParseError
from engine.dmn.knowledge import KnowledgeFunction, conform
from engine.dmn.model import (
    Decision,
    DecisionResult,
    Environment,
    InputData,
    Knowledge,
    Part,
    RuleMatch,
    Service,
)
from engine.feel import Functions
from engine.feel.budget import DEFAULT_BUDGET, Budget, Run
from engine.feel.coercion import coerce
from engine.feel.errors import FeelError
from engine.feel.expression import guarded
from engine.feel.types import ANY, Type
from engine.feel.values import Function, Value, admit


@dataclass(frozen=True, slots=True)
class DecisionModel:
    """A model that was read: ready to decide.

    Attributes:
        name: As the file calls it.
        namespace: Its target namespace.
        parts: Everything with an id.
        imports: Imported models by the name they are imported under.
        types: Its item definitions by name.
        names: Every name it declares, for reading expressions.
        functions: What its FEEL may call beside the built-in functions.
    """

    name: str
    namespace: str
    parts: Mapping[str, Part]
    imports: Mapping[str, "DecisionModel"] = field(default_factory=dict)
    types: Mapping[str, Type] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    functions: Functions = field(default_factory=dict)

    @property
    def decisions(self) -> Mapping[str, Decision]:
        """The decisions by id."""
        return {key: part for key, part in self.parts.items() if isinstance(part, Decision)}

    def evaluate(
        self,
        decision_id: str,
        inputs: Mapping[str, Value],
        *,
        now: datetime | None = None,
        budget: Budget = DEFAULT_BUDGET,
        mode: Literal["strict", "null"] = "strict",
    ) -> DecisionResult:
        """Make one decision, or call one decision service.

        Args:
            decision_id: Id of a decision or decision service of this model.
            inputs: Values by name: input data, and other variables that tables read.
            now: The instant that ``now()`` and ``today()`` know.
            budget: What it may cost.
            mode: ``strict`` raises where DMN says null because something is wrong (no rule, a
                wrong type, an undefined variable); ``null`` is DMN to the letter.

        Raises:
            DmnError: The decision cannot be made; the message names it.
        """
        part = self.parts.get(decision_id)
        if not isinstance(part, Decision | Service):
            raise DmnParseError(
                f"There is no decision {decision_id} in {self.name}.", code="dmn_unknown_decision"
            )
        run = Run(budget, now, strict=mode == "strict")
        try:
            given = {key: admit(value) for key, value in inputs.items()}
            session = _Session(self, given, run, [])
            value = guarded(lambda: session.value_of(part))
        except FeelError as error:
            raise DmnEvaluationError(
                error.message, decision=decision_id, code=error.code
            ) from error
        return DecisionResult(value, tuple(session.matched), tuple(run.notes))


class _Session:
    """One evaluation of one model; each part is computed at most once."""

    def __init__(
        self,
        model: DecisionModel,
        given: Mapping[str, Value],
        run: Run,
        matched: list[RuleMatch],
        fixed: Mapping[str, Value] | None = None,
    ) -> None:
        self.model = model
        self.given = given
        self.run = run
        self.matched = matched
        self._values: dict[str, Value] = dict(fixed or {})
        self._imported: dict[str, _Session] = {}

    def value_of(self, part: Part) -> Value:
        """Return the value of a part: of a service that is asked for itself, its outputs."""
        if isinstance(part, Service):
            return self._outputs(part)
        return self._value(part.id)

    def _value(self, part_id: str) -> Value:
        if part_id not in self._values:
            self.run.enter()
            try:
                self._values[part_id] = self._made(self.model.parts[part_id])
            finally:
                self.run.leave()
        return self._values[part_id]

    def _made(self, part: Part) -> Value:
        if isinstance(part, InputData):
            return self._input(part)
        if isinstance(part, Decision):
            return self._decided(part)
        if isinstance(part, Knowledge):
            return self._function(part)
        return _ServiceFunction(self, part)

    def _function(self, part: Knowledge) -> Value:
        others = [required for required in part.requires if required != ("", part.id)]
        environment = self._environment(part.id, others)
        function = KnowledgeFunction(part.parameters, part.type, part.logic, environment)
        environment.variables = {**environment.variables, part.name: function}
        return function

    def _input(self, part: InputData) -> Value:
        value = self.given.get(part.name)
        fitted = coerce(value, part.type)
        if fitted is None and value is not None:
            message = f"The input {part.name} does not match its type."
            self._fail(DmnInputTypeError(message, input_name=part.name))
        return fitted

    def _decided(self, part: Decision) -> Value:
        environment = self._environment(part.id, part.requires)
        try:
            value = part.logic(environment)
        except DmnError as error:
            if self.run.strict:
                raise
            environment.fail(error)
            return None
        return conform(value, part.type, environment, f"the decision {part.name}")

    def _environment(self, owner: str, requires: Sequence[tuple[str, str]]) -> Environment:
        variables = dict(self.given)
        for imported, part_id in requires:
            if imported:
                other = self._other(imported)
                known = variables.get(imported)
                inner = dict(known) if isinstance(known, dict) else {}
                inner[other.variable(part_id)] = other._value(part_id)  # noqa: SLF001
                variables[imported] = inner
            elif self._is_there(part_id):
                variables[self.variable(part_id)] = self._value(part_id)
        return Environment(variables, self.run, self.run.strict, owner, self.matched)

    def _is_there(self, part_id: str) -> bool:
        """Tell whether a part has a value; input data that is not given is undefined if strict."""
        part = self.model.parts[part_id]
        return not (isinstance(part, InputData) and self.run.strict and part.name not in self.given)

    def variable(self, part_id: str) -> str:
        """Return the name that a part's value has in expressions."""
        part = self.model.parts[part_id]
        return part.variable if isinstance(part, Decision) else part.name

    def _other(self, imported: str) -> "_Session":
        if imported not in self._imported:
            inner = self.given.get(imported)
            given = {**self.given, **(inner if isinstance(inner, dict) else {})}
            model = self.model.imports[imported]
            self._imported[imported] = _Session(model, given, self.run, self.matched)
        return self._imported[imported]

    def _outputs(self, service: Service) -> Value:
        """Return what a service gives; its input decisions are given, not made."""
        fixed: dict[str, Value] = {}
        for part_id in service.decisions:
            name = self.variable(part_id)
            if name not in self.given:
                message = f"The service {service.name} needs {name}."
                self._fail(DmnEvaluationError(message, code="dmn_input_missing"))
                return None
            fixed[part_id] = self.given[name]
        return self._called(service, self.given, fixed)

    def _called(
        self, service: Service, given: Mapping[str, Value], fixed: Mapping[str, Value]
    ) -> Value:
        inner = _Session(self.model, given, self.run, self.matched, fixed)
        values = {inner.variable(part_id): inner._value(part_id) for part_id in service.outputs}
        result = next(iter(values.values())) if len(values) == 1 else values
        environment = Environment({}, self.run, self.run.strict, service.id, self.matched)
        return conform(result, service.type, environment, f"the service {service.name}")

    def call_service(self, service: Service, values: Mapping[str, Value]) -> Value:
        """Return what a service gives for ``values`` by the ids of its inputs."""
        named = {self.variable(part_id): value for part_id, value in values.items()}
        return self._called(service, {**self.given, **named}, values)

    def parameters(self, service: Service) -> list[tuple[str, Type]]:
        """Return the parameters of a service: its input data, then its input decisions."""
        ids = (*service.inputs, *service.decisions)
        return [(part_id, _type_of(self.model.parts[part_id])) for part_id in ids]

    def _fail(self, error: DmnError) -> None:
        Environment({}, self.run, self.run.strict, "", self.matched).fail(error)


def _type_of(part: Part) -> Type:
    return part.type if isinstance(part, InputData | Decision) else ANY


class _ServiceFunction(Function):
    """A decision service as a function."""

    __slots__ = ("_service", "_session")

    def __init__(self, session: _Session, service: Service) -> None:
        self._session = session
        self._service = service

    @property
    def arity(self) -> int:
        """The number of its inputs."""
        return len(self._service.inputs) + len(self._service.decisions)

    def call(self, run: Run, args: list[Value], named: Mapping[str, Value]) -> Value:
        """Return the outputs; null if the arguments are not its inputs."""
        parameters = self._session.parameters(self._service)
        names = [self._session.variable(part_id) for part_id, _ in parameters]
        if named and set(named) == set(names):
            args = [named[name] for name in names]
        elif named or len(args) != len(names):
            run.note("wrong_arguments", "A service cannot be called with these arguments.")
            return None
        values = {
            part_id: coerce(value, kind)
            for (part_id, kind), value in zip(parameters, args, strict=True)
        }
        pairs = zip(values.values(), args, strict=True)
        if any(fitted is None and value is not None for fitted, value in pairs):
            run.note("wrong_arguments", "An argument of a service does not match its type.")
            return None
        return self._session.call_service(self._service, values)
