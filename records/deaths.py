"""Everything that is held about one person, wherever it is held, when she dies (K-2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from records.models import (
    Akt,
    AktStatus,
    Arende,
    ArendeStatus,
    Dodsfall,
    Journal,
    JournalKind,
    Person,
    Uppdrag,
    UppdragStatus,
)

REGISTERED = "dodsfall_registrerat"
WAITING = (UppdragStatus.UTKAST, UppdragStatus.SKICKAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """Rows about one person, locked: her ärenden first, so that two who do this take turns."""

    persons: Sequence[Person]
    arenden: Sequence[Arende]
    journals: Sequence[Journal]
    waiting: Sequence[Uppdrag]


def holdings_of(person: Person) -> Holdings:
    """Lock and return everything held about a person by anybody.

    Her rows are those with her number; where she has none, those that her ärenden and their akter
    point at. Unanswered uppdrag are locked first and the ärenden next, as who accepts one does;
    the rest is read after that, so the new copy of the person is not missed.
    """
    _waiting(_cases_of(person))
    arenden = _arenden(person)
    persons = _persons(person, arenden)
    cases = [row.pk for row in arenden]
    open_cases = Q(kind=JournalKind.MYNDIGHET, arende__status=ArendeStatus.OPPET)
    open_akter = Q(kind=JournalKind.VERKSTALLIGHET, akt__status=AktStatus.OPPEN)
    journals = Journal.objects.filter(open_cases | open_akter, arende_id__in=cases)
    return Holdings(
        persons=persons,
        arenden=arenden,
        journals=list(journals.order_by("pk")),
        waiting=_waiting(cases),
    )


def unnoted(journals: Iterable[Journal], persons: Sequence[Person]) -> list[Journal]:
    """The journals that have no note of the registration that stands."""
    stands = Dodsfall.objects.filter(person__in=persons, aterford=None)
    since = stands.order_by("registrerad").values_list("registrerad", flat=True).first()
    if since is None:
        return list(journals)
    return [journal for journal in journals if not _noted(journal, since)]


def noted(journals: Iterable[Journal], person_ids: Iterable[UUID]) -> list[Journal]:
    """The journals that tell of the registration that stands, and so must tell of its reversal."""
    stands = Dodsfall.objects.filter(person_id__in=list(person_ids), aterford=None)
    since = stands.order_by("registrerad").values_list("registrerad", flat=True).first()
    return [journal for journal in journals if since and _noted(journal, since)]


def journals_of(arenden: Iterable[Arende]) -> list[Journal]:
    """Every journal of some ärenden, also closed ones."""
    rows = Journal.objects.filter(arende_id__in=[row.pk for row in arenden])
    return list(rows.order_by("pk"))


def _noted(journal: Journal, since: object) -> bool:
    return journal.anteckningar.filter(typ=REGISTERED, registrerad__gte=since).exists()


def _same(person: Person) -> Q:
    if person.personnummer is not None:
        return Q(personnummer=person.personnummer)
    return Q(pk=person.pk)


def _waiting(cases: Iterable[UUID]) -> list[Uppdrag]:
    rows = Uppdrag.objects.select_for_update()
    return list(rows.filter(arende_id__in=list(cases), status__in=WAITING).order_by("pk"))


def _cases_of(person: Person) -> list[UUID]:
    of_akter = Akt.objects.filter(person_id__in=Person.objects.filter(_same(person)).values("pk"))
    persons = Person.objects.filter(_same(person))
    found = Q(person__in=persons.values("pk")) | Q(pk__in=of_akter.values("arende_id"))
    return list(Arende.objects.filter(found).values_list("pk", flat=True))


def _arenden(person: Person) -> list[Arende]:
    rows = Arende.objects.select_for_update()
    return list(rows.filter(pk__in=_cases_of(person)).order_by("pk"))


def _persons(person: Person, arenden: Sequence[Arende]) -> list[Person]:
    cases = [row.pk for row in arenden]
    held = Q(akter__arende_id__in=cases) | Q(arenden__in=cases)
    rows = Person.objects.filter(_same(person) | held)
    # One person: an ärende without a number must not draw in somebody else's rows.
    same = [row.pk for row in rows.distinct() if row.personnummer == person.personnummer]
    return list(Person.objects.select_for_update().filter(pk__in=same).order_by("pk"))
