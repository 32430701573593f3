"""Choices for consents, disclosures and corrections: by number and day, never by a typed id."""

from uuid import UUID

from cases.form_sources import FormPlace, form_source
from cases.models import Organisation
from records.answers import local_date
from records.consent import consent_ref, consents, parts_in_force
from records.models import Beslut, Journal, JournalEntry, JournalKind, SamtyckeDel
from records.terms import anteckningstyper, terms

Choice = dict[str, str]
EXCERPT = 60


@form_source("samtycken_att_aterkalla")
def to_withdraw(place: FormPlace) -> list[Choice]:
    """Every consent with a part in force, whole and part by part (R-154)."""
    found: list[Choice] = []
    last = ""
    for number, part in _in_force(place):
        if number != last:
            found.append(_choice(number, f"{number}. Hela samtycket ({part.samtycke})"))
        last = number
        found.append(_choice(f"{number}.{part.nummer}", _label(number, part)))
    return found


@form_source("gallande_samtycken")
def in_force(place: FormPlace) -> list[Choice]:
    """The parts that hold today: to whom, why, until when (R-152)."""
    return [
        _choice(f"{number}.{part.nummer}", _label(number, part))
        for number, part in _in_force(place)
    ]


@form_source("mottagarslag")
def recipient_kinds(place: FormPlace) -> list[Choice]:
    """Kinds of recipients, out of terms/samtyckesmottagare.toml."""
    return _terms(place, "samtyckesmottagare", "samtyckesmottagare")


@form_source("uppgiftskategorier")
def categories(place: FormPlace) -> list[Choice]:
    """Categories of data, out of terms/uppgiftskategorier.toml."""
    return _terms(place, "uppgiftskategorier", "uppgiftskategori")


@form_source("journalens_anteckningar")
def notes(place: FormPlace) -> list[Choice]:
    """The notes of the unit's own journal, newest first; sealed ones are not offered."""
    return [_note(place, row) for row in _own_notes(place)]


@form_source("skrivna_anteckningar")
def written_notes(place: FormPlace) -> list[Choice]:
    """As ``journalens_anteckningar``, those that a person wrote: what can stand in a wrong akt."""
    rows = _own_notes(place)
    kept = ("slutanteckning", "avslutsorsak")
    return [_note(place, row) for row in rows if not row.automatisk and row.typ not in kept]


@form_source("arendets_beslut")
def decisions(place: FormPlace) -> list[Choice]:
    """The decisions of the ärende, newest first."""
    if place.arende_id is None:
        return []
    rows = Beslut.objects.filter(arende_id=place.arende_id, organisation_id=place.organisation)
    return [
        _choice(row.pk, f"Beslut {row.beslutsdatum}")
        for row in rows.order_by("-beslutsdatum", "-registrerad")
    ]


def _in_force(place: FormPlace) -> list[tuple[str, SamtyckeDel]]:
    if place.arende_id is None:
        return []
    held = consents(place.arende_id, place.unit)
    numbers: dict[UUID, str] = {row.pk: consent_ref(n) for n, row in enumerate(held, start=1)}
    rows = parts_in_force(place.arende_id, local_date(place.now))
    return [
        (numbers[part.samtycke_id], part)
        for part in rows.order_by("samtycke__registrerad", "samtycke_id", "nummer")
        if part.samtycke_id in numbers
    ]


def _label(number: str, part: SamtyckeDel) -> str:
    until = part.samtycke.galler_till
    return f"{number}.{part.nummer} {part.mottagare}: {part.syfte} (t.o.m. {until})"


def _own_notes(place: FormPlace) -> list[JournalEntry]:
    if place.arende_id is None:
        return []
    journals = Journal.objects.filter(arende_id=place.arende_id, unit_id=place.unit)
    holder = Organisation.objects.get(pk=place.organisation)
    if holder.kind == Organisation.Kind.MYNDIGHET:
        journals = journals.filter(kind=JournalKind.MYNDIGHET)
    journal = journals.order_by("akt__status", "-oppnad").first()
    rows = JournalEntry.objects.filter(journal=journal, forseglad=None)
    return list(rows.order_by("-registrerad", "pk"))


def _note(place: FormPlace, row: JournalEntry) -> Choice:
    kinds = anteckningstyper(place.bundle)
    kind = kinds[row.typ].namn if row.typ in kinds else row.typ
    start = row.text if len(row.text) <= EXCERPT else f"{row.text[:EXCERPT]}…"
    return _choice(row.pk, f"{local_date(row.registrerad)} {kind}: {start}")


def _terms(place: FormPlace, file: str, table: str) -> list[Choice]:
    return [_choice(code, term.namn) for code, term in terms(place.bundle, file, table).items()]


def _choice(value: object, label: str) -> Choice:
    return {"value": str(value), "label": label}
