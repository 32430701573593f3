"""What the edition asks of the journal: late notes, patterns, and what a period must show."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from cases.capabilities import CapabilityContext
from engine.bundle import Bundle
from records.answers import STOCKHOLM, local_date
from records.errors import ConfigurationMissingError
from records.models import Akt, Journal, JournalEntry, PlanMal, PlanVersion, Uppfoljning
from records.note_kinds import note_kinds
from records.terms import decide
from records.writing import Note, write_note

PATTERN = "avbojt_monster"
ABILITY, SURROUNDINGS = "R-126", "R-127"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """What the journal of a review period does not show (K-13).

    Attributes:
        since: First day of the period: the last follow-up, else the plan, else the start.
        lacks: ``R-126`` (ability and limitation), ``R-127`` (the surroundings): these *ska*.
        idle_goals: Numbers of plan goals that no note is tied to (R-131): this *bör*.
    """

    since: date | None
    lacks: tuple[str, ...]
    idle_goals: tuple[int, ...]


def pattern_seen(context: CapabilityContext, journal: Journal, note: JournalEntry) -> bool:
    """Note that the same kind of thing has happened often enough to act on (R-133).

    How often within how many days is the table ``journal_monster``. It is noted once; notes before
    that are not counted again.
    """
    kind = note_kinds(context.bundle).get(note.typ)
    if kind is None or not kind.monster:
        return False
    limit = decide(context.bundle, "journal_monster", {"typ": note.typ})
    if limit is None:
        return False
    days, wanted = int(limit["dagar"]), int(limit["antal"])
    rows = JournalEntry.objects.filter(
        journal=journal, typ=note.typ, handelsetid__gt=context.now - timedelta(days=days)
    )
    before = JournalEntry.objects.filter(journal=journal, typ=PATTERN).order_by("-registrerad")
    told = before.values_list("registrerad", flat=True).first()
    if told is not None:
        rows = rows.filter(registrerad__gt=told)
    count = rows.count()
    if count < wanted:
        return False
    text = f"{kind.namn}: {count} gånger på {days} dagar. Handläggaren ska kontaktas."
    write_note(context, journal, Note(typ=PATTERN, text=text, handelsetid=context.now))
    return True


def gaps(bundle: Bundle, akt: Akt, version: PlanVersion | None) -> Gaps:
    """What the journal lacks since the last follow-up (R-126, R-127, R-131, K-13).

    Args:
        bundle: Says by which kinds of notes a requirement is met.
        akt: The provider's akt.
        version: The plan in force, None without one.
    """
    since = _since(akt, version)
    rows = JournalEntry.objects.filter(journal__akt=akt, automatisk=False)
    if since is not None:
        rows = rows.filter(handelsetid__gte=datetime.combine(since, datetime.min.time(), STOCKHOLM))
    lacks = []
    if not rows.filter(_shows(bundle, ABILITY, ~Q(livsomrade=""))).exists():
        lacks.append(ABILITY)
    if not rows.filter(_shows(bundle, SURROUNDINGS, ~Q(omgivningsfaktor=""))).exists():
        lacks.append(SURROUNDINGS)
    used = set(rows.exclude(uppdragsmal=None).values_list("uppdragsmal", flat=True))
    return Gaps(since=since, lacks=tuple(lacks), idle_goals=_idle(version, used))


def _shows(bundle: Bundle, requirement: str, otherwise: Q) -> Q:
    """Notes of a kind that meets a requirement, or with the field that does."""
    try:
        kinds = note_kinds(bundle).values()
    except ConfigurationMissingError:
        return otherwise
    return Q(typ__in=[kind.id for kind in kinds if requirement in kind.visar]) | otherwise


def _since(akt: Akt, version: PlanVersion | None) -> date | None:
    last = Uppfoljning.objects.filter(akt=akt).order_by("-datum").first()
    if last is not None:
        return last.datum
    if version is not None and version.faststalld_datum is not None:
        return min(version.faststalld_datum, akt.verkstalld_datum or version.faststalld_datum)
    return akt.verkstalld_datum or local_date(akt.oppnad)


def _idle(version: PlanVersion | None, used: set[UUID]) -> tuple[int, ...]:
    if version is None:
        return ()
    goals = PlanMal.objects.filter(version=version).order_by("nummer")
    return tuple(goal.nummer for goal in goals if goal.uppdragsmal_id not in used)
