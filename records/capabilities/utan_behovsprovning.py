"""Insatser without assessment: proposed, decided by nämnd one by one, looked at each year."""

from datetime import date
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import Answers, local_date
from records.capabilities.shapes import DocumentInput, Inputs, Outputs
from records.errors import RecordNotFoundError, database_rules
from records.kvalitet import operation_form
from records.models import InsatsUtanBehov, Undantagsbeslut, Undantagsprovning
from records.models.utan_behovsprovning import RADGIVNING, UNDANTAG
from records.terms import law_version
from records.writing import holder, person_of


class ProposedOutput(Outputs):
    """The insats, and whether it is rådgivning, where the law itself is the ground (14:4)."""

    insats: UUID
    radgivning: bool


class DecideInput(Inputs):
    """The insats, the jurist's weighing (none for rådgivning) and nämndens decision."""

    insats: str
    provning: str | None = None
    dokument: str


class DecidedOutput(Outputs):
    """The decision; ``undantag`` is true where identity may not be kept from ``giltig_fran``."""

    beslut: UUID
    utfall: str
    undantag: bool
    giltig_fran: date


class ReviewInput(Inputs):
    """An exemption and the form about it."""

    beslut: str
    dokument: str


class ReviewedOutput(Outputs):
    """The day of the review."""

    provad_datum: date


@capability("insats_utan_behov.foresla", input=DocumentInput, output=ProposedOutput)
def propose(context: CapabilityContext, data: DocumentInput) -> ProposedOutput:
    """Put an insats on the list as proposed, or take up one that is there (R-236).

    Raises:
        AnswersInvalidError: The name is taken, or says more than one insats (R-225).
    """
    found, answers = operation_form(context, data.dokument)
    chosen = answers.text("insats")
    if chosen:
        insats = insats_named(context, chosen)
        return ProposedOutput(insats=insats.pk, radgivning=insats.slag == RADGIVNING)
    namn = answers.needed("namn", "name_missing", "Skriv insatsens namn.")
    if InsatsUtanBehov.objects.filter(
        organisation_id=context.organisation, namn__iexact=namn
    ).exists():
        answers.refuse("namn", "insats_listed", "Insatsen står redan i listan. Välj den där.")
    answers.check()
    with database_rules(context.instance_id):
        insats = InsatsUtanBehov.objects.create(
            **holder(context),
            namn=namn,
            slag=answers.text("slag"),
            malgrupp=answers.text("malgrupp"),
            villkor=answers.text("villkor"),
            langsta_dygn=answers.number("langsta_dygn"),
            risk_avgift=answers.text("risk_avgift"),
            dokument=found,
            registrerad=context.now,
            registrerad_av_id=person_of(context),
        )
    context.record("insats_utan_behov", insats=insats.pk)
    return ProposedOutput(insats=insats.pk, radgivning=insats.slag == RADGIVNING)


@capability("undantag.besluta", input=DecideInput, output=DecidedOutput)
def decide_exemption(context: CapabilityContext, data: DecideInput) -> DecidedOutput:
    """Keep what nämnd decided about one insats: special reasons first, then the exemption.

    Raises:
        AnswersInvalidError: An exemption without weighed reasons, or for rådgivning.
        RecordNotFoundError: The insats is another holder's.
        ConfigurationMissingError: The edition lacks ``law_version``.
    """
    insats = insats_of(context, data.insats)
    found, answers = operation_form(context, data.dokument)
    utfall = answers.text("utfall")
    weighed = _weighed(context, data.provning)
    if utfall == UNDANTAG and not weighed.yes("sarskilda_skal"):
        answers.refuse(
            "utfall",
            "reasons_not_weighed",
            "Särskilda skäl är inte prövade, eller finns inte. Undantag kan inte beslutas.",
        )
    answers.check()
    decided = answers.day("beslutsdatum") or local_date(context.now)
    exempt = utfall == UNDANTAG
    with database_rules(insats.pk):
        row = Undantagsbeslut.objects.create(
            **holder(context),
            insats=insats,
            utfall=utfall,
            skal=weighed.text("skal") if exempt else "",
            skal_text=weighed.text("skal_text") if exempt else "",
            dnr=answers.text("dnr"),
            beslutsdatum=decided,
            giltig_fran=answers.day("giltig_fran") or decided,
            law_version=law_version(context.bundle, decided, required=True),
            dokument=found,
            registrerad=context.now,
            registrerad_av_id=person_of(context),
        )
    context.record("undantagsbeslut", beslut=row.pk, insats=insats.pk)
    return DecidedOutput(beslut=row.pk, utfall=utfall, undantag=exempt, giltig_fran=row.giltig_fran)


@capability("undantag.omprova", input=ReviewInput, output=ReviewedOutput)
def review(context: CapabilityContext, data: ReviewInput) -> ReviewedOutput:
    """Keep the yearly look at an exemption: whether the special reasons are still there.

    Raises:
        RecordNotFoundError: The decision is another holder's.
    """
    return _reviewed(context, data, "kvarstar")


@capability("undantag.upphav", input=ReviewInput, output=ReviewedOutput)
def end_exemption(context: CapabilityContext, data: ReviewInput) -> ReviewedOutput:
    """Keep nämndens decision that an exemption ends: from its day on everybody is documented.

    Raises:
        RecordNotFoundError: The decision is another holder's.
    """
    return _reviewed(context, data, "upphavt")


def insats_of(context: CapabilityContext, insats: str) -> InsatsUtanBehov:
    """An insats held by the organisation of the running instance.

    Raises:
        RecordNotFoundError: There is none.
    """
    rows = InsatsUtanBehov.objects.filter(organisation_id=context.organisation)
    found = rows.filter(pk=insats).first()
    if found is None:
        raise RecordNotFoundError("Insats", insats)
    return found


def insats_named(context: CapabilityContext, namn: str) -> InsatsUtanBehov:
    """The insats that a form chose by name; a name is given once in an organisation.

    Raises:
        RecordNotFoundError: There is none.
    """
    rows = InsatsUtanBehov.objects.filter(organisation_id=context.organisation)
    found = rows.filter(namn__iexact=namn).first()
    if found is None:
        raise RecordNotFoundError("Insats", context.instance_id)
    return found


def _weighed(context: CapabilityContext, provning: str | None) -> Answers:
    return operation_form(context, provning)[1] if provning else Answers({})


def _reviewed(context: CapabilityContext, data: ReviewInput, slag: str) -> ReviewedOutput:
    rows = Undantagsbeslut.objects.filter(organisation_id=context.organisation, utfall=UNDANTAG)
    beslut = rows.filter(pk=data.beslut).first()
    if beslut is None:
        raise RecordNotFoundError("Undantagsbeslut", data.beslut)
    found, answers = operation_form(context, data.dokument)
    day = answers.day("datum") or local_date(context.now)
    with database_rules(beslut.pk):
        Undantagsprovning.objects.create(
            **holder(context),
            beslut=beslut,
            slag=slag,
            datum=day,
            motivering=answers.text("motivering"),
            dnr=answers.text("dnr"),
            dokument=found,
            registrerad=context.now,
            registrerad_av_id=person_of(context),
        )
    context.record("undantag.provat", beslut=beslut.pk, utfall=slag)
    return ReviewedOutput(provad_datum=day)
