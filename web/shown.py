"""Rows and parts as the templates show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from cases import bundles
from cases.models import Instance, Task
from cases.user_names import user_name
from engine.bundle import Bundle
from engine.definition import Definition
from engine.manifest import Instruction
from records.access import readable
from records.identity import mask
from records.models import Arende, Person, Uppdrag
from web import explained, onward
from web.door import Visit

SOON = timedelta(days=7)
UNDATED = timedelta(days=30)
"""Where a task without a last day stands among the others of its case."""
NOBODY = UUID(int=0)
OUTSIDE = gettext_noop("Utanför din roll")
"""Instead of what a list does not tell its reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """One task in a list or at the top of its page."""

    id: UUID
    name: str
    process_name: str
    role_name: str
    case: UUID | None
    case_short: str
    unit: str
    status: str
    due: datetime | None
    limit: explained.LimitShown | None
    overdue: bool
    soon: bool
    claimed_by: str
    delegated_by: str
    completed_at: datetime | None
    version: int


def task_line(task: Task, here: Visit, numbers: Mapping[UUID, str] | None = None) -> TaskLine:
    """Show one task. The title comes from the diagram and holds nothing about a person.

    Args:
        task: With its instance and its unit.
        here: Who looks.
        numbers: From ``case_numbers``.
    """
    bundle = bundles.compiled(task.instance.bundle_id)
    is_open = task.status == Task.Status.OPEN
    element = bundle.definition(task.process_key).elements.get(task.element)
    reads = element.due if element is not None else ""
    return TaskLine(
        id=task.pk,
        name=task.name,
        process_name=process_name(bundle, task.process_key),
        role_name=", ".join(here.role_name(role) for role in task.groups),
        case=task.arende_id,
        case_short=(numbers or {}).get(task.arende_id or NOBODY) or short(task.arende_id),
        unit=task.unit.name,
        status=task.status,
        due=task.due,
        limit=explained.limit_shown(task.due, task.basis, task.instance, reads),
        overdue=bool(is_open and task.due and task.due < here.now),
        soon=bool(is_open and task.due and here.now <= task.due < here.now + SOON),
        claimed_by=user_name(task.claimed_by),
        delegated_by=user_name(task.delegated_by),
        completed_at=task.completed_at,
        version=task.version,
    )


def urgency(task: Task, now: datetime) -> datetime:
    """When to do a task of a case; one without a day waits for nothing, so it is not the last."""
    return task.due or now + UNDATED


def stood_in_for(task: Task, here: Visit) -> str:
    """The colleague whom the person does, or may do, the task for as a substitute; else empty."""
    actor = here.actor
    taken = actor.standing(task.vikariat_id)
    if task.vikariat_id is not None or task.claimed_by_id is None:
        return taken.name if taken is not None and task.claimed_by_id == actor.user_id else ""
    standing = actor.stands_for.get(task.claimed_by_id)
    return "" if standing is None else standing.name


def process_name(bundle: Bundle, key: str) -> str:
    """The Swedish name of a process."""
    entry = bundle.manifest.entry(key)
    return entry.name if entry is not None else bundle.definition(key).name or key


def case_numbers(here: Visit, cases: Iterable[UUID | None]) -> Mapping[UUID, str]:
    """The numbers that people know cases by: of the ärende, or of the uppdrag for a provider.

    Call it inside ``access_context``.
    """
    wanted = {case for case in cases if case is not None}
    sent = Uppdrag.objects.filter(readable(here.actor, here.now, shared=True, column="arende_id"))
    found = dict(sent.filter(arende_id__in=wanted).values_list("arende_id", "nummer"))
    own = Arende.objects.filter(readable(here.actor, here.now, column="pk"), pk__in=wanted)
    return found | dict(own.values_list("pk", "nummer"))


def case_by_number(here: Visit, number: str) -> UUID | None:
    """The case with exactly this number, if the person may read it.

    Call it inside ``access_context``.
    """
    own = Arende.objects.filter(readable(here.actor, here.now, column="pk"), nummer=number)
    sent = Uppdrag.objects.filter(
        readable(here.actor, here.now, shared=True, column="arende_id"), nummer=number
    )
    found = own.values_list("pk", flat=True).first()
    return found or sent.values_list("arende_id", flat=True).first()


def short(ref: UUID | None) -> str:
    """A case as people say it aloud: the first eight signs of its id."""
    return "" if ref is None else str(ref)[:8]


def person_shown(person: Person) -> dict[str, Any]:
    """The banner that says who the page is about: number masked, protection in words (P-7)."""
    return {
        "name": person.namn,
        "number": mask(person.personnummer) if person.personnummer else gettext("saknas"),
        "protected": person.skydd != "ingen",
        "protection": gettext(person.get_skydd_display()),
        "deceased": person.avliden_datum,
    }


def reachable(person: Person) -> dict[str, str]:
    """Address and telephone, for who meets the person; of a protected one the unit's, c/o (P-4)."""
    if person.skydd != "ingen":
        return {"address": f"c/o {person.unit.name}", "phone": ""}
    place = " ".join(part for part in (person.postnummer, person.postort) if part)
    address = ", ".join(part for part in (person.adress, place) if part)
    return {"address": address, "phone": person.telefon}


def instruction_shown(instruction: Instruction | None, bundle: Bundle) -> dict[str, Any] | None:
    """An instruction with its citations written out; unverified ones are marked."""
    if instruction is None:
        return None
    return {
        "vad": instruction.vad,
        "hur": instruction.hur,
        "vem": instruction.vem,
        "lagrum": citations(instruction.lagrum, bundle),
    }


def citations(ids: Sequence[str], bundle: Bundle) -> list[dict[str, Any]]:
    """Citations as text, with whether somebody has verified them against the source."""
    rows = []
    for citation_id in ids:
        found = bundle.lagrum.get(citation_id)
        text = citation_id if found is None else found.text
        rows.append({"text": text, "verified": found is not None and found.status != "U"})
    return rows


def diagram_shown(
    instance: Instance,
    process: str,
    bundle: Bundle,
    *,
    here: Sequence[str],
    done: Sequence[str] = (),
    names: Visit,
) -> dict[str, Any]:
    """A drawing with the current step marked, and the same steps as a list."""
    definition = bundle.definition(process)
    return {
        "name": process_name(bundle, process),
        "url": reverse("web:diagram", args=[instance.bundle_id, process]),
        "current": " ".join(here),
        "done": " ".join(step for step in done if step not in here),
        "steps": _steps(definition, set(here), set(done), names),
    }


def _steps(
    definition: Definition, here: set[str], done: set[str], names: Visit
) -> list[dict[str, Any]]:
    return [
        {
            "name": found.name,
            "role": found.role,
            "part_of": found.part_of,
            "after": found.after,
            "next": found.next,
            "here": found.id in here,
            "done": found.id in done and found.id not in here,
        }
        for found in onward.outline(definition, names.role_name)
    ]
