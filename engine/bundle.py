"""One edition of ``processes/``: its files, known by their hash, and what is read from them.

A bundle never changes. An instance is pinned to the bundle it was started on, so everything that
decides about a case (diagram, callees, tables, forms, roles, rules) is found here.
"""

import hashlib
import threading
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import ClassVar, Final, TypeVar

from pydantic import BaseModel

from engine import calendar, local
from engine.calendar import Calendar, LocalDays
from engine.definition import Definition, Tables, define, read_processes
from engine.dmn import DecisionModel, Library, parse_decisions
from engine.feel import NO_FUNCTIONS, Functions
from engine.forms import Form, parse_form
from engine.local import Parameters
from engine.manifest import Citations, DataFileError, Instruction, Manifest, Messages, Roles
from engine.manifest import parse_toml as _parse_toml
from engine.missing import stopped
from engine.model import Scope
from engine.overlay import CALENDAR, effective
from engine.rules import Rule, RuleFile

SUFFIXES: Final = frozenset({".bpmn", ".dmn", ".form", ".toml", ".typ"})
LEFT_OUT: Final = frozenset({"scenarios", "utgavor", "krav.toml", "lokal"})
"""What decides nothing about a case: what should happen, earlier editions, the requirements, and
municipalities: the tables of the one that counts are laid over the national ones before."""

_Model = TypeVar("_Model", bound=BaseModel)
_Part = TypeVar("_Part")


class NotInBundleError(LookupError):
    """The edition has no such process, form, decision or instruction."""

    code: ClassVar[str] = "not_in_bundle"

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"The edition has no {kind} {name}.")
        self.kind = kind
        self.name = name


