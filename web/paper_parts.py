"""What a paper of a case is made of, as the pages show it."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of a list inside a paper; ``number`` is how forms refer to it."""

    head: str
    text: str = ""
    sub: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One document: a decision, an uppdrag, a plan, a follow-up.

    ``file``: the paper that it can be fetched as, about ``record``.
    """

    title: str
    tag: str = ""
    tone: str = ""
    facts: Facts = ()
    file: str = ""
    record: UUID | None = None
    listed: tuple[tuple[str, tuple[Item, ...]], ...] = ()


def need(text: str) -> str:
    """Return a need as a line beside what it is the need of."""
    return gettext("Behov: %(need)s") % {"need": text}


def facts(*pairs: tuple[str, str]) -> Facts:
    """Return the pairs (label, value) that have a value."""
    return tuple((label, value) for label, value in pairs if value)


def joined(*parts: str) -> str:
    """Return the parts that say something on one line."""
    return " · ".join(part for part in parts if part)
