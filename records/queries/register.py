"""The register extract: everything the product holds about one person, found by the models alone.

A table belongs to the extract when a chain of foreign keys leads from it to ``Person``, so a new
table is in it without a line here. What is left out: keys, ids and what only the machinery reads.
Secrecy towards the person herself (who told the authority, say) is a matter for the one who hands
it over: the extract is made for her to go through.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Field, ForeignKey, Model, Q

from cases.user_names import user_name
from engine.bundle import Bundle
from records.answers import local_date
from records.contact_data import CONTACT_FIELDS
from records.models import (
    Akt,
    Arende,
    Dokument,
    Meddelande,
    MeddelandeLasning,
    Owned,
    Person,
    Skydd,
)
from records.papers.kinds import Post, Registergrupp, RegisterUnderlag, Uppgift
from records.queries.paper_forms import WORDS, answered, plain, word
from records.queries.paper_sources import Ask, Found, cited, named, option, source

MACHINERY: Final = frozenset(
    {"id", "organisation", "unit", "secrecy", "sortnamn", "form_hash", "instance_id", "task_id"}
    | {"nyckel", "instans", "upphor_med", "klar_genom"}
)
WRITTEN_BY_BOTH: Final = frozenset({Meddelande, MeddelandeLasning})
_DEPTH: Final = 4
_LISTS: Final[Mapping[str, tuple[str, str]]] = {
    "insats": ("insatser", "insats"),
    "livsomrade": ("livsomraden", "livsomrade"),
    "orsak": ("avslutsorsaker", "avslutsorsak"),
    "typ": ("anteckningstyper", "anteckningstyp"),
}
_CHOSEN: Final[Mapping[str, str]] = {
    "dagar": "planera_med_den_enskilde",
    "tider": "planera_med_den_enskilde",
}
"""Lists of choices, and the form whose words they are in."""


@source("register")
def register(ask: Ask) -> Found | None:
    """Everything that the reader's units hold about the person of a case; ``ref`` is the case."""
    person = _person(ask)
    if person is None or ask.ref != ask.arende:
        return None
    protected = person.skydd != Skydd.INGEN
    return Found(
        underlag=RegisterUnderlag(
            begard=local_date(ask.now),
            grupper=tuple(_group(ask, model, person, protected=protected) for model in tables()),
        ),
        moment=ask.now,
        organisation=person.organisation.name,
        enhet=person.unit.name,
        person=person,
    )


def _person(ask: Ask) -> Person | None:
    rows = Person.objects.filter(ask.seen).select_related("organisation", "unit")
    own = Arende.objects.filter(ask.seen, pk=ask.arende).values("person_id")
    held = Akt.objects.filter(ask.seen, arende_id=ask.arende).values("person_id")
    return rows.filter(Q(pk__in=own) | Q(pk__in=held)).first()


@lru_cache(maxsize=1)
def tables() -> tuple[type[Owned], ...]:
    """Every table of the record with a way to a person, the person's own first."""
    found = [
        model
        for model in _models()
        if issubclass(model, Owned) and model is not Person and ways(model)
    ]
    return (Person, *sorted(found, key=lambda model: model.__name__))


@lru_cache(maxsize=128)
def ways(model: type[Model]) -> tuple[str, ...]:
    """The shortest way to ``Person`` by each foreign key of a table, as lookups."""
    if model is Person:
        return ("pk",)
    ways_out = (_way(key, ()) for key in _keys(model))
    return tuple(way for way in ways_out if way)


def _way(key: "ForeignKey[Any, Any]", seen: tuple[type[Model], ...]) -> str:
    target = key.related_model
    if target is Person:
        return key.name
    if not isinstance(target, type) or target in seen or len(seen) >= _DEPTH:
        return ""
    further = (_way(one, (*seen, target)) for one in _keys(target))
    shortest = min((way for way in further if way), key=len, default="")
    return f"{key.name}__{shortest}" if shortest else ""


@lru_cache(maxsize=1)
def _models() -> frozenset[type[Model]]:
    return frozenset(apps.get_app_config("records").get_models())


def _keys(model: type[Model]) -> Iterator["ForeignKey[Any, Any]"]:
    for field in model._meta.get_fields():  # noqa: SLF001 - Django documents it
        if isinstance(field, ForeignKey):
            target = field.related_model
            if target in _models():
                yield field


def _group(ask: Ask, model: type[Owned], person: Person, *, protected: bool) -> Registergrupp:
    mine = Q()
    for way in ways(model):
        mine |= Q(**{way: person.pk})
    seen = ask.seen
    if model in WRITTEN_BY_BOTH:
        # Held by myndigheten, written by both: the provider's extract holds it too.
        mine |= Q(uppdrag__akt__person=person.pk)
        seen = ask.shared
    rows = model.objects.filter(seen & mine).order_by("pk")  # type: ignore[attr-defined]
    heading = named(ask.bundle, *WORDS, model.__name__.lower())
    return Registergrupp(
        rubrik=heading if heading != model.__name__.lower() else model.__name__,
        poster=tuple(
            Post(
                rubrik=f"{number}",
                uppgifter=tuple(_values(ask.bundle, row, protected=protected)),
            )
            for number, row in enumerate(rows.iterator(chunk_size=500), start=1)
        ),
    )


def _values(bundle: Bundle, row: Owned, *, protected: bool) -> Iterator[Uppgift]:
    for field in row._meta.concrete_fields:  # noqa: SLF001 - Django documents it
        if field.name in MACHINERY or (protected and field.name in CONTACT_FIELDS):
            continue
        if isinstance(row, Dokument) and field.name == "answers":
            yield from answered(bundle, row, protected=protected)
            continue
        text = _text(bundle, row, field)
        if text:
            yield Uppgift(namn=word(bundle, field.name), varde=text)


def _text(bundle: Bundle, row: Owned, field: "Field[Any, Any]") -> str:
    if isinstance(field, ForeignKey):
        if field.related_model is get_user_model():
            return user_name(getattr(row, field.name))
        return ""
    value = getattr(row, field.attname)
    if field.choices and isinstance(value, str):
        return str(getattr(row, f"get_{field.name}_display")())
    if field.name == "lagrum" and value:
        return cited(bundle, value).text
    if field.name in _LISTS and value:
        return named(bundle, *_LISTS[field.name], value)
    if field.name in _CHOSEN and isinstance(value, list):
        return ", ".join(option(bundle, _CHOSEN[field.name], field.name, code) for code in value)
    return plain(value)
