"""Calling: built-in functions with their signatures, and functions that an expression defines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.feel.budget import Run
from engine.feel.decimals import NumberError
from engine.feel.temporal.calendar import CalendarError
from engine.feel.values import Function, Value, kind_of


class NoResultError(ArithmeticError):
    """There is no result for these values: it is null. ``reason`` holds no values."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a built-in: its kinds (empty = any), whether it may be left out."""

    name: str
    kinds: frozenset[str]
    optional: bool
    variadic: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a built-in."""

    parameters: tuple[Parameter, ...]
    fixed: tuple[Parameter, ...] = field(init=False)
    needed: int = field(init=False)

    def __post_init__(self) -> None:
        """Reckon once what every call asks for: the fixed parameters, the fewest arguments."""
        fixed = tuple(parameter for parameter in self.parameters if not parameter.variadic)
        needed = sum(not parameter.optional for parameter in fixed)
        object.__setattr__(self, "fixed", fixed)
        object.__setattr__(self, "needed", needed + len(self.parameters) - len(fixed))

    @classmethod
    def read(cls, text: str) -> "Signature":
        """Read ``"list: list, position?: number|null, items...: any"``."""
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return cls(tuple(_parameter(part) for part in parts))

    def bind(self, args: Sequence[Value]) -> list[Value] | None:
        """Return positional ``args`` fitted to the parameters, None if they do not fit."""
        fixed = self.fixed
        variadic = len(fixed) < len(self.parameters)
        if len(args) < self.needed or (len(args) > len(fixed) and not variadic):
            return None
        bound: list[Value] = []
        for parameter, value in zip(fixed, args, strict=False):
            fitted = fit(value, parameter.kinds)
            if fitted is _MISFIT:
                return None
            bound.append(fitted)
        if variadic:
            bound.append(list(args[len(fixed) :]))
        return bound

    def bind_named(self, named: Mapping[str, Value]) -> list[Value] | None:
        """Return ``named`` arguments in the parameters' order, None if they do not fit."""
        names = [parameter.name for parameter in self.parameters]
        if any(name not in names for name in named):
            return None
        args: list[Value] = []
        for parameter in self.parameters:
            if parameter.name in named:
                args.append(named[parameter.name])
            elif parameter.optional:
                args.append(None)
            else:
                return None
        while args and names[len(args) - 1] not in named:
            args.pop()
        if self.parameters and self.parameters[-1].variadic and len(args) == len(names):
            last = args.pop()
            args.extend(last if isinstance(last, list) else [last])
        return self.bind(args)


def _parameter(text: str) -> Parameter:
    name, _, kinds = text.partition(":")
    variadic, optional = name.endswith("..."), name.endswith("?")
    wanted = frozenset(kind.strip() for kind in kinds.split("|")) - {"any"}
    if optional and wanted:
        wanted |= {"null"}
    return Parameter(name.rstrip("?."), wanted, optional, variadic)


_MISFIT = object()


def fit(value: Value, kinds: frozenset[str]) -> Value:
    """Return ``value`` as one of ``kinds``, with the implicit conversions of DMN 10.3.2.9.4."""
    kind = kind_of(value)
    if not kinds or kind in kinds:
        return value
    if kind == "list" and len(value) == 1 and kind_of(value[0]) in kinds:
        return value[0]
    if "list" in kinds and value is not None:
        return [value]
    return _MISFIT


class Builtin(Function):
    """A function that comes with FEEL, or one that the caller lends it.

    Args:
        name: As it is called.
        signatures: The ways to call it; the first that fits is taken.
        body: Called with the ``Run`` and the fitted arguments. It raises ``NoResultError`` when
            there is no result.
    """

    __slots__ = ("body", "name", "signatures")

    def __init__(
        self, name: str, signatures: Sequence[Signature], body: Callable[..., Value]
    ) -> None:
        self.name = name
        self.signatures = tuple(signatures)
        self.body = body

    @property
    def arity(self) -> int:
        """The number of parameters of its first signature."""
        return len(self.signatures[0].parameters)

    def call(self, run: Run, args: list[Value], named: Mapping[str, Value]) -> Value:
        """Return the result, null with a note when there is none."""
        run.tick()
        for signature in self.signatures:
            bound = signature.bind_named(named) if named else signature.bind(args)
            if bound is not None:
                return self._answer(run, bound)
        run.note("wrong_arguments", f"{self.name}() cannot be called with these arguments.")
        return None

    def _answer(self, run: Run, bound: list[Value]) -> Value:
        try:
            return self.body(run, *bound)
        except NoResultError as error:
            run.note("no_result", f"{self.name}(): {error.reason}")
        except (NumberError, CalendarError, OverflowError):
            run.note("out_of_range", f"{self.name}(): the result is out of range.")
        return None


Functions: TypeAlias = Mapping[str, Builtin]
"""What FEEL may call beside its own functions, by name."""

NO_FUNCTIONS: Functions = {}
