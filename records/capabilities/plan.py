"""``plan.skapa`` and ``plan.faststall``: a draft from the uppdrag's goals, then locked."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records import plan_content
from records.answers import document, local_date, needed_document
from records.capabilities.shapes import AktDocumentInput, Inputs, Outputs
from records.errors import NoPlanError, database_rules
from records.models import Akt, Dokument, Plan, PlanVersion
from records.terms import law_version
from records.uppdrag_content import current_goals
from records.writing import Note, akt_of, holder, journal_of_akt, write_note


class EstablishInput(Inputs):
    """The akt whose draft is to be locked, and the form that says so where there is one."""

    akt: str
    dokument: str | None = None


class DraftOutput(Outputs):
    """A draft version."""

    plan: UUID
    plan_version: Decimal
    utkast: UUID


class EstablishedOutput(Outputs):
    """The version in force."""

    plan: UUID
    plan_version: Decimal
    faststalld_datum: date


@capability("plan.skapa", input=AktDocumentInput, output=DraftOutput)
def draft_plan(context: CapabilityContext, data: AktDocumentInput) -> DraftOutput:
    """Write a draft out of the goals of the uppdrag (R-091 to R-094, R-100, R-104).

    A draft from before is set aside, not changed.

    Raises:
        AnswersInvalidError: A goal without source, an activity without what, how, when and who,
            participation or wishes missing.
    """
    akt = akt_of(context, data.akt)
    found, answers = needed_document(context, data.dokument)
    content = plan_content.from_form(answers, current_goals(akt.uppdrag_id))
    version = new_version(context, akt, found, content)
    context.record("plan.utkast", akt=akt.pk, uppdrag=akt.uppdrag_id)
    return DraftOutput(
        plan=version.plan_id, plan_version=Decimal(version.nummer), utkast=version.pk
    )


@capability("plan.faststall", input=EstablishInput, output=EstablishedOutput)
def establish_plan(context: CapabilityContext, data: EstablishInput) -> EstablishedOutput:
    """Lock the draft; note when, and why the person took no part if so (R-143, R-144).

    Raises:
        NoPlanError: There is no draft.
        AnswersInvalidError: The day has not come.
    """
    akt = akt_of(context, data.akt)
    found, answers = document(context, data.dokument)
    draft = PlanVersion.objects.filter(plan__akt=akt, faststalld=None, forkastad=None).first()
    if draft is None:
        raise NoPlanError(akt.pk, "påbörjad")
    today = local_date(context.now)
    day = answers.day("faststalld_datum") or today
    if day > today:
        answers.refuse("faststalld_datum", "date_invalid", "Dagen kan inte ligga framåt i tiden.")
    answers.check()
    establish(context, draft, day)
    _note_established(context, akt, draft, found)
    context.record("plan.faststalld", akt=akt.pk, uppdrag=akt.uppdrag_id)
    return EstablishedOutput(
        plan=draft.plan_id, plan_version=Decimal(draft.nummer), faststalld_datum=day
    )


def new_version(
    context: CapabilityContext, akt: Akt, found: Dokument, content: plan_content.Content
) -> PlanVersion:
    """Insert the next version as a draft; the plan is made with the first one."""
    plan, _ = Plan.objects.get_or_create(
        akt=akt, defaults={**holder(context), "skapad": context.now}
    )
    drafts = plan.versioner.filter(faststalld=None, forkastad=None)
    drafts.update(forkastad=context.now)
    last = plan.versioner.order_by("-nummer").first()
    version = PlanVersion.objects.create(
        **holder(context),
        **content.head,
        plan=plan,
        nummer=last.nummer + 1 if last else 1,
        foregaende=current_version(akt),
        dokument=found,
        law_version=law_version(context.bundle, local_date(context.now), required=True),
        skapad=context.now,
        skapad_av_id=context.actor.user_id,
    )
    plan_content.store(version, content, holder(context))
    return version


def establish(context: CapabilityContext, version: PlanVersion, day: date) -> None:
    """Lock a draft; from now on the database refuses every change of it."""
    version.faststalld = context.now
    version.faststalld_datum = day
    version.faststalld_av_id = context.actor.user_id
    with database_rules(version.pk):
        version.save(update_fields=["faststalld", "faststalld_datum", "faststalld_av"])


def current_version(akt: Akt) -> PlanVersion | None:
    """The version in force: the latest that is fastställd."""
    rows = PlanVersion.objects.filter(plan__akt=akt).exclude(faststalld=None)
    return rows.order_by("-nummer").first()


def _note_established(
    context: CapabilityContext, akt: Akt, version: PlanVersion, found: Dokument | None
) -> None:
    journal = journal_of_akt(akt)
    part = f" Delaktighet: {version.delaktighet_satt}" if version.delaktig else ""
    note = Note(
        typ="plan_faststalld",
        text=f"Genomförandeplan version {version.nummer} fastställd {version.faststalld_datum}."
        + part,
        handelsetid=context.now,
        dokument=found,
    )
    write_note(context, journal, note)
    if not version.delaktig:
        absent = Note(
            typ="ej_delaktig",
            text="Den enskilde deltog inte i upprättandet av genomförandeplanen. Orsak: "
            + version.ej_delaktig_orsak,
            handelsetid=context.now,
            dokument=found,
        )
        write_note(context, journal, absent)
