"""What happens to the people of the year: the scenarios, each with people and days of its own.

A scenario tells what people do on which day. A story is one telling of it: moved a whole number of
weeks, so that a Monday stays a Monday, about a person nobody else is. Steps that only try what is
refused are left out, and so are those about what belongs to no ärende: the office does them.
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from config.scenarios.runner import read_scenario
from config.scenarios.seen import STOCKHOLM
from engine.bundle import Bundle
from engine.feel import compile_expression
from engine.scenarios import Reference, Scenario, Step

WEEK = timedelta(weeks=1)
NEW_LAW = date(2025, 7, 1)
ENDS = frozenset({"anmal_upphorande", "verksamhet_upphor"})
"""Begun by hand in a story only: they end a provider."""
DESK = frozenset({"Task_KontrolleraAkten", "Task_TaEmotAkten", "Task_ProvaForslag"})
"""In an ärende and nobody's story: an akt is handed over, a deviation that is suggested. The office
does them."""
ENDING = frozenset({"Task_KontrolleraIvo", "Task_BeslutaOmAkt", "Task_FoljUppUpphorande"})
"""In no ärende and yet the story's: which akt goes where when a provider ends."""
_USER_TASK = re.compile(r'<bpmn:userTask id="(\w+)"')
_AFTER = compile_expression("moment + duration(text)", names=("moment", "text"))


@dataclass(frozen=True, slots=True)
class Act:
    """One thing somebody does, on the scenario's own calendar."""

    at: datetime
    step: Step


@dataclass(frozen=True, slots=True)
class Tale:
    """A scenario as acts in ärenden and acts of the office. ``opens`` counts ärenden begun."""

    scenario: Scenario
    acts: tuple[Act, ...]
    office: tuple[Act, ...]
    opens: int

    @property
    def starts(self) -> frozenset[str]:
        """The processes that are begun by hand."""
        return frozenset(act.step.start for act in (*self.acts, *self.office) if act.step.start)

    @property
    def length(self) -> timedelta:
        """From the first act to the last."""
        return self.acts[-1].at - self.acts[0].at


@dataclass(frozen=True, slots=True)
class Story:
    """One telling of a tale: when, and about whom."""

    number: int
    tale: Tale
    shift: timedelta
    people: Mapping[str, Mapping[str, Any]]
    swaps: Mapping[str, str] = field(default_factory=dict)


def read_tales(folder: Path, bundle: Bundle) -> tuple[Tale, ...]:
    """Read every scenario of an edition.

    Raises:
        ScenarioFileError: A file cannot be read.
    """
    return tuple(tale_of(read_scenario(path), bundle) for path in sorted(folder.glob("*.toml")))


def tale_of(scenario: Scenario, bundle: Bundle) -> Tale:
    """Read one scenario: what is done in ärenden, and what outside them."""
    inside: list[Act] = []
    outside: list[Act] = []
    opened, in_case, begun = 0, False, True
    nowhere = _in_no_case(bundle)
    for act in _acts(scenario):
        step, entry = act.step, bundle.manifest.entry(act.step.start or "")
        opens = entry is not None and entry.starts_new_case
        in_case = opens or (in_case if step.case is None else step.case != "")
        if not _is_told(step):
            continue
        opened += opens
        own = in_case and (entry is None or entry.needs_case or step.start in ENDS)
        own = own and step.complete not in nowhere
        own = own or (entry is not None and _is_about(step))
        begun = own if step.start is not None else begun
        own = own or (begun and step.complete in ENDING)
        own = own and step.complete not in DESK
        (inside if own else outside).append(act)
    return Tale(scenario, tuple(inside), tuple(outside), opened)


def weeks_to(first: date, wanted: date) -> timedelta:
    """The whole weeks that move a day to the week of another."""
    return WEEK * round((wanted - first) / WEEK)


def moved(value: Any, shift: timedelta) -> Any:
    """The same answers, so much later."""
    if isinstance(value, dict):
        return {key: moved(entry, shift) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [moved(entry, shift) for entry in value]
    if isinstance(value, datetime):
        return later(value, shift)
    return value + shift if isinstance(value, date) else value


def swapped(value: Any, names: Mapping[str, str]) -> Any:
    """The same answers with other names in them."""
    if isinstance(value, dict):
        return {key: swapped(entry, names) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [swapped(entry, names) for entry in value]
    return names.get(value, value) if isinstance(value, str) else value


def later(moment: datetime, shift: timedelta) -> datetime:
    """So many days later at the same hour in Stockholm."""
    return moment.astimezone(STOCKHOLM) + shift  # wall time: the zone finds the offset anew


def begins(acts: Sequence[Act]) -> date:
    """The day of the first act."""
    return acts[0].at.astimezone(STOCKHOLM).date()


def choose(chance: random.Random, tales: Sequence[Tale], cases: int) -> Iterator[Tale]:
    """Every tale once while there is room, then any that opens one ärende, until ``cases``."""
    left = cases
    for tale in chance.sample(tales, len(tales)):
        if tale.opens <= left:
            yield tale
            left -= tale.opens
    common = [tale for tale in tales if tale.opens == 1]
    for _number in range(left):
        yield chance.choice(common)


@cache
def _in_no_case(bundle: Bundle) -> frozenset[str]:
    """The tasks of the processes that belong to no ärende, whatever the scenario looks at.

    Read from the text: to compile every process takes longer than the test lives.
    """
    of: dict[bool, set[str]] = {True: set(), False: set()}
    for entry in bundle.manifest.process:
        text = bundle.files[f"bpmn/{entry.key}.bpmn"].decode()
        of[entry.needs_case].update(_USER_TASK.findall(text))
    return frozenset(of[False] - of[True])


def _is_about(step: Step) -> bool:
    """Whether it says something about an ärende of the scenario, though it belongs to none."""
    return Reference.search(str(step.answers)) is not None


def _is_told(step: Step) -> bool:
    refused = step.expect is not None and step.expect.error is not None
    return not refused and step.action in {"start", "complete", "cancel", "read"}


def _acts(scenario: Scenario) -> Iterator[Act]:
    """The steps in time; one that does something names the ärende of a look before it."""
    now = scenario.start_at.astimezone(STOCKHOLM)
    looked: str | None = None
    for step in scenario.step:
        if step.advance is not None:
            now = _target(step.advance, now)
        if step.case is not None or step.start is not None:
            looked = None if _is_told(step) else step.case
        elif looked is not None and _is_told(step):
            yield Act(now, step.model_copy(update={"case": looked}))
            looked = None
            continue
        yield Act(now, step)


def _target(wanted: date | datetime | str, now: datetime) -> datetime:
    if isinstance(wanted, datetime):
        return wanted.astimezone(STOCKHOLM)
    if isinstance(wanted, date):
        return datetime.combine(wanted, time(), STOCKHOLM)
    found: datetime = _AFTER.evaluate({"moment": now, "text": wanted}, now=now)
    return found
