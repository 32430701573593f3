"""Protected identity: the level, the named staff, the threat (domain 5.2, P-1, P-2, P-5, P-7)."""

from typing import Literal
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records import disclosure
from records.answers import Answers, case_of, local_date, needed_document
from records.capabilities.shapes import DocumentInput, NoInputs, Outputs
from records.consent import by_ref
from records.disclosure import Ground, Parcel
from records.errors import ConsentMissingError
from records.models import Akt, Person, SamtyckeDel, Skydd, Skyddsandring
from records.persons import person_of
from records.protection import appoint, hold, protect, receivers
from records.writing import (
    Note,
    arende_of,
    holder,
    journal_of_akt,
    journal_of_arende,
    write_note,
)

THREAT = "hotbild"
"""Category of terms/uppgiftskategorier.toml: what the person is threatened by."""


class LevelOutput(Outputs):
    """The protection that holds now."""

    skydd: str
    skyddad: bool


class WeighOutput(LevelOutput):
    """What the change would be; where nothing changes it counts as ``hojs``."""

    nytt_skydd: str
    riktning: Literal["hojs", "sanks"]


class ChangedOutput(LevelOutput):
    """As changed, and the providers that must name their staff."""

    rader: int
    mottagare: list[dict[str, str]]


class ChangeInput(DocumentInput):
    """The form, and the protection that the change was weighed against (``skydd.bedom``)."""

    fran: str | None = None


class AppointOutput(Outputs):
    """How many are named now."""

    antal: int


class ThreatOutput(Outputs):
    """The disclosure that was sent."""

    utlamnande: UUID


@capability("skydd.lage", input=NoInputs, output=LevelOutput)
def level_of(context: CapabilityContext, data: NoInputs) -> LevelOutput:  # noqa: ARG001
    """Which protection the holder's person has."""
    return _level(_person(context))


@capability("skydd.bedom", input=DocumentInput, output=WeighOutput)
def weigh(context: CapabilityContext, data: DocumentInput) -> WeighOutput:
    """Compare the wanted level with the one that holds; lowering it needs a second person.

    Raises:
        AnswersInvalidError: The form names no known level.
    """
    _, answers = needed_document(context, data.dokument)
    wanted, person = _wanted(answers), _person(context)
    lower = wanted.level < Skydd(person.skydd).level
    return WeighOutput(
        **_level(person).model_dump(),
        nytt_skydd=wanted.value,
        riktning="sanks" if lower else "hojs",
    )


@capability("skydd.andra", input=ChangeInput, output=ChangedOutput)
def change(context: CapabilityContext, data: ChangeInput) -> ChangedOutput:
    """Set the level: every row at every holder in this transaction, address into the vault (P-1).

    Raises:
        AnswersInvalidError: The form names no known level.
        ArendeClosedError: The ärende is closed.
        ProtectionChangedError: Somebody else changed it after the change was weighed.
        ProtectionBusyError: Somebody else is changing it.
    """
    hold(context, case_of(context), data.fran)
    found, answers = needed_document(context, data.dokument)
    wanted = _wanted(answers)
    arende = arende_of(context)
    Skyddsandring.objects.create(
        **holder(context),
        arende=arende,
        person_id=arende.person_id,
        fran=arende.person.skydd,
        till=wanted.value,
        kalla=answers.text("kalla"),
        beslutsdatum=answers.day("beslutsdatum") or local_date(context.now),
        dokument=found,
        registrerad=context.now,
        registrerad_av_id=context.actor.user_id,
    )
    note = Note(
        typ="skydd_andrat",
        text=f"Skydd av personuppgifter: {wanted.label}.",
        handelsetid=context.now,
        dokument=found,
        automatisk=False,
    )
    write_note(context, journal_of_arende(context), note)
    to = receivers(arende.pk)
    rows = protect(context, arende.pk, wanted)
    context.record("skydd.andrat", arende=arende.pk)
    return ChangedOutput(
        skydd=wanted.value, skyddad=wanted != Skydd.INGEN, rader=rows, mottagare=to
    )


