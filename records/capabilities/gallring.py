"""Retention by steps: what is due, what stops it, the decision and the destruction."""

from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from cases.capabilities import CapabilityContext, capability
from cases.models import Instance, RoleGrant, Task
from records.answers import document, local_date
from records.capabilities.shapes import AktInput, Inputs, NoInputs, Outputs
from records.errors import RecordNotFoundError, database_rules
from records.models import (
    Akt,
    AktStatus,
    ExternForvaring,
    Gallringsbeslut,
    GallringStart,
)
from records.retention import FIELDS, law_of, rule_of, set_retention
from records.terms import law_version
from records.writing import akt_of, holder, person_of

A_NIGHT = 100
"""Akter that one night begins with: they are variables of its instance. The rest come next."""
GALLRA = "gallra_akt"
WAITS = {
    "gallring_sparrad": "sparrad",
    "ivo_access_open": "sparrad",
    "akt_in_use": "sparrad",
    "uppdrag_not_ended": "sparrad",
    "gallring_moved": "flyttad",
    "akt_open": "flyttad",
    "akt_gallrad": "flyttad",
}
"""What the database says stands in the way, as the diagrams ask for it."""


class DueOutput(Outputs):
    """The akter whose day has come and that no earlier night has begun with."""

    akter: list[dict[str, str]]
    antal: int


class TrialOutput(Outputs):
    """Whether the akt may go on towards its end, and what the table says about it.

    ``lage``: ``redo``, ``sparrad`` (a hold, or something that must end first) or ``flyttad``.
    """

    lage: str
    gallringsdatum: date | None
    utfall: str
    manuell: bool
    fodelsedag_okand: bool
    lag: str
    driftsform: str
    extern_forvaring: int


class CarryOutInput(Inputs):
    """What becomes of the akt, the receiver's package, and which step proposed it."""

    akt: str
    utfall: str
    paket: str | None = None
    forslag_steg: str
    forslag_dokument: str


class CarriedOutOutput(Outputs):
    """``lage``: ``gallrad``, or why not; the protocol when it was done."""

    lage: str
    protokoll: UUID | None
    gallrad_datum: date | None


@capability("gallring.finn", input=NoInputs, output=DueOutput)
def find_due(context: CapabilityContext, _data: NoInputs) -> DueOutput:
    """Find the organisation's akter whose day has come; each is given once per day (R-183).

    Not while the supervisor may ask for it (R-192). Two nights at once: the unique key of
    ``GallringStart`` lets one of them have the akt.
    """
    today = local_date(context.now)
    started = GallringStart.objects.filter(
        akt=OuterRef("pk"), gallringsdatum=OuterRef("gallringsdatum")
    )
    due = Akt.objects.filter(
        organisation_id=context.organisation,
        status=AktStatus.STANGD,
        gallrad=None,
        gallringsdatum__lte=today,
    ).filter(~Exists(started))
    due = due.exclude(ivo_till__gte=today)
    busy = set(
        Instance.objects.filter(
            process_key=GALLRA, organisation_id=context.organisation, status__in=Instance.LIVE
        ).values_list("business_key", flat=True)
    )
    found = [akt for akt in due.order_by("gallringsdatum", "pk") if str(akt.pk) not in busy]
    begun = [line for akt in found[:A_NIGHT] if (line := _begun(context, akt)) is not None]
    return DueOutput(akter=begun, antal=len(begun))


def _begun(context: CapabilityContext, akt: Akt) -> dict[str, str] | None:
    """The akt as the diagram throws it, or None where another night was first."""
    if akt.gallringsdatum is None:
        return None
    row = GallringStart(
        organisation_id=akt.organisation_id,
        unit_id=akt.unit_id,
        secrecy=akt.secrecy,
        akt=akt,
        gallringsdatum=akt.gallringsdatum,
        startad=context.now,
    )
    GallringStart.objects.bulk_create([row], ignore_conflicts=True)
    if not GallringStart.objects.filter(pk=row.pk).exists():
        return None
    context.record("gallring.startad", akt=akt.pk)
    return {
        "akt": str(akt.pk),
        "arende": str(akt.arende_id),
        "organisation": str(akt.organisation_id),
        "enhet": str(akt.unit_id),
    }