class Bundle:
    """An immutable set of files, keyed by their path below ``processes/``.

    Files that decide nothing about a case (scenarios, demo data, texts) are left out, so that a
    change to them makes no new edition. Everything is read on first use and kept; the object may be
    shared between threads.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        deciding = {path: files[path] for path in sorted(files) if decides(path)}
        self.files: Mapping[str, bytes] = MappingProxyType(deciding)
        self._lock = threading.RLock()
        self._parts: dict[tuple[str, str], object] = {}

    @classmethod
    def from_directory(cls, path: Path, municipality: str = "") -> "Bundle":
        """Read the edition that lies in a folder (normally ``processes/``).

        Args:
            path: The folder.
            municipality: Whose tables in ``lokal/`` lie over the national ones.

        Raises:
            OverlayError: A local table does not fit the national one.
        """
        return cls(read_files(path, municipality))

    @cached_property
    def hash(self) -> str:
        """SHA-256 (hex) over paths and contents; the order of the files does not matter."""
        digest = hashlib.sha256()
        for path, content in self.files.items():
            digest.update(f"{path}\0{hashlib.sha256(content).hexdigest()}\n".encode())
        return digest.hexdigest()

    @cached_property
    def processes(self) -> tuple[str, ...]:
        """The ids of the processes: the names of the files in ``bpmn/``."""
        return self._names("bpmn", ".bpmn")

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """The ids of the forms: the names of the files in ``forms/``."""
        return self._names("forms", ".form")

    def definition(self, process_id: str) -> Definition:
        """Return the executable definition of a process.

        Raises:
            NotInBundleError: The edition has no such process.
            DefinitionError: The diagram cannot be read.
        """
        if process_id not in self.processes:
            raise NotInBundleError("process", process_id)
        return self._part("definition", process_id, self._load_definition)

    def form(self, form_id: str) -> Form:
        """Return a form.

        Raises:
            NotInBundleError: The edition has no such form.
            FormError: The file cannot be read.
        """
        return self._part(
            "form", form_id, lambda name: parse_form(self._form_file(name), self.functions)
        )

    def form_hash(self, form_id: str) -> str:
        """SHA-256 (hex) of the form's file, stored with every document that was written on it."""
        return hashlib.sha256(self._form_file(form_id)).hexdigest()

    def decision(self, decision_id: str) -> DecisionModel:
        """Return the decision model that holds a decision.

        Raises:
            NotInBundleError: The edition has no such decision.
            DmnError: The file cannot be read.
        """
        path = f"dmn/{decision_id}.dmn"
        content = self._file("decision", decision_id, path)
        return self._part(
            "decision",
            decision_id,
            lambda name: parse_decisions(
                content, name=f"{name}.dmn", imports=self._library, functions=self.functions
            ),
        )

    def instruction(self, name: str) -> Instruction | None:
        """Return the instruction for an element id or form id, or None where none is written."""
        path = f"instructions/{name}.toml"
        if path not in self.files:
            return None
        return self._part("instruction", name, lambda _name: self._toml(Instruction, path))

    @cached_property
    def manifest(self) -> Manifest:
        """``manifest.toml``.

        Raises:
            DataFileError: Missing or wrong.
        """
        return self._toml(Manifest, "manifest.toml")

    @cached_property
    def roles(self) -> Roles:
        """``terms/roller.toml``; no roles where the file is missing."""
        return self._toml(Roles, "terms/roller.toml", missing=Roles(roll=()))

    @cached_property
    def messages(self) -> Messages:
        """``messages.toml``; no messages where the file is missing."""
        return self._toml(Messages, "messages.toml", missing=Messages({}))

    @cached_property
    def lagrum(self) -> Citations:
        """``lagrum.toml``; no citations where the file is missing."""
        return self._toml(Citations, "lagrum.toml", missing=Citations())

    @cached_property
    def functions(self) -> Functions:
        """What the FEEL of the edition may call: its calendar (``terms/kalender.toml``)."""
        if calendar.PATH not in self.files:
            return NO_FUNCTIONS
        national = self._toml(Calendar, calendar.PATH)
        own = self._toml(LocalDays, CALENDAR, missing=LocalDays())
        return calendar.feel_functions(own.over(national))

    @cached_property
    def stopped(self) -> Mapping[str, tuple[str, ...]]:
        """Process id to the local values that are missing: it is not deployed here (K-14)."""
        parameters = self._toml(Parameters, local.PATH, missing=Parameters())
        return stopped(self.files, parameters, self.functions)

    @cached_property
    def started_by(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Message name to (process id, start event) of the processes that begin by it."""
        found: dict[str, list[tuple[str, str]]] = {}
        for key in self.processes:
            if key in self.stopped:
                continue
            for begin in self.definition(key).starts:
                if begin.kind == "message" and begin.message:
                    found.setdefault(begin.message, []).append((key, begin.element))
        return {name: tuple(places) for name, places in found.items()}

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule of ``rules/*.toml``, in the order of the files."""
        found: list[Rule] = []
        for name in self._names("rules", ".toml"):
            found.extend(self._toml(RuleFile, f"rules/{name}.toml").rule)
        return tuple(found)

    @cached_property
    def _library(self) -> Library:
        return Library(lambda: self._folder("dmn"))

    def _load_definition(self, process_id: str) -> Definition:
        return define(process_id, self._drawn, self._tables)

    @cached_property
    def _drawn(self) -> Mapping[str, Scope]:
        """Every process as drawn, read once: a process is looked for in all the diagrams."""
        return read_processes(self._folder("bpmn"), self.functions)

    @cached_property
    def _tables(self) -> Tables:
        return Tables(self._folder("dmn"), self.functions)

    def _folder(self, folder: str) -> dict[str, bytes]:
        return {
            path: content
            for path, content in self.files.items()
            if PurePosixPath(path).suffix == f".{folder}" and path.startswith(f"{folder}/")
        }

    def _names(self, folder: str, suffix: str) -> tuple[str, ...]:
        paths = (PurePosixPath(path) for path in self.files)
        return tuple(p.stem for p in paths if p.suffix == suffix and str(p.parent) == folder)

    def _form_file(self, form_id: str) -> bytes:
        return self._file("form", form_id, f"forms/{form_id}.form")

    def _file(self, kind: str, name: str, path: str) -> bytes:
        if path not in self.files:
            raise NotInBundleError(kind, name)
        return self.files[path]

    def _part(self, kind: str, name: str, load: Callable[[str], _Part]) -> _Part:
        with self._lock:
            if (kind, name) not in self._parts:
                self._parts[kind, name] = load(name)
            return self._parts[kind, name]  # type: ignore[return-value]

    def _toml(self, model: type[_Model], path: str, missing: _Model | None = None) -> _Model:
        if path in self.files:
            return _parse_toml(model, path, self.files[path])
        if missing is None:
            raise DataFileError(path, "the file is missing")
        return missing


def read_files(path: Path, municipality: str = "") -> dict[str, bytes]:
    """Read the files of an edition below ``path``, keyed by their path with ``/``.

    Args:
        path: The folder.
        municipality: Whose tables in ``lokal/`` lie over the national ones.

    Raises:
        OverlayError: A local table does not fit the national one.
    """
    every = {
        found.relative_to(path).as_posix(): found.read_bytes()
        for found in sorted(path.rglob("*"))
        if found.is_file() and found.suffix in SUFFIXES
    }
    files = effective(every, municipality)
    return {name: content for name, content in files.items() if decides(name)}


def decides(path: str) -> bool:
    """Whether a file (its path below ``processes/``) belongs to the edition as cases see it."""
    found = PurePosixPath(path)
    return found.suffix in SUFFIXES and found.parts[0] not in LEFT_OUT