@capability("skydd.utse", input=DocumentInput, output=AppointOutput)
def appoint_named(context: CapabilityContext, data: DocumentInput) -> AppointOutput:
    """Let the named people of the unit, and nobody else, work with the person (P-2).

    Raises:
        AnswersInvalidError: Nobody is named, or somebody is not cleared for the level.
    """
    found, answers = needed_document(context, data.dokument)
    names = answers.codes("personer")
    if not names:
        answers.refuse("personer", "nobody_named", "Välj minst en person.")
    elif appoint(context, case_of(context), names):
        answers.refuse(
            "personer", "not_cleared", "Välj bara personer som har behörighet till skyddsnivån."
        )
    answers.check()
    note = Note(
        typ="skydd_personal_utsedd",
        text=f"{len(set(names))} personer är utsedda att arbeta i ärendet.",
        handelsetid=context.now,
        dokument=found,
        automatisk=False,
    )
    _note(context, note)
    context.record("skydd.utsedda", arende=context.arende_id)
    return AppointOutput(antal=len(set(names)))


@capability("skydd.dela_hotbild", input=DocumentInput, output=ThreatOutput)
def share_threat(context: CapabilityContext, data: DocumentInput) -> ThreatOutput:
    """Tell one named person what the person is threatened by, with her consent to it (P-5, K-9).

    Raises:
        AnswersInvalidError: The consent is unknown, of other data, or names somebody else.
        ConsentMissingError: It has ended or was withdrawn.
    """
    found, answers = needed_document(context, data.dokument)
    arende = arende_of(context)
    part = _consent(context, answers)
    answers.check()
    if part is None:
        raise ConsentMissingError(arende.pk)
    parcel = Parcel(
        recipient_kind=part.mottagare_typ,
        recipient=part.mottagare,
        purpose=part.syfte,
        categories=(THREAT,),
        content=({"dokument": str(found.pk)},),
        copy=False,
    )
    opened = disclosure.open_disclosure(
        context, arende, parcel, Ground(consent=part), document=found
    )
    sent = disclosure.send_disclosure(context, opened.pk)
    note = Note(
        typ="hotbild_delad",
        text="Hotbilden är lämnad till en namngiven person, med samtycke.",
        handelsetid=context.now,
        dokument=found,
        automatisk=False,
    )
    write_note(context, journal_of_arende(context), note)
    context.record("utlamnande", utlamnande=sent.pk)
    return ThreatOutput(utlamnande=sent.pk)


def _consent(context: CapabilityContext, answers: Answers) -> SamtyckeDel | None:
    found = by_ref(case_of(context), context.unit, answers.text("samtycke"))
    part = found[1] if found else None
    named = answers.needed("mottagare", "recipient_missing", "Ange vem som får veta.")
    if part is None:
        answers.refuse("samtycke", "consent_unknown", "Välj den del av samtycket som gäller.")
    elif THREAT not in part.uppgifter:
        answers.refuse("samtycke", "consent_other_data", "Samtycket gäller inte hotbilden.")
    elif part.mottagare.strip().casefold() != named.casefold():
        answers.refuse("mottagare", "recipient_other", "Samtycket gäller en annan person.")
    return part


def _wanted(answers: Answers) -> Skydd:
    written = answers.text("skydd")
    if written not in Skydd.values:
        answers.refuse("skydd", "skydd_unknown", "Välj en skyddsnivå i listan.")
        answers.check()
    return Skydd(written)


def _person(context: CapabilityContext) -> Person:
    return person_of(case_of(context), context.organisation, context.unit)


def _level(person: Person) -> LevelOutput:
    return LevelOutput(skydd=person.skydd, skyddad=person.skydd != Skydd.INGEN)


def _note(context: CapabilityContext, note: Note) -> None:
    """Into the journal of the unit's own side; a provider that has not accepted has none yet."""
    akter = Akt.objects.filter(arende_id=case_of(context), unit_id=context.unit)
    akt = akter.order_by("status", "-oppnad").first()
    write_note(context, journal_of_akt(akt) if akt else journal_of_arende(context), note)
