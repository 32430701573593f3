"""``samtycke.*``: a consent as it was given, part by part, and its withdrawal (R-150…R-159)."""

import tomllib
from datetime import date
from functools import lru_cache
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from engine.bundle import Bundle
from records.answers import Answers, local_date, needed_document
from records.capabilities.shapes import DocumentInput, Inputs, Outputs
from records.consent import by_ref, parts_in_force
from records.errors import RecordNotFoundError, database_rules
from records.models import (
    Dokument,
    Samtycke,
    SamtyckeAterkallelse,
    SamtyckeDel,
    Utlamnande,
    UtlamnandeStatus,
)
from records.subject import Subject, subject_of
from records.terms import Term, law_version, terms
from records.writing import Note, holder, write_note

CATEGORIES = "terms/uppgiftskategorier.toml"
REPRESENTATIVE = "stallforetradare"


class ConsentInput(Inputs):
    """The form with the consent, and the consent that it replaces."""

    dokument: str
    ersatter: str | None = None


class ConsentOutput(Outputs):
    """The consent, and the days between which it holds."""

    samtycke: UUID
    lamnat_datum: date
    galler_till: date


class WithdrawalOutput(Outputs):
    """What was withdrawn, the whole or a part, and how many disclosures it stopped."""

    samtycke: UUID
    hela: bool
    stoppade: int


class StandingInput(Inputs):
    """One consent."""

    samtycke: str


class StandingOutput(Outputs):
    """Whether any part of it holds today."""

    galler: bool


@capability("samtycke.spara", input=ConsentInput, output=ConsentOutput)
def keep_consent(context: CapabilityContext, data: ConsentInput) -> ConsentOutput:
    """Keep a consent with its recipients, purposes and categories, and note it in the journal.

    Raises:
        AnswersInvalidError: No end, no part, a part without recipient, purpose or categories, a
            representative without authority, or monitoring without the cohabitants' consent.
    """
    found, answers = needed_document(context, data.dokument)
    subject = subject_of(context)
    parts = answers.rows("delar")
    rows = [_part(context.bundle, row, number) for number, row in enumerate(parts, start=1)]
    consent = _consent(context, answers, found, subject, data.ersatter)
    if not rows:
        answers.refuse("delar", "consent_without_recipient", "Ange minst en mottagare.")
    _cohabitants(context.bundle, answers, rows)
    answers.check(parts)
    with database_rules(consent.pk):
        consent.save(force_insert=True)
        for row in rows:
            row.samtycke, row.organisation_id = consent, consent.organisation_id
            row.unit_id, row.secrecy = consent.unit_id, consent.secrecy
            row.save(force_insert=True)
    _note(context, subject, "samtycke_lamnat", _given_text(context.bundle, consent, rows), found)
    context.record("samtycke", samtycke=consent.pk)
    return ConsentOutput(
        samtycke=consent.pk, lamnat_datum=consent.lamnat_datum, galler_till=consent.galler_till
    )


@capability("samtycke.aterkalla", input=DocumentInput, output=WithdrawalOutput)
def withdraw(context: CapabilityContext, data: DocumentInput) -> WithdrawalOutput:
    """Withdraw a consent or one part of it; what waits on it is stopped in the same transaction.

    Raises:
        AnswersInvalidError: No such consent, withdrawn already, or a day before it was given.
    """
    found, answers = needed_document(context, data.dokument)
    subject = subject_of(context)
    named = by_ref(subject.arende_id, context.unit, answers.text("samtycke"))
    day = answers.day("datum") or local_date(context.now)
    if named is None:
        answers.refuse("samtycke", "consent_unknown", "Välj ett samtycke i listan.")
    elif day < named[0].lamnat_datum or day > local_date(context.now):
        answers.refuse("datum", "date_invalid", "Dagen ligger före samtycket eller framåt.")
    elif SamtyckeAterkallelse.objects.filter(samtycke=named[0], del_av=named[1]).exists():
        answers.refuse("samtycke", "consent_withdrawn", "Det är redan återkallat.")
    answers.check()
    consent, part = named or (None, None)
    if consent is None:
        raise RecordNotFoundError("Samtycke", data.dokument)
    before = _waiting_on(consent)
    with database_rules(consent.pk):
        SamtyckeAterkallelse.objects.create(
            **holder(context),
            samtycke=consent,
            del_av=part,
            datum=day,
            lamnad_av=answers.text("lamnad_av") or "den_enskilde",
            dokument=found,
            registrerad=context.now,
            registrerad_av_id=context.actor.user_id,
        )
    stopped = before - _waiting_on(consent)
    _note(context, subject, "samtycke_aterkallat", _withdrawn_text(consent, part, day), found)
    context.record("samtycke.aterkallat", samtycke=consent.pk, antal_stoppade=stopped)
    return WithdrawalOutput(samtycke=consent.pk, hela=part is None, stoppade=stopped)


@capability("samtycke.lage", input=StandingInput, output=StandingOutput)
def standing(context: CapabilityContext, data: StandingInput) -> StandingOutput:
    """Tell whether any part of a consent holds today."""
    subject = subject_of(context)
    rows = parts_in_force(subject.arende_id, local_date(context.now))
    return StandingOutput(galler=rows.filter(samtycke_id=data.samtycke).exists())


