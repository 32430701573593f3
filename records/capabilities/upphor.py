"""A provider's unit ends (R-198, L-32): a checklist of its akter, none left without an owner."""

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from cases.capabilities import CapabilityContext, capability
from cases.models import Instance, Task, Unit
from engine.variables import unpack
from records.answers import Answers, local_date
from records.capabilities.kopior import move_akt
from records.capabilities.shapes import Inputs, Outputs
from records.errors import RecordNotFoundError, database_rules
from records.models import Akt, AktStatus, Dokument, Notis, Upphorande, UpphorandeAkt
from records.reach import every_holder
from records.writing import holder

OWNERS = frozenset({"enhet", "myndighet", "ivo", "utforaren"})
PRIVATE = "privat"
TASKS = "uppgift_utforare_upphor"


class EndInput(Inputs):
    """Which unit ends: a form that says it, or what a message carried."""

    dokument: str | None = None
    enhet: str | None = None
    datum: date | None = None
    orsak: str | None = None
    ivo_underrattad: date | None = None


class EndingInput(Inputs):
    """A unit registered as ending."""

    upphorande: str


class EndingFormInput(Inputs):
    """A unit registered as ending and a form about it."""

    upphorande: str
    dokument: str


class LineInput(Inputs):
    """One line of the checklist and what was decided about it."""

    rad: str
    dokument: str


class AnnouncedOutput(Outputs):
    """What the message to myndigheten carries."""

    enhet: UUID
    datum: date
    orsak: str
    ivo_underrattad: date | None
    mottagare_organisation: UUID
    mottagare_enhet: UUID


class EndOutput(Outputs):
    """The registration and its checklist: one line for each akt of the unit."""

    upphorande: UUID
    rader: list[UUID]
    privat: bool
    ivo_underrattad: date | None


class LineOutput(Outputs):
    """What is to be done about one akt, where, and on which day the unit ends."""

    atgard: str
    datum: date
    arende: UUID
    uppdrag: UUID
    akt: UUID
    mottagare_organisation: UUID
    mottagare_enhet: UUID


class StandOutput(Outputs):
    """What is left before the ending can be completed."""

    utan_agare: int
    oppna_akter: int
    oppna_uppgifter: int


@capability("verksamhet.anmal", input=EndInput, output=AnnouncedOutput)
def announce(context: CapabilityContext, data: EndInput) -> AnnouncedOutput:
    """The provider says that its unit ends; myndigheten that gave its uppdrag hears of it.

    Raises:
        RecordNotFoundError: The unit has no akt, so nobody needs to hear.
        AnswersInvalidError: The day or the reason is missing.
    """
    answers = _answers(context, data.dokument)
    day = _day(answers, data, context)
    orsak = answers.needed("orsak", "reason_missing", "Ange varför.")
    answers.check()
    newest = Akt.objects.filter(unit_id=context.unit).select_related("uppdrag")
    akt = newest.order_by("status", "-oppnad").first()
    if akt is None:
        raise RecordNotFoundError("Akt i enheten", context.unit)
    return AnnouncedOutput(
        enhet=context.unit,
        datum=day,
        orsak=orsak,
        ivo_underrattad=answers.day("ivo_underrattad"),
        mottagare_organisation=akt.uppdrag.organisation_id,
        mottagare_enhet=akt.uppdrag.unit_id,
    )


