"""Knowledge models and decision services as functions, and fitting results to their types."""

from collections.abc import Callable, Mapping, Sequence

from engine.dmn.errors import DmnOutputTypeError
from engine.dmn.model import Environment, Logic
from engine.feel.budget import Run
from engine.feel.coercion import coerce
from engine.feel.compile_calls import bind_arguments
from engine.feel.types import ANY, Type
from engine.feel.values import Function, Value


def conform(value: Value, kind: Type, environment: Environment, what: str) -> Value:
    """Return ``value`` fitted to ``kind``; null, or an error when strict, if it does not fit."""
    if kind is ANY:
        return value
    fitted = coerce(value, kind, environment.run)
    if fitted is None and value is not None:
        message = f"The result of {what} does not match its type."
        environment.fail(DmnOutputTypeError(message, decision=environment.decision))
    return fitted


class KnowledgeFunction(Function):
    """A function whose body is a boxed expression."""

    __slots__ = ("_environment", "_logic", "_parameters", "_type")

    def __init__(
        self,
        parameters: Sequence[tuple[str, Type]],
        kind: Type,
        logic: Logic,
        environment: Environment,
    ) -> None:
        self._parameters = tuple(parameters)
        self._type = kind
        self._logic = logic
        self._environment = environment

    @property
    def arity(self) -> int:
        """The number of its parameters."""
        return len(self._parameters)

    def call(self, run: Run, args: list[Value], named: Mapping[str, Value]) -> Value:
        """Return the value of the body; null if the arguments are not its parameters."""
        values = bind_arguments(self._parameters, args, named, run)
        if values is None:
            run.note("wrong_arguments", "A function cannot be called with these arguments.")
            return None
        run.enter()
        try:
            inner = self._environment.inner(values)
            return conform(self._logic(inner), self._type, inner, "a knowledge model")
        finally:
            run.leave()


class ServiceFunction(Function):
    """A decision service as a function.

    Args:
        parameters: Its input data, then its input decisions.
        outputs: Returns what the service gives for their values.
    """

    __slots__ = ("_outputs", "_parameters")

    def __init__(
        self, parameters: Sequence[tuple[str, Type]], outputs: Callable[[Sequence[Value]], Value]
    ) -> None:
        self._parameters = tuple(parameters)
        self._outputs = outputs

    @property
    def arity(self) -> int:
        """The number of its inputs."""
        return len(self._parameters)

    def call(self, run: Run, args: list[Value], named: Mapping[str, Value]) -> Value:
        """Return the outputs; null if the arguments are not its inputs."""
        values = bind_arguments(self._parameters, args, named, run)
        if values is None:
            run.note("wrong_arguments", "A service cannot be called with these arguments.")
            return None
        run.enter()
        try:
            return self._outputs([values[name] for name, _ in self._parameters])
        finally:
            run.leave()
