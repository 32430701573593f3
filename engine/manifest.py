"""The data that stands beside the diagrams: edition, roles, messages, citations, instructions.

Each model is one TOML file of ``processes/`` (``processes/README.md`` shows an example of each).
The models check the shape of one file; ``engine.check`` checks that the files agree.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    RootModel,
    StringConstraints,
    ValidationError,
    model_validator,
)

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$")]
"""An ASCII name that survives URLs, shells and XML."""

CitationId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
"""A key of ``lagrum.toml``, e.g. ``sol2025.14.3``."""


def _positive_duration(text: str) -> str:
    if (
        not re.fullmatch(_DURATION, text)
        or text.endswith(("P", "T"))
        or not re.search("[1-9]", text)
    ):
        raise ValueError("must be a positive ISO 8601 duration such as P5D or P6M")
    return text


_DURATION = r"P(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?"

IsoDuration = Annotated[str, AfterValidator(_positive_duration)]
"""A positive ISO 8601 duration such as ``P5D`` or ``P6M``."""

OrganisationKind = Literal["myndighet", "utforare", "bada"]
Modality = Literal["ska", "bor"]
NormLevel = Literal["LAG", "FORESKRIFT", "ALLMANT_RAD", "AVTAL", "RIKTLINJE", "LOKAL_RUTIN"]


Model = TypeVar("Model", bound=BaseModel)


class DataFileError(ValueError):
    """A TOML file of ``processes/`` cannot be used.

    Args:
        path: The file, relative to ``processes/``.
        reason: Which key is wrong and what it must be.
    """

    code: ClassVar[str] = "data_file_invalid"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class DataModel(BaseModel):
    """Base of every data file: immutable, and an unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Edition(DataModel):
    """``[utgava]``: the edition as a whole, new instances take it from ``valid_from`` on."""

    id: Identifier
    name: str = ""
    valid_from: date
    faststalld_av: str = ""
    """Who adopted its processes, and when (R-014): a role or a body, never a person's name."""
    faststalld_datum: date | None = None


class ProcessEntry(DataModel):
    """One ``[[process]]``: who owns a diagram, in which organisation it runs, and its standing."""

    key: Identifier
    name: str
    owner: Identifier
    organisation: OrganisationKind
    """Where its instances run; ``bada``: in either kind, each instance in one."""
    lagrum: tuple[CitationId, ...] = ()
    status: Literal["utkast", "granskad", "fastställd", "ersatt"] = "utkast"
    verified: bool = False
    faststalld_av: str = ""
    faststalld_datum: date | None = None
    """Who adopted it and when, where that is not as for the edition as a whole (R-014)."""
    starts_new_case: bool = False
    needs_case: bool = True
    for_everyone: bool = False
    """Offered to everyone who may start anything in her unit, not to its owner alone."""
    timer_per: Literal["organisation", "enhet"] = "organisation"
    """Where a timer start event begins it: once in each organisation, or in each unit."""
    cancel_message: Identifier | None = None
    """What a person who cancels an instance sends it instead, where it waits for that message:
    what the law asks for at the end is then done, and not cut off."""

    def runs_in(self, kind: str | None) -> bool:
        """Tell whether instances run in organisations of a kind."""
        return self.organisation in ("bada", kind)

    @model_validator(mode="after")
    def _case_is_one_or_the_other(self) -> "ProcessEntry":
        if self.starts_new_case and not self.needs_case:
            raise ValueError("starts_new_case = true needs needs_case = true")
        return self


class Manifest(DataModel):
    """``manifest.toml``."""

    utgava: Edition
    process: tuple[ProcessEntry, ...] = ()

    def entry(self, key: str) -> ProcessEntry | None:
        """Return the entry of a process, or None."""
        return next((entry for entry in self.process if entry.key == key), None)

    def adopted(self, entry: ProcessEntry) -> tuple[str, date | None]:
        """Who adopted a process and when (R-014); "" and None for what nobody has."""
        if entry.status not in ("fastställd", "ersatt"):
            return "", None
        whole = self.utgava
        return (
            entry.faststalld_av or whole.faststalld_av,
            entry.faststalld_datum or whole.faststalld_datum,
        )

    @model_validator(mode="after")
    def _keys_are_unique(self) -> "Manifest":
        _require_unique("process.key", (entry.key for entry in self.process))
        return self


class Role(DataModel):
    """One ``[[roll]]``: a lane ``Lane_<id>`` belongs to it."""

    id: Identifier
    name: str
    organisation: OrganisationKind
    beskrivning: str = ""