@capability("verksamhet.upphor", input=EndInput, output=EndOutput)
def register_ending(context: CapabilityContext, data: EndInput) -> EndOutput:
    """Register that a unit ends, list its akter and escalate its open tasks at once.

    A second registration of the same unit finds the first.

    Raises:
        AnswersInvalidError: Unit, day or reason is missing.
    """
    answers = _answers(context, data.dokument)
    unit = _unit(answers, data.enhet)
    day = _day(answers, data, context)
    answers.check()
    with every_holder():
        row, _ = Upphorande.objects.get_or_create(
            enhet=unit,
            avslutat=None,
            defaults={
                **holder(context),
                "datum": day,
                "orsak": answers.text("orsak") or data.orsak or "annat",
                "ivo_underrattad": answers.day("ivo_underrattad") or data.ivo_underrattad,
                "registrerad": context.now,
                "registrerad_av_id": context.actor.user_id,
            },
        )
        for akt in Akt.objects.filter(unit=unit).select_related("uppdrag").order_by("oppnad"):
            UpphorandeAkt.objects.get_or_create(
                upphorande=row,
                akt_id=akt.pk,
                defaults={
                    **holder(context),
                    "arende_id": akt.arende_id,
                    "uppdrag_id": akt.uppdrag_id,
                    "nummer": akt.uppdrag.nummer,
                },
            )
        _escalate(context, unit, day)
        lines = list(row.akter.filter(agare="").order_by("nummer").values_list("pk", flat=True))
    context.record("verksamhet.upphor", enhet=unit.pk)
    return EndOutput(
        upphorande=row.pk,
        rader=lines,
        privat=unit.organisation.driftsform == PRIVATE,
        ivo_underrattad=row.ivo_underrattad,
    )


@capability("verksamhet.ivo", input=EndingFormInput, output=Outputs)
def keep_ivo_notice(context: CapabilityContext, data: EndingFormInput) -> Outputs:
    """Note the day on which the private provider told IVO that it closes (L-32)."""
    row = _ending(context, data.upphorande)
    day = _answers(context, data.dokument).day("ivo_underrattad")
    if day is not None and row.ivo_underrattad is None:
        row.ivo_underrattad = day
        row.save(update_fields=["ivo_underrattad"])
    return Outputs()


@capability("verksamhet.besluta_akt", input=LineInput, output=LineOutput)
def decide_akt(context: CapabilityContext, data: LineInput) -> LineOutput:
    """Decide who keeps an akt from now on, and what happens with support that is given (R-198).

    Raises:
        AnswersInvalidError: The owner is missing, or the unit that should keep it.
    """
    line = UpphorandeAkt.objects.select_for_update().filter(pk=data.rad, unit_id=context.unit)
    row = line.first()
    if row is None:
        raise RecordNotFoundError("Akt i checklistan", data.rad)
    answers = _answers(context, data.dokument)
    owner = answers.text("agare")
    if owner not in OWNERS:
        answers.refuse("agare", "owner_missing", "Ange vem som förvarar akten.")
    with every_holder():
        akt = Akt.objects.select_related("uppdrag").get(pk=row.akt_id)
    keeper = _keeper(answers, owner, akt)
    answers.check()
    row.agare, row.agare_unit = owner, keeper
    row.ansvarig = answers.text("ansvarig")
    row.bestamd, row.bestamd_av_id = context.now, context.actor.user_id
    row.save(update_fields=["agare", "agare_unit", "ansvarig", "bestamd", "bestamd_av"])
    context.record("akt.agare", akt=row.akt_id, uppdrag=row.uppdrag_id)
    open_akt = akt.status == AktStatus.OPPEN
    return LineOutput(
        atgard=answers.text("atgard") or "ny_utforare" if open_akt else "ingen",
        datum=row.upphorande.datum,
        arende=row.arende_id,
        uppdrag=row.uppdrag_id,
        akt=row.akt_id,
        mottagare_organisation=akt.uppdrag.organisation_id,
        mottagare_enhet=akt.uppdrag.unit_id,
    )


@capability("verksamhet.lage", input=EndingInput, output=StandOutput)
def stand(context: CapabilityContext, data: EndingInput) -> StandOutput:
    """Count what is left: akter without owner, open akter, open tasks of the unit."""
    row = _ending(context, data.upphorande)
    with every_holder():
        akter = Akt.objects.filter(unit_id=row.enhet_id)
        owned = row.akter.exclude(agare="").values("akt_id")
        return StandOutput(
            utan_agare=akter.exclude(pk__in=owned).count(),
            oppna_akter=akter.filter(status=AktStatus.OPPEN).count(),
            oppna_uppgifter=_open_tasks(row.enhet_id).count(),
        )


