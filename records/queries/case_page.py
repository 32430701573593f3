"""The case page: everything that an actor may read of one case."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q

from cases.access import Action
from cases.actor import Actor
from cases.context import access_context
from cases.errors import NotFoundError
from records.access import readable
from records.identity import mask
from records.models import (
    Akt,
    Arende,
    Beslut,
    Kvittens,
    LivsomradeBedomning,
    Mal,
    MalResultat,
    Person,
    PlanVersion,
    Uppdrag,
    UppdragMal,
    Uppfoljning,
    Utredning,
)
from records.queries.lists import CaseLine, line_of, numbers_of
from records.queries.reads import log_list, log_read, refusals_logged
from records.uppdrag_reading import note_opening


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """What every page of a case stands on, as far as the actor may read it; empty where not hers.

    The insatser, goals and changes of ``uppdrag`` are fetched only with the whole case.
    """

    line: CaseLine
    person: Person
    arende: Arende | None = None
    akter: list[Akt] = field(default_factory=list)
    beslut: list[Beslut] = field(default_factory=list)
    uppdrag: list[Uppdrag] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeCase(CaseView):
    """One case with everything that the actor may read of it."""

    utredningar: list[Utredning] = field(default_factory=list)
    livsomraden: list[LivsomradeBedomning] = field(default_factory=list)
    mal: list[Mal] = field(default_factory=list)
    planer: list[PlanVersion] = field(default_factory=list)
    uppfoljningar: list[Uppfoljning] = field(default_factory=list)
    kvittenser: list[Kvittens] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalTrace:
    """One goal from utredning to result (R-086): what it was, what was meant, how it went."""

    goal: UppdragMal
    results: list[MalResultat]


def case(actor: Actor, case_id: UUID, *, now: datetime, task_id: str = "") -> CaseView:
    """One case without what only single pages show; the read is logged.

    Args:
        actor: Who reads.
        case_id: The ärende.
        now: The moment, aware.
        task_id: The task that is the reason for reading, where there is one.

    Raises:
        NotFoundError: There is no such case.
        NotPermittedError: It is out of sight; the attempt is logged (R-163).
    """
    actor = actor.at(case_id)
    with refusals_logged(actor, case_id, "arende", now), access_context(actor):
        return _read(actor, case_id, now, task_id, whole=False)


def whole_case(actor: Actor, case_id: UUID, *, now: datetime, task_id: str = "") -> WholeCase:
    """One case with everything that the actor may read of it; the read is logged.

    Takes what ``case`` takes, in twice the queries.

    Raises:
        NotFoundError: There is no such case.
        NotPermittedError: It is out of sight; the attempt is logged (R-163).
    """
    actor = actor.at(case_id)
    with refusals_logged(actor, case_id, "arende", now), access_context(actor):
        view = _read(actor, case_id, now, task_id, whole=True)
        known = {part.name: getattr(view, part.name) for part in fields(view)}
        if view.arende is None and not view.akter:
            return WholeCase(**known)
        content = readable(actor, now, case=case_id, action=Action.CONTENT)
        shared = readable(actor, now, case=case_id, shared=True, action=Action.CONTENT)
        return WholeCase(
            **known,
            kvittenser=list(Kvittens.objects.filter(shared, arende_id=case_id)),
            **(_authority_parts(content, case_id) if view.arende else {}),
            **_provider_parts(content, case_id),
        )


def _read(actor: Actor, case_id: UUID, now: datetime, task_id: str, *, whole: bool) -> CaseView:
    seen = readable(actor, now, case=case_id)
    content = readable(actor, now, case=case_id, action=Action.CONTENT)
    shared = readable(actor, now, case=case_id, shared=True, action=Action.CONTENT)
    arende = Arende.objects.filter(seen, pk=case_id).select_related("person", "unit").first()
    akter = list(
        Akt.objects.filter(seen, arende_id=case_id)
        .select_related("person", "unit", "utsedd_kontakt")
        .order_by("-oppnad")
    )
    holder = arende or (akter[0] if akter else None)
    if holder is None:
        offered = _uppdrag(shared, case_id, actor, now, whole=whole)
        _log_offered(offered, actor, now)
        return _offered(offered, case_id)
    log_read(actor, holder.person, case_id, "arende", now, task_id)
    return CaseView(
        line=line_of(holder, numbers_of([holder])),
        person=holder.person,
        arende=arende,
        akter=akter,
        beslut=_beslut(content, case_id, whole=whole) if arende else [],
        uppdrag=_uppdrag(shared, case_id, actor, now, whole=whole),
    )


def goals(actor: Actor, case_id: UUID, *, now: datetime) -> list[GoalTrace]:
    """Every goal of the case with its results so far, from start to follow-up (R-086)."""
    actor = actor.at(case_id)
    with access_context(actor):
        shared = readable(actor, now, case=case_id, shared=True, action=Action.CONTENT)
        rows = UppdragMal.objects.filter(shared, uppdrag__arende_id=case_id)
        results = list(
            MalResultat.objects.filter(
                readable(actor, now, case=case_id, action=Action.CONTENT),
                mal__uppdragsmal__uppdrag__arende_id=case_id,
            )
            .select_related("uppfoljning", "mal")
            .order_by("uppfoljning__datum")
        )
        ordered = rows.order_by("uppdrag__skapad", "version", "nummer")
        return [
            GoalTrace(goal=row, results=[r for r in results if r.mal.uppdragsmal_id == row.pk])
            for row in ordered
        ]


def _offered(found: list[Uppdrag], case_id: UUID) -> CaseView:
    """What a provider sees of an uppdrag that was sent to it and is not accepted yet."""
    offer = found[0] if found else None
    if offer is None:
        raise NotFoundError("case", case_id)
    copy = offer.person_kopia
    person = Person(
        organisation_id=offer.mottagare_organisation_id,
        unit_id=offer.mottagare_unit_id,
        secrecy=offer.secrecy,
        **{key: value for key, value in copy.items() if key != "fodelsedatum"},
    )
    line = CaseLine(
        id=case_id,
        side="utforare",
        nummer=offer.nummer,
        namn=person.namn,
        personnummer=mask(person.personnummer),
        skydd=person.skydd,
        status=offer.status,
        open=True,
        opened=offer.skickad or offer.skapad,
        unit=offer.mottagare_unit.name,
    )
    return CaseView(line=line, person=person, uppdrag=found)


def _log_offered(found: list[Uppdrag], actor: Actor, now: datetime) -> None:
    """Write who reads it: there is no akt yet, so no person of her unit's to write it about."""
    seen = {row.delad_med_id: [row.arende_id] for row in found if row.delad_med_id}
    log_list(actor, seen, "uppdrag", now)


