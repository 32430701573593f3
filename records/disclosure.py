"""Disclosure to somebody else: reviewed first, on a ground, sent once or stopped (R-161, K-9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from cases.capabilities import CapabilityContext
from records.answers import local_date
from records.consent import parts_in_force
from records.errors import (
    ConsentMissingError,
    DisclosureStoppedError,
    RecordNotFoundError,
    database_rules,
)
from records.models import Akt, Arende, Dokument, SamtyckeDel, Utlamnande, UtlamnandeStatus
from records.subject import Subject, case_id
from records.terms import law_version
from records.writing import holder


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Why it may be disclosed: exactly one of a consent, a section, or a review of harm."""

    consent: SamtyckeDel | None = None
    lagrum: str = ""
    reason: str = ""

    @property
    def code(self) -> str:
        """``samtycke``, ``lagrum`` or ``menprovning``."""
        if self.consent is not None:
            return "samtycke"
        return "lagrum" if self.lagrum else "menprovning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What goes to whom, for what. ``content`` names documents, notes or parts by id."""

    recipient_kind: str
    recipient: str
    purpose: str
    categories: Sequence[str]
    content: Sequence[Mapping[str, str]] = ()
    copy: bool = True


def open_disclosure(
    context: CapabilityContext,
    arende: Arende | Akt | Subject,
    parcel: Parcel,
    ground: Ground,
    *,
    document: Dokument | None = None,
    refused: bool = False,
    secrecy_ground: str = "",
) -> Utlamnande:
    """Note a reviewed disclosure; it waits until it is sent, or is refused for good.

    Args:
        context: The running action.
        arende: What it is about: myndighetens ärende, or the provider's akt.
        parcel: What goes to whom.
        ground: Why it may (or, refused, why not).
        document: The form of the review.
        refused: The review said no.
        secrecy_ground: Citation of the secrecy that binds the holder (table ``sekretessgrund``).

    Raises:
        ConsentMissingError: The consent does not cover a category or has ended.
    """
    ref = case_id(arende)
    if ground.consent is not None and not set(parcel.categories) <= set(ground.consent.uppgifter):
        raise ConsentMissingError(ref)
    row = Utlamnande(
        **holder(context),
        arende_id=ref,
        person_id=arende.person_id,
        mottagare_typ=parcel.recipient_kind,
        mottagare=parcel.recipient,
        syfte=parcel.purpose,
        uppgifter=list(parcel.categories),
        innehall=[dict(part) for part in parcel.content],
        kopia=parcel.copy,
        grund=ground.code,
        samtycke_del=ground.consent,
        lagrum=ground.lagrum,
        sekretessgrund=secrecy_ground,
        skal=ground.reason,
        provad=context.now,
        provad_av_id=context.actor.user_id,
        dokument=document,
        law_version=law_version(context.bundle, local_date(context.now), required=False),
        status=UtlamnandeStatus.NEKAD if refused else UtlamnandeStatus.VANTAR,
    )
    with database_rules(ref):
        row.save(force_insert=True)
    return row


def send_disclosure(context: CapabilityContext, disclosure_id: UUID) -> Utlamnande:
    """Mark a waiting disclosure as sent. The database refuses it once its consent has ended.

    A second call changes nothing.

    Raises:
        RecordNotFoundError: Unknown, or out of sight.
        DisclosureStoppedError: It was stopped or refused.
        ConsentMissingError: Its consent was withdrawn or has ended.
    """
    found = locked(context, disclosure_id)
    if found.status == UtlamnandeStatus.SKICKAD:
        return found
    if found.status != UtlamnandeStatus.VANTAR:
        raise DisclosureStoppedError(disclosure_id)
    if found.samtycke_del is not None and not consent_holds(context, found.samtycke_del):
        raise ConsentMissingError(disclosure_id)
    found.status, found.skickad = UtlamnandeStatus.SKICKAD, context.now
    found.skickad_av_id = context.actor.user_id
    with database_rules(disclosure_id):
        found.save(update_fields=["status", "skickad", "skickad_av"])
    return found


def locked(context: CapabilityContext, disclosure_id: UUID) -> Utlamnande:
    """The disclosure, locked until the action ends.

    Raises:
        RecordNotFoundError: Unknown, another unit's, or out of sight.
    """
    rows = Utlamnande.objects.select_for_update(of=("self",)).filter(unit_id=context.unit)
    found = rows.select_related("samtycke_del__samtycke").filter(pk=disclosure_id).first()
    if found is None:
        raise RecordNotFoundError("Utlämnande", disclosure_id)
    return found


def stop_if_uncovered(context: CapabilityContext, disclosure_id: UUID) -> Utlamnande:
    """Stop what waits on a consent that no longer holds; whatever else is left as it is.

    Raises:
        RecordNotFoundError: Unknown, or out of sight.
    """
    found = locked(context, disclosure_id)
    part = found.samtycke_del
    if found.status == UtlamnandeStatus.VANTAR and part and not consent_holds(context, part):
        found.status, found.stoppad = UtlamnandeStatus.STOPPAD, context.now
        found.stoppad_orsak = "samtycke_upphort"
        found.save(update_fields=["status", "stoppad", "stoppad_orsak"])
    return found


def receive_receipt(context: CapabilityContext, disclosure_id: UUID) -> Utlamnande:
    """Note that the receiver has got it; a second time changes nothing.

    Raises:
        RecordNotFoundError: Unknown, or out of sight.
        DisclosureStoppedError: It was never sent.
    """
    found = locked(context, disclosure_id)
    if found.status != UtlamnandeStatus.SKICKAD:
        raise DisclosureStoppedError(disclosure_id)
    if found.kvitterad is None:
        found.kvitterad = context.now
        found.save(update_fields=["kvitterad"])
    return found


def waiting(arende_id: UUID) -> QuerySet[Utlamnande]:
    """Return what is reviewed but not sent, the oldest first."""
    rows = Utlamnande.objects.filter(arende_id=arende_id, status=UtlamnandeStatus.VANTAR)
    return rows.order_by("provad", "pk")


def consent_holds(context: CapabilityContext, part: SamtyckeDel) -> bool:
    """Return whether the part holds today; the trigger asks again under the lock."""
    day = local_date(context.now)
    return parts_in_force(part.samtycke.arende_id, day).filter(pk=part.pk).exists()