@capability("verksamhet.avsluta", input=EndingInput, output=Outputs)
def complete_ending(context: CapabilityContext, data: EndingInput) -> Outputs:
    """Hand the akter to their new keepers and complete the ending.

    Raises:
        AktWithoutOwnerError, AktStillOpenError, TasksStillOpenError: Something is left. The
            database refuses it too.
    """
    row = _ending(context, data.upphorande)
    with every_holder():
        row.avslutat, row.avslutat_av_id = context.now, context.actor.user_id
        with database_rules(row.pk):
            row.save(update_fields=["avslutat", "avslutat_av"])
        for line in row.akter.exclude(agare_unit=None).order_by("nummer"):
            akt = Akt.objects.get(pk=line.akt_id)
            if line.agare_unit is not None and akt.unit_id == row.enhet_id:
                move_akt(context, akt, line.agare_unit, "upphor")
    context.record("verksamhet.upphord", enhet=row.enhet_id)
    return Outputs()


def _answers(context: CapabilityContext, dokument: str | None) -> Answers:
    """The answers of a form in a process without an ärende."""
    if dokument is None:
        return Answers({})
    found = Dokument.objects.filter(pk=dokument, organisation_id=context.organisation).first()
    if found is None:
        raise RecordNotFoundError("Dokument", dokument)
    return Answers(unpack(found.answers), found.form_id)


def _day(answers: Answers, data: EndInput, context: CapabilityContext) -> date:
    day = answers.day("datum") or data.datum
    if day is None:
        answers.refuse("datum", "date_invalid", "Ange vilken dag verksamheten upphör.")
    return day or local_date(context.now)


def _unit(answers: Answers, named: str | None) -> Unit:
    wanted = answers.text("enhet") or named or ""
    units = Unit.objects.select_related("organisation").filter(organisation__kind="utforare")
    found = [unit for unit in units if wanted in (str(unit.pk), unit.name)]
    if len(found) != 1:
        answers.refuse("enhet", "receiver_unknown", "Välj en enhet i listan.")
        answers.check()
    return found[0]


def _keeper(answers: Answers, owner: str, akt: Akt) -> Unit | None:
    """The unit here that keeps the akt; None where IVO or the provider itself does."""
    if owner == "myndighet":
        return Unit.objects.get(pk=akt.uppdrag.unit_id)
    if owner != "enhet":
        return None
    unit = _unit(answers, answers.text("agare_enhet") or "-")
    if unit.pk == akt.unit_id or unit.organisation_id != akt.organisation_id:
        answers.refuse("agare_enhet", "receiver_unknown", "Välj en annan enhet hos utföraren.")
    return unit


def _ending(context: CapabilityContext, ref: str) -> Upphorande:
    rows = Upphorande.objects.select_for_update().filter(pk=ref, unit_id=context.unit)
    found = rows.first()
    if found is None:
        raise RecordNotFoundError("Upphörande", ref)
    return found


def _open_tasks(unit: UUID) -> QuerySet[Task]:
    live = Q(instance__status__in=Instance.LIVE)
    return Task.objects.filter(live, unit_id=unit, status="open")


def _escalate(context: CapabilityContext, unit: Unit, day: date) -> None:
    """Tell the arbetsledare of each ärende that the unit holds open tasks in, once."""
    akter = Akt.objects.filter(unit=unit, status=AktStatus.OPPEN).select_related("uppdrag")
    busy = set(_open_tasks(unit.pk).values_list("arende_id", flat=True))
    for akt in akter:
        if akt.arende_id not in busy:
            continue
        known = {"arende_id": akt.arende_id, "typ": TASKS, "roll": "arbetsledare"}
        if not Notis.objects.filter(**known, akt_id=akt.pk).exists():
            Notis.objects.create(
                **known,
                organisation_id=akt.uppdrag.organisation_id,
                unit_id=akt.uppdrag.unit_id,
                secrecy=akt.secrecy,
                akt_id=akt.pk,
                niva="T0",
                forfallen_datum=day,
                skapad=context.now,
            )
