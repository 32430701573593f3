"""A filled form as people read it: the form's own labels and the answers in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.timezone import localtime

from cases.user_names import user_name
from engine.bundle import Bundle, NotInBundleError
from engine.forms import Form
from engine.variables import unpack
from records.contact_data import without_contact
from records.models import Dokument, Skydd
from records.papers.kinds import HandlingUnderlag, Uppgift
from records.queries.paper_sources import Ask, Found, cited, named, source
from records.queries.papers import person_of

WORDS: Final = ("registerord", "ord")


@source("handling")
def filled_form(ask: Ask) -> Found | None:
    """One stored form of a case."""
    rows = Dokument.objects.filter(ask.seen, pk=ask.ref, arende_id=ask.arende)
    row = rows.select_related("skapad_av", "unit", "organisation").first()
    if row is None:
        return None
    person = person_of(ask.arende, ask.seen)
    form = _form(ask.bundle, row.form_id)
    protected = person is not None and person.skydd != Skydd.INGEN
    return Found(
        underlag=HandlingUnderlag(
            formular=form.title if form else word(ask.bundle, row.form_id),
            skapad=row.skapad,
            skapad_av=user_name(row.skapad_av),
            lagrum=tuple(cited(ask.bundle, ref) for ref in form.lagrum) if form else (),
            uppgifter=tuple(answered(ask.bundle, row, protected=protected)),
        ),
        moment=row.skapad,
        organisation=row.organisation.name,
        enhet=row.unit.name,
        person=person,
        law_version=row.law_version,
    )


def answered(bundle: Bundle, row: Dokument, *, protected: bool) -> Iterator[Uppgift]:
    """The answers of a form, each under its label, in the order of the form.

    Without address for the protected (P-1).
    """
    answers = unpack(row.answers)
    words = _words(bundle, row.form_id)
    kept = without_contact(answers) if protected else answers
    order = {key: place for place, key in enumerate(words.labels)}  # the database keeps none
    for key, value in sorted(kept.items(), key=lambda pair: order.get(pair[0], len(order))):
        text = words.said(key, value)
        if text:
            yield Uppgift(namn=words.label(key), varde=text)


@dataclass(frozen=True, slots=True)
class _Words:
    """What a form calls its fields and choices."""

    bundle: Bundle
    labels: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]]

    def label(self, key: str) -> str:
        return self.labels.get(key) or word(self.bundle, key)

    def said(self, key: str, value: object) -> str:
        """A value in words: choices by their labels, one row of a list on each line."""
        match value:
            case str():
                return self.choices.get(key, {}).get(value, value)
            case Mapping():
                parts = ((self.label(name), self.said(name, item)) for name, item in value.items())
                return "; ".join(f"{name}: {text}" for name, text in parts if text)
            case list() | tuple():
                between = "\n" if any(isinstance(item, Mapping) for item in value) else ", "
                return between.join(text for item in value if (text := self.said(key, item)))
            case _:
                return plain(value)


def plain(value: object) -> str:
    """A value as a person reads it; empty where there is nothing to read."""
    match value:
        case bool():
            return "ja" if value else "nej"
        case datetime():
            return localtime(value).strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case Mapping():
            parts = ((key, plain(item)) for key, item in value.items())
            return "; ".join(f"{key}: {text}" for key, text in parts if text)
        case list() | tuple():
            return ", ".join(text for item in value if (text := plain(item)))
        case None | bytes() | memoryview():
            return ""
        case _:
            return str(value)


def _words(bundle: Bundle, form_id: str) -> _Words:
    form = _form(bundle, form_id)
    fields = [field for field in form.walk() if field.key] if form else []
    return _Words(
        bundle,
        {field.key: field.label for field in fields if field.label},
        {
            field.key: {str(choice.value): choice.label for choice in field.options}
            for field in fields
            if field.options
        },
    )


def _form(bundle: Bundle, form_id: str) -> Form | None:
    try:
        return bundle.form(form_id)
    except NotInBundleError:
        return None


def word(bundle: Bundle, name: str) -> str:
    """The Swedish word for a field or table; its own name with blanks where there is none."""
    found = named(bundle, *WORDS, name)
    return found if found != name else name.replace("_", " ").capitalize()
