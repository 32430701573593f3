"""The parts of an edition and what each names: requirements and citations."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePosixPath
from typing import Any, Final

from lxml import etree

from engine.check.findings import Findings
from engine.check.xml import parse
from engine.dmn.xml import read_root as read_table
from engine.errors import DefinitionError
from engine.manifest import load_toml, split_citations
from engine.requirements import NAMED, key_of

Key = tuple[str, int, str]
_TESTED: Final = frozenset({"scenarios"})
OWN: Final = "krav.toml"
"""The list of requirements itself shows nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One part of the edition: an element, a row, a field, a rule, a step, a paper.

    ``where`` is its file below ``processes/`` without suffix, and after ``#`` what in it.
    ``declared`` are ids in a list ``requirements``, which a scenario is run for.
    """

    where: str
    requirements: frozenset[Key] = frozenset()
    declared: frozenset[Key] = frozenset()
    citations: frozenset[str] = frozenset()

    @property
    def is_run(self) -> bool:
        """Whether it is a step of a scenario: that is a test, and shows nothing by itself."""
        return self.where.split("/")[0] in _TESTED


def places(files: Mapping[str, bytes]) -> Iterator[Place]:
    """Yield every part of the edition.

    Args:
        files: Path below ``processes/`` to content.

    Raises:
        DefinitionError: A diagram cannot be read.
        DmnError: A table cannot be read.
        DataFileError: A data file cannot be read.
    """
    for path, content in sorted(files.items()):
        where, suffix = path.rsplit(".", 1)[0], PurePosixPath(path).suffix
        if suffix == ".bpmn":
            yield from _elements(where, _diagram(path, content))
        elif suffix == ".dmn":
            yield from _elements(where, read_table(content, path))
        elif suffix == ".form":
            yield from _form(where, content, path)
        elif suffix == ".toml" and path != OWN:
            yield from _data(where, path, content)
        elif suffix == ".typ":
            yield _place(where, [content.decode("utf-8", "replace")])


def named_in(text: str) -> frozenset[Key]:
    """Return the requirement ids in a text."""
    return frozenset((found[1], int(found[2]), found[3]) for found in NAMED.finditer(text))


def _place(
    where: str, texts: Iterable[str], cited: Iterable[str] = (), declared: Iterable[str] = ()
) -> Place:
    text = "\n".join(texts)
    keys = frozenset(key_of(requirement) for requirement in declared)
    citations = frozenset(chain.from_iterable(split_citations(one) for one in cited))
    return Place(
        where=where, requirements=named_in(text) | keys, declared=keys, citations=citations
    )


def _diagram(path: str, content: bytes) -> Any:
    root = parse(content, Findings())
    if root is None:
        raise DefinitionError(path, "the file is not XML; kedja check says where")
    return root


def _elements(where: str, root: Any) -> Iterator[Place]:
    """The elements of a diagram or a table that say something, each with its own texts only."""
    texts: dict[str, list[str]] = {}
    cited: dict[str, list[str]] = {}
    for element in root.iter(etree.Element):
        owner = _owner(element)
        tag = etree.QName(element).localname
        if tag in {"documentation", "description"}:
            texts.setdefault(owner, []).append(element.text or "")
        elif tag == "property":
            texts.setdefault(owner, []).append(element.get("value") or "")
            if element.get("name") == "lagrum":
                cited.setdefault(owner, []).append(element.get("value") or "")
        elif tag in {"text", "annotation"} and element.text:
            cited.setdefault(owner, []).append(element.text.replace('"', " "))
        elif element.get("id"):
            texts.setdefault(owner, [])
    for owner, found in texts.items():
        name = where if owner == PurePosixPath(where).name else f"{where}#{owner}"
        yield _place(name, found, cited.get(owner, ()))


def _owner(element: Any) -> str:
    """The id of the element that a text belongs to; a row of a table is known by its number."""
    for above in chain([element], element.iterancestors()):
        tag = etree.QName(above).localname
        if tag == "rule":
            table = above.getparent()
            rules = [child for child in table if etree.QName(child).localname == "rule"]
            return str(rules.index(above) + 1)
        if tag in _NOT_OWNERS or not above.get("id"):
            continue
        return str(above.get("id"))
    return ""


_NOT_OWNERS: Final = frozenset(
    {
        "decisionTable",
        "input",
        "inputExpression",
        "inputEntry",
        "output",
        "outputEntry",
        "variable",
        "informationItem",
    }
)


def _form(where: str, content: bytes, path: str) -> Iterator[Place]:
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DefinitionError(path, "the file is not JSON in UTF-8") from error
    own = document.get("properties", {})
    rules = own.get("regler", document.get("regler", []))
    yield _place(where, [json.dumps(own, ensure_ascii=False)], [str(own.get("lagrum", ""))])
    for number, rule in enumerate(rules if isinstance(rules, list) else [], start=1):
        text = json.dumps(rule, ensure_ascii=False)
        yield _place(f"{where}#regel{number}", [text], [str(rule.get("lagrum", ""))])
    yield from _fields(where, document.get("components", []), "")


def _fields(where: str, components: list[dict[str, Any]], prefix: str) -> Iterator[Place]:
    for component in components:
        key = component.get("path") or component.get("key") or ""
        inner = f"{prefix}{key}." if key and "components" in component else prefix
        if key:
            own = component.get("properties", {})
            texts = [str(own), str(component.get("description", ""))]
            values = [str(row.get("value", "")) for row in component.get("values", [])]
            yield _place(f"{where}#{prefix}{key}", texts, [str(own.get("lagrum", "")), *values])
        yield from _fields(where, component.get("components", []), inner)


def _data(where: str, path: str, content: bytes) -> Iterator[Place]:
    """A file of tables: one place for the whole (with its comments), one for each entry."""
    tables = load_toml(path, content)
    text = content.decode("utf-8-sig")
    comments = [line for line in text.splitlines() if line.lstrip().startswith("#")]
    loose = {key: value for key, value in tables.items() if not _is_entries(value)}
    yield _place(where, comments, _cited(loose), _declared(loose))
    for key, value in tables.items():
        rows = value if isinstance(value, list) else [value]
        for number, row in enumerate(rows if _is_entries(value) else [], start=1):
            name = row.get("id") or row.get("key") or (number if key != "step" else f"step{number}")
            name = key if isinstance(value, dict) else name
            texts = [json.dumps(row, ensure_ascii=False, default=str)]
            yield _place(f"{where}#{name}", texts, _cited(row), _declared(row))


def _is_entries(value: object) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)
    )


def _cited(table: Mapping[str, Any]) -> list[str]:
    found = table.get("lagrum", ())
    return [found] if isinstance(found, str) else [str(one) for one in found]


def _declared(table: Mapping[str, Any]) -> list[str]:
    return [str(one) for one in table.get("requirements", ())]
