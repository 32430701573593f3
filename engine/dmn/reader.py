"""Reading a model: parts, requirements, imports; everything is compiled once."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.dmn.boxed import EXPRESSIONS, Boxes, broken, names_in
from engine.dmn.boxes import COMPILERS, parameters_of
from engine.dmn.cycles import refuse_cycles
from engine.dmn.decide import DecisionModel
from engine.dmn.errors import DmnError, DmnParseError
from engine.dmn.items import find_type, read_types, result_type
from engine.dmn.model import (
    UNNAMED,
    Decision,
    Environment,
    InputData,
    Knowledge,
    Logic,
    Part,
    Reference,
    Service,
)
from engine.dmn.xml import (
    Element,
    attribute,
    child,
    children,
    line_of,
    name_of,
    read_root,
    tag_of,
    text_of,
)
from engine.feel import NO_FUNCTIONS, Functions
from engine.feel.types import ANY, Type
from engine.feel.values import Value

_NO_IMPORTS: Mapping[str, bytes] = {}
_IMPORTS_LIMIT = 50
_ABOUT_IMPORTS = frozenset(
    {"dmn_import_cycle", "dmn_import_too_deep", "dmn_import_missing", "dmn_import_ambiguous"}
)
"""Errors whose message tells it all, however far down they were met."""
_PARTS = ("inputData", "decision", "businessKnowledgeModel", "decisionService")


def parse_decisions(
    xml: bytes,
    *,
    name: str = "",
    strict: bool = True,
    imports: Mapping[str, bytes] = _NO_IMPORTS,
    functions: Functions = NO_FUNCTIONS,
) -> DecisionModel:
    """Read a DMN file.

    Args:
        xml: The file.
        name: What to call it in errors.
        strict: Whether a mistake in one decision refuses the whole file; if not, that decision
            fails when it is made.
        imports: Files that may be imported, by namespace (``Library`` finds them).
        functions: What FEEL may call there beside its own functions, by name.

    Raises:
        DmnParseError: It cannot be used; the message says where and why.
    """
    model = _read(xml, name or "The file", _Files(imports, strict, {}, functions), ())
    if not model.parts:
        raise DmnParseError(f"{name or 'The file'}: There is no decision.", line=1)
    return model


@dataclass(frozen=True, slots=True)
class _Files:
    """What may be imported, how mistakes are taken, and what FEEL may call."""

    imports: Mapping[str, bytes]
    strict: bool
    models: dict[str, DecisionModel]
    functions: Functions


def _read(xml: bytes, name: str, files: _Files, trail: tuple[str, ...]) -> DecisionModel:
    """Read a file that was reached by importing the namespaces of ``trail`` in turn."""
    root = read_root(xml, name)
    imported: dict[str, DecisionModel] = {}
    for element in children(root, "import"):
        if "/DMN/" not in attribute(element, "importType"):
            continue
        # DMN 1.5 has imports without a name: their elements are seen as the model's own
        alias = name_of(element) or UNNAMED + attribute(element, "namespace")
        if alias in imported:
            raise DmnParseError(f"{name} imports {alias} twice.", line=line_of(element))
        imported[alias] = _imported(element, name, files, trail)
    return _Reader(root, name, imported, files).model()


def _imported(element: Element, name: str, files: _Files, trail: tuple[str, ...]) -> DecisionModel:
    namespace = attribute(element, "namespace")
    if namespace in files.models:
        return files.models[namespace]
    try:
        content = _content(namespace, name, files, trail)
        other = name_of(element) or namespace
        files.models[namespace] = _read(content, other, files, (*trail, namespace))
    except DmnError as error:
        message = error.message
        if error.code not in _ABOUT_IMPORTS:
            message = f"{name} imports {namespace}, which cannot be used: {message}"
        raise DmnParseError(message, code=error.code, line=line_of(element)) from error
    return files.models[namespace]


def _content(namespace: str, name: str, files: _Files, trail: tuple[str, ...]) -> bytes:
    """Return the file to import."""
    if namespace in trail:
        circle = " -> ".join((*trail[trail.index(namespace) :], namespace))
        raise DmnParseError(
            f"{name} imports files in a circle: {circle}. Remove one of these imports.",
            code="dmn_import_cycle",
        )
    if len(trail) >= _IMPORTS_LIMIT:
        raise DmnParseError(
            f"{name} is the end of {_IMPORTS_LIMIT} imports in a row: import fewer.",
            code="dmn_import_too_deep",
        )
    try:
        return files.imports[namespace]
    except KeyError:
        raise DmnParseError(
            f"{name} imports {namespace}, which is not there. Put the file with this namespace "
            "in the same folder (in an edition: in dmn/), check both together, or remove the "
            "import.",
            code="dmn_import_missing",
        ) from None


class _Reader:
    """Reads the parts of one model."""

    def __init__(
        self, root: Element, name: str, imports: Mapping[str, DecisionModel], files: _Files
    ) -> None:
        self._root = root
        self._name = name
        self._imports = imports
        self._strict = files.strict
        self._functions = files.functions
        names = names_in(root)
        foreign: dict[str, Type] = {}
        for alias, model in imports.items():
            names |= model.names
            prefix = "" if alias.startswith(UNNAMED) else f"{alias}."
            foreign |= {f"{prefix}{key}": kind for key, kind in model.types.items()}
        self._names = frozenset(names)
        self._types = read_types(root, foreign, self._names, strict=files.strict)
        self._ids = {attribute(element, "id"): element for element in children(root, *_PARTS)}

    def model(self) -> DecisionModel:
        """Return the model.

        Raises:
            DmnParseError: A part cannot be used, or requirements go in a circle.
        """
        parts: dict[str, Part] = {}
        for element in children(self._root, *_PARTS):
            part = self._part(element)
            if part.id in parts:
                raise self._error(f"The id {part.id} stands twice.", element)
            parts[part.id] = part
        refuse_cycles(parts, self._name)
        return DecisionModel(
            name_of(self._root) or self._name,
            attribute(self._root, "namespace"),
            parts,
            self._imports,
            self._types,
            self._names,
            self._functions,
        )

    def _part(self, element: Element) -> Part:
        kinds = {
            "inputData": self._input,
            "decision": self._decision,
            "businessKnowledgeModel": self._knowledge,
            "decisionService": self._service,
        }
        try:
            return kinds[tag_of(element)](element)
        except DmnError as error:
            if self._strict:
                raise
            return self._broken(element, error)

    def _broken(self, element: Element, error: DmnError) -> Part:
        """Return what stands for a part with a mistake: it fails when it is needed."""
        key, name = self._key(element), name_of(element)
        return Decision(key, name, name, ANY, broken(error))

    def _key(self, element: Element) -> str:
        return attribute(element, "id") or name_of(element)

    def _type(self, element: Element | None) -> Type:
        if element is None:
            return ANY
        return find_type(attribute(element, "typeRef"), self._types, line_of(element))

    def _input(self, element: Element) -> Part:
        variable = child(element, "variable")
        name = (name_of(variable) if variable is not None else "") or name_of(element)
        return InputData(self._key(element), name, self._type(variable))

    def _decision(self, element: Element) -> Part:
        variable = child(element, "variable")
        key, name = self._key(element), name_of(element)
        known = (name_of(variable) if variable is not None else "") or name
        table = child(element, "decisionTable")
        columns = () if table is None else tuple(children(table, "input"))
        return Decision(
            key,
            name,
            known,
            self._type(variable),
            self._logic(element, key),
            self._requires(element),
            tuple(text_of(child(column, "inputExpression")) for column in columns),
            line_of(element),
        )

    def _boxes(self, owner: str) -> Boxes:
        return Boxes(owner, self._names, self._types, self._strict, COMPILERS, self._functions)

    def _logic(self, element: Element, owner: str) -> Logic:
        found = child(element, *EXPRESSIONS)
        if found is None:
            return _no_logic
        return self._boxes(owner).compile(found)

    def _knowledge(self, element: Element) -> Part:
        key = self._key(element)
        boxes = self._boxes(key)
        definition = child(element, "encapsulatedLogic")
        requires = self._requires(element)
        kind = result_type(self._type(child(element, "variable")))
        if definition is None:
            return Knowledge(key, name_of(element), (), kind, _no_logic, requires)
        parameters = parameters_of(definition, boxes)
        try:
            logic = self._body(definition, boxes)
        except DmnError:
            if self._strict:
                raise
            logic = _no_logic
        return Knowledge(key, name_of(element), parameters, kind, logic, requires)

    def _body(self, definition: Element, boxes: Boxes) -> Logic:
        kind = attribute(definition, "kind") or "FEEL"
        if kind != "FEEL":
            raise DmnParseError(
                f"A function of kind {kind} is not allowed: only FEEL can be used.",
                decision=boxes.owner,
                code="dmn_external_function",
                line=line_of(definition),
            )
        return boxes.inside(definition)

    def _service(self, element: Element) -> Part:
        def references(tag: str) -> tuple[Reference, ...]:
            found = children(element, tag)
            return tuple(self._resolve(attribute(item, "href"), item) for item in found)

        return Service(
            self._key(element),
            name_of(element),
            references("outputDecision"),
            references("inputDecision"),
            references("inputData"),
            result_type(self._type(child(element, "variable"))),
        )

    def _requires(self, element: Element) -> tuple[Reference, ...]:
        found: list[Reference] = []
        for requirement in children(element, "informationRequirement", "knowledgeRequirement"):
            for reference in children(requirement):
                href = attribute(reference, "href")
                if href:
                    found.append(self._resolve(href, reference))
        return tuple(found)

    def _resolve(self, href: str, element: Element) -> Reference:
        """Return what ``href`` points at."""
        namespace, _, key = href.rpartition("#")
        if namespace in {"", attribute(self._root, "namespace")}:
            if key in self._ids:
                return "", key
        else:
            for alias, model in self._imports.items():
                if model.namespace == namespace and key in model.parts:
                    return alias, key
        raise self._error(f"{href} points at nothing.", element)

    def _error(self, message: str, element: Element) -> DmnParseError:
        return DmnParseError(f"{self._name}: {message}", line=line_of(element))


def _no_logic(environment: Environment) -> Value:
    environment.fail(
        DmnParseError("It has no logic.", decision=environment.decision, code="dmn_no_logic")
    )
