"""A process instance begins: by a person, or by a message."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.utils.timezone import localdate

from cases import access, bundles, capabilities, repository
from cases.access import Resource
from cases.actor import Actor, Grant
from cases.context import access_context
from cases.errors import (
    CaseError,
    NotFoundError,
    NotPermittedError,
    ProcessStoppedError,
    StartRefusedError,
)
from cases.form_sources import form_context
from cases.idempotency import Request, earlier_answer, request_of
from cases.models import Instance, Organisation, Secrecy
from cases.repository import Change, Line, LockedInstance
from cases.results import NextTask, Started
from cases.use_cases.actions import (
    Action,
    checked_answers,
    home_processes,
    reserved_variables,
)
from engine import runtime
from engine.errors import IncidentError
from engine.manifest import ProcessEntry
from engine.outcome import Outcome

OPEN_CASE = "arende.oppna"
START = "start"


def start(
    process_key: str,
    *,
    arende_id: UUID | None,
    answers: Mapping[str, object],
    actor: Actor,
    now: datetime,
    variables: Mapping[str, Any] | None = None,
    unit: UUID | None = None,
    idempotency_key: str | None = None,
) -> Started:
    """Start a process on behalf of a person.

    Args:
        process_key: A process whose start event is plain.
        arende_id: The ärende it belongs to; None where the process opens one or needs none.
        answers: Answers to the start form (``zeebe:formDefinition`` of the start event).
        actor: Who starts it. The instance belongs to the unit where the actor holds the role
            that allows it.
        now: The moment, aware; its Stockholm day chooses the edition.
        variables: Further process variables (ids and decision inputs).
        unit: Needed when the actor's grants leave several units to choose from.
        idempotency_key: A repetition gets the first answer.

    Raises:
        ProcessUnavailableError: No edition in force has the process.
        NotPermittedError: The actor's roles may not start it.
        StartRefusedError: Ärende or unit does not fit.
        AnswersInvalidError: The start form refuses the answers.
        ProcessStoppedError: The diagram cannot go on.
    """
    parts = (process_key, arende_id, answers, dict(variables or {}), unit)
    request = request_of(actor, idempotency_key, START, *parts)
    try:
        with access_context(actor):
            instance = _new_instance(process_key, arende_id, actor, unit, now)
            action = Action(instance=instance, actor=actor, now=now)
            return _start(action, answers, variables or {}, request)
    except IncidentError as error:
        raise ProcessStoppedError(error.element, error.reason, error.incident_code) from None
    except CaseError as error:
        return Started.from_json(earlier_answer(request, error))


def start_context(
    process_key: str, *, arende_id: UUID | None, actor: Actor, now: datetime
) -> Mapping[str, Any]:
    """Return what the expressions of a start form see: choices that the server knows.

    Args:
        process_key: The process to start.
        arende_id: The ärende it would belong to.
        actor: Who would start it, and so where.
        now: The moment, aware.

    Raises:
        CaseError: As ``start``, where the process cannot be started.
    """
    with access_context(actor):
        instance = _new_instance(process_key, arende_id, actor, None, now)
        begins = bundles.definition(instance.bundle, process_key).starts
        form_id = next((found.form for found in begins if found.kind == "none"), None)
        if not form_id:
            return {}
        place = Action(instance=instance, actor=actor, now=now).place({})
        return form_context(bundles.names_from_outside(instance.bundle, form_id), place)


def _start(
    action: Action,
    answers: Mapping[str, object],
    variables: Mapping[str, Any],
    request: Request | None,
) -> Started:
    begin = next((found for found in action.definition.starts if found.kind == "none"), None)
    if begin is None:
        key = action.instance.process_key
        raise StartRefusedError(key, "it starts by a message or a timer, not by a person")
    form_id = begin.form or ""
    values = checked_answers(action, form_id, answers)
    entry = _entry(action)
    if entry.starts_new_case:
        action = _opened(action, values, begin.element)
    own = dict(variables)
    if form_id:
        document = action.save_answers(form_id, values, begin.element, None)
        own[f"{begin.element}_dokument"] = document
    outcome = runtime.start(
        action.definition,
        {**own, **reserved_variables(action.instance)},
        now=action.now,
        seed=action.instance.id,
        start_event=begin.element,
        # Answers become variables only through outputs; unmapped ones stay in the document.
        payload=values if begin.mapped else None,
        perform=action.perform,
    )
    return save_start(action, outcome, request=request)


def save_start(
    action: Action,
    outcome: Outcome,
    *,
    request: Request | None = None,
    message: Line | None = None,
    delivery: UUID | None = None,
) -> Started:
    """Write a new instance and return what it waits for."""
    instance = replace(action.instance, secrecy=action.secrecy)
    status = Instance.Status.COMPLETED if outcome.completed else Instance.Status.RUNNING
    started = Started(
        instance_id=instance.id,
        arende_id=instance.arende_id,
        status=str(status),
        tasks=NextTask.of(outcome),
    )
    detail = {"process": instance.process_key, "bundle": instance.bundle}
    first = (Line(kind="started", detail=detail), *([message] if message else []))
    repository.insert_instance(
        Change(
            instance=instance,
            outcome=outcome,
            actor=action.actor,
            now=action.now,
            cause=START,
            first=first,
            facts=tuple(action.facts),
            delivery=delivery,
            expiry=action.expiry(outcome),
            homes=home_processes(action, outcome),
            answer=request.answer(started.to_json()) if request else None,
        )
    )
    return started


def _opened(action: Action, values: Mapping[str, Any], element: str) -> Action:
    """Open the ärende that the process begins with, and go on with it."""
    result = capabilities.call(OPEN_CASE, action.context(element), values)
    instance = action.instance
    arende = UUID(str(result["arende"]))
    protection = Secrecy[str(result.get("skydd") or "NORMAL").upper().replace("INGEN", "NORMAL")]
    instance = replace(
        instance, arende_id=arende, business_key=str(arende), secrecy=protection.value
    )
    return replace(action, instance=instance)


def _new_instance(
    process_key: str, arende_id: UUID | None, actor: Actor, unit: UUID | None, now: datetime
) -> LockedInstance:
    home = _home(arende_id)
    bundle_hash = bundles.current_hash(process_key, localdate(now))
    entry = bundles.compiled(bundle_hash).manifest.entry(process_key)
    if entry is None:
        raise StartRefusedError(process_key, "it is not in the manifest")
    _require_case_fits(entry, arende_id)
    organisation, own_unit = _place(entry, bundle_hash, actor, unit, home)
    return LockedInstance(
        id=uuid4(),
        bundle=bundle_hash,
        process_key=process_key,
        business_key="" if arende_id is None else str(arende_id),
        arende_id=arende_id,
        organisation=organisation,
        unit=own_unit,
        secrecy=0 if home is None else home.secrecy,
        status=Instance.Status.RUNNING,
        version=0,
        state=b"",
    )


def _require_case_fits(entry: ProcessEntry, arende_id: UUID | None) -> None:
    if entry.starts_new_case and arende_id is not None:
        raise StartRefusedError(entry.key, "it opens an ärende of its own; send no ärende")
    if arende_id is None and entry.needs_case and not entry.starts_new_case:
        raise StartRefusedError(entry.key, "it needs an ärende; send its id")


def _home(arende_id: UUID | None) -> Instance | None:
    """Return the newest instance of the ärende within sight.

    Raises:
        NotFoundError: The ärende has none that the actor may see.
    """
    if arende_id is None:
        return None
    rows = Instance.objects.defer("state").filter(arende_id=arende_id).order_by("-started_at")
    found = rows.first()
    if found is None:
        raise NotFoundError("ärende", arende_id)
    return found


def _place(
    entry: ProcessEntry,
    bundle_hash: str,
    actor: Actor,
    unit: UUID | None,
    home: Instance | None,
) -> tuple[UUID, UUID]:
    """Return organisation and unit where the actor may start the process.

    Candidates follow from the grants. Of several, the one named by the client, else those of the
    owner role, else the ärende's own unit.
    """
    found = [
        (grant.role == entry.owner, grant.organisation, place)
        for grant, place in _candidates(entry, actor)
        if unit in (None, place)
        and access.allowed(
            actor,
            access.Action.START,
            Resource(
                ref=entry.key,
                bundle=bundle_hash,
                organisation=grant.organisation,
                unit=place,
                secrecy=0 if home is None else home.secrecy,
                case=None if home is None else home.arende_id,
                in_case=entry.needs_case,
            ),
        )
    ]
    if not found:
        raise NotPermittedError(access.Action.START.value, entry.key)
    owners = {(organisation, place) for owner, organisation, place in found if owner}
    places = owners or {(organisation, place) for _, organisation, place in found}
    if home is not None and (home.organisation_id, home.unit_id) in places:
        return home.organisation_id, home.unit_id
    if len(places) > 1:
        raise StartRefusedError(entry.key, "you may start it in several units; say which")
    return next(iter(places))


def _candidates(entry: ProcessEntry, actor: Actor) -> Iterator[tuple[Grant, UUID]]:
    kinds = dict(Organisation.objects.values_list("pk", "kind"))
    for grant in actor.grants:
        if entry.runs_in(kinds.get(grant.organisation)):
            units = [grant.unit] if grant.unit else actor.units_of(grant.organisation)
            yield from ((grant, place) for place in units)


def _entry(action: Action) -> ProcessEntry:
    entry = action.bundle.manifest.entry(action.instance.process_key)
    if entry is None:
        raise StartRefusedError(action.instance.process_key, "it is not in the manifest")
    return entry
