"""The akt as a package: to the archive after consultation, or into the personakt (R-194, R-211)."""

from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef

from cases.capabilities import CapabilityContext, capability
from cases.models import Instance, Message
from records.answers import case_of, local_date, needed_document
from records.capabilities.shapes import AktDocumentInput, AktInput, Inputs, NoInputs, Outputs
from records.errors import ConfigurationMissingError, RecordNotFoundError, database_rules
from records.export import Package, ProfileError, build_package, check_package, load_profile
from records.models import Akt, AktStatus, Arkivpaket, PaketSlag, Uppdrag
from records.queries.archive import akt_data
from records.terms import decide
from records.writing import akt_of, holder

PROFILE = "standard"
OVERFOR = ("overfor_akt", "akt.overfors")
"""The process that hands an akt over, and the message that starts it."""
A_NIGHT = 100
DIGITAL = "digital"


class PackageOutput(Outputs):
    """The package and the checksum that the receipt is compared with."""

    paket: UUID
    paket_sha256: str


class PackageInput(Inputs):
    """A package and the form about it."""

    paket: str
    dokument: str


class DeliveredOutput(Outputs):
    """The package that was delivered."""

    paket: UUID


class ReceiptOutput(Outputs):
    """Whether the receiver has taken the package; the local copy may go only then."""

    kvitterad: bool


class HandedOverOutput(Outputs):
    """The package, and whose personakt it goes into."""

    paket: UUID
    mottagare_organisation: UUID
    mottagare_enhet: UUID


class TakenOutput(Outputs):
    """The package as myndigheten keeps it."""

    mottaget_paket: UUID


class HandOversOutput(Outputs):
    """Closed akter that are to be handed over to the personakt now."""

    overforingar: list[dict[str, str]]


@capability("overforing.finn", input=NoInputs, output=HandOversOutput)
def find_hand_overs(context: CapabilityContext, _data: NoInputs) -> HandOversOutput:
    """Find closed akter that the personakt lacks, once each; the table says from which day.

    The rows are locked and those that another night works on are passed over.
    """
    process, message = OVERFOR
    sent = Arkivpaket.objects.filter(akt=OuterRef("pk"), slag=PaketSlag.PERSONAKT)
    closed = Akt.objects.select_for_update(of=("self",), skip_locked=True).filter(
        organisation_id=context.organisation, status=AktStatus.STANGD, gallrad=None
    )
    # One whose day has come goes by gallra_akt, which hands it over where the table says so.
    closed = closed.exclude(gallringsdatum__lte=local_date(context.now))
    live = Instance.objects.filter(process_key=process, status__in=Instance.LIVE)
    moving = Message.objects.filter(name=message, status=Message.Status.UNDELIVERED)
    busy = {
        *live.values_list("business_key", flat=True),
        *moving.values_list("key", flat=True),
    }
    found = [
        _line(akt)
        for akt in closed.filter(~Exists(sent)).order_by("stangd", "pk")
        if str(akt.pk) not in busy and _begins(context, akt)
    ]
    return HandOversOutput(overforingar=found[:A_NIGHT])


def _begins(context: CapabilityContext, akt: Akt) -> bool:
    asked = {"driftsform": "", "fran": _closed_day(akt)}
    begins = decide(context.bundle, "overforing_borjar", asked)
    return bool(begins <= local_date(context.now))


def _closed_day(akt: Akt) -> date:
    return local_date(akt.stangd) if akt.stangd else date.max


def _line(akt: Akt) -> dict[str, str]:
    return {
        "akt": str(akt.pk),
        "arende": str(akt.arende_id),
        "stangd": _closed_day(akt).isoformat(),
        "organisation": str(akt.organisation_id),
        "enhet": str(akt.unit_id),
    }


@capability("arkiv.paketera", input=AktDocumentInput, output=PackageOutput)
def pack_akt(context: CapabilityContext, data: AktDocumentInput) -> PackageOutput:
    """Pack the whole akt for the archive, after the consultation (R-197).

    Raises:
        AnswersInvalidError: Day or receipt of the consultation is missing.
        ConfigurationMissingError: No profile, or the package does not hold.
    """
    _, answers = needed_document(context, data.dokument)
    day = answers.day("samrad_datum")
    receipt = answers.needed("samrad_kvittens", "receipt_missing", "Ange kvittensen från samrådet.")
    if day is None or day > local_date(context.now):
        answers.refuse("samrad_datum", "date_invalid", "Ange dagen för samrådet.")
    answers.check()
    akt = akt_of(context, data.akt, allow_closed=True)
    row = _row(context, akt, PaketSlag.ARKIV)
    row.samrad_datum, row.samrad_kvittens = day, receipt
    row.save()
    context.record("arkivpaket", paket=row.pk, akt=akt.pk)
    return PackageOutput(paket=row.pk, paket_sha256=row.sha256)


@capability("arkiv.leverera", input=PackageInput, output=DeliveredOutput)
def deliver(context: CapabilityContext, data: PackageInput) -> DeliveredOutput:
    """Note that the package has been delivered; not digitally only with a reason (R-194, R-196).

    Raises:
        AnswersInvalidError: Day or manner is missing, or the reason for another manner.
    """
    _, answers = needed_document(context, data.dokument)
    day = answers.day("levererad_datum")
    manner = answers.needed("leveranssatt", "delivery_missing", "Välj hur akten levereras.")
    reason = answers.text("leverans_skal")
    if day is None or day > local_date(context.now):
        answers.refuse("levererad_datum", "date_invalid", "Ange dagen då akten levererades.")
    if manner != DIGITAL and not reason:
        answers.refuse("leverans_skal", "reason_missing", "Ange varför akten inte är digital.")
    answers.check()
    row = _package(context, data.paket)
    row.levererad_datum, row.leveranssatt, row.leverans_skal = day, manner, reason
    row.levererad_av_id = context.actor.user_id
    row.save(update_fields=["levererad_datum", "leveranssatt", "leverans_skal", "levererad_av"])
    context.record("arkivpaket.levererat", paket=row.pk)
    return DeliveredOutput(paket=row.pk)


