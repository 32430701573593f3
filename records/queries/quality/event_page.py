"""One deviation or complaint: what has been done, what remains, and what it hangs together with.

Who reported is not shown: a report is made to mend the work, not to point somebody out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, pgettext

from cases.context import access_context
from cases.errors import NotFoundError
from cases.user_names import user_name
from records.answers import local_date
from records.kvalitet import krav_names
from records.models import Atgard, Kalla, KvalitetsSteg, Steg
from records.queries.quality.events import EventLine, Register, event_lines
from records.queries.quality.links import LinkedThing, links_of
from records.queries.quality.measures import MeasureLine, measure_lines
from records.queries.quality.reader import Reader
from records.queries.reads import log_list
from records.queries.waiting import OpenTask, waiting
from records.terms import citation


@dataclass(frozen=True, slots=True, kw_only=True)
class StageLine:
    """One stage of R-050: ``done`` is None while it remains, False where it was left out."""

    steg: Steg
    done: bool | None
    skal: str = ""
    texts: tuple[tuple[str, str], ...] = ()
    by: str = ""
    at: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """A deviation or complaint with all that is known of it; ``row`` is the row itself."""

    line: EventLine
    row: Any
    krav: Sequence[str]
    stages: Sequence[StageLine]
    measures: Sequence[MeasureLine]
    links: Sequence[LinkedThing]
    judge: str
    closed: date | None
    waiting: Sequence[OpenTask]

    @property
    def remaining(self) -> int:
        """How many stages remain."""
        return sum(stage.done is None for stage in self.stages)


def event(who: Reader, register: Register, ref: UUID) -> EventPage:
    """One deviation or complaint of a unit whose quality work the actor reads.

    One about an ärende leaves a line in the log of lists: it tells of somebody (L-34).

    Args:
        who: Who reads.
        register: Which of the two.
        ref: Its id.

    Raises:
        NotFoundError: There is no such one within sight.
    """
    with access_context(who.actor):
        seen = register.model.objects.filter(who.rows(), pk=ref)
        people = ("klassad_av",) if register.kalla == Kalla.AVVIKELSE else ()
        row = seen.select_related("unit", *people).first()
        if row is None:
            raise NotFoundError(register.kalla.value, ref)
        if row.arende_id is not None:
            log_list(who.actor, {row.unit_id: [row.arende_id]}, register.kalla.value, who.now)
        (line,) = event_lines(who, register, [row])
        acted = Atgard.objects.filter(who.rows(), kalla=register.kalla, kalla_id=ref)
        return EventPage(
            line=line,
            row=row,
            krav=_krav(who, row.krav),
            stages=_stages(register, row),
            measures=measure_lines(who, list(acted.order_by("nummer"))),
            links=_links(who, register, row),
            judge=user_name(getattr(row, "klassad_av", None)),
            closed=None if row.stangd is None else local_date(row.stangd),
            waiting=waiting(who.actor, who.now, register.kalla.value, ref),
        )


def _krav(who: Reader, codes: Sequence[str]) -> list[str]:
    known = krav_names(who.bundle)
    return [known.get(code) or citation(who.bundle, code) for code in codes]


def _stages(register: Register, row: Any) -> list[StageLine]:
    rows = KvalitetsSteg.objects.filter(kalla=register.kalla, kalla_id=row.pk)
    found = {one.steg: one for one in rows.select_related("registrerad_av")}
    return [_stage(step, found.get(step.value)) for step in Steg]


def _stage(step: Steg, row: KvalitetsSteg | None) -> StageLine:
    if row is None:
        return StageLine(steg=step, done=None)
    texts = (
        ("", row.text),
        (pgettext("till händelsen", "Orsak"), row.orsak),
        (gettext("Så förebyggs det"), row.forebyggande),
    )
    # The first stage is the report itself, and who reported is not shown.
    reported = step == Steg.RAPPORTERA
    return StageLine(
        steg=step,
        done=row.gjort,
        skal=row.skal,
        texts=tuple((heading, text) for heading, text in texts if text),
        by="" if reported else user_name(row.registrerad_av),
        at=local_date(row.registrerad),
    )


def _links(who: Reader, register: Register, row: Any) -> list[LinkedThing]:
    source = getattr(row, "kalla", "")
    before = [(source, row.kalla_id)] if source and row.kalla_id else []
    return links_of(who, register.kalla, row.pk, before)
