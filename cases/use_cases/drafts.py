"""What somebody writes in a form is kept until she sends it: drafts (W1, W5).

A draft is its author's alone and no document of the case; the history says nothing of it. It is
kept whatever becomes of the task meanwhile, so that what was written can still be copied.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate
from psycopg.types.json import Jsonb

from cases import access, bundles
from cases.actor import SYSTEM, Actor
from cases.context import access_context, native_cursor
from cases.errors import (
    DraftElsewhereError,
    NotFoundError,
    ProcessUnavailableError,
    StartRefusedError,
    TaskAlreadyCompletedError,
)
from cases.models import Instance, Task, Utkast
from engine.bundle import Bundle, NotInBundleError

TABLE: Final = "utkast_tid"
LONGEST_KEY: Final = 64
"""Characters of the word of a page."""

# One statement: two windows that save at once get one after the other, and the second is told.
_SAVE = """
INSERT INTO cases_utkast AS kept (id, user_id, task_id, process_key, nyckel, arende_id,
  organisation_id, unit_id, secrecy, form_id, form_hash, task_version, answers, revision, read_at,
  saved_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14, $15)
ON CONFLICT (user_id, task_id, process_key, nyckel) DO UPDATE SET
  arende_id = excluded.arende_id, organisation_id = excluded.organisation_id,
  unit_id = excluded.unit_id, secrecy = excluded.secrecy, form_id = excluded.form_id,
  form_hash = excluded.form_hash, task_version = excluded.task_version,
  answers = excluded.answers, read_at = excluded.read_at, saved_at = excluded.saved_at,
  revision = kept.revision + 1
  WHERE kept.revision = $16
RETURNING id, revision
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a page has to be kept.

    Attributes:
        answers: Field key to what was written, as it was written.
        revision: Of the draft as the page knows it; 0 before the first saving.
        read_at: When the page was read, aware.
        version: Of the task as the page knows it; 0 for a start form.
    """

    answers: Mapping[str, Any]
    revision: int
    read_at: datetime
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A draft was saved."""

    id: UUID
    revision: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What a draft is written on, and where that is held."""

    task: UUID | None
    process_key: str
    nyckel: str
    case: UUID | None
    organisation: UUID
    unit: UUID
    secrecy: int
    form_id: str
    form_hash: str


def save_draft(task_id: UUID, draft: Draft, *, actor: Actor, now: datetime) -> Saved:
    """Keep what somebody has written in a task's form, whether or not she may still send it.

    Raises:
        NotFoundError: No such task, not one the actor may see, or one without a form.
        TaskAlreadyCompletedError: She has sent it herself: there is nothing left to keep.
        DraftElsewhereError: She has saved another text on it meanwhile.
    """
    with access_context(actor):
        rows = access.visible(Task.objects.all(), actor, now)
        task = rows.select_related("instance").defer("instance__state").filter(pk=task_id).first()
        if task is None or not task.form_id:
            raise NotFoundError("task", task_id)
        if task.completed_by_id is not None and task.completed_by_id == actor.user_id:
            raise TaskAlreadyCompletedError(task_id)
        place = _Place(
            task=task.pk,
            process_key=task.process_key,
            nyckel="",
            case=task.arende_id,
            organisation=task.organisation_id,
            unit=task.unit_id,
            secrecy=task.secrecy,
            form_id=task.form_id,
            form_hash=bundles.compiled(task.instance.bundle_id).form_hash(task.form_id),
        )
        return _save(place, draft, actor, now)


def save_start_draft(
    process_key: str,
    nyckel: str,
    draft: Draft,
    *,
    arende_id: UUID | None,
    actor: Actor,
    now: datetime,
) -> Saved:
    """Keep what somebody has written in the form that starts a process.

    Args:
        process_key: The process.
        nyckel: The word of the page: two pages at once are two matters, and two drafts.
        draft: What was written.
        arende_id: The ärende it would begin in; None where it opens one or needs none.
        actor: Who writes.
        now: The moment, aware.

    Raises:
        ProcessUnavailableError: No edition in force has the process.
        StartRefusedError: It has no start form.
        NotFoundError: No such ärende, or not one the actor may see; no unit, or no word.
        DraftElsewhereError: She has saved another text on it meanwhile.
    """
    bundle_hash = bundles.current_hash(process_key, localdate(now))
    bundle = bundles.compiled(bundle_hash)
    begins = bundle.definition(process_key).starts
    form_id = next((one.form for one in begins if one.kind == "none" and one.form), None)
    if form_id is None:
        raise StartRefusedError(process_key, "it has no start form")
    if not nyckel or len(nyckel) > LONGEST_KEY or not nyckel.isalnum() or not actor.units:
        raise NotFoundError("draft", process_key)
    with access_context(actor):
        organisation, unit, secrecy = _held(arende_id, actor, now)
        place = _Place(
            task=None,
            process_key=process_key,
            nyckel=nyckel,
            case=arende_id,
            organisation=organisation,
            unit=unit,
            secrecy=secrecy,
            form_id=form_id,
            form_hash=bundle.form_hash(form_id),
        )
        return _save(place, draft, actor, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A text of no form: its kind, the word of what it is about, and where that is held."""

    kind: str
    nyckel: str
    case: UUID
    organisation: UUID
    unit: UUID
    secrecy: int


