"""The strip of the chain at the top of a case, in words and shapes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from cases import queries_case
from cases.models import Instance, Task
from cases.queries_case import Wait
from engine.steps import steps_in
from records.progress import Run, Seen, Stage, StepState, chain
from records.uppdrag_content import GRANTED
from web.case_frame import CasePage

WORDS: Final[Mapping[Stage, tuple[str, str | Promise]]] = {
    Stage.DONE: ("✓", gettext_lazy("Klart")),
    Stage.NOW: ("●", gettext_lazy("Pågår nu")),
    Stage.NEXT: ("→", gettext_lazy("Nästa steg")),
    Stage.LATER: ("○", gettext_lazy("Kommer sedan")),
    Stage.NOT: ("–", gettext_lazy("Blev inte aktuellt")),
    Stage.CANCELLED: ("✕", pgettext_lazy("steg", "Avbrutet")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One step of the strip: ``shape`` and ``words`` say where it stands, never colour alone."""

    name: str
    stage: str
    shape: str
    words: str
    now: bool
    since: datetime | None
    until: datetime | None
    late: str


def strip(
    page: CasePage, instances: Iterable[Instance], tasks: Iterable[Task], waits: Sequence[Wait]
) -> list[Link]:
    """The chain as the reader's own side has it. Call it inside ``access_context``.

    Args:
        page: The case.
        instances: Of the case, as far as she sees them.
        tasks: The open ones of them.
        waits: What they wait for.
    """
    bundle = page.bundle
    if bundle is None:
        return []
    here, steps = page.here, steps_in(bundle.files)
    kinds = {kind for step in steps for kind in step.klar}
    runs = [_run(row) for row in instances]
    seen = Seen(
        runs=runs,
        made=queries_case.recorded(page.id, actor=here.actor, now=here.now, kinds=kinds),
        due=[(row.process_key, row.due) for row in tasks if row.due is not None],
        until=_next_days(waits),
        orders=page.seen.uppdrag,
        granted=_granted(page),
        open=page.seen.line.open,
    )
    return [
        _link(one) for one in chain(steps, bundle.manifest, page.seen.line.side, seen, here.now)
    ]


def _granted(page: CasePage) -> bool | None:
    found = page.seen.beslut
    return any(row.utfall in GRANTED for row in found) if found else None


def _run(row: Instance) -> Run:
    return Run(
        process_key=row.process_key,
        status=row.status,
        started=row.started_at,
        ended=row.ended_at,
    )


def _next_days(waits: Iterable[Wait]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for wait in waits:
        if wait.until is not None:
            known = found.get(wait.process_key, wait.until)
            found[wait.process_key] = min(known, wait.until)
    return found


def _link(state: StepState) -> Link:
    shape, words = WORDS[state.stage]
    late = ngettext("%(count)d uppgift försenad", "%(count)d uppgifter försenade", state.late)
    return Link(
        name=state.name,
        stage=state.stage.value,
        shape=shape,
        words=str(words),
        now=state.stage is Stage.NOW,
        since=state.since,
        until=state.until,
        late=late % {"count": state.late} if state.late else "",
    )
