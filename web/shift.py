"""Skiftet: who it is for, from when things are new, and how its rows are shown."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.timezone import get_current_timezone, is_aware
from django.utils.translation import gettext, ngettext

from cases.errors import NotPermittedError
from engine.bundle import Bundle
from records.errors import ConfigurationMissingError
from records.identity import mask
from records.models import Akt, JournalEntry
from records.queries import shift
from records.queries.shift import Followed, Look
from records.queries.shift_day import Day
from records.shift import shift_start
from web.door import Visit
from web.menu import SHIFT_ROLES
from web.words import Words

ONE_DAY = timedelta(days=1)
SAID: Mapping[str, Callable[[int], str]] = {
    shift.NOTES: lambda n: ngettext("%(count)d anteckning", "%(count)d anteckningar", n),
    shift.PLAN: lambda n: ngettext("%(count)d ny plan", "%(count)d nya planer", n),
    shift.FOLLOW_UP: lambda n: ngettext("%(count)d uppföljning", "%(count)d uppföljningar", n),
    shift.DEVIATION: lambda n: ngettext("%(count)d avvikelse", "%(count)d avvikelser", n),
    shift.COMPLAINT: lambda n: ngettext(
        "%(count)d klagomål eller synpunkt", "%(count)d klagomål och synpunkter", n
    ),
    shift.PROTECTION: lambda _: gettext("skyddade personuppgifter"),
}
"""How much is new, in words."""


def look(here: Visit) -> Look:
    """Who looks, and from when things are new to who has marked nothing.

    Raises:
        NotPermittedError: She is none of the care staff.
    """
    if not SHIFT_ROLES & here.actor.roles:
        raise NotPermittedError("skiftet", "")
    return Look(here.actor, here.now, begins(here.bundle, "nytt", here.now))


def begins(bundle: Bundle | None, slag: str, now: datetime) -> datetime:
    """From when, as the edition says; a day back where it does not say."""
    if bundle is None:
        return now - ONE_DAY
    try:
        return shift_start(bundle, slag, now)
    except ConfigurationMissingError:
        return now - ONE_DAY


def moment_of(text: str) -> datetime | None:
    """A moment that a page sent back, in Stockholm where it does not say; None for no moment."""
    try:
        found = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return found if is_aware(found) else found.replace(tzinfo=get_current_timezone())


def unit_of(text: str) -> UUID | None:
    """A unit that an address names."""
    try:
        return UUID(text)
    except ValueError:
        return None


def counted(line: Followed) -> list[str]:
    """What is new, such as ``3 anteckningar``; nothing where there is nothing."""
    counts = line.counts.items()
    return [SAID[kind](count) % {"count": count} for kind, count in counts if count]


def person_of(akt: Akt, number: str) -> dict[str, Any]:
    """Whom a row of a list is about; of a protected person the uppdrag alone."""
    protected = akt.person.skydd != "ingen"
    return {
        "case": akt.arende_id,
        "akt": akt.pk,
        "number": number,
        "name": "" if protected else akt.person.namn,
        "personnummer": "" if protected else mask(akt.person.personnummer),
        "protected": protected,
        "unit": akt.unit.name,
    }


def note_of(row: JournalEntry, words: Words | None) -> dict[str, Any]:
    """A note as it is read in a report or among what is new."""
    goal = row.uppdragsmal
    area = row.livsomrade
    return {
        "kind": words.anteckningstyp(row.typ) if words else row.typ,
        "text": row.text,
        "happened": row.handelsetid,
        "written": row.registrerad,
        "late": row.sen,
        "by": row.forfattare_namn,
        "goal": f"{goal.nummer}. {goal.mal}" if goal else "",
        "area": words.livsomrade(area) if words and area else "",
        "corrects": row.rattar_id is not None,
    }


def day_of(day: Day, words: Words | None) -> dict[str, Any]:
    """The support of the day from the plan in force, and why it rests where it does."""
    pause = day.pause
    acts = [] if day.plan is None else sorted(day.plan.aktiviteter.all(), key=_number)
    return {
        "plan": day.plan,
        "acts": acts,
        "pause": pause.fran if pause else None,
        "resting": resting(pause.insatser, words) if pause else "",
        "back": pause.vantas_ater if pause else None,
    }


def resting(insatser: Iterable[str], words: Words | None) -> str:
    """The names of the insatser that rest; empty where all do."""
    return ", ".join(words.insats(code) if words else code for code in insatser)


def _number(act: Any) -> int:
    return int(act.nummer)
