"""Closures for functions: calling them and defining them."""

from collections.abc import Mapping, Sequence

from engine.feel.budget import Run
from engine.feel.coercion import coerce
from engine.feel.compiler import ABSENT, Code, Compiler, Scope, lookup
from engine.feel.constants import folded
from engine.feel.errors import FeelSyntaxError
from engine.feel.functions import Builtin
from engine.feel.syntax import Call, FunctionOf, Literal, Name, Node, Path
from engine.feel.types import ANY, Type, resolve_type
from engine.feel.values import Function, Value


class UserFunction(Function):
    """A function that an expression defines; it remembers the scope it was made in."""

    __slots__ = ("_body", "_scope", "parameters")

    def __init__(self, parameters: Sequence[tuple[str, Type]], body: Code, scope: Scope) -> None:
        self.parameters = tuple(parameters)
        self._body = body
        self._scope = scope

    @property
    def arity(self) -> int:
        """The number of its parameters."""
        return len(self.parameters)

    def call(self, run: Run, args: list[Value], named: Mapping[str, Value]) -> Value:
        """Return the value of the body; null if the arguments are not its parameters."""
        values = bind_arguments(self.parameters, args, named, run)
        if values is None:
            run.note("wrong_arguments", "A function cannot be called with these arguments.")
            return None
        run.enter()
        try:
            return self._body(Scope(values, run, self._scope))
        finally:
            run.leave()


def bind_arguments(
    parameters: Sequence[tuple[str, Type]],
    args: Sequence[Value],
    named: Mapping[str, Value],
    run: Run,
) -> dict[str, Value] | None:
    """Return the arguments by the names of the parameters, None if they do not fit."""
    names = [name for name, _ in parameters]
    if named:
        if named.keys() != set(names):
            return None
        args = [named[name] for name in names]
    if len(args) != len(names):
        return None
    values: dict[str, Value] = {}
    for (name, kind), value in zip(parameters, args, strict=True):
        fitted = coerce(value, kind, run)
        if fitted is None and value is not None:
            return None
        values[name] = fitted
    return values


def function_of(node: FunctionOf, compiler: Compiler) -> Code:
    """Compile ``function(parameters) body``."""
    parameters: list[tuple[str, Type]] = []
    for name, written in node.parameters:
        kind = ANY if written is None else resolve_type(written, compiler.types)
        if kind is None:
            raise FeelSyntaxError(f"The type of {name} is unknown.", node.position)
        parameters.append((name, kind))
    body = compiler.compile_binding(node.body, [name for name, _ in parameters])
    return lambda scope: UserFunction(parameters, body, scope)


def call(node: Call, compiler: Compiler) -> Code:
    """Compile a call.

    Raises:
        FeelSyntaxError: The function is none that FEEL or the environment knows.
    """
    _check_callee(node.callee, compiler)
    args = [compiler.compile(arg) for arg in node.args]
    named = [(name, compiler.compile(arg)) for name, arg in node.named]
    callee = _callee(node.callee, compiler)
    position = node.position

    def run(scope: Scope) -> Value:
        function = callee(scope)
        values = [arg(scope) for arg in args]
        by_name = {name: arg(scope) for name, arg in named} if named else _NO_NAMES
        scope.run.here = position
        if not isinstance(function, Function):
            scope.run.note("not_a_function", "What is called is no function.", position)
            return None
        return function.call(scope.run, values, by_name)

    return folded(run, *args) if _is_conversion(node, compiler) else run


_NO_NAMES: Mapping[str, Value] = {}
_CONVERSIONS = frozenset({"date", "time", "date and time", "duration"})


def _is_conversion(node: Call, compiler: Compiler) -> bool:
    """Tell whether this is FEEL's way to write a date, a time or a duration, and nothing else."""
    if not isinstance(node.callee, Name) or node.named or not node.args:
        return False
    name = node.callee.name
    hidden = compiler.is_bound(name) or name in compiler.declared
    return name in _CONVERSIONS and not hidden


def _callee(node: Node, compiler: Compiler) -> Code:
    """Compile what is called: a built-in unless a variable of that name holds a function."""
    if not isinstance(node, Name):
        return compiler.compile(node)
    builtin = compiler.callee(node.name)
    if not isinstance(builtin, Builtin):
        return compiler.compile(node)
    name = node.name

    def run(scope: Scope) -> Value:
        value = lookup(scope, name)
        return value if value is not ABSENT and isinstance(value, Function) else builtin

    return run


def _check_callee(node: Node, compiler: Compiler) -> None:
    root = node
    while isinstance(root, Path):
        root = root.source
    if isinstance(root, Literal):
        raise _unknown("A value has no methods", node)
    if not isinstance(root, Name) or compiler.is_bound(root.name):
        return
    if root.name in compiler.declared or (root is node and compiler.callee(root.name)):
        return
    raise _unknown(f"There is no function {root.name}", node)


def _unknown(message: str, node: Node) -> FeelSyntaxError:
    return FeelSyntaxError(
        f"{message}; docs/feel.md lists those that can be used.",
        node.position,
        "feel_unknown_function",
    )
