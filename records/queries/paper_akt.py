"""Papers of the provider's akt: plan, slutanteckning, journal."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

from cases.user_names import user_name
from engine.bundle import Bundle
from records.answers import local_date
from records.models import (
    Akt,
    Journal,
    JournalEntry,
    JournalKind,
    Owned,
    PlanAktivitet,
    PlanVersion,
    Uppfoljning,
)
from records.models import PlanMal as GoalRow
from records.papers.kinds import (
    Aktivitet,
    Anteckning,
    Deltagare,
    JournalUnderlag,
    PlanMal,
    PlanUnderlag,
    SlutanteckningUnderlag,
)
from records.papers.letter import Plain
from records.plan_days import WEEKDAYS
from records.queries.paper_sources import (
    Ask,
    Found,
    named,
    option,
    signature,
    source,
)

FINAL = "slutanteckning"
EVERY_DAY = "Varje dag"
Words = Callable[[str, str], str]
"""A field's key and the choice made there to what stood beside the choice."""


@source("plan")
def plan(ask: Ask) -> Found | None:
    """One version of the genomförandeplan, with its goals and activities."""
    rows = PlanVersion.objects.filter(ask.seen, pk=ask.ref, plan__akt__arende_id=ask.arende)
    row = rows.select_related(
        "plan__akt__person", "plan__akt__uppdrag", "plan__akt__utsedd_kontakt", "faststalld_av",
        "unit", "organisation", "dokument",
    ).first()  # fmt: skip
    if row is None:
        return None
    akt = row.plan.akt
    words = partial(option, ask.bundle, _form(row))
    signed = row.faststalld_datum is not None
    underlag = PlanUnderlag(
        version=row.nummer,
        utkast=not signed,
        faststalld=row.faststalld_datum,
        delaktig=row.delaktig,
        delaktighet=row.delaktighet_satt if row.delaktig else row.ej_delaktig_orsak,
        onskemal=row.onskemal,
        synpunkter=row.synpunkter,
        referenser=row.referenser,
        hanvisningar=tuple(_references(words, row)),
        samverkan=_cooperation(row),
        intervall=row.uppfoljning_intervall,
        deltagare=_participants(words, row),
        mal=tuple(
            _goal(words, goal) for goal in row.mal.select_related("uppdragsmal").order_by("nummer")
        ),
        kontakt=user_name(akt.utsedd_kontakt),
        faststalld_av=signature(
            ask.bundle, row.faststalld_av, enhet=row.unit.name, day=row.faststalld_datum
        )
        if signed
        else None,
    )
    return _of_akt(akt, row, underlag, row.faststalld or row.skapad, row.law_version)


def _form(row: PlanVersion) -> str:
    """Where the plan's choices were made: a follow-up only copies them (R-110)."""
    copied = Uppfoljning.objects.filter(akt__plan=row.plan_id).values("dokument")
    drawn = PlanVersion.objects.filter(plan=row.plan_id, nummer__lte=row.nummer)
    found = drawn.exclude(dokument__in=copied).order_by("-nummer").select_related("dokument")
    return next((one.dokument.form_id for one in found[:1]), row.dokument.form_id)


def _participants(words: Words, row: PlanVersion) -> tuple[Deltagare, ...]:
    return tuple(
        Deltagare(
            namn=one.namn,
            roll=words("roll", one.roll),
            behorighet=". ".join(
                part
                for part in (words("behorighet", one.behorighet), one.behorighet_underlag)
                if part
            ),
        )
        for one in row.deltagare.order_by("namn")
    )


def _references(words: Words, row: PlanVersion) -> Iterator[str]:
    """What is referred to and not copied (R-101)."""
    for one in row.referens.order_by("nummer"):
        yield f"{words('typ', one.typ)}: {one.hanvisning}"


def _cooperation(row: PlanVersion) -> str:
    """With whom and about what, and the SIP or contact (R-107)."""
    if not row.samverkansbehov:
        return ""
    return "\n".join(part for part in (row.samverkan, row.samverkan_kontakt) if part)


