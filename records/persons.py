"""Finding or making the holder's own row of a person, and whether she is dead (K-2, K-7, K-15)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from records.errors import PersonProtectedError, RecordNotFoundError
from records.identity import birth_date
from records.models import Akt, Arende, Person, Skydd
from records.writing import Holder

SWEDISH = str.maketrans("åäö", "{|}")
ADDRESS = ("adress", "postnummer", "postort", "telefon")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonData:
    """What one holder tells another about a person, or a form about a new one."""

    personnummer: str | None
    utan_id_skal: str
    fornamn: str
    efternamn: str
    fodelsedatum: str | None
    adress: str = ""
    postnummer: str = ""
    postort: str = ""
    telefon: str = ""
    skydd: str = Skydd.INGEN
    tolk_sprak: str = ""

    @classmethod
    def copy_of(cls, person: Person) -> Self:
        """The copy that travels; of a protected person never address or telephone (§5.2 P-1).

        Her name follows in a message of its own (P-3).
        """
        hidden = person.skydd != Skydd.INGEN
        born = person.fodelsedatum
        return cls(
            personnummer=person.personnummer,
            utan_id_skal=person.utan_id_skal,
            fornamn="" if hidden else person.fornamn,
            efternamn="" if hidden else person.efternamn,
            fodelsedatum=born.isoformat() if born else None,
            skydd=person.skydd,
            tolk_sprak=person.tolk_sprak,
            **({} if hidden else {name: getattr(person, name) for name in ADDRESS}),
        )

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``as_json`` wrote."""
        return cls(**data)

    def as_json(self) -> dict[str, Any]:
        """As stored in the uppdrag."""
        return asdict(self)


def person_held(stamp: Holder, data: PersonData, now: datetime) -> Person:
    """The unit's row of the person, made if needed; newer name and address win.

    Two at the same time end with one row: the second waits for the first and finds it.

    Raises:
        PersonProtectedError: The unit holds her at a protection level the actor may not see.
    """
    values = _columns(data)
    if data.personnummer is None:
        return Person.objects.create(**stamp, **values, utan_id_skal=data.utan_id_skal, skapad=now)
    row = Person(**stamp, **values, personnummer=data.personnummer, skapad=now)
    Person.objects.bulk_create([row], ignore_conflicts=True)
    held = Person.objects.filter(unit_id=stamp["unit_id"], personnummer=data.personnummer)
    person = held.select_for_update().first()
    if person is None:
        raise PersonProtectedError
    return _renewed(person, values)


def person_of(arende_id: UUID, organisation: UUID, unit: UUID) -> Person:
    """The holder's row of the person that an ärende is about; the provider's by its akt.

    Raises:
        RecordNotFoundError: The holder has neither ärende nor akt.
    """
    arende = Arende.objects.filter(pk=arende_id, organisation_id=organisation)
    own = arende.select_related("person").first()
    if own is not None:
        return own.person
    akt = Akt.objects.filter(arende_id=arende_id, organisation_id=organisation, unit_id=unit)
    held = akt.select_related("person").order_by("-oppnad").first()
    if held is None:
        raise RecordNotFoundError("Person i ärende", arende_id)
    return held.person


def is_deceased(arende_id: UUID | None, organisation: UUID, unit: UUID) -> bool:
    """Whether the holder has the person as deceased; every sender asks in its own transaction."""
    if arende_id is None:
        return False
    try:
        return person_of(arende_id, organisation, unit).avliden_datum is not None
    except RecordNotFoundError:
        return False


def _columns(data: PersonData) -> dict[str, Any]:
    born = date.fromisoformat(data.fodelsedatum) if data.fodelsedatum else None
    return {
        "fornamn": data.fornamn,
        "efternamn": data.efternamn,
        "sortnamn": sort_key(f"{data.efternamn} {data.fornamn}"),
        "fodelsedatum": birth_date(data.personnummer) or born,
        "adress": data.adress,
        "postnummer": data.postnummer,
        "postort": data.postort,
        "telefon": data.telefon,
        "skydd": data.skydd,
        "tolk_sprak": data.tolk_sprak,
    }


def sort_key(name: str) -> str:
    """Swedish order without ICU: å, ä, ö after z."""
    return name.strip().casefold().translate(SWEDISH)


def _renewed(person: Person, values: Mapping[str, Any]) -> Person:
    held = Skydd(person.skydd)
    # Only andra_skydd lowers a level, and what the vault has taken is not written here again.
    kept = {"skydd"} if Skydd(values["skydd"]).level < held.level else set()
    kept |= set(ADDRESS) if held.level else set()
    changed = [
        name
        for name, value in values.items()
        if value and name not in kept and getattr(person, name) != value
    ]
    for name in changed:
        setattr(person, name, values[name])
    if changed:
        person.save(update_fields=changed)
    return person
