"""Choices that forms offer out of the journal: kinds of notes, notes to correct, what it lacks."""

from datetime import date
from textwrap import shorten

from cases.form_sources import FormPlace, form_source
from cases.models import Organisation
from records.answers import local_date
from records.capabilities.plan import current_version
from records.capabilities.plan_uppfoljning import earliest_review
from records.form_sources.places import Choice, choice, own_akt
from records.journal_rules import gaps
from records.models import JournalEntry
from records.note_kinds import note_kinds

OFFERED = 50
"""Notes to choose among; older ones are corrected where they are read."""
SHOWN = 60


@form_source("journalen_saknar")
def lacks(place: FormPlace) -> list[str]:
    """Requirements that the journal of the review period does not meet (R-126, R-127)."""
    akt = own_akt(place)
    return list(gaps(place.bundle, akt, current_version(akt)).lacks) if akt else []


@form_source("mal_utan_anteckning")
def goals_without_note(place: FormPlace) -> list[str]:
    """Goals of the plan that no note of the review period is tied to (R-131)."""
    akt = own_akt(place)
    found = gaps(place.bundle, akt, current_version(akt)).idle_goals if akt else ()
    return [str(number) for number in found]


@form_source("uppfoljning_tidigast")
def first_day_of_review(place: FormPlace) -> date | None:
    """Before this day no follow-up of the plan can have been made."""
    akt = own_akt(place)
    return earliest_review(akt) if akt else None


@form_source("anteckningstyper_att_valja")
def kinds_of_notes(place: FormPlace) -> list[Choice]:
    """The kinds of notes that people of the unit's side write (R-072), and a correction."""
    side = Organisation.objects.values_list("kind", flat=True).get(pk=place.organisation)
    return [
        choice(kind.id, kind.namn)
        for kind in note_kinds(place.bundle).values()
        if kind.written_by(side) and kind.chosen_by_people
    ]


@form_source("anteckningar_att_ratta")
def notes_to_correct(place: FormPlace) -> list[Choice]:
    """The newest notes of the unit's own journal, to point at in a correction (R-073)."""
    if place.arende_id is None:
        return []
    rows = JournalEntry.objects.filter(
        journal__arende_id=place.arende_id, journal__unit_id=place.unit
    )
    kinds = note_kinds(place.bundle)
    return [
        choice(
            row.pk,
            f"{local_date(row.handelsetid)} {kinds[row.typ].namn if row.typ in kinds else row.typ}"
            f" ({row.forfattare_namn}): {shorten(row.text, SHOWN, placeholder=' …')}",
        )
        for row in rows.order_by("-registrerad")[:OFFERED]
    ]
