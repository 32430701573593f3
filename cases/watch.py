"""Who is open: what ``records`` knows and the watchdog must be told.

The invariant of the design: every open ärende has a live instance, an undelivered message or an
open incident, and every beslut under execution has exactly one live review clock. ``cases`` knows
instances, messages and incidents; which ärenden are open and which beslut are being carried out
is known to ``records``, which registers functions here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """An ärende that is not closed, with the columns an incident about it gets."""

    arende_id: UUID
    organisation: UUID
    unit: UUID
    secrecy: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocked:
    """Something that must have exactly one live instance of a process watching it.

    Attributes:
        process_key: E.g. ``folja_upp_beslut``.
        business_key: What the instance is about: the key of the message that started it.
        case: The ärende.
    """

    process_key: str
    business_key: str
    case: OpenCase


OpenCases = Callable[[datetime], Iterable[OpenCase]]
Clocks = Callable[[datetime], Iterable[Clocked]]

_open_cases: list[OpenCases] = []
_clocks: list[Clocks] = []


def open_cases(source: OpenCases) -> OpenCases:
    """Register a function that gives every open ärende."""
    _open_cases.append(source)
    return source


def clocked(source: Clocks) -> Clocks:
    """Register a function that gives everything that must have one live review clock."""
    _clocks.append(source)
    return source


def all_open_cases(now: datetime) -> list[OpenCase]:
    """Ask every source."""
    return [case for source in _open_cases for case in source(now)]


def all_clocked(now: datetime) -> list[Clocked]:
    """Ask every source."""
    return [item for source in _clocks for item in source(now)]
