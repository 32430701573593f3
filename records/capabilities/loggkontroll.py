"""Loggkontroll (LBP 10 §): drawn by the system, judged by somebody else, signed."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from cases.capabilities import CapabilityContext, capability
from cases.models import RoleGrant
from records.answers import STOCKHOLM, Answers, local_date
from records.capabilities.shapes import Inputs, Outputs
from records.checklist import draw, sample_size
from records.errors import database_rules
from records.kvalitet import head_role, operation_form
from records.models import (
    LoggBedomning,
    Loggkontroll,
    LoggRad,
    LoggSlag,
    LoggUtfall,
    NekadLasning,
    Nodoppning,
    ReadLog,
    ValvLasning,
)
from records.writing import holder, needed_row, person_of

SIZE = "loggkontroll_urval"
OTHERS, OWN = "ovriga", "chefen"


class DrawInput(Inputs):
    """First and last day of the period."""

    fran: date
    till: date


class DrawOutput(Outputs):
    """The check, how many lines the head of the unit and the kvalitetsansvarig look at.

    ``chef_roll``: the role that leads the unit.
    """

    kontroll: UUID
    chef_roll: str
    antal_ovriga: Decimal
    antal_chefen: Decimal


class JudgeInput(Inputs):
    """A check, the answers, and which lines they are about: ``ovriga``, ``chefen``, ``oklara``."""

    kontroll: str
    grupp: str
    dokument: str


class JudgeOutput(Outputs):
    """How many lines are unclear, and how many unauthorised, by their newest verdict."""

    antal_oklara: Decimal
    antal_obehoriga: Decimal


class SignInput(Inputs):
    """A check and the answers that conclude it."""

    kontroll: str
    dokument: str


class SignOutput(Outputs):
    """The day it was signed."""

    signerad_datum: date


Logged = TypeVar("Logged", ReadLog, ValvLasning, Nodoppning, NekadLasning)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """One line of a read log."""

    slag: LoggSlag
    ref: UUID
    user: int
    arende: UUID
    at: datetime
    vad: str = ""
    skal: str = ""


@capability("loggkontroll.dra", input=DrawInput, output=DrawOutput)
def draw_lines(context: CapabilityContext, data: DrawInput) -> DrawOutput:
    """Take a sample of the unit's readings, and all of what the law wants looked at most.

    All readings about protected persons, of the vault, in an emergency, and every refused one.

    Raises:
        ConfigurationMissingError: The edition lacks ``loggkontroll_urval``.
    """
    seed = str(context.instance_id)
    plain, every = _read_lines(context, data.fran, data.till)
    size = sample_size(context.bundle, SIZE, len(plain))
    taken = [*every, *draw(plain, [line.ref for line in plain], seed, size)]
    made = Loggkontroll.objects.create(
        **holder(context),
        instance_id=context.instance_id,
        fran=data.fran,
        till=data.till,
        fro=seed,
        antal_lasningar=len(plain) + len(every),
        skapad=context.now,
    )
    heads = _heads(context)
    rows = [
        LoggRad(
            **holder(context),
            kontroll=made,
            nummer=number,
            slag=line.slag,
            kalla_id=line.ref,
            lasare_id=line.user,
            arende_id=line.arende,
            at=line.at,
            vad=line.vad,
            skal=line.skal,
            grupp=OWN if line.user in heads else OTHERS,
        )
        for number, line in enumerate(sorted(taken, key=lambda one: (one.at, one.ref)), start=1)
    ]
    LoggRad.objects.bulk_create(rows)
    context.record("loggkontroll.urval", kontroll=made.pk)
    own = sum(row.grupp == OWN for row in rows)
    return DrawOutput(
        kontroll=made.pk,
        chef_roll=head_role(context.organisation),
        antal_ovriga=Decimal(len(rows) - own),
        antal_chefen=Decimal(own),
    )


@capability("loggkontroll.bedom", input=JudgeInput, output=JudgeOutput)
def judge(context: CapabilityContext, data: JudgeInput) -> JudgeOutput:
    """Keep the verdict of each line, by somebody who is not the one who read.

    Raises:
        RecordNotFoundError: No such check of the unit.
        AnswersInvalidError: A line has no verdict, or two.
        ReviewerIsReaderError: A line is the reviewer's own.
        ControlSettledError: The check is signed.
    """
    document, answers = operation_form(context, data.dokument)
    made = _own(context, data.kontroll)
    waiting = {str(row.nummer): row for row in lines_of(made, data.grupp)}
    verdicts, newest = _verdicts(answers, set(waiting)), _newest(made)
    with database_rules(made.pk):
        LoggBedomning.objects.bulk_create(
            LoggBedomning(
                **holder(context),
                rad=row,
                nummer=newest.get(row.pk, (0, ""))[0] + 1,
                utfall=verdicts[number][0],
                motivering=verdicts[number][1],
                granskare_id=person_of(context),
                at=context.now,
                dokument=document,
            )
            for number, row in waiting.items()
        )
    context.record("loggkontroll.bedomd", kontroll=made.pk, grupp=data.grupp)
    found = [verdict for _, verdict in _newest(made).values()]
    return JudgeOutput(
        antal_oklara=Decimal(found.count(LoggUtfall.OKLAR)),
        antal_obehoriga=Decimal(found.count(LoggUtfall.OBEHORIG)),
    )


@capability("loggkontroll.signera", input=SignInput, output=SignOutput)
def sign(context: CapabilityContext, data: SignInput) -> SignOutput:
    """Sign the check, once; no line may lack a verdict or still be unclear.

    Raises:
        RecordNotFoundError: No such check of the unit.
        ControlNotDoneError: A line has no verdict, or is unclear.
    """
    document, answers = operation_form(context, data.dokument)
    made = _own(context, data.kontroll)
    conclusion = answers.needed("slutsats", "conclusion_missing", "Skriv en slutsats.")
    answers.check()
    with database_rules(made.pk):
        made.signerad, made.signerad_av_id = context.now, person_of(context)
        made.slutsats, made.dokument = conclusion, document
        made.save()
    context.record("loggkontroll", kontroll=made.pk)
    return SignOutput(signerad_datum=local_date(context.now))


def lines_of(made: Loggkontroll, group: str) -> list[LoggRad]:
    """The lines that wait for a verdict, by number.

    Args:
        made: The check.
        group: ``ovriga`` or ``chefen``: those without a verdict; ``oklara``: of either.
    """
    newest = _newest(made)
    rows = LoggRad.objects.filter(kontroll=made).order_by("nummer")
    if group == "oklara":
        unclear = [ref for ref, (_, verdict) in newest.items() if verdict == LoggUtfall.OKLAR]
        return list(rows.filter(pk__in=unclear))
    return list(rows.filter(grupp=group).exclude(pk__in=list(newest)))


def _newest(made: Loggkontroll) -> dict[UUID, tuple[int, str]]:
    """Line to the number of its newest verdict, and the verdict."""
    rows = LoggBedomning.objects.filter(rad__kontroll=made).order_by("nummer")
    return {row.rad_id: (row.nummer, row.utfall) for row in rows}


def _own(context: CapabilityContext, ref: str) -> Loggkontroll:
    return needed_row(Loggkontroll.objects.filter(unit_id=context.unit), ref, "Loggkontroll")


def _verdicts(answers: Answers, wanted: set[str]) -> dict[str, tuple[str, str]]:
    """Line number to verdict and reason; every line exactly once."""
    given = [(number, LoggUtfall.BEHORIG, "") for number in answers.codes("behoriga")]
    given += [
        (row.text("lasning"), LoggUtfall(row.text("bedomning")), row.text("motivering"))
        for row in answers.rows("avvikande")
    ]
    numbers = [number for number, _, _ in given]
    if set(numbers) != wanted or len(numbers) != len(wanted):
        answers.refuse("behoriga", "verdict_missing", "Bedöm varje läsning, en gång.")
        answers.check()
    return {number: (str(verdict), reason) for number, verdict, reason in given}


def _heads(context: CapabilityContext) -> set[int]:
    """Who judges the others' readings in the unit; their own go to the kvalitetsansvarig."""
    grants = RoleGrant.objects.on(local_date(context.now)).filter(
        Q(unit_id=context.unit) | Q(unit=None, organisation_id=context.organisation),
        role=head_role(context.organisation),
    )
    return set(grants.values_list("user_id", flat=True))