class Roles(DataModel):
    """``terms/roller.toml``."""

    roll: tuple[Role, ...]

    def get(self, role_id: str) -> Role | None:
        """Return the role, or None."""
        return next((role for role in self.roll if role.id == role_id), None)

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "Roles":
        _require_unique("roll.id", (role.id for role in self.roll))
        return self


class MessageRule(DataModel):
    """One message name: its key, how many receive it, and what an odd arrival means.

    ``utifran``: a person or another system may put it in (``POST messages/``). Without it only a
    process throws the message, after the steps that lead there.
    """

    key: Identifier
    utifran: bool = False
    receivers: Literal["one", "zero_or_one", "many"]
    kind: Literal["start", "catch", "both"]
    expires: IsoDuration
    late: str
    double: str
    early: str = ""
    payload: tuple[Identifier, ...] = ()
    beskrivning: str = ""


class Messages(RootModel[dict[Identifier, MessageRule]]):
    """``messages.toml``: message name -> rule."""

    model_config = ConfigDict(frozen=True)

    def get(self, name: str) -> MessageRule | None:
        """Return the rule of a message, or None."""
        return self.root.get(name)

    def names(self) -> tuple[str, ...]:
        """Return every message name of the edition."""
        return tuple(self.root)


class Citation(DataModel):
    """One ``[[lagrum]]``: a place in a statute, regulation or guideline, and when it holds."""

    id: CitationId
    text: str
    norm: NormLevel
    valid_from: date | None = None
    valid_to: date | None = None
    status: Literal["V", "X", "U"]
    replaces: tuple[CitationId, ...] = ()
    kalla: str = ""
    beskrivning: str = ""

    def in_force(self, day: date) -> bool:
        """Tell whether the citation may be used on ``day`` (``valid_to`` is the last day)."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


class Citations(DataModel):
    """``lagrum.toml``."""

    lagrum: tuple[Citation, ...] = ()

    def get(self, citation_id: str) -> Citation | None:
        """Return the citation, or None."""
        return next((citation for citation in self.lagrum if citation.id == citation_id), None)

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "Citations":
        _require_unique("lagrum.id", (citation.id for citation in self.lagrum))
        return self


class Instruction(DataModel):
    """``instructions/<element or form id>.toml``: what the person doing the task needs to know."""

    vad: str
    hur: str
    vem: str
    lagrum: tuple[CitationId, ...] = ()
    rubrik: str = ""
    modalitet: Modality | None = None


def split_citations(text: str) -> tuple[str, ...]:
    """Split the ``lagrum`` property of an element or field into citation ids.

    Ids are separated by comma, semicolon or white space.
    """
    return tuple(text.replace(",", " ").replace(";", " ").split())


def parse_toml(model: type[Model], path: str, content: bytes) -> Model:
    """Read one data file.

    Raises:
        DataFileError: Not UTF-8, not TOML, or a key is wrong.
    """
    return parse_tables(model, path, load_toml(path, content))


@lru_cache(maxsize=64)
def _parsed(model: type[Model], path: str, content: bytes) -> Model:
    return parse_toml(model, path, content)


def toml_in(files: Mapping[str, bytes], model: type[Model], path: str) -> Model:
    """Read a data file that an edition may lack, once for the same content.

    Args:
        files: The files of the edition, by path.
        model: What the file holds; without a file it is as the model says by itself.
        path: The file.

    Raises:
        DataFileError: The file cannot be read.
    """
    content = files.get(path)
    return model() if content is None else _parsed(model, path, content)


def load_toml(path: str, content: bytes) -> dict[str, object]:
    """Read the tables of a TOML file.

    Raises:
        DataFileError: Not UTF-8 or not TOML.
    """
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DataFileError(path, "the file is not UTF-8; save it as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise DataFileError(path, f"not TOML: {error}") from error


def parse_tables(model: type[Model], path: str, tables: Mapping[str, object]) -> Model:
    """Check tables against a model.

    Raises:
        DataFileError: A key is missing, unknown or has the wrong type.
    """
    try:
        return model.model_validate(tables)
    except ValidationError as error:
        raise DataFileError(path, explain(error)) from error


def explain(error: ValidationError) -> str:
    """Say in one line which keys are wrong, without repeating the values."""
    return "; ".join(
        f"{'.'.join(str(part) for part in detail['loc']) or 'file'}: {detail['msg']}"
        for detail in error.errors(include_url=False, include_input=False)
    )


def _require_unique(what: str, keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise ValueError(f"{what} {key} stands twice")
        seen.add(key)
