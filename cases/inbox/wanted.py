"""What somebody wants to see of the inbox. No case data: it may stand in an address."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Whose(StrEnum):
    """Whose tasks: ``FOR_ME`` are one's own, the free ones of one's roles, and ``STOOD_IN``.

    ``STOOD_IN`` are colleagues' tasks that one may take, or has taken, as their substitute.
    """

    FOR_ME = ""
    MINE = "mina"
    FREE = "lediga"
    ALL = "alla"
    ASLEEP = "bevakas"
    STOOD_IN = "vikarie"


class When(StrEnum):
    """By the last day: what is late, due today, later this week; or everything."""

    ANY = ""
    LATE = "forsenade"
    TODAY = "idag"
    WEEK = "vecka"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One choice of tasks.

    Attributes:
        whose: Whose tasks.
        when: By their last day.
        role: Only tasks whose lane has this role.
        unit: Only what is in this unit.
        process: Only tasks of this process, by its key.
        text: Part of the task's name.
        case: Only tasks of this ärende.
        holder: With ``ALL``: only what this user has.
    """

    whose: Whose = Whose.FOR_ME
    when: When = When.ANY
    role: str = ""
    unit: UUID | None = None
    process: str = ""
    text: str = ""
    case: UUID | None = None
    holder: int | None = None