@capability("gallring.prova", input=AktInput, output=TrialOutput)
def try_akt(context: CapabilityContext, data: AktInput) -> TrialOutput:
    """Recompute the day and ask the table; say what stands in the way (K-10, R-192).

    Raises:
        RecordNotFoundError: Not this holder's akt.
        ConfigurationMissingError: The edition lacks a table.
    """
    akt = akt_of(context, data.akt, allow_closed=True)
    rule = rule_of(context, akt) if akt.gallrad else set_retention(context, akt)
    if akt.gallrad is None:
        akt.save(update_fields=FIELDS)
    context.record("gallring.provad", akt=akt.pk)
    return TrialOutput(
        lage=_state(context, akt),
        gallringsdatum=akt.gallringsdatum,
        utfall=rule.utfall,
        manuell=rule.manuell,
        fodelsedag_okand=rule.manuell and rule.utfall == "bevara",
        lag=law_of(akt),
        driftsform=akt.organisation.driftsform,
        extern_forvaring=_kept_outside(akt).count(),
    )


@capability("gallring.verkstall", input=CarryOutInput, output=CarriedOutOutput)
def carry_out(context: CapabilityContext, data: CarryOutInput) -> CarriedOutOutput:
    """Write the decision of two persons and destroy the akt in the same transaction.

    Who proposed it is read from the task that was completed, not from a variable. A hold, a late
    note or an open access leaves everything as it is and says so.

    Raises:
        RecordNotFoundError: Nobody proposed it, or no such package.
        AktKeptError, ArchiveReceiptMissingError: The database refuses the outcome.
        RecordRefusedError: One person in both parts, or another rule of the database.
    """
    akt = akt_of(context, data.akt, allow_closed=True)
    state = _state(context, akt)
    if state != "redo":
        return CarriedOutOutput(lage=state, protokoll=None, gallrad_datum=None)
    _end_outside(context, akt, data.forslag_dokument)
    with database_rules(akt.pk):
        beslut = _decided(context, akt, data)
        protocol = _destroyed(context, beslut)
    context.record("gallring", akt=akt.pk, protokoll=protocol, beslut=beslut.pk)
    return CarriedOutOutput(
        lage="gallrad", protokoll=protocol, gallrad_datum=local_date(context.now)
    )


def _decided(context: CapabilityContext, akt: Akt, data: CarryOutInput) -> Gallringsbeslut:
    proposal = (
        Task.objects.filter(
            instance_id=context.instance_id,
            element=data.forslag_steg,
            status=Task.Status.COMPLETED,
        )
        .order_by("-completed_at")
        .first()
    )
    if proposal is None or proposal.completed_by_id is None or proposal.completed_at is None:
        raise RecordNotFoundError("Förslag om gallring", akt.pk)
    if akt.gallringsdatum is None:
        raise RecordNotFoundError("Gallringsdatum för akt", akt.pk)
    rule = rule_of(context, akt)
    return Gallringsbeslut.objects.create(
        **holder(context),
        akt=akt,
        arende_id=akt.arende_id,
        instance_id=context.instance_id,
        utfall=data.utfall,
        gallringsdatum=akt.gallringsdatum,
        regel=rule.regel,
        lagrum=rule.kalla,
        law_version=law_version(context.bundle, local_date(context.now), required=False),
        paket_id=data.paket,
        foreslagen=proposal.completed_at,
        foreslagen_av_id=proposal.completed_by_id,
        foreslagen_roll=proposal.role,
        godkand=context.now,
        godkand_av_id=person_of(context),
        godkand_roll=_role(context),
    )


def _role(context: CapabilityContext) -> str:
    """The role by which the actor approves; of several, the first by name."""
    day = local_date(context.now)
    held = RoleGrant.objects.filter(
        user_id=person_of(context), organisation_id=context.organisation, valid_from__lte=day
    )
    return str(held.order_by("role").values_list("role", flat=True).first() or "")


def _destroyed(context: CapabilityContext, beslut: Gallringsbeslut) -> UUID:
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_forstor(%s, %s)", [beslut.pk, context.now])
        row = cursor.fetchone()
    return UUID(str(row[0])) if row else beslut.pk


def _state(context: CapabilityContext, akt: Akt) -> str:
    """What the database says stands in the way; what is kept outside is settled on approval."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT records_gallring_hinder(%s, %s, %s)",
            [akt.pk, context.instance_id, context.now],
        )
        row = cursor.fetchone()
    return WAITS.get(row[0] or "", "redo") if row else "redo"


def _kept_outside(akt: Akt) -> QuerySet[ExternForvaring]:
    return ExternForvaring.objects.filter(
        arende_id=akt.arende_id, unit_id=akt.unit_id, avslutad=None
    )


def _end_outside(context: CapabilityContext, akt: Akt, dokument: str) -> None:
    """Write what became of the handlingar outside the system (R-172)."""
    _, answers = document(context, dokument)
    how = answers.text("extern_atgard")
    if how:
        _kept_outside(akt).update(
            avslutad=context.now, avslutad_av_id=context.actor.user_id, avslutad_som=how
        )
