"""Two versions of a plan side by side: what is the same, changed, new or gone, in words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext, gettext_noop, ngettext, pgettext

from records.models import PlanMal, PlanVersion
from records.queries import WholeCase
from web.weekdays import days_said
from web.words import day

SAME: Final = ""
CHANGED, NEW, GONE = gettext_noop("Ändrat"), gettext_noop("Nytt"), gettext_noop("Borttaget")
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


def versions(view: WholeCase) -> list[Version]:
    """The versions of the reader's plans, the newest first."""
    return [_named(row) for row in view.planer]


def compared(view: WholeCase, older: str, newer: str) -> Compared | None:
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
        Group(title=gettext("Om planen"), parts=tuple(_parts(_facts(first), _facts(second)))),
        Group(title=gettext("Mål"), parts=tuple(_parts(_goals(first), _goals(second)))),
        Group(title=gettext("Aktiviteter"), parts=tuple(_parts(_acts(first), _acts(second)))),
        Group(title=gettext("Deltagare"), parts=tuple(_parts(_people(first), _people(second)))),
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
        return gettext(NEW)
    return gettext(CHANGED if new else GONE)


def _facts(row: PlanVersion) -> Texts:
    months = row.uppfoljning_intervall
    return {
        gettext("Den enskildes delaktighet"): row.delaktighet_satt or row.ej_delaktig_orsak,
        gettext("Önskemål"): row.onskemal or gettext("Har inte uttryckt önskemål"),
        gettext("Synpunkter"): row.synpunkter,
        gettext("Samverkan"): row.samverkan,
        gettext("Hänvisningar"): row.referenser,
        gettext("Följs upp"): _often(months),
        gettext("Fastställd"): day(row.faststalld_datum) or gettext("Inte fastställd"),
    }


def _often(months: int | None) -> str:
    if months is None:
        return ""
    said = ngettext("var %(months)d:e månad", "var %(months)d:e månad", months)
    return said % {"months": months}


def _goals(row: PlanVersion) -> Texts:
    return {
        gettext("Mål %(goal)s") % {"goal": goal.nummer}: _lines(
            goal.mal, (gettext("Behov"), goal.behov), (gettext("Eget mål"), goal.eget_mal)
        )
        for goal in _sorted(row.mal.all())
    }


def _acts(row: PlanVersion) -> Texts:
    numbers = {goal.pk: goal.nummer for goal in row.mal.all()}
    found = sorted(row.aktiviteter.all(), key=lambda one: one.nummer)
    return {
        gettext("Aktivitet %(number)d") % {"number": one.nummer}: _lines(
            one.vad,
            (gettext("Hur"), one.hur),
            (gettext("När"), one.nar),
            (gettext("Dagar"), days_said(one)),
            (gettext("Vem"), one.vem),
            (pgettext("ett mål", "Mål"), str(numbers.get(one.mal_id, ""))),
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
    state = gettext("utkast")
    if row.faststalld_datum:
        state = gettext("fastställd %(day)s") % {"day": day(row.faststalld_datum)}
    told = {"number": row.nummer, "state": state}
    return Version(id=row.pk, name=gettext("Version %(number)d, %(state)s") % told)
