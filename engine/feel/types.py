"""The types of FEEL, for ``instance of``, parameters and DMN's type references."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.feel.budget import Run
from engine.feel.syntax import TypeExpression
from engine.feel.values import Function, Range, Value, kind_of


class Type:
    """A type. ``accepts`` tells whether a value belongs to it."""

    __slots__ = ()

    @property
    def item_type(self) -> "Type | None":
        """The type of the items, where this is a type of lists."""
        return None

    @property
    def plain(self) -> "Type":
        """The type itself, where this is only a model's name for it."""
        return self

    def permits(self, value: Value, run: Run | None = None) -> bool:  # noqa: ARG002 - models' types
        """Tell whether ``value`` belongs to the type and keeps its constraints, if any.

        ``run`` is the evaluation that it belongs to, and pays for asking them.
        """
        return self.accepts(value)

    def accepts(self, value: Value) -> bool:
        """Tell whether ``value`` belongs to the type."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class AnyType(Type):
    """Every value."""

    def accepts(self, value: Value) -> bool:
        """Tell whether ``value`` belongs to the type."""
        return value is not None


@dataclass(frozen=True, slots=True)
class NullType(Type):
    """null alone."""

    def accepts(self, value: Value) -> bool:
        """Tell whether ``value`` belongs to the type."""
        return value is None


@dataclass(frozen=True, slots=True)
class SimpleType(Type):
    """A type by name: ``number``, ``date`` and so on."""

    name: str

    def accepts(self, value: Value) -> bool:
        """Tell whether ``value`` belongs to the type."""
        kind = kind_of(value)
        return kind == self.name or (self.name == "duration" and kind.endswith("duration"))


@dataclass(frozen=True, slots=True)
class ListType(Type):
    """A list whose items are all of one type."""

    item: Type

    @property
    def item_type(self) -> Type | None:
        """The type of the items."""
        return self.item

    def accepts(self, value: Value) -> bool:
        """Tell whether ``value`` belongs to the type."""
        return isinstance(value, list) and all(
            item is None or self.item.accepts(item) for item in value
        )

    def permits(self, value: Value, run: Run | None = None) -> bool:
        """Tell whether ``value`` belongs to the type and keeps its constraints, if any."""
        return isinstance(value, list) and all(
            item is None or self.item.permits(item, run) for item in value
        )


@dataclass(frozen=True, slots=True)
class RangeType(Type):
    """A range whose ends are of one type."""

    item: Type

    def accepts(self, value: Value) -> bool:
        """Tell whether ``value`` belongs to the type."""
        if not isinstance(value, Range):
            return False
        ends = [end for end in (value.low, value.high) if end is not None]
        return bool(ends) and all(self.item.accepts(end) for end in ends)


@dataclass(frozen=True, slots=True)
class ContextType(Type):
    """A context with at least these entries."""

    entries: Mapping[str, Type] = field(hash=False)

    def accepts(self, value: Value) -> bool:
        """Tell whether ``value`` belongs to the type."""
        return isinstance(value, dict) and all(
            key in value and (value[key] is None or entry.accepts(value[key]))
            for key, entry in self.entries.items()
        )

    def permits(self, value: Value, run: Run | None = None) -> bool:
        """Tell whether ``value`` belongs to the type and keeps its constraints, if any."""
        return isinstance(value, dict) and all(
            key in value and (value[key] is None or entry.permits(value[key], run))
            for key, entry in self.entries.items()
        )


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    """A function of so many parameters."""

    parameters: tuple[Type, ...]
    result: Type

    def accepts(self, value: Value) -> bool:
        """Tell whether ``value`` belongs to the type."""
        return isinstance(value, Function) and value.arity == len(self.parameters)


ANY = AnyType()
SIMPLE_TYPES: dict[str, Type] = {
    name: SimpleType(name)
    for name in (
        "number", "string", "boolean", "date", "time", "date and time", "duration",
        "days and time duration", "years and months duration",
    )
} | {
    "Any": ANY,
    "Null": NullType(),
    "dateTime": SimpleType("date and time"),
    "dayTimeDuration": SimpleType("days and time duration"),
    "yearMonthDuration": SimpleType("years and months duration"),
    "list": SimpleType("list"),
    "context": SimpleType("context"),
    "range": SimpleType("range"),
    "function": SimpleType("function"),
}  # fmt: skip


def resolve_type(written: TypeExpression, declared: Mapping[str, Type]) -> Type | None:
    """Return the type that was written; None if some part of it has no meaning."""
    if not written.arguments and written.result is None and not written.keys:
        found = declared.get(written.name)
        return found if found is not None else SIMPLE_TYPES.get(written.name)
    parts = [resolve_type(argument, declared) for argument in written.arguments]
    known = [part for part in parts if part is not None]
    if len(known) != len(parts):
        return None
    if written.name == "context":
        return ContextType(dict(zip(written.keys, known, strict=True)))
    if written.name == "function":
        result = resolve_type(written.result, declared) if written.result else ANY
        return None if result is None else FunctionType(tuple(known), result)
    if len(known) != 1:
        return None
    return ListType(known[0]) if written.name == "list" else RangeType(known[0])
