"""Skiftet: who it is for, from when things are new, and how its rows are shown."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, ngettext

from cases.errors import NotPermittedError
from engine.bundle import Bundle
from records.errors import ConfigurationMissingError
from records.identity import mask
from records.models import Akt, JournalEntry
from records.plan_days import split
from records.queries import shift_new as kinds
from records.queries.shift import Followed
from records.queries.shift_day import Day
from records.queries.shift_new import Look
from records.shift import shift_start
from web.door import Visit
from web.menu import SHIFT_ROLES
from web.weekdays import days_said, times_said
from web.words import Words

ONE_DAY = timedelta(days=1)
SAID: Mapping[str, Callable[[int], str]] = {
    kinds.NOTES: lambda n: ngettext("%(count)d anteckning", "%(count)d anteckningar", n),
    kinds.PLAN: lambda n: ngettext("%(count)d ny plan", "%(count)d nya planer", n),
    kinds.FOLLOW_UP: lambda n: ngettext("%(count)d uppföljning", "%(count)d uppföljningar", n),
    kinds.DEVIATION: lambda n: ngettext("%(count)d avvikelse", "%(count)d avvikelser", n),
    kinds.COMPLAINT: lambda n: ngettext(
        "%(count)d klagomål eller synpunkt", "%(count)d klagomål och synpunkter", n
    ),
    kinds.PROTECTION: lambda _: gettext("skyddade personuppgifter"),
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


def news_of(new: Mapping[str, Sequence[Any]], words: Words | None) -> dict[str, Any]:
    """What is new about somebody, as it is read on her card and on the list."""
    return {
        "notes": [note_of(row, words) for row in new.get(kinds.NOTES, ())],
        "plans": new.get(kinds.PLAN, ()),
        "follow_ups": new.get(kinds.FOLLOW_UP, ()),
        "deviations": new.get(kinds.DEVIATION, ()),
        "complaints": new.get(kinds.COMPLAINT, ()),
    }


def day_of(day: Day, words: Words | None, today: date) -> dict[str, Any]:
    """The support of a day from the plan in force, and why it rests where it does.

    Args:
        day: The plan and the pause of one akt.
        words: Of the edition in force.
        today: The day, in Stockholm.
    """
    pause = day.pause
    acts = split([] if day.plan is None else day.plan.aktiviteter.all(), today)
    return {
        "plan": day.plan,
        "today": [
            {"act": one.act, "when": times_said(one.act), "last_night": one.last_night}
            for one in acts.today
        ],
        "other": [{"act": act, "when": days_said(act)} for act in acts.other],
        "undated": [{"act": act, "when": times_said(act)} for act in acts.undated],
        "dated": bool(acts.today or acts.other),
        "pause": pause.fran if pause else None,
        "resting": resting(pause.insatser, words) if pause else "",
        "back": pause.vantas_ater if pause else None,
    }


def resting(insatser: Iterable[str], words: Words | None) -> str:
    """The names of the insatser that rest; empty where all do."""
    return ", ".join(words.insats(code) if words else code for code in insatser)
