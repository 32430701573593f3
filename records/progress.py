"""The chain of a case: which steps are done, which go on, what comes next, what is late.

Pure: the steps are data of the edition (``terms/kedjan.toml``), the rest is what the reader of the
page may see. A provider is shown the steps that are its own, and no other (K-7).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from engine.manifest import Manifest
from engine.steps import Step
from records.models import Uppdrag, UppdragStatus

LIVE = ("running", "incident")
CANCELLED = "cancelled"


class Stage(StrEnum):
    """Where a step stands."""

    DONE = "klar"
    NOW = "pagar"
    NEXT = "nasta"
    LATER = "sedan"
    NOT = "inte_aktuell"
    CANCELLED = "avbruten"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One instance of a process of the case."""

    process_key: str
    status: str
    started: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the reader may see of a case.

    Attributes:
        runs: The instances.
        made: When each kind of record was last made.
        due: Process and last day of each open task that has one.
        until: The next day that each process waits for.
        orders: The uppdrag of the ärende.
        granted: Whether its decisions granted anything; None where there is none to be seen.
        open: Whether the case is open.
    """

    runs: Sequence[Run]
    made: Mapping[str, datetime]
    due: Sequence[tuple[str, datetime]]
    until: Mapping[str, datetime]
    orders: Sequence[Uppdrag]
    granted: bool | None
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepState:
    """One step of the strip. ``since``: done or going on since; ``until``: waits till then."""

    id: str
    name: str
    stage: Stage
    since: datetime | None = None
    until: datetime | None = None
    late: int = 0


def chain(
    steps: Iterable[Step], manifest: Manifest, side: str, seen: Seen, now: datetime
) -> list[StepState]:
    """The strip of a case.

    Args:
        steps: Of the edition in force.
        manifest: Says on which side a process runs.
        side: ``myndighet`` or ``utforare``.
        seen: What the reader may see.
        now: Decides what is late.
    """
    own = [step for step in steps if _shown(step, manifest, side)]
    needed = [step.id for step in own if not (step.bifall and seen.granted is False)]
    states = [_state(step, side, seen, now) for step in own]
    waiting = [row.id for row in states if row.stage is Stage.LATER and row.id in needed]
    following = waiting[0] if waiting and seen.open else ""
    return [_placed(row, row.id in needed and seen.open, following) for row in states]


def _placed(state: StepState, coming: bool, following: str) -> StepState:  # noqa: FBT001
    """What has not begun is next, later, or was never needed."""
    if state.stage is not Stage.LATER:
        return state
    if not coming:
        return replace(state, stage=Stage.NOT)
    return replace(state, stage=Stage.NEXT) if state.id == following else state


def _shown(step: Step, manifest: Manifest, side: str) -> bool:
    entries = [manifest.entry(key) for key in step.processer]
    own = any(entry is not None and entry.organisation == side for entry in entries)
    return own or (step.uppdrag and side == "myndighet")


def _state(step: Step, side: str, seen: Seen, now: datetime) -> StepState:
    keys = frozenset(step.processer)
    late = sum(1 for key, due in seen.due if key in keys and due < now)
    until = min((at for key, at in seen.until.items() if key in keys), default=None)
    stage, since = _by_orders(seen) if step.uppdrag and side == "myndighet" else (None, None)
    if stage is None:
        stage, since = _by_runs(step, keys, seen)
    going = stage is Stage.NOW
    return StepState(
        id=step.id,
        name=step.namn,
        stage=stage,
        since=since,
        until=until if going else None,
        late=late,
    )


def _by_runs(step: Step, keys: Collection[str], seen: Seen) -> tuple[Stage, datetime | None]:
    runs = [run for run in seen.runs if run.process_key in keys]
    done = max((seen.made[kind] for kind in step.klar if kind in seen.made), default=None)
    live = [run.started for run in runs if run.status in LIVE]
    if live and (done is None or max(live) > done):
        return Stage.NOW, max(live)
    if done is not None:
        return Stage.DONE, done
    if not runs:
        return Stage.LATER, None
    ended = max((run.ended for run in runs if run.ended is not None), default=None)
    if all(run.status == CANCELLED for run in runs):
        return Stage.CANCELLED, ended
    return Stage.DONE, ended


def _by_orders(seen: Seen) -> tuple[Stage | None, datetime | None]:
    """Myndigheten sees how far a provider has come by the uppdrag alone."""
    accepted = [row for row in seen.orders if row.status == UppdragStatus.ACCEPTERAT]
    ended = [row for row in seen.orders if row.status == UppdragStatus.AVSLUTAT]
    if accepted:
        return Stage.NOW, max((row.besvarad for row in accepted if row.besvarad), default=None)
    if ended:
        return Stage.DONE, max((row.avslutad for row in ended if row.avslutad), default=None)
    return None, None
