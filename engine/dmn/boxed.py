"""Boxed expressions: each becomes a function of its environment."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from engine.dmn.errors import DmnError, DmnParseError
from engine.dmn.items import find_type
from engine.dmn.knowledge import conform
from engine.dmn.model import Logic
from engine.dmn.xml import (
    Element,
    attribute,
    child,
    children,
    line_of,
    namespace_of,
    tag_of,
    text_of,
)
from engine.feel import (
    Expression,
    FeelError,
    Functions,
    UnaryTests,
    compile_expression,
    compile_unary_tests,
)
from engine.feel.types import ANY, Type
from engine.feel.values import Value

_FEEL_LANGUAGE = re.compile(
    r"feel|https?://www\.omg\.org/spec/(feel/[0-9]{8}|dmn/[0-9]{8}/feel)/?", re.IGNORECASE
)
"""The short name, and the URIs of DMN 1.1 to 1.5."""
_Compiled = TypeVar("_Compiled", Expression, UnaryTests)
EXPRESSIONS = (
    "literalExpression", "decisionTable", "context", "invocation", "functionDefinition",
    "relation", "list", "conditional", "filter", "for", "some", "every",
)  # fmt: skip


_FITTED_ELSEWHERE = ("literalExpression", "functionDefinition")


class Compile(Protocol):
    """Compiles one kind of boxed expression."""

    def __call__(self, element: Element, boxes: "Boxes") -> Logic:
        """Return the logic of ``element``."""


@dataclass(frozen=True, slots=True)
class Boxes:
    """Compiles boxed expressions of one owner (a decision or knowledge model).

    Attributes:
        owner: Id for messages and for matched rules.
        names: Every name the model declares.
        types: Every type the model declares.
        strict: Whether a mistake is an error now, or when it is evaluated.
        compilers: The function for each kind of boxed expression.
        functions: What FEEL may call beside its own functions.
    """

    owner: str
    names: Collection[str]
    types: Mapping[str, Type]
    strict: bool
    compilers: Mapping[str, Compile]
    functions: Functions = field(default_factory=dict)

    def compile(self, element: Element) -> Logic:
        """Return the logic of a boxed expression.

        Raises:
            DmnParseError: It cannot be used, and mistakes are errors now.
        """
        compiler = self.compilers.get(tag_of(element))
        try:
            if compiler is None:
                raise DmnParseError(f"{tag_of(element)} is not supported.", line=line_of(element))
            return self._fitted(compiler(element, self), element)
        except DmnError as error:
            if self.strict:
                raise
            return broken(error)

    def _fitted(self, logic: Logic, element: Element) -> Logic:
        """Return ``logic`` with its result fitted to the type of the boxed expression."""
        tag = tag_of(element)
        kind = self.type_of(element)
        if kind is ANY or tag in _FITTED_ELSEWHERE:
            return logic
        return lambda environment: conform(logic(environment), kind, environment, f"the {tag}")

    def inside(self, element: Element, *tags: str) -> Logic:
        """Return the logic of the boxed expression in the first child called one of ``tags``.

        Without ``tags`` it is the expression that is itself a child of ``element``.

        Raises:
            DmnParseError: There is none.
        """
        holder = child(element, *tags) if tags else element
        found = None if holder is None else child(holder, *EXPRESSIONS)
        if found is None:
            what = f"{tag_of(element)} {' '.join(tags)}".strip()
            raise self.error(f"An expression is missing in {what}.", element)
        return self.compile(found)

    def also(self, names: Collection[str]) -> "Boxes":
        """Return the same with more names known."""
        return replace(self, names=frozenset(self.names) | frozenset(names))

    def type_of(self, element: Element) -> Type:
        """Return the type that the ``typeRef`` of ``element`` names."""
        try:
            return find_type(attribute(element, "typeRef"), self.types, line_of(element))
        except DmnParseError as error:
            raise self.error(error.message, element, error.code) from None

    def expression(self, text: str, element: Element) -> Expression:
        """Return a compiled expression.

        Raises:
            DmnParseError: It is no FEEL.
        """
        return self._feel(compile_expression, text, element)

    def tests(self, text: str, element: Element) -> UnaryTests:
        """Return compiled unary tests.

        Raises:
            DmnParseError: They are no FEEL.
        """
        return self._feel(compile_unary_tests, text, element)

    def _feel(self, compiler: Callable[..., _Compiled], text: str, element: Element) -> _Compiled:
        root = element.getroottree().getroot()
        own = attribute(element, "expressionLanguage")
        language = (own or attribute(root, "expressionLanguage")).strip()
        if language and not _FEEL_LANGUAGE.fullmatch(language):
            raise self.error(f"The language {language} is not FEEL.", element)
        try:
            return compiler(text, names=self.names, types=self.types, functions=self.functions)
        except FeelError as error:
            message = f"{error.located(text)} In: {text[:120]}"
            raise self.error(message, element, error.code) from error

    def error(self, message: str, element: Element, code: str | None = None) -> DmnParseError:
        """Return an error at ``element``."""
        return DmnParseError(message, decision=self.owner, line=line_of(element), code=code)


def broken(error: DmnError) -> Logic:
    """Return logic that raises, for models that are read although they have mistakes."""

    def run(_: object) -> Value:
        raise error

    return run


def names_in(root: Element) -> set[str]:
    """Return every name that a model declares somewhere and that FEEL may read.

    The names of diagrams and extensions are none: ``a - b`` there would hide a subtraction.
    """
    found: set[str] = set()
    for tag, key in _NAMED.items():
        for element in root.iter(f"{{{namespace_of(root)}}}{tag}"):
            found.add(" ".join(attribute(element, key).split()))
    return found - {""}


_NAMED = {
    **dict.fromkeys(
        (
            "inputData", "decision", "businessKnowledgeModel", "decisionService", "import",
            "variable", "formalParameter", "parameter", "itemComponent", "column", "output",
        ),
        "name",
    ),
    **dict.fromkeys(("for", "some", "every"), "iteratorVariable"),
}  # fmt: skip


def first_text(element: Element | None, tag: str) -> str:
    """Return the text in the child ``tag`` of ``element``."""
    return "" if element is None else text_of(child(element, tag))


def items_of(element: Element) -> list[Element]:
    """Return the boxed expressions directly inside ``element``."""
    return list(children(element, *EXPRESSIONS))