def _goal(words: Words, row: GoalRow) -> PlanMal:
    return PlanMal(
        nummer=row.nummer,
        behov=row.behov,
        mal=row.mal,
        insatsmal=row.uppdragsmal.mal,
        eget_mal=row.eget_mal,
        aktiviteter=tuple(
            Aktivitet(
                nummer=one.nummer,
                vad=one.vad,
                hur=one.hur,
                nar=one.nar,
                vem=one.vem,
                dagar=_days(words, one),
                form=words("stodform", one.stodform),
                aktivitetsmal=one.aktivitetsmal,
                egenvard=one.egenvard_underlag,
            )
            for one in row.aktiviteter.order_by("nummer")
        ),
    )


def _days(words: Words, row: PlanAktivitet) -> str:
    """On which days and when in the day, as the form of the plan names them."""
    days = [words("dagar", code) for code in row.dagar]
    times = [words("tider", code) for code in row.tider]
    every = EVERY_DAY if len(days) == len(WEEKDAYS) else ", ".join(days)
    return " – ".join(part for part in (every, ", ".join(times)) if part)


@source("slutanteckning")
def final_note(ask: Ask) -> Found | None:
    """The final note of an akt."""
    rows = JournalEntry.objects.filter(
        ask.seen, pk=ask.ref, typ=FINAL, journal__arende_id=ask.arende
    )
    row = rows.select_related(
        "journal__akt__person", "journal__akt__uppdrag", "signerad_av", "unit", "organisation"
    ).first()
    akt = None if row is None else row.journal.akt
    if row is None or akt is None:
        return None
    signed = None
    if row.signerad is not None:
        day = local_date(row.signerad)
        signed = signature(ask.bundle, row.signerad_av, enhet=row.unit.name, day=day)
    underlag = SlutanteckningUnderlag(
        uppdrag=akt.uppdrag.nummer,
        enhet=row.unit.name,
        orsak=named(ask.bundle, "avslutsorsaker", "avslutsorsak", row.orsak),
        text=row.text,
        handelsetid=row.handelsetid,
        registrerad=row.registrerad,
        signerad_av=signed,
    )
    return _of_akt(akt, row, underlag, row.registrerad, row.law_version)


@source("journal")
def journal(ask: Ask) -> Found | None:
    """Every note of one journal, oldest first, numbered so that a correction can be followed."""
    rows = Journal.objects.filter(ask.seen, pk=ask.ref, arende_id=ask.arende)
    row = rows.select_related("person", "akt__uppdrag", "unit", "organisation").first()
    if row is None:
        return None
    notes = list(
        row.anteckningar.filter(ask.seen)
        .select_related("utford_av", "uppdragsmal")
        .order_by("registrerad", "id")
    )
    mine = row.kind == JournalKind.MYNDIGHET
    return Found(
        underlag=JournalUnderlag(
            journal=row.get_kind_display(),
            enhet=row.unit.name,
            fran=local_date(notes[0].registrerad) if notes else None,
            till=local_date(notes[-1].registrerad) if notes else None,
            anteckningar=_notes(ask.bundle, notes),
        ),
        moment=notes[-1].registrerad if notes else row.oppnad,
        organisation=row.organisation.name,
        enhet=row.unit.name,
        person=row.person,
        arendenummer=row.arende.nummer if mine else row.akt.uppdrag.nummer if row.akt else "",
        akt=row.akt_id,
    )


def _notes(bundle: Bundle, rows: Sequence[JournalEntry]) -> tuple[Anteckning, ...]:
    numbers = {row.pk: number for number, row in enumerate(rows, start=1)}
    return tuple(
        Anteckning(
            nummer=number,
            typ=named(bundle, "anteckningstyper", "anteckningstyp", row.typ),
            handelsetid=row.handelsetid,
            registrerad=row.registrerad,
            text=row.text,
            forfattare=row.forfattare_namn,
            utford_av=user_name(row.utford_av),
            signerad=row.signerad is not None,
            rattar=numbers.get(row.rattar_id) if row.rattar_id else None,
            livsomrade=named(bundle, "livsomraden", "livsomrade", row.livsomrade),
            mal="" if row.uppdragsmal is None else row.uppdragsmal.mal,
        )
        for number, row in enumerate(rows, start=1)
    )


def _of_akt(akt: Akt, row: Owned, underlag: Plain, moment: datetime, law_version: str) -> Found:
    return Found(
        underlag=underlag,
        moment=moment,
        organisation=row.organisation.name,
        enhet=row.unit.name,
        person=akt.person,
        arendenummer=akt.uppdrag.nummer,
        law_version=law_version,
        akt=akt.pk,
    )
