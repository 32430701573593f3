"""``atgard.*``: measures out of the quality work, and whether they helped (R-050, R-063)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.contrib.auth import get_user_model

from cases.capabilities import CapabilityContext, capability
from records.answers import Answers, local_date
from records.capabilities.shapes import Inputs, Outputs
from records.errors import database_rules
from records.kvalitet import (
    Stage,
    add_stage,
    next_number,
    operation_form,
    worker_called,
)
from records.models import (
    Atgard,
    AtgardEffekt,
    AtgardStatus,
    Dokument,
    Kalla,
    Steg,
)
from records.writing import holder, needed_row, person_of

SERIES = "Å"
CLOSED = (AtgardStatus.UPPNADD, AtgardStatus.AVSLUTAD_ANDA)
STAGED = frozenset({Kalla.AVVIKELSE, Kalla.KLAGOMAL})
NOT_DONE = "ej_genomford"


class DecideInput(Inputs):
    """What the measures come out of, and the form with the rows ``atgarder``."""

    kalla: Kalla
    kalla_id: str
    dokument: str


class DecideOutput(Outputs):
    """The measures decided, in the order of the form; none is a possible answer."""

    atgarder: list[UUID]
    antal: Decimal


class MeasureInput(Inputs):
    """A measure."""

    atgard: str


class MeasureFormInput(Inputs):
    """A measure and a form about it."""

    atgard: str
    dokument: str


class MeasureOutput(Outputs):
    """Who is to do it, until when, and which round it is."""

    nummer: str
    ansvarig: str
    klar_senast: date
    omgang: Decimal


class DoneOutput(Outputs):
    """``genomford`` or ``ej_genomford``, and the day it was done."""

    utfall: str
    utford_datum: date


class EffectOutput(Outputs):
    """``uppnadd``, ``inte_uppnadd`` or ``avslutad_anda``; the next last day where it goes on."""

    effekt: str
    klar_senast: date


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    """What one follow-up came to."""

    status: AtgardStatus
    skal: str = ""
    again: date | None = None


@capability("atgard.besluta", input=DecideInput, output=DecideOutput)
def decide_measures(context: CapabilityContext, data: DecideInput) -> DecideOutput:
    """Decide measures: what, who, by when, and how the effect is measured (R-050, R-063).

    Reads ``atgarder``: rows ``{vad, ansvarig, klar_senast, effektmatt}``; and, for a deviation or a
    complaint without any, ``ej_tillampligt_skal`` (R-050).

    Raises:
        AnswersInvalidError: A row lacks something, or names somebody who does not work here.
        RecordNotFoundError: The form is another organisation's.
    """
    found, answers = operation_form(context, data.dokument)
    rows = answers.rows("atgarder")
    asked = [_measure(context, data, row, found) for row in rows]
    answers.check(rows)
    measures = [measure for measure in asked if measure is not None]
    if data.kalla in STAGED:
        _stage(context, data, answers, found, bool(measures))
    for measure in measures:
        measure.nummer = next_number(context, SERIES)
        measure.save(force_insert=True)
        context.record("atgard", atgard=measure.pk)
    return DecideOutput(atgarder=[measure.pk for measure in measures], antal=Decimal(len(measures)))


@capability("atgard.hamta", input=MeasureInput, output=MeasureOutput)
def read_measure(context: CapabilityContext, data: MeasureInput) -> MeasureOutput:
    """Tell who is to do a measure and until when.

    Raises:
        RecordNotFoundError: Another organisation's.
    """
    row = _of(context, data.atgard)
    return MeasureOutput(
        nummer=row.nummer,
        ansvarig=get_user_model().objects.get(pk=row.ansvarig_id).get_username(),
        klar_senast=row.klar_senast,
        omgang=Decimal(row.effekter.count() + 1),
    )


@capability("atgard.utford", input=MeasureFormInput, output=DoneOutput)
def measure_done(context: CapabilityContext, data: MeasureFormInput) -> DoneOutput:
    """Write down that a measure is done, or why it cannot be; its effect is another question.

    Raises:
        AnswersInvalidError: It cannot be done, and no reason is given.
        AtgardClosedError: It is closed.
    """
    found, answers = operation_form(context, data.dokument)
    row = _of(context, data.atgard, lock=True)
    day = answers.day("utford_datum") or local_date(context.now)
    if answers.text("utfall") == NOT_DONE:
        reason = answers.needed("skal", "reason_missing", "Ange varför den inte genomförs.")
        answers.check()
        result = _Result(status=AtgardStatus.AVSLUTAD_ANDA, skal=reason)
        _follow_up(context, row, found, result, reason)
        return DoneOutput(utfall=NOT_DONE, utford_datum=day)
    row.status, row.utford_datum = AtgardStatus.UTFORD, day
    row.utforande = answers.text("utforande")
    with database_rules(row.pk):
        row.save(update_fields=["status", "utford_datum", "utforande"])
    context.record("atgard.utford", atgard=row.pk)
    return DoneOutput(utfall="genomford", utford_datum=day)


@capability("atgard.effekt", input=MeasureFormInput, output=EffectOutput)
def measure_effect(context: CapabilityContext, data: MeasureFormInput) -> EffectOutput:
    """Write down whether a measure had effect: enough, once more, or ended with a reason.

    Raises:
        AnswersInvalidError: No result, no reason for ending, or no new last day.
        AtgardClosedError: It is closed.
    """
    found, answers = operation_form(context, data.dokument)
    row = _of(context, data.atgard, lock=True)
    text = answers.needed("resultat", "result_missing", "Skriv vad uppföljningen visade.")
    result = _result(answers)
    answers.check()
    _follow_up(context, row, found, result, text)
    closed = result.status in CLOSED
    return EffectOutput(
        effekt=result.status.value if closed else "inte_uppnadd", klar_senast=row.klar_senast
    )


def _result(answers: Answers) -> _Result:
    chosen = answers.text("effekt")
    if chosen == AtgardStatus.UPPNADD:
        return _Result(status=AtgardStatus.UPPNADD)
    if chosen == AtgardStatus.AVSLUTAD_ANDA:
        reason = answers.needed("skal", "reason_missing", "Ange varför åtgärden ändå avslutas.")
        return _Result(status=AtgardStatus.AVSLUTAD_ANDA, skal=reason)
    again = answers.day("klar_senast")
    if again is None:
        answers.refuse("klar_senast", "day_missing", "Ange när åtgärden ska vara klar.")
    return _Result(status=AtgardStatus.BESLUTAD, again=again)


def _follow_up(
    context: CapabilityContext, row: Atgard, found: Dokument, result: _Result, text: str
) -> None:
    with database_rules(row.pk):
        AtgardEffekt.objects.create(
            **holder(context),
            atgard=row,
            omgang=row.effekter.count() + 1,
            utford_datum=row.utford_datum,
            foljd_upp=local_date(context.now),
            uppnadd=result.status == AtgardStatus.UPPNADD,
            avslutad=result.status in CLOSED,
            resultat=text,
            skal=result.skal,
            dokument=found,
            registrerad=context.now,
            registrerad_av_id=person_of(context),
        )
        row.status = result.status
        row.klar_senast = result.again or row.klar_senast
        row.save(update_fields=["status", "klar_senast"])
    context.record("atgard.effekt", atgard=row.pk)


def _measure(
    context: CapabilityContext, data: DecideInput, row: Answers, found: Dokument
) -> Atgard | None:
    """One row of the form as a measure; None where a problem is noted in it."""
    last = row.day("klar_senast")
    if last is None:
        row.refuse("klar_senast", "day_missing", "Ange när åtgärden ska vara klar.")
    who = worker_called(context, row.text("ansvarig"))
    if who is None:
        row.refuse("ansvarig", "not_a_colleague", "Välj någon som arbetar i enheten.")
    what = row.needed("vad", "measure_missing", "Skriv vad som ska göras.")
    effect = row.needed("effektmatt", "effect_missing", "Skriv hur effekten ska mätas.")
    if last is None or who is None:
        return None
    return Atgard(
        **holder(context),
        kalla=data.kalla,
        kalla_id=UUID(data.kalla_id),
        vad=what,
        ansvarig_id=who,
        klar_senast=last,
        effektmatt=effect,
        beslutad=context.now,
        beslutad_av_id=context.actor.user_id,
        dokument=found,
    )


def _stage(
    context: CapabilityContext,
    data: DecideInput,
    answers: Answers,
    found: Dokument,
    measures: bool,  # noqa: FBT001 - told by position here only
) -> None:
    """The stages "åtgärda" and, where there is nothing to follow up, "följa upp" (R-050)."""
    reason = ""
    if not measures:
        reason = answers.needed(
            "ej_tillampligt_skal", "reason_missing", "Ange varför ingen åtgärd behövs."
        )
        answers.check()
    steps: Iterable[Steg] = (Steg.ATGARDA,) if measures else (Steg.ATGARDA, Steg.FOLJA_UPP)
    for step in steps:
        stage = Stage(steg=step, gjort=measures, skal=reason, dokument=found)
        add_stage(context, data.kalla, data.kalla_id, stage)


def _of(context: CapabilityContext, ref: str, *, lock: bool = False) -> Atgard:
    rows = Atgard.objects.filter(organisation_id=context.organisation)
    return needed_row(rows.select_for_update() if lock else rows, ref, "Åtgärd")
