"""Two versions of a plan side by side: what is the same, changed, new or gone, in words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from records.models import PlanMal, PlanVersion
from records.queries import CaseView
from web.words import day

SAME: Final = ""
CHANGED, NEW, GONE = "Ändrat", "Nytt", "Borttaget"
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version as a choice."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the plan in both versions; ``mark`` says in a word what happened to it."""

    label: str
    before: str
    after: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Parts of one kind."""

    title: str
    parts: tuple[Part, ...]

    @property
    def changed(self) -> int:
        """How many differ."""
        return sum(1 for part in self.parts if part.mark)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The older version to the left, the newer to the right."""

    older: Version
    newer: Version
    groups: tuple[Group, ...]

    @property
    def changed(self) -> int:
        """How many parts differ."""
        return sum(group.changed for group in self.groups)


def versions(view: CaseView) -> list[Version]:
    """The versions of the reader's plans, the newest first."""
    return [_named(row) for row in view.planer]


def compared(view: CaseView, older: str, newer: str) -> Compared | None:
    """Compare two versions; without a choice the two newest of the newest plan.

    Args:
        view: Holds what the reader may read, and nothing else.
        older: Id of a version.
        newer: Id of a version.
    """
    known = {str(row.pk): row for row in view.planer}
    after = known.get(newer) or next(iter(view.planer), None)
    if after is None:
        return None
    same_plan = [row for row in view.planer if row.plan_id == after.plan_id]
    earlier = [row for row in same_plan if row.nummer < after.nummer]
    before = known.get(older) or next(iter(earlier), None)
    if before is None or before.pk == after.pk:
        return None
    first, second = sorted((before, after), key=lambda row: (row.nummer, row.skapad))
    groups = (
        Group(title="Om planen", parts=tuple(_parts(_facts(first), _facts(second)))),
        Group(title="Mål", parts=tuple(_parts(_goals(first), _goals(second)))),
        Group(title="Aktiviteter", parts=tuple(_parts(_acts(first), _acts(second)))),
        Group(title="Deltagare", parts=tuple(_parts(_people(first), _people(second)))),
    )
    return Compared(
        older=_named(first),
        newer=_named(second),
        groups=tuple(group for group in groups if group.parts),
    )


def _parts(before: Texts, after: Texts) -> Iterator[Part]:
    for label in dict.fromkeys((*after, *before)):
        old, new = before.get(label, ""), after.get(label, "")
        if old or new:
            yield Part(label=label, before=old, after=new, mark=_mark(old, new))


def _mark(old: str, new: str) -> str:
    if old == new:
        return SAME
    if not old:
        return NEW
    return CHANGED if new else GONE


def _facts(row: PlanVersion) -> Texts:
    months = row.uppfoljning_intervall
    return {
        "Den enskildes delaktighet": row.delaktighet_satt or row.ej_delaktig_orsak,
        "Önskemål": row.onskemal or "Har inte uttryckt önskemål",
        "Synpunkter": row.synpunkter,
        "Samverkan": row.samverkan,
        "Hänvisningar": row.referenser,
        "Följs upp": "" if months is None else f"var {months}:e månad",
        "Fastställd": day(row.faststalld_datum) or "Inte fastställd",
    }


def _goals(row: PlanVersion) -> Texts:
    return {
        f"Mål {goal.nummer}": _lines(goal.mal, ("Behov", goal.behov), ("Eget mål", goal.eget_mal))
        for goal in _sorted(row.mal.all())
    }


def _acts(row: PlanVersion) -> Texts:
    numbers = {goal.pk: goal.nummer for goal in row.mal.all()}
    found = sorted(row.aktiviteter.all(), key=lambda one: one.nummer)
    return {
        f"Aktivitet {one.nummer}": _lines(
            one.vad,
            ("Hur", one.hur),
            ("När", one.nar),
            ("Vem", one.vem),
            ("Mål", str(numbers.get(one.mal_id, ""))),
        )
        for one in found
    }


def _people(row: PlanVersion) -> Texts:
    return {one.namn: one.roll.replace("_", " ") for one in row.deltagare.all()}


def _sorted(goals: Iterable[PlanMal]) -> list[PlanMal]:
    return sorted(goals, key=lambda goal: goal.nummer)


def _lines(head: str, *more: tuple[str, str]) -> str:
    return "\n".join([head, *(f"{label}: {text}" for label, text in more if text)])


def _named(row: PlanVersion) -> Version:
    state = f"fastställd {day(row.faststalld_datum)}" if row.faststalld_datum else "utkast"
    return Version(id=row.pk, name=f"Version {row.nummer}, {state}")
