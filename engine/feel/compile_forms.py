"""Closures for everything that is no operator and no call."""

from collections.abc import Iterator as Generator
from decimal import Decimal

from engine.feel.compiler import ABSENT, Code, Compiler, Scope, lookup
from engine.feel.constants import Constant
from engine.feel.errors import FeelNameError
from engine.feel.iteration import domain_items
from engine.feel.properties import property_of
from engine.feel.syntax import (
    ContextOf,
    Filter,
    For,
    FunctionOf,
    If,
    Iterator,
    ListOf,
    Literal,
    Name,
    Path,
    Quantified,
)
from engine.feel.values import Value


def literal(node: Literal, _: Compiler) -> Code:
    """Compile a value written out."""
    return Constant(node.value)


def name(node: Name, compiler: Compiler) -> Code:
    """Compile a variable; a built-in function where there is no such variable."""
    wanted, position = node.name, node.position
    fallback = compiler.builtin(wanted)
    lenient = compiler.in_filter
    if fallback is None:
        compiler.use(wanted, position)

    def run(scope: Scope) -> Value:
        variables = scope.variables
        if wanted in variables:
            return variables[wanted]
        value = lookup(scope, wanted)
        if value is not ABSENT:
            return value
        if fallback is not None:
            return fallback
        if scope.run.strict and not lenient:
            raise FeelNameError(wanted, position)
        scope.run.note("unknown_name", f"{wanted} is not defined.", position)
        return None

    return run


def path(node: Path, compiler: Compiler) -> Code:
    """Compile ``source.name``: an entry, a property, or that of every item of a list."""
    source, wanted, position = compiler.compile(node.source), node.name, node.position

    def read(value: Value, scope: Scope) -> Value:
        if isinstance(value, dict):
            if wanted not in value:
                scope.run.note("unknown_entry", f"There is no entry {wanted}.", position)
            return value.get(wanted)
        if isinstance(value, list):
            scope.run.grow(len(value))
            return [read(item, scope) for item in value]
        found = property_of(value, wanted)
        if found is None and value is not None:
            scope.run.note("unknown_property", f"There is no property {wanted}.", position)
        return found

    return lambda scope: read(source(scope), scope)


def filtered(node: Filter, compiler: Compiler) -> Code:
    """Compile ``source[condition]``: by position, or the items for which it is true."""
    source, condition = compiler.compile(node.source), compiler.compile_filter(node.condition)

    def run(scope: Scope) -> Value:
        value = source(scope)
        items = value if isinstance(value, list) else [] if value is None else [value]
        kept: list[Value] = []
        for item in items:
            scope.run.tick()
            chosen = condition(item_scope(item, scope))
            if type(chosen) is Decimal:
                return at(items, chosen, scope, node.position)
            if chosen is True:
                kept.append(item)
            elif chosen is not False and chosen is not None:
                scope.run.note("not_boolean", "A filter is not true or false.", node.position)
                return None
        if not items:
            return _of_nothing(condition, scope)
        scope.run.grow(len(kept))
        return kept

    return run


def item_scope(item: Value, scope: Scope) -> Scope:
    """Return the scope of a filter's condition: ``item``, and its entries."""
    inner = scope.inner({"item": item})
    return inner.inner(item) if isinstance(item, dict) else inner


def _of_nothing(condition: Code, scope: Scope) -> Value:
    """Return what a filter makes of an empty list: null for a position, else an empty list."""
    return None if type(condition(scope)) is Decimal else []


def at(items: list[Value], index: Decimal, scope: Scope, position: int) -> Value:
    """Return the item at ``index``, from 1, or from the end when negative."""
    if index == index.to_integral_value() and 1 <= abs(index) <= len(items):
        number = int(index)
        return items[number - 1 if number > 0 else number]
    scope.run.note("no_such_item", "There is no item at this position.", position)
    return None


