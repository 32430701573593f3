"""What each on the staff is to have read, and has: instructions, routines, duties (R-065, R-066).

The list is computed from the edition in force and the roles of the day, so a changed text, a new
colleague and a new role need no row: what is not acknowledged in its version is unread.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet

from cases import bundles
from cases.actor import Actor
from cases.context import access_context
from cases.errors import NotFoundError, TextChangedError
from cases.models import Laskvittens
from engine.bundle import Bundle
from engine.definition import Definition, ElementInfo
from engine.duties import duties_in
from engine.manifest import Instruction
from records.answers import local_date
from records.models import Ledningssystem, LokalRutin, Notis

DUTY, INSTRUCTION, ROUTINE = "ansvar", "instruktion", "rutin"
REMINDER, ALL_READ = "las_rutiner", "last_allt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One text to read.

    ``subject`` is its kind and id, ``version`` the SHA-256 (hex) of its content. ``group`` is the
    process, unit or register that it belongs to, for a reader. ``parts`` are (heading, text).
    """

    subject: str
    version: str
    group: str
    title: str
    parts: tuple[tuple[str, str], ...]
    lagrum: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Whether it is a duty, an instruction or a local routine."""
        return self.subject.split("/", 1)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A text and when this person read it; None while it is unread."""

    reading: Reading
    read_at: datetime | None


def reading_list(actor: Actor, now: datetime) -> list[Read]:
    """Everything that the actor's roles ask her to have read, what is unread first.

    Raises:
        ProcessUnavailableError: No edition is in force.
    """
    bundle = bundles.compiled(bundles.newest_hash(local_date(now)))
    with access_context(actor):
        local = list(routines_of(actor.units))
    found = readings(bundle, actor.roles, local)
    read = acknowledged(actor.user_id or 0, found)
    rows = [Read(reading=one, read_at=read.get(one.subject)) for one in found]
    return sorted(rows, key=lambda row: row.read_at is not None)


def acknowledge(wanted: Mapping[str, str], *, actor: Actor, now: datetime) -> None:
    """Write down that the actor has read texts; again changes nothing.

    When nothing is left to read, her reminders of it have ended.

    Args:
        wanted: Subject to the version that she read.
        actor: Who read, for herself only.
        now: The moment, aware.

    Raises:
        NotFoundError: No such text is hers to read.
        TextChangedError: It was changed after she opened it.
    """
    found = reading_list(actor, now)
    known = {row.reading.subject: row.reading for row in found}
    for subject, version in wanted.items():
        if subject not in known:
            raise NotFoundError("reading", subject)
        if known[subject].version != version:
            raise TextChangedError(subject)
    rows = [
        Laskvittens(user_id=actor.user_id or 0, subject=key, version=version, read_at=now)
        for key, version in wanted.items()
    ]
    with access_context(actor):
        Laskvittens.objects.bulk_create(rows, ignore_conflicts=True)
        if {row.reading.subject for row in found if row.read_at is None} <= set(wanted):
            told = Notis.objects.filter(mottagare_id=actor.user_id, typ=REMINDER, klar=None)
            told.update(klar=now, klar_genom=ALL_READ)


def acknowledged(user_id: int, found: Iterable[Reading]) -> dict[str, datetime]:
    """When a user read the texts that are given, in the versions that they have now."""
    versions = {one.subject: one.version for one in found}
    rows = Laskvittens.objects.filter(user_id=user_id, subject__in=versions)
    return {row.subject: row.read_at for row in rows if versions[row.subject] == row.version}


def readings(
    bundle: Bundle, roles: frozenset[str], local: Iterable[LokalRutin] = ()
) -> tuple[Reading, ...]:
    """What roles ask their holders to have read: duties, then instructions, then local routines."""
    own = tuple(
        Reading(
            subject=subject_of(row),
            version=version_of(f"{row.rubrik}\n{row.text}"),
            group="Enhetens rutiner",
            title=row.rubrik,
            parts=(("", row.text),),
        )
        for row in local
    )
    return (*_general(bundle), *_instructions(bundle, roles), *own)


def routines_of(units: Iterable[UUID]) -> QuerySet[LokalRutin]:
    """The routines of units, from the newest ledningssystem of each."""
    newest = (
        Ledningssystem.objects.filter(unit__in=list(units))
        .order_by("unit", "-version")
        .distinct("unit")
        .values("pk")
    )
    rows = LokalRutin.objects.filter(ledningssystem__in=newest).select_related("ledningssystem")
    return rows.order_by("unit", "nummer")


def subject_of(row: LokalRutin) -> str:
    """A routine is the same one in the next ledningssystem while its heading is the same."""
    return f"{ROUTINE}/{row.unit_id}/{version_of(row.rubrik)[:16]}"


def version_of(text: str) -> str:
    """SHA-256 (hex) of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=4)
def _general(bundle: Bundle) -> tuple[Reading, ...]:
    return tuple(
        Reading(
            subject=f"{DUTY}/{duty.id}",
            version=duty.version,
            group="Ditt ansvar",
            title=duty.rubrik,
            parts=(("", duty.text),),
            lagrum=duty.lagrum,
        )
        for duty in duties_in(bundle.files).acknowledged
    )


@lru_cache(maxsize=64)
def _instructions(bundle: Bundle, roles: frozenset[str]) -> tuple[Reading, ...]:
    found: dict[str, Reading] = {}
    for key in bundle.processes:
        definition = bundle.definition(key)
        for element in elements_for(bundle, definition, roles):
            name = element.properties.get("instruktion", element.id)
            instruction = bundle.instruction(name)
            if instruction is not None:
                found.setdefault(name, _instruction(name, instruction, definition, element, bundle))
    return tuple(found.values())


def elements_for(
    bundle: Bundle, definition: Definition, roles: frozenset[str]
) -> Iterator[ElementInfo]:
    """The steps of a process that roles do: its tasks, and its start where they own it."""
    entry = bundle.manifest.entry(definition.process_id)
    for element in definition.elements.values():
        if element.kind == "userTask" and roles & set(roles_of(element)):
            yield element
        starts = element.kind == "startEvent" and element.form and element.scope is None
        if starts and entry is not None and entry.owner in roles:
            yield element


def roles_of(element: ElementInfo) -> tuple[str, ...]:
    """The roles that do a user task: what it names itself, else its lane's."""
    if element.groups and not element.groups.startswith("="):
        return tuple(part.strip() for part in element.groups.split(","))
    return (element.role,) if element.role else ()


def _instruction(
    name: str,
    instruction: Instruction,
    definition: Definition,
    element: ElementInfo,
    bundle: Bundle,
) -> Reading:
    return Reading(
        subject=f"{INSTRUCTION}/{name}",
        version=hashlib.sha256(bundle.files[f"instructions/{name}.toml"]).hexdigest(),
        group=definition.name,
        title=instruction.rubrik or element.name,
        parts=(("Vad", instruction.vad), ("Hur", instruction.hur), ("Vem", instruction.vem)),
        lagrum=instruction.lagrum,
    )
