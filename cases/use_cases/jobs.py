"""Asynchronous capabilities: run outside any transaction, at least once, and completed in one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from cases import capabilities, repository
from cases.actor import SYSTEM
from cases.context import access_context
from cases.errors import CaseError
from cases.models import Job
from cases.repository import Change, LockedInstance
from cases.use_cases.actions import Action, home_processes
from cases.use_cases.incidents import RUN_JOB, Failure, next_try, record_failure, settle_incidents
from engine import runtime
from engine.errors import BpmnError, EngineError, JobNotPendingError
from engine.variables import unpack


def run_job(job_id: UUID, *, now: datetime) -> bool:
    """Run the capability of a pending job and complete the job with its result.

    May run twice: the capability gets the job id to recognise that by, and a job that is no longer
    pending is left alone. A failure becomes an incident with a next try; after as many tries as
    the diagram allows (``retries``), only a person tries again.

    Returns:
        True when the job was completed by this call.
    """
    with access_context(SYSTEM):
        job = Job.objects.select_related("instance").filter(pk=job_id).first()
    if job is None or job.status not in (Job.Status.PENDING, Job.Status.FAILED):
        return False
    try:
        try:
            result = capabilities.call(job.type, _context(job, now), unpack(job.inputs))
        except BpmnError as error:
            return complete_job(job_id, {}, error_code=error.error_code, now=now)
        return complete_job(job_id, result, now=now)
    except (EngineError, CaseError) as error:
        _fail(job, error, now)
        return False


def complete_job(
    job_id: UUID, result: Mapping[str, Any], *, now: datetime, error_code: str | None = None
) -> bool:
    """Give the result of a job back to its instance.

    Args:
        job_id: The job.
        result: Outputs of the capability, as FEEL values.
        now: The moment, aware.
        error_code: A BPMN error to throw instead.

    Returns:
        False when the job was completed or cancelled before.

    Raises:
        IncidentError, CaseError: The diagram cannot go on; nothing was stored.
    """
    with access_context(SYSTEM):
        job = Job.objects.filter(pk=job_id).only("instance_id").first()
        if job is None:
            return False
        instance = repository.lock_instance(job.instance_id)
        if not instance.live:
            return False
        action = Action(instance=instance, actor=SYSTEM, now=now)
        try:
            outcome = runtime.complete_job(
                action.definition,
                instance.state,
                str(job_id),
                result,
                now=now,
                error_code=error_code,
                perform=action.perform,
            )
        except JobNotPendingError:
            return False
        repository.save_outcome(
            Change(
                instance=instance,
                outcome=outcome,
                actor=SYSTEM,
                now=now,
                cause="complete_job",
                facts=tuple(action.facts),
                job=job_id,
                expiry=action.expiry(outcome),
                homes=home_processes(action, outcome),
            )
        )
        settle_incidents(instance, RUN_JOB, job_id, actor=SYSTEM, now=now)
        return True


def due_jobs(now: datetime, limit: int = 100) -> list[UUID]:
    """Return pending jobs whose next try is due; a safety net beside the queue."""
    with access_context(SYSTEM):
        rows = Job.objects.filter(status=Job.Status.PENDING, next_at__lte=now).order_by("next_at")
        return list(rows.values_list("pk", flat=True)[:limit])


def _context(job: Job, now: datetime) -> capabilities.CapabilityContext:
    row = job.instance
    instance = LockedInstance(
        id=row.pk,
        bundle=row.bundle_id,
        process_key=row.process_key,
        business_key=row.business_key,
        arende_id=row.arende_id,
        organisation=row.organisation_id,
        unit=row.unit_id,
        secrecy=row.secrecy,
        status=row.status,
        version=row.version,
        state=bytes(row.state),
    )
    action = Action(instance=instance, actor=SYSTEM, now=now)
    return action.context(job.element, job_id=str(job.pk))


def _fail(job: Job, error: Exception, now: datetime) -> None:
    failure = Failure.of(RUN_JOB, job.pk, error, job.element)
    record_failure(job.instance_id, failure, actor=SYSTEM, now=now)
    attempts = job.attempts + 1
    exhausted = attempts >= job.retries
    with access_context(SYSTEM):
        Job.objects.filter(pk=job.pk, status__in=(Job.Status.PENDING, Job.Status.FAILED)).update(
            attempts=attempts,
            status=Job.Status.FAILED if exhausted else Job.Status.PENDING,
            next_at=None if exhausted else next_try(attempts, now),
            error_code=failure.code[:100],
        )
