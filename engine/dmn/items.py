"""Item definitions: the types of a model."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from engine.dmn.errors import DmnParseError
from engine.dmn.xml import Element, attribute, child, children, line_of, name_of, text_of
from engine.feel import FeelError, UnaryTests, compile_unary_tests
from engine.feel.budget import Run
from engine.feel.compiler import Scope
from engine.feel.types import ANY, SIMPLE_TYPES, ContextType, FunctionType, Type
from engine.feel.values import Value

_OLDER_TYPES = dict.fromkeys(("integer", "long", "double"), SIMPLE_TYPES["number"])
"""Camunda 7's names for numbers."""


class _NothingType(Type):
    """What a type that does not exist stands for, in a model that is read in spite of it."""

    __slots__ = ()

    def accepts(self, value: Value) -> bool:
        """Tell that no value belongs to the type."""
        return value is None


NOTHING: Type = _NothingType()


class ItemType(Type):
    """A type of a model: a base, perhaps many of them, perhaps only certain values.

    Attributes:
        name: As the model calls it.
        base: The type of one.
        many: Whether the value is a list of them.
        allowed: Tests that each one must pass.
        constraint: Tests that the whole value must pass.
    """

    __slots__ = ("allowed", "base", "constraint", "many", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.base: Type = ANY
        self.many = False
        self.allowed: UnaryTests | None = None
        self.constraint: UnaryTests | None = None

    @property
    def item_type(self) -> Type | None:
        """The type of the items, where the value is a list."""
        return self.base if self.many else self.base.item_type

    @property
    def plain(self) -> Type:
        """The type itself, where this is only a name for it."""
        return self if self.many else self.base.plain

    def accepts(self, value: Value) -> bool:
        """Tell whether ``value`` belongs to the type, whatever its constraints say."""
        if not self.many:
            return self.base.accepts(value)
        return isinstance(value, list) and all(
            item is None or self.base.accepts(item) for item in value
        )

    def permits(self, value: Value, run: Run | None = None) -> bool:
        """Tell whether ``value`` belongs to the type and keeps its constraints."""
        if self.many:
            fits = isinstance(value, list) and all(self._one(item, run) for item in value)
        else:
            fits = self._one(value, run)
        return fits and _passes(self.constraint, value, run)

    def _one(self, value: Value, run: Run | None) -> bool:
        if value is None:
            return self.many
        return self.base.permits(value, run) and _passes(self.allowed, value, run)


def _passes(tests: UnaryTests | None, value: Value, run: Run | None) -> bool:
    """Tell whether a value passes tests, in the time that is left of ``run``.

    A constraint reads no variables: a name in it is null, also where the evaluation is strict.
    """
    if tests is None:
        return True
    if run is None:
        return tests.matches(value, {}) is True
    run.tick()
    return tests.matches_in(value, Scope({}, run.aside(strict=False))) is True


def read_types(
    root: Element, imported: Mapping[str, Type], names: Collection[str], *, strict: bool
) -> dict[str, Type]:
    """Return the types of a model by name, whatever order they stand in.

    Raises:
        DmnParseError: A type refers to one that does not exist or to itself, or a constraint is no
            FEEL. If not strict, such a type has no values instead.
    """
    definitions = {name_of(item): item for item in children(root, "itemDefinition")}
    items = {name: ItemType(name) for name in definitions}
    types: dict[str, Type] = {**imported, **items}
    for name, definition in definitions.items():
        with _mistakes(items[name], strict=strict):
            _fill(items[name], definition, types, names)
    for name, definition in definitions.items():
        with _mistakes(items[name], strict=strict):
            _refuse_circle(items[name], definition)
    return types


@contextmanager
def _mistakes(item: ItemType, *, strict: bool) -> Iterator[None]:
    try:
        yield
    except DmnParseError:
        if strict:
            raise
        item.base = NOTHING


def _refuse_circle(item: ItemType, definition: Element) -> None:
    seen: list[Type] = []
    found: Type = item
    while isinstance(found, ItemType) and not found.many:
        if found in seen:
            message = f"The type {item.name} is made of itself."
            raise DmnParseError(message, code="dmn_type_cycle", line=line_of(definition))
        seen.append(found)
        found = found.base


def result_type(kind: Type) -> Type:
    """Return the type of what a function of type ``kind`` gives.

    The variable of a knowledge model or service has either the type of the function (DMN 1.5,
    6.3.9) or, in older files, that of its result.
    """
    plain = kind.plain
    if isinstance(plain, FunctionType):
        return plain.result
    return ANY if plain == SIMPLE_TYPES["function"] else kind


def allowed_text(kind: Type) -> str:
    """Return the allowed values of a type as they are written; empty if it does not list them."""
    while isinstance(kind, ItemType):
        if kind.allowed is not None:
            return kind.allowed.text if kind.allowed.limits is not None else ""
        kind = kind.base
    return ""


def find_type(reference: str, types: Mapping[str, Type], line: int) -> Type:
    """Return the type that a ``typeRef`` names.

    Raises:
        DmnParseError: There is none.
    """
    reference = " ".join(reference.split())
    if not reference:
        return ANY
    plain = reference.rpartition(":")[2]
    for name in (reference, plain):
        found = types.get(name) or SIMPLE_TYPES.get(name) or _OLDER_TYPES.get(name)
        if found is not None:
            return found
    raise DmnParseError(f"There is no type {reference}.", code="dmn_unknown_type", line=line)


def _fill(
    item: ItemType, definition: Element, types: Mapping[str, Type], names: Collection[str]
) -> None:
    item.many = attribute(definition, "isCollection").strip() in {"true", "1"}
    item.base = _base(definition, types, names)
    item.allowed = _tests(child(definition, "allowedValues"), item.name, names)
    item.constraint = _tests(child(definition, "typeConstraint"), item.name, names)


def _base(definition: Element, types: Mapping[str, Type], names: Collection[str]) -> Type:
    components = list(children(definition, "itemComponent"))
    if components:
        entries: dict[str, Type] = {}
        for component in components:
            entry = ItemType(name_of(component))
            _fill(entry, component, types, names)
            entries[entry.name] = entry
        return ContextType(entries)
    function = child(definition, "functionItem")
    if function is not None:
        return _function(function, types)
    reference = child(definition, "typeRef")
    if reference is None:
        return ANY
    text = "".join(str(part) for part in reference.itertext())
    return find_type(text, types, line_of(reference))


def _function(element: Element, types: Mapping[str, Type]) -> Type:
    parameters = tuple(
        find_type(attribute(parameter, "typeRef"), types, line_of(parameter))
        for parameter in children(element, "parameters")
    )
    result = find_type(attribute(element, "outputTypeRef"), types, line_of(element))
    return FunctionType(parameters, result)


def _tests(element: Element | None, owner: str, names: Collection[str]) -> UnaryTests | None:
    text = text_of(element)
    if not text or element is None:
        return None
    try:
        return compile_unary_tests(text, names=names)
    except FeelError as error:
        message = f"The allowed values of {owner} are no FEEL: {error.located(text)}"
        raise DmnParseError(message, line=line_of(element)) from error
