"""What the files of one edition know of each other: forms, tables, processes, roles, citations."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Final, TypeVar

from pydantic import BaseModel

from engine import calendar, local
from engine.calendar import Calendar
from engine.check import model
from engine.check.findings import Findings
from engine.check.imports import folder_of, libraries
from engine.check.loops import Waits, called_process
from engine.check.model import Diagram, Scope
from engine.check.structure import check_root
from engine.check.xml import parse
from engine.feel import Functions
from engine.forms import Form, FormError, parse_form
from engine.local import Parameters
from engine.manifest import Citations, DataFileError, Manifest, Messages, Roles, parse_toml

PROCESSES: Final = "processes"
FROZEN: Final = "utgavor"
_DECISION: Final = re.compile(rb"<(?:[\w.-]+:)?decision\s[^>]*?\bid=\"([^\"]+)\"")

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything a reference can point at. None: the file that would say is not there."""

    root: str | None
    diagrams: Mapping[str, Diagram] = field(default_factory=dict)
    processes: Mapping[str, Scope] = field(default_factory=dict)
    forms: Mapping[str, Form | None] = field(default_factory=dict)
    decisions: frozenset[str] = frozenset()
    instructions: frozenset[str] = frozenset()
    instructed: frozenset[str] = frozenset()
    """The elements, and what they name, that an instruction may be called after."""
    manifest: Manifest | None = None
    roles: Roles | None = None
    lagrum: Citations | None = None
    messages: Messages | None = None
    functions: Functions = field(default_factory=dict)
    parameters: Parameters | None = None
    tables: Mapping[str, bytes] = field(default_factory=dict)
    municipalities: tuple[str, ...] = ()
    waits: Waits = field(default_factory=lambda: Waits({}))
    libraries: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)

    def inside(self, path: str) -> str:
        """A path relative to the edition's root."""
        return path.removeprefix(self.root) if self.root else path

    def imports(self, path: str) -> Mapping[str, bytes]:
        """What the DMN file at a path may import, by namespace."""
        if self.root is None:
            return self.libraries.get(folder_of(path), {})
        own = local.local_table(self.inside(path))
        return self.libraries.get("" if own is None else own.municipality, {})

    def asking(self, decision: str) -> frozenset[str]:
        """The processes that ask a table, themselves or through a process that they call."""
        found: set[str] = set()
        for _ in self.processes:
            before = len(found)
            found |= {
                key for key, process in self.processes.items() if _asks(process, decision, found)
            }
            if len(found) == before:
                break
        return frozenset(found)

    def called(self) -> frozenset[str]:
        """The processes that a call activity calls: they need no entry of their own."""
        return frozenset(
            called_process(node)
            for diagram in self.diagrams.values()
            for node in diagram.nodes()
            if node.kind == "callActivity"
        )


def _asks(process: Scope, decision: str, found: Collection[str]) -> bool:
    return any(
        node.attribute("calledDecision", "decisionId") == decision or called_process(node) in found
        for scope in process.walk()
        for node in scope.nodes
    )


def root_of(path: str, *, profile: bool | None) -> str | None:
    """The edition that a file belongs to: the path up to and with ``processes/``.

    A frozen edition under ``utgavor/<id>/`` stands on its own. "" when the caller says that its
    paths begin in the edition, None for a file that lies elsewhere.
    """
    parts = PurePosixPath(path).parts[:-1]
    if PROCESSES in parts:
        length = len(parts) - parts[::-1].index(PROCESSES)
    elif profile:
        length = 0
    else:
        return None
    if parts[length : length + 1] == (FROZEN,) and len(parts) > length + 1:
        length += 2
    return "".join(f"{part}/" for part in parts[:length]).replace("//", "/")


def lend(edition: Edition, lenders: Iterable[Edition]) -> Edition:
    """Let a diagram outside refer to what the editions beside it have: it may be a draft for one.

    What it brings itself wins. Roles are not lent: a draft's lanes are judged when it moves in.
    """
    for lender in lenders:
        edition = replace(
            edition,
            forms={**lender.forms, **edition.forms},
            decisions=lender.decisions | edition.decisions,
            processes={**lender.processes, **edition.processes},
            lagrum=edition.lagrum or lender.lagrum,
            manifest=edition.manifest or lender.manifest,
            functions=edition.functions or lender.functions,
        )
    return replace(edition, waits=_waits(edition.processes))


def build(root: str | None, files: Mapping[str, bytes]) -> Edition:
    """Read what can be read; what cannot is reported where its own file is checked."""
    inside = {path.removeprefix(root or ""): content for path, content in files.items()}
    diagrams = dict(_diagrams(files))
    processes = {
        process.id: process
        for diagram in diagrams.values()
        for process in diagram.processes
        if process.id
    }
    functions = calendar.feel_functions(_toml(Calendar, calendar.PATH, inside))
    parameters = _toml(Parameters, local.PATH, inside)
    tables = {path: content for path, content in inside.items() if path.endswith(".dmn")}
    return Edition(
        root=root,
        functions=functions,
        parameters=parameters,
        tables=tables,
        libraries=libraries(root, tables),
        municipalities=local.municipalities(inside),
        diagrams=diagrams,
        processes=processes,
        waits=_waits(processes),
        forms={
            PurePosixPath(path).stem: _form(content, functions)
            for path, content in inside.items()
            if path.endswith(".form")
        },
        decisions=frozenset((*_decisions(inside), *_required(parameters))),
        instructions=frozenset(
            PurePosixPath(path).stem for path in inside if _is_in(path, "instructions", ".toml")
        ),
        instructed=frozenset(_instructed(diagrams.values())),
        manifest=_toml(Manifest, "manifest.toml", inside),
        roles=_toml(Roles, "terms/roller.toml", inside),
        lagrum=_toml(Citations, "lagrum.toml", inside),
        messages=_toml(Messages, "messages.toml", inside),
    )


def _waits(processes: Mapping[str, Scope]) -> Waits:
    try:
        return Waits(processes)
    except RecursionError:
        # The file that is nested too deep is refused where it is checked itself.
        return Waits({})


def _diagrams(files: Mapping[str, bytes]) -> Iterable[tuple[str, Diagram]]:
    for path, content in files.items():
        if path.endswith(".bpmn"):
            unread = Findings()
            root = parse(content, unread)
            if root is not None and check_root(root, unread):
                yield path, model.read(path, root)


def _instructed(diagrams: Iterable[Diagram]) -> Iterable[str]:
    for diagram in diagrams:
        for node in diagram.nodes():
            yield from (node.id, node.properties.get("instruktion", ""))


def _form(content: bytes, functions: Functions) -> Form | None:
    try:
        return parse_form(content, functions)
    except FormError:
        return None


def _decisions(files: Mapping[str, bytes]) -> Iterable[str]:
    for path, content in files.items():
        if path.endswith(".dmn"):
            yield PurePosixPath(path).stem
            yield from (found.decode(errors="replace") for found in _DECISION.findall(content))


def _required(parameters: Parameters | None) -> Iterable[str]:
    """Tables without a national value: what is missing is told where they are named."""
    found = () if parameters is None else parameters.parameter
    return (parameter.tabell for parameter in found if parameter.kravs)


def _is_in(path: str, folder: str, suffix: str) -> bool:
    found = PurePosixPath(path)
    return found.suffix == suffix and found.parent.name == folder


def _toml(kind: type[_Model], path: str, files: Mapping[str, bytes]) -> _Model | None:
    if path not in files:
        return None
    try:
        return parse_toml(kind, path, files[path])
    except DataFileError:
        return None
