"""Where reminders are: ``records`` has them, and registers how they are read here."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cases.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """To whom a reminder is, and of what kind. No case data.

    Attributes:
        typ: Its type.
        niva: Its step of the ladder.
        user: Whom it is to by name; a substitute gets it too unless it is
        own: something that she alone can do; else it is to
        role: whoever has this role
        unit: in this unit
        organisation: of this organisation,
        secrecy: and may read at this level.
    """

    typ: str
    niva: str
    user: int | None
    role: str
    unit: UUID
    organisation: UUID
    secrecy: int
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A reminder that somebody has not put away."""

    id: UUID
    typ: str
    niva: str


@dataclass(frozen=True, slots=True)
class Source:
    """How reminders are read.

    Attributes:
        described: Ids to reminders, of those that are unread.
        unread: What an actor has not put away. Called inside ``access_context(actor)``.
    """

    described: Callable[[Collection[UUID]], Mapping[UUID, Reminder]]
    unread: Callable[[Actor, datetime], list[Unread]]


_sources: list[Source] = []


def reminders_from(source: Source) -> None:
    """Register where reminders are; a second time changes nothing."""
    if source not in _sources:
        _sources.append(source)


def described(ids: Collection[UUID]) -> dict[UUID, Reminder]:
    """Reminders by id, of those that are unread."""
    return {key: one for source in _sources for key, one in source.described(ids).items()}


def unread(actor: Actor, now: datetime) -> list[Unread]:
    """What the actor has not put away. Call it inside ``access_context``."""
    return [one for source in _sources for one in source.unread(actor, now)]
