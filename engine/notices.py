"""What people are told of outside Kedja, and how each may choose: ``terms/notiser.toml``."""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Final, Literal

from pydantic import model_validator

from engine.manifest import CitationId, DataModel, Identifier, parse_toml

PATH: Final = "terms/notiser.toml"
BEFORE: Final = "T-"
"""How the steps of a ladder begin that come before the day itself."""
STEP: Final = "steg:"
"""How a word that names a step begins: its task, with the reminder's own last day, is closed."""


class Way(StrEnum):
    """How somebody is told: in a letter at once, in that of the day, in Kedja only, not at all."""

    DIRECT = "direkt"
    DIGEST = "sammandrag"
    KEDJA = "kedja"
    SILENT = "inte"


Whose = Literal["mig", "grupp", "vikarie"]


class Kind(DataModel):
    """One ``[[notis]]``: a kind of news that a person chooses the way of.

    ``steg``: elements of the diagrams; ``hos``: whose the task is; ``typer``: types of reminders;
    ``fore``: only reminders before the day. What is empty or false asks for nothing.
    ``kan_tystas``: the reminder may be hidden in Kedja too; else only its e-mail may be.
    """

    id: Identifier
    namn: str
    text: str
    galler: Literal["uppgift", "paminnelse"]
    steg: tuple[str, ...] = ()
    hos: Literal["", "mig", "grupp", "vikarie"] = ""
    typer: tuple[str, ...] = ()
    fore: bool = False
    forval: Literal["direkt", "sammandrag", "kedja"]
    kan_tystas: bool = False
    lagrum: tuple[CitationId, ...] = ()

    @property
    def ways(self) -> tuple[Way, ...]:
        """What a person may choose between."""
        return tuple(way for way in Way if way is not Way.SILENT or self.kan_tystas)

    @model_validator(mode="after")
    def _only_a_reminder_is_hidden(self) -> "Kind":
        if self.galler == "uppgift" and (self.kan_tystas or self.typer or self.fore):
            raise ValueError(f"{self.id}: a task is never hidden, and has neither typer nor fore")
        if self.galler == "paminnelse" and (self.steg or self.hos):
            raise ValueError(f"{self.id}: a reminder has neither steg nor hos")
        return self


class Ending(DataModel):
    """One ``[[upphor]]``: what proves that reminders of some types are about nothing any more.

    ``nar``: the process that sent it has ended, the uppdrag is answered, the plan is fastställd,
    a review is recorded, the akt is closed. ``steg``: its tasks, those that make up what it asks
    for. The first that happens ends it.
    """

    typer: tuple[str, ...]
    nar: tuple[Literal["process", "uppdrag", "plan", "uppfoljning", "akt"], ...] = ()
    steg: tuple[Identifier, ...] = ()

    @model_validator(mode="after")
    def _proves_something(self) -> "Ending":
        if not self.typer or not (self.nar or self.steg):
            raise ValueError("an [[upphor]] names typer, and nar or steg")
        return self


class Kinds(DataModel):
    """``terms/notiser.toml``."""

    notis: tuple[Kind, ...] = ()
    upphor: tuple[Ending, ...] = ()

    def get(self, kind_id: str) -> Kind | None:
        """The kind of an id, or None."""
        return next((kind for kind in self.notis if kind.id == kind_id), None)

    def of_task(self, element: str, *, whose: Whose) -> Kind | None:
        """The kind of a task that waits, or None where nobody is to be told.

        Args:
            element: Its element in the diagram.
            whose: It is held by the person, free for her role, or a colleague's whom she stands in
                for.
        """
        fitting = (kind for kind in self.notis if kind.galler == "uppgift")
        return next(
            (k for k in fitting if k.hos in ("", whose) and (not k.steg or element in k.steg)), None
        )

    def of_reminder(self, typ: str, niva: str) -> Kind | None:
        """The kind of a reminder, or None.

        Args:
            typ: Its type.
            niva: Its step of the ladder.
        """
        early = niva.startswith(BEFORE)
        fitting = (kind for kind in self.notis if kind.galler == "paminnelse")
        return next(
            (k for k in fitting if (not k.typer or typ in k.typer) and (early or not k.fore)), None
        )

    def ends_with(self, typ: str) -> tuple[str, ...]:
        """What ends a reminder of a type: the words of its ``[[upphor]]``, steps after ``STEP``.

        None means that nothing proves it: it stays until somebody puts it away.
        """
        found = next((one for one in self.upphor if typ in one.typer), None)
        return () if found is None else (*found.nar, *(f"{STEP}{step}" for step in found.steg))

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "Kinds":
        ids = [kind.id for kind in self.notis]
        if len(set(ids)) != len(ids):
            raise ValueError("two [[notis]] have the same id")
        ended = [typ for one in self.upphor for typ in one.typer]
        if len(set(ended)) != len(ended):
            raise ValueError("two [[upphor]] have the same type")
        return self


def kinds_in(files: Mapping[str, bytes]) -> Kinds:
    """The kinds of an edition; none where it has no such file.

    Args:
        files: The files of the edition, by path.

    Raises:
        DataFileError: The file cannot be read.
    """
    content = files.get(PATH)
    return Kinds() if content is None else _read(content)


@lru_cache(maxsize=16)
def _read(content: bytes) -> Kinds:
    return parse_toml(Kinds, PATH, content)
