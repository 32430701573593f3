"""What every part of the quality work shares: forms without an ärende, numbers, links, stages.

Nothing here is the record of a person. An ärende is named by its id, and only to say where a
neutral note belongs (R-140).
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Q

from cases.capabilities import CapabilityContext
from cases.models import Organisation, RoleGrant, Unit
from engine.bundle import Bundle
from engine.variables import unpack
from records.answers import Answers, local_date
from records.errors import RecordNotFoundError
from records.models import Akt, Arende, Dokument, HandelseLank, Kalla, KvalitetsSteg, Steg
from records.terms import terms
from records.writing import holder

KRAV = "kvalitetskrav"
HEADS = {Organisation.Kind.UTFORARE: "enhetschef", Organisation.Kind.MYNDIGHET: "myndighetschef"}


def operation_form(context: CapabilityContext, dokument: str) -> tuple[Dokument, Answers]:
    """The stored answers of a form that belongs to no ärende.

    Raises:
        RecordNotFoundError: Another organisation's, or an ärende's.
    """
    found = Dokument.objects.filter(
        pk=dokument, organisation_id=context.organisation, arende=None
    ).first()
    if found is None:
        raise RecordNotFoundError("Dokument", dokument)
    return found, Answers(unpack(found.answers), found.form_id)


def next_number(context: CapabilityContext, series: str) -> str:
    """The next number of the organisation's own series for the year, e.g. ``A-2026-3``.

    Without gaps or doubles: the series is locked until the transaction ends.

    Args:
        context: The running action.
        series: Letter of the series.
    """
    year = local_date(context.now).year
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT records_next_number(%s, %s, %s)", [context.organisation, series, year]
        )
        return str(cursor.fetchone()[0])


def krav_names(bundle: Bundle) -> dict[str, str]:
    """The krav and goals of ``terms/kvalitetskrav.toml``, by id.

    Raises:
        ConfigurationMissingError: The edition has no such list.
    """
    return {code: term.namn for code, term in terms(bundle, KRAV, KRAV).items()}


def chosen_krav(context: CapabilityContext, answers: Answers, field: str = "krav") -> list[str]:
    """The krav that something is about: at least one, each known (R-012).

    A krav is an id of ``terms/kvalitetskrav.toml`` or of ``lagrum.toml``. Problems are noted in
    ``answers``.
    """
    codes = answers.codes(field)
    known = krav_names(context.bundle)
    cited = context.bundle.lagrum
    wrong = [code for code in codes if code not in known and cited.get(code) is None]
    if not codes or wrong:
        answers.refuse(field, "krav_unknown", "Välj minst ett krav eller mål i listan.")
    return list(codes)


def link(
    context: CapabilityContext, fran: Kalla, fran_id: object, till: Kalla, till_id: object
) -> None:
    """Say that two things hang together; saying it twice, or the other way, changes nothing."""
    one, other = UUID(str(fran_id)), UUID(str(till_id))
    if linked(fran, one, till, other):
        return
    HandelseLank.objects.get_or_create(
        fran=fran,
        fran_id=one,
        till=till,
        till_id=other,
        defaults={
            **holder(context),
            "skapad": context.now,
            "skapad_av_id": context.actor.user_id,
        },
    )


def linked(fran: Kalla, fran_id: UUID, till: Kalla, till_id: UUID) -> bool:
    """Tell whether two things are linked, in either direction."""
    there = Q(fran=fran, fran_id=fran_id, till=till, till_id=till_id)
    back = Q(fran=till, fran_id=till_id, till=fran, till_id=fran_id)
    return HandelseLank.objects.filter(there | back).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of R-050: what was found, or why it does not apply."""

    steg: Steg
    gjort: bool = True
    skal: str = ""
    text: str = ""
    orsak: str = ""
    forebyggande: str = ""
    dokument: Dokument | None = None


def add_stage(context: CapabilityContext, kalla: Kalla, kalla_id: UUID | str, stage: Stage) -> None:
    """Write one stage of a deviation or a complaint; one that stands is left as it is (R-050)."""
    KvalitetsSteg.objects.get_or_create(
        kalla=kalla,
        kalla_id=kalla_id,
        steg=stage.steg,
        defaults={
            **holder(context),
            "gjort": stage.gjort,
            "skal": stage.skal,
            "text": stage.text,
            "orsak": stage.orsak,
            "forebyggande": stage.forebyggande,
            "dokument": stage.dokument,
            "registrerad": context.now,
            "registrerad_av_id": context.actor.user_id,
        },
    )
    context.record(f"{kalla.value}.{stage.steg.value}", **{kalla.value: kalla_id})


def head_role(organisation: UUID) -> str:
    """The role that leads a unit: ``enhetschef`` at a provider, else ``myndighetschef``."""
    return HEADS[Organisation.Kind(Organisation.objects.get(pk=organisation).kind)]


def case_numbered(context: CapabilityContext, answers: Answers) -> UUID | None:
    """The ärende that a form names by its number, or by the number of the unit's own uppdrag.

    None where the form names none. A number that is not one of the unit's is noted as a problem.
    """
    number = answers.text("arendenummer")
    if not number:
        return None
    found = case_called(context, number)
    if found is None:
        answers.refuse("arendenummer", "case_unknown", "Enheten har inget ärende med det numret.")
    return found


def case_called(context: CapabilityContext, number: str) -> UUID | None:
    """The unit's ärende of a number, or that of its uppdrag of it, which the actor may see."""
    own = Arende.objects.filter(nummer=number, unit_id=context.unit)
    akter = Akt.objects.filter(uppdrag__nummer=number, unit_id=context.unit)
    ids = (own.values_list("pk", flat=True), akter.values_list("arende_id", flat=True))
    return next((key for rows in ids for key in rows), None)


def worker_called(context: CapabilityContext, username: str) -> int | None:
    """Id of the user of that name who has a role where the instance is, or None."""
    here = RoleGrant.objects.active(local_date(context.now)).filter(
        Q(unit_id=context.unit) | Q(unit=None, organisation_id=context.organisation),
        user__is_active=True,
        user__username=username,
    )
    return here.values_list("user_id", flat=True).first()


def unit_of(unit: object) -> Unit:
    """A unit by its id.

    Raises:
        RecordNotFoundError: There is no such unit.
    """
    found = Unit.objects.filter(pk=str(unit)).first()
    if found is None:
        raise RecordNotFoundError("Enhet", unit)
    return found
