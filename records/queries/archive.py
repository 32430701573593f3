"""An akt or a personakt as the archive package wants it: every document with PDF/A and content.

Call inside ``access_context``, as a capability does. Row-level security and the holder's own
organisation bound what is read; a protected person's address is left out everywhere (P-1).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from cases.user_names import user_name
from engine.bundle import Bundle
from records.contact_data import without_contact
from records.errors import ConfigurationMissingError, RecordNotFoundError
from records.export import (
    Agent,
    AktData,
    ArkivPerson,
    Gallring,
    Handelse,
    Handling,
    Profile,
    Restriktion,
)
from records.models import (
    Akt,
    Arende,
    Beslut,
    Dokument,
    Journal,
    JournalEntry,
    Person,
    PlanVersion,
    Skydd,
)
from records.queries.paper_messages import PAPER, threads
from records.queries.paper_reading import everything_of, kept_paper, make_paper
from records.queries.paper_sources import Ask, cited, named

FINAL = "slutanteckning"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One handling to make: which paper, about which record, under which heading."""

    paper: str
    ref: UUID
    titel: str
    lagrum: tuple[str, ...] = ()


def akt_data(akt: Akt, *, bundle: Bundle, profile: Profile, now: datetime) -> AktData:
    """The genomförandeakt of a provider, with everything in it.

    Args:
        akt: The akt; its retention is its own (R-183, K-10).
        bundle: The edition whose papers and words are used.
        profile: Says which secrecy binds which kind of holder.
        now: The moment, aware.

    Raises:
        ConfigurationMissingError: The edition lacks a paper, the profile a secrecy.
        RecordNotFoundError: A handling is out of sight: nothing is archived in part.
    """
    seen, shared = everything_of(akt.organisation_id, akt.unit_id)
    ask = Ask(ref=akt.pk, arende=akt.arende_id, seen=seen, shared=shared, bundle=bundle, now=now)
    final = akt.slutanteckning
    return AktData(
        id=akt.pk,
        typ="genomforandeakt",
        nummer=akt.uppdrag.nummer,
        arende=akt.arende_id,
        arendenummer=akt.uppdrag.nummer,
        titel=f"Genomförandeakt {akt.uppdrag.nummer}",
        oppnad=akt.oppnad,
        avslutad=akt.stangd,
        sista_anteckning=akt.sista_anteckning,
        avslutsorsak=""
        if final is None
        else named(bundle, "avslutsorsaker", "avslutsorsak", final.orsak),
        person=_person(akt.person),
        arkivbildare=Agent(namn=akt.organisation.name, enhet=akt.unit.name),
        ansvarig=_responsible(akt),
        restriktioner=_secrecy(bundle, profile, akt.organisation.driftsform),
        gallring=Gallring.model_validate(
            {"utfall": akt.gallring_utfall or "jurist", "datum": akt.gallringsdatum}
        ),
        handlingar=tuple(_made(ask, _akt_parts(akt, ask), akt.person)),
        handelser=tuple(_akt_events(akt)),
    )


def personakt_data(
    arende: Arende, *, bundle: Bundle, profile: Profile, gallring: Gallring, now: datetime
) -> AktData:
    """Myndighetens personakt of one ärende, with everything in it.

    Args:
        arende: The ärende.
        bundle: The edition whose papers and words are used.
        profile: Says which secrecy binds which kind of holder.
        gallring: What was decided about it; the ärende holds no retention of its own.
        now: The moment, aware.

    Raises:
        ConfigurationMissingError, RecordNotFoundError: As ``akt_data``.
    """
    seen, shared = everything_of(arende.organisation_id, arende.unit_id)
    ask = Ask(ref=arende.pk, arende=arende.pk, seen=seen, shared=shared, bundle=bundle, now=now)
    return AktData(
        id=arende.pk,
        typ="personakt",
        nummer=arende.nummer,
        arende=arende.pk,
        arendenummer=arende.nummer,
        titel=f"Personakt {arende.nummer}",
        oppnad=arende.oppnad,
        avslutad=arende.avslutad,
        person=_person(arende.person),
        arkivbildare=Agent(namn=arende.organisation.name, enhet=arende.unit.name),
        restriktioner=_secrecy(bundle, profile, arende.organisation.driftsform),
        gallring=gallring,
        handlingar=tuple(_made(ask, _arende_parts(arende, ask), arende.person)),
        handelser=tuple(
            _event(arende.pk, kind, at, user)
            for kind, at, user in (
                ("created", arende.oppnad, arende.oppnad_av),
                ("closed", arende.avslutad, arende.avslutad_av),
            )
            if at is not None
        ),
    )


