"""What the steps of lex Sarah share: the report, nämnden of a provider, who may investigate."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from cases.capabilities import CapabilityContext
from cases.models import Organisation, RoleGrant, Unit
from records.errors import RecordNotFoundError
from records.models import Akt, AktStatus, LexSarah, LexSarahBedomning

INVESTIGATOR = "lex_sarah_utredare"
SERIOUS = "allvarligt"


def open_report(context: CapabilityContext, ref: str) -> LexSarah:
    """The unit's own report that is not closed, locked.

    Raises:
        RecordNotFoundError: Another unit's, or closed.
    """
    rows = LexSarah.objects.select_for_update().filter(pk=ref, unit_id=context.unit, stangd=None)
    found = rows.first()
    if found is None:
        raise RecordNotFoundError("Lex Sarah", ref)
    return found


def open_reports(unit: UUID) -> QuerySet[LexSarah]:
    """The unit's reports that are not closed, by number."""
    return LexSarah.objects.filter(unit_id=unit, stangd=None).order_by("rapporterad", "nummer")


def judged_serious(report: LexSarah) -> bool:
    """Whether anyone has found it serious, once: then IVO shall know."""
    return LexSarahBedomning.objects.filter(lex_sarah=report, utfall=SERIOUS).exists()


def namnd_of(unit: UUID) -> Unit | None:
    """Myndighetens unit that a provider's unit works for: that of its newest akt.

    A provider without an akt has the first one of its own tjänsteområde, else the first.
    """
    akt = Akt.objects.filter(unit_id=unit).select_related("uppdrag").order_by("-oppnad").first()
    if akt is not None:
        return Unit.objects.get(pk=akt.uppdrag.unit_id)
    own = Unit.objects.get(pk=unit)
    units = Unit.objects.filter(organisation__kind=Organisation.Kind.MYNDIGHET)
    found = sorted(units, key=lambda one: (one.tjansteomrade != own.tjansteomrade, one.name))
    return next(iter(found), None)


def cases_of(unit: UUID, secrecy: int) -> QuerySet[Akt]:
    """The open akter of a unit, by number; the protected only where the reader reaches them."""
    rows = Akt.objects.filter(unit_id=unit, status=AktStatus.OPPEN, secrecy__lte=secrecy)
    return rows.select_related("uppdrag").order_by("uppdrag__nummer")


def investigators(organisation: UUID, unit: UUID, day: date) -> Iterable[User]:
    """Who may investigate what happened in a unit: has the role there, and no other in it."""
    active = RoleGrant.objects.active(day)
    here = active.filter(
        Q(unit_id=unit) | Q(unit=None), role=INVESTIGATOR, organisation_id=organisation
    )
    users = get_user_model().objects.filter(is_active=True, pk__in=here.values("user_id"))
    apart = users.exclude(pk__in=active.filter(unit_id=unit).values("user_id"))
    return apart.order_by("last_name", "first_name", "username")
