"""What compiling a syntax tree needs: scopes, the dispatch table and the names that are bound.

A tree becomes nested closures once; evaluating is calling the outermost with a ``Scope``.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

from engine.feel.budget import Run
from engine.feel.syntax import Node
from engine.feel.types import Type
from engine.feel.values import Function, Value


class Scope:
    """Variables, the scope around them, and the evaluation they belong to."""

    __slots__ = ("parent", "run", "variables")

    def __init__(
        self, variables: Mapping[str, Value], run: Run, parent: "Scope | None" = None
    ) -> None:
        self.variables = variables
        self.run = run
        self.parent = parent

    def inner(self, variables: Mapping[str, Value]) -> "Scope":
        """Return a scope inside this one."""
        return Scope(variables, self.run, self)


Code: TypeAlias = Callable[[Scope], Value]
"""A compiled expression."""

Handler: TypeAlias = Callable[[Any, "Compiler"], Code]


class Compiler:
    """Compiles nodes and collects the names that nothing inside the expression binds.

    Args:
        handlers: For each class of node, the function that compiles it.
        declared: Names that the environment declares: variables and functions.
        types: Types beside FEEL's own, by name.
        functions: The built-in functions, by name.
        more: Functions of the caller, by name. They can be called but are no values, so that a
            variable may have the same name.
    """

    def __init__(
        self,
        handlers: Mapping[type[Node], Handler],
        declared: Collection[str],
        types: Mapping[str, Type],
        functions: Mapping[str, Function],
        more: Mapping[str, Function],
    ) -> None:
        self.functions = functions
        self._more = more
        self._handlers = handlers
        self.declared = declared
        self.types = types
        self.free: dict[str, int] = {}
        self.possible: dict[str, int] = {}
        self._bound: list[str] = []
        self._times_bound: Counter[str] = Counter()
        self.shadowed: set[str] = set()
        self._filters = 0
        self.questions = 0

    def compile(self, node: Node) -> Code:
        """Return the code of ``node``."""
        return self._handlers[type(node)](node, self)

    def compile_binding(self, node: Node, names: Collection[str]) -> Code:
        """Return the code of ``node``, in which ``names`` are bound."""
        for name in names:
            self.bind(name)
        try:
            return self.compile(node)
        finally:
            self.unbind(len(names))

    def compile_filter(self, node: Node) -> Code:
        """Return the code of a filter's condition, where names may be those of the items."""
        self._filters += 1
        try:
            return self.compile_binding(node, ("item",))
        finally:
            self._filters -= 1

    def bind(self, name: str) -> None:
        """Bind ``name`` until the matching ``unbind``."""
        self._bound.append(name)
        self._times_bound[name] += 1

    def unbind(self, count: int) -> None:
        """Undo the last ``count`` calls of ``bind``."""
        for _ in range(count):
            self._times_bound[self._bound.pop()] -= 1

    @property
    def in_filter(self) -> bool:
        """Whether a filter's condition is being compiled: names may be those of its items."""
        return self._filters > 0

    def is_bound(self, name: str) -> bool:
        """Tell whether something inside the expression binds ``name`` here."""
        return self._times_bound[name] > 0

    def builtin(self, name: str) -> Function | None:
        """Return the built-in called ``name``; a variable of that name would hide it."""
        self.shadowed.add(name)
        return self.functions.get(name)

    def callee(self, name: str) -> Function | None:
        """Return what a call of ``name`` calls: a built-in, or a function of the caller."""
        return self.builtin(name) or self._more.get(name)

    def use(self, name: str, position: int) -> None:
        """Remember that ``name`` is read here."""
        if name == "?":
            self.questions += 1
        if not self.is_bound(name):
            names = self.possible if self._filters else self.free
            names.setdefault(name, position)


_ABSENT = object()


def lookup(scope: Scope, name: str) -> Value:
    """Return the value of ``name`` in ``scope`` or around it, ``ABSENT`` if there is none."""
    found: Scope | None = scope
    while found is not None:
        if name in found.variables:
            return found.variables[name]
        found = found.parent
    return _ABSENT


ABSENT = _ABSENT
"""What ``lookup`` returns for a name that is not defined."""