def _consent(
    context: CapabilityContext,
    answers: Answers,
    found: Dokument,
    subject: Subject,
    replaces: str | None,
) -> Samtycke:
    today = local_date(context.now)
    given = answers.day("lamnat_datum") or today
    until = answers.day("galler_till")
    if given > today:
        answers.refuse("lamnat_datum", "date_invalid", "Dagen har inte kommit än.")
    if until is None or until <= given:
        answers.refuse(
            "galler_till", "consent_without_end", "Ange en slutdag efter den dag det lämnades."
        )
    giver = answers.text("lamnat_av") or "den_enskilde"
    if giver == REPRESENTATIVE:
        answers.needed("behorighet", "authority_missing", "Ange ställföreträdarens behörighet.")
    return Samtycke(
        **holder(context),
        arende_id=subject.arende_id,
        person_id=subject.person_id,
        ersatter_id=_replaced(subject, context.unit, replaces),
        lamnat_datum=given,
        galler_till=until or given,
        form=answers.needed("form", "consent_form_missing", "Ange muntligt eller skriftligt."),
        lamnat_av=giver,
        behorighet=answers.text("behorighet"),
        formaga_bedomd=answers.needed(
            "formaga_bedomd", "capacity_missing", "Beskriv hur förmågan att samtycka bedömdes."
        ),
        dokument=found,
        law_version=law_version(context.bundle, today, required=False),
        registrerad=context.now,
        registrerad_av_id=context.actor.user_id,
    )


def _replaced(subject: Subject, unit: UUID, replaces: str | None) -> UUID | None:
    if not replaces:
        return None
    rows = Samtycke.objects.filter(arende_id=subject.arende_id, unit_id=unit, pk=replaces)
    found = rows.values_list("pk", flat=True).first()
    if found is None:
        raise RecordNotFoundError("Samtycke", replaces)
    return found


def _part(bundle: Bundle, row: Answers, number: int) -> SamtyckeDel:
    kinds, categories = terms(bundle, "samtyckesmottagare", "samtyckesmottagare"), _names(bundle)
    kind, chosen = row.text("mottagare_typ"), row.codes("uppgifter")
    if kind not in kinds:
        row.refuse("mottagare_typ", "recipient_unknown", "Välj slag av mottagare i listan.")
    if not chosen or set(chosen) - set(categories):
        row.refuse("uppgifter", "category_missing", "Välj minst ett slag av uppgifter.")
    return SamtyckeDel(
        nummer=number,
        mottagare_typ=kind,
        mottagare=row.needed("mottagare", "recipient_missing", "Ange vem som får uppgifterna."),
        syfte=row.needed("syfte", "purpose_missing", "Ange varför."),
        uppgifter=list(chosen),
    )


def _cohabitants(bundle: Bundle, answers: Answers, rows: list[SamtyckeDel]) -> None:
    """Monitoring at home needs those in the household whose data are processed too (L-35)."""
    shared = _shared(bundle.files[CATEGORIES])
    if not any(shared & set(row.uppgifter) for row in rows):
        return
    living = answers.text("sammanboende")
    if not living:
        answers.refuse("sammanboende", "cohabitants_unknown", "Ange om någon närstående berörs.")
    if living == "ja" and not all(row.yes("samtycker") for row in answers.rows("narstaende")):
        answers.refuse("narstaende", "cohabitant_consent_missing", "Alla som berörs ska samtycka.")
    if living == "ja" and not answers.rows("narstaende"):
        answers.refuse("narstaende", "cohabitant_consent_missing", "Ange vilka som samtycker.")


@lru_cache(maxsize=16)
def _shared(content: bytes) -> frozenset[str]:
    rows = tomllib.loads(content.decode()).get("uppgiftskategori", [])
    return frozenset(row["id"] for row in rows if row.get("sammanboende"))


def _names(bundle: Bundle) -> dict[str, Term]:
    return dict(terms(bundle, "uppgiftskategorier", "uppgiftskategori"))


def _waiting_on(consent: Samtycke) -> int:
    rows = Utlamnande.objects.filter(samtycke_del__samtycke=consent)
    return rows.filter(status=UtlamnandeStatus.VANTAR).count()


def _given_text(bundle: Bundle, consent: Samtycke, rows: list[SamtyckeDel]) -> str:
    names = _names(bundle)
    told = "; ".join(
        f"{row.mottagare}: {row.syfte} ({', '.join(names[code].namn for code in row.uppgifter)})"
        for row in rows
    )
    return (
        f"Samtycke lämnat {consent.lamnat_datum} ({consent.form}), gäller till och med"
        f" {consent.galler_till}. {told}"
    )


def _withdrawn_text(consent: Samtycke, part: SamtyckeDel | None, day: date) -> str:
    if part is None:
        return f"Samtycket från {consent.lamnat_datum} är återkallat {day} och gäller inte längre."
    return (
        f"Samtycket från {consent.lamnat_datum} är ändrat {day}: det gäller inte längre"
        f" {part.mottagare}, {part.syfte}."
    )


def _note(
    context: CapabilityContext, subject: Subject, typ: str, text: str, found: Dokument
) -> None:
    note = Note(typ=typ, text=text, handelsetid=context.now, dokument=found)
    write_note(context, subject.journal, note)
