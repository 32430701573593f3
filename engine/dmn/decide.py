"""Making decisions: walking the requirements, calling knowledge models and services."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from engine.dmn.errors import DmnError, DmnEvaluationError, DmnInputTypeError, DmnParseError
from engine.dmn.knowledge import KnowledgeFunction, ServiceFunction, conform
from engine.dmn.model import (
    UNNAMED,
    Decision,
    DecisionResult,
    Environment,
    InputData,
    Knowledge,
    Part,
    Reference,
    RuleMatch,
    Service,
)
from engine.feel import Functions
from engine.feel.budget import DEFAULT_BUDGET, Budget, Run
from engine.feel.coercion import coerce
from engine.feel.errors import FeelError
from engine.feel.expression import guarded
from engine.feel.types import ANY, Type
from engine.feel.values import Value, admit

_NOTHING_ELSE: Mapping[str, Mapping[str, Value]] = {}


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
        imported: Mapping[str, Mapping[str, Value]] = _NOTHING_ELSE,
    ) -> DecisionResult:
        """Make one decision, or call one decision service or knowledge model.

        Args:
            decision_id: Id of a decision, decision service or knowledge model of this model.
            inputs: Values by name: input data, parameters, and other variables that tables read.
                The input data of an imported model may stand in a context under the import's name.
            now: The instant that ``now()`` and ``today()`` know.
            budget: What it may cost.
            mode: ``strict`` raises where DMN says null because something is wrong (no rule, a
                wrong type, an undefined variable); ``null`` is DMN to the letter.
            imported: Values of the input data of imported models, by namespace and name.

        Raises:
            DmnError: The decision cannot be made; the message names it.
        """
        part = self.parts.get(decision_id)
        if not isinstance(part, Decision | Service | Knowledge):
            raise DmnParseError(
                f"There is no decision {decision_id} in {self.name}.", code="dmn_unknown_decision"
            )
        run = Run(budget, now, strict=mode == "strict")
        try:
            given = {key: admit(value) for key, value in inputs.items()}
            others = {key: admit(values) for key, values in imported.items()}
            shared = _Shared(run, [], others, decision_id)
            session = _Session(self, given, shared)
            value = guarded(lambda: session.value_of(part))
        except FeelError as error:
            where = f" (In {error.part}.)" if error.part else ""
            raise DmnEvaluationError(
                f"{error.message}{where}", decision=error.element or decision_id, code=error.code
            ) from error
        return DecisionResult(value, tuple(shared.matched), run.notes)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the models of one evaluation have in common.

    Attributes:
        others: Values of input data by the namespace of their model.
        asked: Id of what was asked for, for messages.
    """

    run: Run
    matched: list[RuleMatch]
    others: Mapping[str, Mapping[str, Value]]
    asked: str


