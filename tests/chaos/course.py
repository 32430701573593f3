"""What is walked: who does which step with which answers, and when the clock is moved."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from tests.chaos.programs import Program
from tests.chaos.world import World

Answers = dict[str, Any]


class Web(Protocol):
    """A web process, or what stands for one."""

    @property
    def program(self) -> Program:
        """The process that may be killed."""

    def ask(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """Send ``start`` or ``complete``; return {"answer": …} or {"error": code}, None if dead."""

    def revive(self) -> None:
        """See to it that the process runs again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """Steps without any move of the clock.

    Attributes:
        advance: ISO duration to move the clock by before the phase; "" for none.
        hold: Elements that are not completed in this phase.
        once: Elements that are completed at most once in this phase.
        goal: Elements that must be open when it ends; none: nothing lives any more.
    """

    advance: str = ""
    hold: frozenset[str] = frozenset()
    once: frozenset[str] = frozenset()
    goal: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One kind of case and everything that people do in it.

    Attributes:
        settings: Django settings of the programs.
        setup: Module that makes the database ready and prints what ``webs`` needs.
        process: What a case begins with, by whom, on which answers.
        steps: Element -> (user, answers on a day).
        after: Element -> element that must be completed first.
        must_arrive: Messages that may not lie undelivered when all is quiet.
        records: SQL that gives rows for one ärende, to compare with the uninterrupted walk.
    """

    name: str
    settings: str
    setup: str
    process: str
    starter: str
    begin: Callable[[int, date], Answers]
    steps: Mapping[str, tuple[str, Callable[[date], Answers]]]
    phases: tuple[Phase, ...]
    webs: Callable[[World, str], Iterable[Web]]
    after: Mapping[str, str] = field(default_factory=dict)
    must_arrive: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