def choice(node: If, compiler: Compiler) -> Code:
    """Compile ``if``: null takes the else; a condition of another type gives null."""
    condition, yes, no = (compiler.compile(part) for part in (node.condition, node.yes, node.no))

    def run(scope: Scope) -> Value:
        decided = condition(scope)
        if decided is True:
            return yes(scope)
        if decided is not False and decided is not None:
            scope.run.note("not_boolean", "A condition is not true or false.", node.position)
            return None
        return no(scope)

    return run


def list_of(node: ListOf, compiler: Compiler) -> Code:
    """Compile ``[items]``."""
    items = [compiler.compile(item) for item in node.items]

    def run(scope: Scope) -> Value:
        values = [item(scope) for item in items]
        scope.run.hold(values)
        return values

    return run


def context_of(node: ContextOf, compiler: Compiler) -> Code:
    """Compile ``{key: value}``; a later entry sees the earlier ones, a function also itself."""
    entries: list[tuple[str, Code]] = []
    for key, value in node.entries:
        own = (key,) if isinstance(value, FunctionOf) else ()
        entries.append((key, compiler.compile_binding(value, own)))
        compiler.bind(key)
    compiler.unbind(len(entries))

    def run(scope: Scope) -> Value:
        values: dict[str, Value] = {}
        inner = scope.inner(values)
        for key, code in entries:
            values[key] = code(inner)
        scope.run.hold(values)
        return values

    return run


class Loop:
    """The iterators of ``for``, ``some`` and ``every``."""

    def __init__(self, iterators: tuple[Iterator, ...], compiler: Compiler) -> None:
        self._parts: list[tuple[str, Code, Code | None]] = []
        for iterator in iterators:
            domain = compiler.compile(iterator.domain)
            end = compiler.compile(iterator.end) if iterator.end is not None else None
            self._parts.append((iterator.name, domain, end))
            compiler.bind(iterator.name)

    @property
    def names(self) -> int:
        """How many names are bound; the caller unbinds them."""
        return len(self._parts)

    def turns(self, scope: Scope, first: int = 0) -> Generator[Scope | None]:
        """Yield the scope of each turn; None where a domain is nothing to go through."""
        if first == len(self._parts):
            scope.run.tick()
            yield scope
            return
        name_, domain, end = self._parts[first]
        items = domain_items(domain(scope), None if end is None else (end(scope),), scope.run)
        if items is None:
            yield None
            return
        for item in items:
            scope.run.tick()
            yield from self.turns(scope.inner({name_: item}), first + 1)


class _SoFar(dict[str, Value]):
    """The variable ``partial``: each reading gives the results of that moment, as a list apart."""

    def __getitem__(self, name: str) -> Value:
        return list(super().__getitem__(name))


def for_loop(node: For, compiler: Compiler) -> Code:
    """Compile ``for``; ``partial`` holds the results so far."""
    loop = Loop(node.iterators, compiler)
    body = compiler.compile_binding(node.body, ("partial",))
    compiler.unbind(loop.names)

    def run(scope: Scope) -> Value:
        results: list[Value] = []
        for turn in loop.turns(scope.inner(_SoFar(partial=results))):
            if turn is None:
                scope.run.note("no_list", "for needs a list or a range.", node.position)
                return None
            results.append(body(turn))
            scope.run.hold(results[-1:])
        return results

    return run


def quantified(node: Quantified, compiler: Compiler) -> Code:
    """Compile ``some`` and ``every`` in three-valued logic."""
    loop = Loop(node.iterators, compiler)
    condition = compiler.compile(node.condition)
    compiler.unbind(loop.names)
    decisive = node.quantifier == "some"

    def run(scope: Scope) -> Value:
        result: bool | None = not decisive
        for turn in loop.turns(scope):
            if turn is None:
                scope.run.note("no_list", "A list or a range is needed.", node.position)
                return None
            passed = condition(turn)
            if passed is decisive:
                return decisive
            if not isinstance(passed, bool):
                result = None
        return result

    return run