def save_written(about: Written, draft: Draft, *, actor: Actor, now: datetime) -> Saved:
    """Keep what somebody writes about something that whoever calls has seen that she may.

    Raises:
        DraftElsewhereError: She has saved another text on it meanwhile.
    """
    place = _Place(
        task=None,
        process_key=about.kind,
        nyckel=about.nyckel,
        case=about.case,
        organisation=about.organisation,
        unit=about.unit,
        secrecy=about.secrecy,
        form_id=about.kind,
        form_hash="",
    )
    with access_context(actor):
        return _save(place, draft, actor, now)


def _held(arende_id: UUID | None, actor: Actor, now: datetime) -> tuple[UUID, UUID, int]:
    """Organisation, unit and level of a start form's draft: the ärende's, else her own."""
    if arende_id is None:
        unit = actor.units[0]
        return actor.places[unit], unit, 0
    rows = access.visible(Instance.objects.defer("state"), actor, now)
    home = rows.filter(arende_id=arende_id).order_by("-started_at").first()
    if home is None:
        raise NotFoundError("ärende", arende_id)
    return home.organisation_id, home.unit_id, home.secrecy


def _save(place: _Place, draft: Draft, actor: Actor, now: datetime) -> Saved:
    values = (
        uuid4(), actor.user_id, place.task, place.process_key, place.nyckel, place.case,
        place.organisation, place.unit, place.secrecy, place.form_id, place.form_hash,
        draft.version, Jsonb(_clean(draft.answers)), min(draft.read_at, now), now, draft.revision,
    )  # fmt: skip
    row = native_cursor().execute(_SAVE.encode(), values, prepare=True).fetchone()
    if row is None:
        here = _own(actor).filter(process_key=place.process_key, nyckel=place.nyckel)
        kept = here.get(Q(task_id=place.task) if place.task else Q(task=None))
        raise DraftElsewhereError(kept.pk, revision=kept.revision, saved_at=kept.saved_at)
    return Saved(id=row[0], revision=row[1], at=now)


def _clean(value: Any) -> Any:
    """Texts without NUL, which PostgreSQL cannot keep."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, Mapping):
        return {str(_clean(key)): _clean(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_clean(entry) for entry in value]
    return value


def discard_draft(draft_id: UUID, *, actor: Actor) -> None:
    """Throw one of the actor's own drafts away. A second call changes nothing."""
    with access_context(actor):
        _own(actor).filter(pk=draft_id).delete()


def discard_sent(
    *, actor: Actor, task_id: UUID | None = None, process_key: str = "", nyckel: str = ""
) -> None:
    """Remove the draft of a form that its author has sent.

    Args:
        actor: The author.
        task_id: The task whose form it was; else
        process_key: the process that was started, and
        nyckel: the word of its page.
    """
    with access_context(actor):
        if task_id is not None:
            _own(actor).filter(task_id=task_id).delete()
        else:
            _own(actor).filter(task=None, process_key=process_key, nyckel=nyckel).delete()


def rename_draft(process_key: str, nyckel: str, to: str, *, actor: Actor) -> None:
    """Let a start form's draft go on under another word: the first has been sent with already.

    Args:
        process_key: The process.
        nyckel: The word that the draft has, if there is one.
        to: The word that it gets, of no other draft.
        actor: The author.
    """
    with access_context(actor):
        _own(actor).filter(task=None, process_key=process_key, nyckel=nyckel).update(nyckel=to)


def _own(actor: Actor) -> QuerySet[Utkast]:
    return Utkast.objects.filter(user_id=actor.user_id or 0)


def remove_old_drafts(*, now: datetime) -> int:
    """Remove drafts that have lain untouched longer than the table ``utkast_tid`` says.

    Those of an open task stay: it still has to be done. An edition without the table keeps all.

    Returns:
        How many were removed.
    """
    try:
        bundle = bundles.compiled(bundles.newest_hash(localdate(now)))
        days = {kind: _days(bundle, kind) for kind in ("uppgift", "start")}
    except (NotInBundleError, ProcessUnavailableError):
        return 0
    with access_context(SYSTEM):
        rows = Utkast.objects.exclude(task__status=Task.Status.OPEN)
        old = Q(task__isnull=False, saved_at__lt=now - days["uppgift"])
        old |= Q(task__isnull=True, saved_at__lt=now - days["start"])
        removed: int = rows.filter(old).delete()[0]
        return removed


def _days(bundle: Bundle, kind: str) -> timedelta:
    value = bundle.decision(TABLE).evaluate(TABLE, {"slag": kind}).value
    return timedelta(days=int(value))