def _read_lines(
    context: CapabilityContext, first: date, last: date
) -> tuple[list[_Read], list[_Read]]:
    """The ordinary readings of the period, and those that are all looked at."""
    period = {
        "unit_id": context.unit,
        "at__gte": _midnight(first),
        "at__lt": _midnight(last + timedelta(days=1)),
    }
    reads = ReadLog.objects.filter(**period)
    plain = _lines(reads.filter(secrecy=0), LoggSlag.STICKPROV, "vad", "")
    every = [
        *_lines(reads.filter(secrecy__gt=0), LoggSlag.SKYDDAD, "vad", ""),
        *_lines(ValvLasning.objects.filter(**period), LoggSlag.VALVET, "", "skal"),
        *_lines(Nodoppning.objects.filter(**period), LoggSlag.NODOPPNING, "", "skal"),
        *_lines(NekadLasning.objects.filter(**period), LoggSlag.NEKAD, "vad", ""),
    ]
    return plain, every


def _lines(rows: QuerySet[Logged], slag: LoggSlag, what: str, why: str) -> list[_Read]:
    columns = ["pk", "user_id", "arende_id", "at", *filter(None, (what, why))]
    return [
        _Read(
            slag=slag,
            ref=row["pk"],
            user=row["user_id"],
            arende=row["arende_id"],
            at=row["at"],
            vad=row.get("vad", ""),
            skal=row.get("skal", ""),
        )
        for row in rows.order_by("pk").values(*columns)
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=STOCKHOLM)