def _authority_parts(seen: Q, case_id: UUID) -> dict[str, Any]:
    utredningar = list(Utredning.objects.filter(seen, arende_id=case_id).order_by("inledd_datum"))
    areas = [row.livsomraden_dokument_id for row in utredningar if row.livsomraden_dokument_id]
    goal_sets = [row.mal_dokument_id for row in utredningar if row.mal_dokument_id]
    return {
        "utredningar": utredningar,
        "livsomraden": list(LivsomradeBedomning.objects.filter(seen, dokument_id__in=areas)),
        "mal": list(Mal.objects.filter(seen, dokument_id__in=goal_sets).order_by("nummer")),
    }


def _beslut(seen: Q, case_id: UUID, *, whole: bool) -> list[Beslut]:
    rows = Beslut.objects.filter(seen, arende_id=case_id).prefetch_related("delbeslut")
    if whole:
        rows = rows.select_related("beslutsfattare").prefetch_related("uppfoljningar")
    return list(rows.order_by("-beslutsdatum"))


def _provider_parts(seen: Q, case_id: UUID) -> dict[str, Any]:
    versions = PlanVersion.objects.filter(seen, plan__akt__arende_id=case_id, forkastad=None)
    return {
        "planer": list(
            versions.prefetch_related("deltagare", "mal", "aktiviteter").order_by("-nummer")
        ),
        "uppfoljningar": list(
            Uppfoljning.objects.filter(seen, akt__arende_id=case_id)
            .prefetch_related(Prefetch("resultat_per_mal", MalResultat.objects.filter(seen)))
            .order_by("-datum")
        ),
    }


def _uppdrag(seen: Q, case_id: UUID, actor: Actor, now: datetime, *, whole: bool) -> list[Uppdrag]:
    """The uppdrag of a case; a provider that is shown a new one has opened it."""
    rows = Uppdrag.objects.filter(seen, arende_id=case_id)
    rows = rows.select_related("mottagare_unit", "mottagare_organisation").order_by("-skapad")
    if whole:
        rows = rows.prefetch_related("insatser", "mal", "andringar")
    found = list(rows)
    note_opening(found, actor, now)
    return found