def _akt_parts(akt: Akt, ask: Ask) -> Iterator[_Part]:
    seen = ask.seen
    yield _Part(paper="uppdrag", ref=akt.uppdrag_id, titel=f"Uppdrag {akt.uppdrag.nummer}")
    plans = PlanVersion.objects.filter(seen, plan__akt_id=akt.pk, forkastad=None)
    for plan in plans.order_by("nummer"):
        yield _Part(
            paper="genomforandeplan",
            ref=plan.pk,
            titel=f"Genomförandeplan, version {plan.nummer}",
        )
    yield from _forms(Dokument.objects.filter(seen, arende_id=akt.arende_id))
    for note in JournalEntry.objects.filter(seen, journal__akt_id=akt.pk, typ=FINAL):
        yield _Part(paper="slutanteckning", ref=note.pk, titel="Slutanteckning")
    for journal in Journal.objects.filter(seen, akt_id=akt.pk):
        yield _Part(paper="journalutdrag", ref=journal.pk, titel="Verkställighetsjournal")
    yield from _messages(ask, akt.uppdrag_id)


def _arende_parts(arende: Arende, ask: Ask) -> Iterator[_Part]:
    seen = ask.seen
    yield from _forms(Dokument.objects.filter(seen, arende_id=arende.pk))
    decisions = Beslut.objects.filter(seen, arende_id=arende.pk).prefetch_related("delbeslut")
    for beslut in decisions.order_by("beslutsdatum", "registrerad"):
        cites = tuple(part.lagrum for part in beslut.delbeslut.all())
        yield _Part(
            paper="beslut", ref=beslut.pk, titel=f"Beslut {beslut.beslutsdatum}", lagrum=cites
        )
    for uppdrag in arende.uppdrag.filter(seen).order_by("skapad"):
        yield _Part(paper="uppdrag", ref=uppdrag.pk, titel=f"Uppdrag {uppdrag.nummer}")
    for journal in Journal.objects.filter(seen, arende_id=arende.pk, akt__isnull=True):
        yield _Part(paper="journalutdrag", ref=journal.pk, titel="Myndighetsjournal")
    yield from _messages(ask)


def _messages(ask: Ask, uppdrag: UUID | None = None) -> Iterator[_Part]:
    """What was written about each uppdrag, or about one."""
    for first in threads(ask):
        if uppdrag in (None, first.uppdrag_id):
            titel = f"Meddelanden om uppdrag {first.uppdrag.nummer}"
            yield _Part(paper=PAPER, ref=first.pk, titel=titel)


def _forms(rows: Iterable[Dokument]) -> Iterator[_Part]:
    for row in sorted(rows, key=lambda found: (found.skapad, found.pk)):
        yield _Part(paper="handling", ref=row.pk, titel=f"Handling: {row.form_id}")


def _made(ask: Ask, parts: Iterable[_Part], person: Person) -> Iterator[Handling]:
    protected = person.skydd != Skydd.INGEN
    for part in parts:
        yield _handling(ask, part, person, protected=protected)


def _handling(ask: Ask, part: _Part, person: Person, *, protected: bool) -> Handling:
    """One handling; its PDF is the one that was given, where one was kept."""
    own = Ask(
        ref=part.ref,
        arende=ask.arende,
        seen=ask.seen,
        shared=ask.shared,
        bundle=ask.bundle,
        now=ask.now,
    )
    made = make_paper(own, part.paper)
    if made is None:
        raise RecordNotFoundError(part.paper, part.ref)
    given = kept_paper(own, part.paper, person)
    content = made.found.underlag.model_dump()
    return Handling(
        id=part.ref,
        typ=part.paper,
        titel=part.titel,
        upprattad=made.found.moment,
        lagrum=tuple(cited(ask.bundle, ref).text for ref in part.lagrum),
        law_version=made.found.law_version,
        kopia=made.found.kopia,
        pdf=made.content if given is None else bytes(given.innehall),
        innehall=without_contact(content) if protected else content,
    )


def _akt_events(akt: Akt) -> Iterator[Handelse]:
    yield _event(akt.pk, "created", akt.oppnad, None)
    if akt.stangd is not None:
        yield _event(akt.pk, "closed", akt.stangd, akt.stangd_av)


def _event(ref: UUID, kind: str, at: datetime, user: object) -> Handelse:
    return Handelse.model_validate(
        {
            "id": uuid5(ref, kind),
            "typ": kind,
            "tid": at,
            "agent": user_name(user) or "Kedja",
            "detalj": {"created": "Akten öppnades", "closed": "Akten stängdes"}[kind],
        }
    )


def _person(person: Person) -> ArkivPerson:
    return ArkivPerson(
        namn=person.namn,
        personnummer=person.personnummer,
        fodelsedatum=person.fodelsedatum,
        utan_id_skal=person.utan_id_skal,
        skydd=person.skydd,
    )


def _responsible(akt: Akt) -> Agent | None:
    name = user_name(akt.utsedd_kontakt)
    return Agent(namn=name, roll="Utsedd kontakt", enhet=akt.unit.name) if name else None


def _secrecy(bundle: Bundle, profile: Profile, driftsform: str) -> tuple[Restriktion, ...]:
    ref = profile.sekretess.get(driftsform) or profile.sekretess.get("annan")
    if ref is None:
        raise ConfigurationMissingError(f"sekretess för {driftsform} i arkiv/profil_{profile.id}")
    found = cited(bundle, ref)
    return (Restriktion(lagrum=found.text, beskrivning=found.beskrivning),)