@capability("arkiv.kvittera", input=PackageInput, output=ReceiptOutput)
def receipt(context: CapabilityContext, data: PackageInput) -> ReceiptOutput:
    """Note the archive's answer; a checksum that it tells must be the package's own.

    Raises:
        AnswersInvalidError: The receipt is missing, or its checksum is of something else.
    """
    _, answers = needed_document(context, data.dokument)
    if answers.text("mottaget") != "ja":
        return ReceiptOutput(kvitterad=False)
    row = _package(context, data.paket)
    number = answers.needed("kvittens", "receipt_missing", "Ange arkivets kvittens.")
    told = answers.text("kvittens_sha256").lower()
    if told and told != row.sha256:
        answers.refuse(
            "kvittens_sha256", "checksum_differs", "Kontrollsumman är inte paketets. Leverera om."
        )
    answers.check()
    with database_rules(row.pk):
        _received(context, row, number)
    return ReceiptOutput(kvitterad=True)


@capability("akt.overfor", input=AktInput, output=HandedOverOutput)
def hand_over(context: CapabilityContext, data: AktInput) -> HandedOverOutput:
    """Send the whole akt, as a package, to the unit that gave the uppdrag (R-211, LSS 23 d).

    Raises:
        RecordNotFoundError: Not this holder's akt, or its uppdrag is out of sight.
        ConfigurationMissingError: No profile, or the package does not hold.
    """
    akt = akt_of(context, data.akt, allow_closed=True)
    sent = Uppdrag.objects.filter(pk=akt.uppdrag_id).first()
    if sent is None:
        raise RecordNotFoundError("Uppdrag", akt.uppdrag_id)
    row = _row(context, akt, PaketSlag.PERSONAKT)
    row.levererad_datum, row.leveranssatt = local_date(context.now), DIGITAL
    row.levererad_av_id = context.actor.user_id
    row.delad_med_id = sent.unit_id
    row.save()
    context.record("akt.overford", paket=row.pk, akt=akt.pk)
    return HandedOverOutput(
        paket=row.pk,
        mottagare_organisation=sent.organisation_id,
        mottagare_enhet=sent.unit_id,
    )


@capability("akt.ta_emot", input=PackageInput, output=TakenOutput)
def take_over(context: CapabilityContext, data: PackageInput) -> TakenOutput:
    """Take a package into the personakt: a copy of myndighetens own, and a receipt (R-211).

    Raises:
        AnswersInvalidError: The receipt is missing.
        RecordNotFoundError: No such package was sent to this unit.
    """
    _, answers = needed_document(context, data.dokument)
    number = answers.needed("kvittens", "receipt_missing", "Ange diarie- eller aktnummer.")
    answers.check()
    rows = Arkivpaket.objects.select_for_update(of=("self",)).filter(
        pk=data.paket, arende_id=case_of(context), delad_med_id=context.unit
    )
    sent = rows.first()
    if sent is None:
        raise RecordNotFoundError("Paket", data.paket)
    own = Arkivpaket(
        **holder(context),
        akt_id=sent.akt_id,
        arende_id=sent.arende_id,
        slag=PaketSlag.MOTTAGET,
        profil=sent.profil,
        namn=sent.namn,
        sha256=sent.sha256,
        storlek=sent.storlek,
        antal_filer=sent.antal_filer,
        innehall=bytes(sent.innehall),
        skapad=context.now,
        skapad_av_id=context.actor.user_id,
    )
    own.save()
    with database_rules(sent.pk):
        _received(context, sent, number)
    context.record("akt.mottagen", paket=own.pk, akt=sent.akt_id)
    return TakenOutput(mottaget_paket=own.pk)


def _row(context: CapabilityContext, akt: Akt, slag: PaketSlag) -> Arkivpaket:
    made = _made(context, akt)
    return Arkivpaket(
        **holder(context),
        akt=akt,
        arende_id=akt.arende_id,
        slag=slag,
        profil=PROFILE,
        namn=made.name,
        sha256=made.sha256,
        storlek=len(made.bytes),
        antal_filer=len(made.files),
        innehall=made.bytes,
        skapad=context.now,
        skapad_av_id=context.actor.user_id,
    )


def _made(context: CapabilityContext, akt: Akt) -> Package:
    try:
        profile = load_profile(context.bundle, PROFILE)
    except ProfileError as error:
        raise ConfigurationMissingError(f"arkiv/profil_{PROFILE}.toml") from error
    data = akt_data(akt, bundle=context.bundle, profile=profile, now=context.now)
    made = build_package(data, profile, context.now)
    problems = check_package(made.bytes)
    if problems:
        raise ConfigurationMissingError(f"ett arkivpaket som håller ({len(problems)} fel)")
    return made


def _package(context: CapabilityContext, ref: str) -> Arkivpaket:
    found = (
        Arkivpaket.objects.select_for_update(of=("self",))
        .filter(pk=ref, arende_id=case_of(context), organisation_id=context.organisation)
        .first()
    )
    if found is None:
        raise RecordNotFoundError("Paket", ref)
    return found


def _received(context: CapabilityContext, row: Arkivpaket, number: str) -> None:
    row.kvittens, row.kvitterad = number, context.now
    row.kvitterad_av_id = context.actor.user_id
    row.save(update_fields=["kvittens", "kvitterad", "kvitterad_av"])
    context.record("arkivpaket.kvitterat", paket=row.pk)