class _Session:
    """One evaluation of one model; each part is computed at most once."""

    def __init__(self, model: DecisionModel, given: Mapping[str, Value], shared: _Shared) -> None:
        self.model = model
        self.given = given
        self.shared = shared
        self.run = shared.run
        self.matched = shared.matched
        self._values: dict[str, Value] = {}
        self._imported: dict[str, _Session] = {}

    def value_of(self, part: Part) -> Value:
        """Return the value of a part: of one that is a function, for the values that were given."""
        if isinstance(part, Service):
            return self._outputs(part)
        value = self._value(part.id)
        if isinstance(part, Knowledge):
            named = {name: self.given.get(name) for name, _ in part.parameters}
            return value.call(self.run, [], named)
        return value

    def at(self, reference: Reference) -> tuple["_Session", Part]:
        """Return the session and the part of what ``reference`` points at."""
        imported, part_id = reference
        session = self._other(imported) if imported else self
        return session, session.model.parts[part_id]

    def fix(self, reference: Reference, value: Value) -> None:
        """Give a part its value, so that it is not made."""
        session, part = self.at(reference)
        session._values[part.id] = value  # noqa: SLF001

    def made(self, reference: Reference) -> Value:
        """Return the value of a part of this model or an imported one."""
        session, part = self.at(reference)
        return session._value(part.id)  # noqa: SLF001

    def _value(self, part_id: str) -> Value:
        if part_id not in self._values:
            part = self.model.parts[part_id]
            if isinstance(part, Decision) and part.requires:
                self._prepare(part)
            self.run.enter()
            try:
                self._values[part_id] = self._made(part)
            finally:
                self.run.leave()
        return self._values[part_id]

    def _prepare(self, wanted: Decision) -> None:
        """Make the decisions that one requires, the deepest first.

        So a chain of requirements of any length needs no deep stack: it costs steps and time.
        Decisions never require each other in a circle (``refuse_cycles``).
        """
        todo = [(self, wanted, self._unmade(wanted))]
        while todo:
            session, decision, required = todo[-1]
            deeper = next(required, None)
            if deeper is not None:
                inner, part = deeper
                todo.append((inner, part, inner._unmade(part)))  # noqa: SLF001
                continue
            todo.pop()
            if todo:
                session._value(decision.id)  # noqa: SLF001

    def _unmade(self, decision: Decision) -> Iterator[tuple["_Session", Decision]]:
        """Yield the decisions that one requires and that have no value when it is their turn."""
        for reference in decision.requires:
            session, part = self.at(reference)
            if isinstance(part, Decision) and part.id not in session._values:  # noqa: SLF001
                yield session, part

    def _made(self, part: Part) -> Value:
        if isinstance(part, InputData):
            return self._input(part)
        if isinstance(part, Decision):
            return self._decided(part)
        if isinstance(part, Knowledge):
            return self._function(part)
        return ServiceFunction(self.parameters(part), lambda args: self.call_service(part, args))

    def _function(self, part: Knowledge) -> Value:
        others = [required for required in part.requires if required != ("", part.id)]
        environment = self._environment(part.id, others)
        function = KnowledgeFunction(part.parameters, part.type, part.logic, environment)
        environment.variables = {**environment.variables, part.name: function}
        return function

    def _input(self, part: InputData) -> Value:
        return self._fitted(self.given.get(part.name), part.type, part.name)

    def _fitted(self, value: Value, kind: Type, name: str) -> Value:
        fitted = coerce(value, kind, self.run)
        if fitted is None and value is not None:
            message = (
                f"The input {name} does not match its type. Give a value of that type, or mend "
                "the typeRef of the input."
            )
            self._fail(DmnInputTypeError(message, input_name=name, decision=self.shared.asked))
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
        except FeelError as error:
            error.place(part.id)
            raise
        return conform(value, part.type, environment, f"the decision {part.name}")

    def _environment(self, owner: str, requires: Sequence[Reference]) -> Environment:
        variables = dict(self.given)
        for reference in requires:
            session, part = self.at(reference)
            imported, name = reference[0], variable_of(part)
            if not session._is_there(part):  # noqa: SLF001
                if imported:
                    self._missing(f"{imported}.{name}", owner)
            elif not imported or imported.startswith(UNNAMED):
                variables[name] = self.made(reference)
            else:
                known = variables.get(imported)
                inner = known if isinstance(known, dict) else {}
                variables[imported] = {**inner, name: self.made(reference)}
        return Environment(variables, self.run, self.run.strict, owner, self.matched)

    def _is_there(self, part: Part) -> bool:
        """Tell whether a part has a value; input data that is not given is undefined if strict."""
        if not isinstance(part, InputData) or not self.run.strict:
            return True
        return part.name in self.given or part.id in self._values

    def _missing(self, name: str, owner: str) -> None:
        message = f"The input {name} is missing."
        raise DmnEvaluationError(message, decision=owner, code="dmn_input_missing")

    def _other(self, imported: str) -> "_Session":
        if imported not in self._imported:
            model = self.model.imports[imported]
            inner = self.given.get(imported)
            given = {**self.given, **(inner if isinstance(inner, dict) else {})}
            given |= self.shared.others.get(model.namespace, {})
            self._imported[imported] = _Session(model, given, self.shared)
        return self._imported[imported]

    def _outputs(self, service: Service) -> Value:
        """Return what a service gives; its input decisions are given, not made."""
        fixed: dict[Reference, Value] = {}
        for reference in service.decisions:
            part = self.at(reference)[1]
            name = variable_of(part)
            if name not in self.given:
                message = f"The service {service.name} needs {name}."
                error = DmnEvaluationError(message, decision=service.id, code="dmn_input_missing")
                self._fail(error)
                return None
            fixed[reference] = self._fitted(self.given[name], _type_of(part), name)
        return self._called(service, self.given, fixed)

    def _called(
        self, service: Service, given: Mapping[str, Value], fixed: Mapping[Reference, Value]
    ) -> Value:
        inner = _Session(self.model, given, self.shared)
        for reference, value in fixed.items():
            inner.fix(reference, value)
        values = {variable_of(inner.at(one)[1]): inner.made(one) for one in service.outputs}
        result = next(iter(values.values())) if len(values) == 1 else values
        environment = Environment({}, self.run, self.run.strict, service.id, self.matched)
        return conform(result, service.type, environment, f"the service {service.name}")

    def call_service(self, service: Service, args: Sequence[Value]) -> Value:
        """Return what a service gives for the values of its parameters."""
        references = (*service.inputs, *service.decisions)
        fixed = dict(zip(references, args, strict=True))
        own = {variable_of(self.at(one)[1]): value for one, value in fixed.items() if not one[0]}
        return self._called(service, {**self.given, **own}, fixed)

    def parameters(self, service: Service) -> list[tuple[str, Type]]:
        """Return the parameters of a service: its input data, then its input decisions."""
        parts = [self.at(reference)[1] for reference in (*service.inputs, *service.decisions)]
        return [(variable_of(part), _type_of(part)) for part in parts]

    def _fail(self, error: DmnError) -> None:
        Environment({}, self.run, self.run.strict, "", self.matched).fail(error)


def variable_of(part: Part) -> str:
    """Return the name that a part's value has in expressions."""
    return part.variable if isinstance(part, Decision) else part.name


def _type_of(part: Part) -> Type:
    return part.type if isinstance(part, InputData | Decision) else ANY
