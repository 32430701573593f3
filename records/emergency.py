"""Break-glass: a case opened outside the ordinary clearance, for a reason and a time (L-34).

It is for reading only. It is logged, shown to the head of the unit and told in the case's history.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from cases import access, bundles, repository
from cases.access import Action, Resource
from cases.actor import Actor
from cases.context import access_context
from cases.errors import AnswersInvalidError, NotFoundError, NotPermittedError
from cases.models import CaseAccess, Instance
from cases.repository import Line
from engine.bundle import Bundle
from records.answers import local_date
from records.errors import ConfigurationMissingError
from records.models import Nodoppning, Notis

TABLE = "nodoppning"
KIND = "nodoppning"
HEADS = ("arbetsledare", "enhetschef")
SHORTEST = 10


def open_case(case_id: UUID, reason: str, *, actor: Actor, now: datetime) -> CaseAccess:
    """Let the actor read one case of her own unit for a short time.

    Args:
        case_id: The ärende.
        reason: Why it cannot wait for who is named; kept for ever, at least ten characters.
        actor: Who opens it.
        now: The moment, aware; the table ``nodoppning`` says how long it lasts.

    Raises:
        AnswersInvalidError: The reason is missing or too short to check.
        NotFoundError: No unit of the actor's holds the case.
        NotPermittedError: The actor's roles have no such right.
    """
    if len(reason.strip()) < SHORTEST:
        told = "Skriv varför det inte kan vänta, med minst tio tecken."
        raise AnswersInvalidError(KIND, {"skal": ("reason_missing", told)})
    bundle_hash = bundles.newest_hash(local_date(now))
    user = _user(actor, case_id)
    with access_context(actor):
        organisation, unit, level = _place(case_id)
        wanted = Resource(
            ref=case_id, bundle=bundle_hash, organisation=organisation, unit=unit, secrecy=0
        )
        access.require(actor, Action.EMERGENCY, wanted)
        until = now + timedelta(hours=_hours(bundles.compiled(bundle_hash), level))
        stamp = {"organisation_id": organisation, "unit_id": unit, "secrecy": level}
        way = CaseAccess.objects.create(
            organisation_id=organisation,
            unit_id=unit,
            arende_id=case_id,
            user_id=user,
            kind=CaseAccess.Kind.EMERGENCY,
            level=level,
            opened_at=now,
            opened_by_id=user,
            expires_at=until,
        )
        Nodoppning.objects.bulk_create(
            [
                Nodoppning(
                    **stamp,
                    arende_id=case_id,
                    user_id=user,
                    skal=reason.strip(),
                    at=now,
                    till=until,
                )
            ]
        )
        _tell(way, actor, now)
    return way


def _user(actor: Actor, case_id: UUID) -> int:
    if actor.user_id is None:
        raise NotPermittedError(Action.EMERGENCY.value, case_id)
    return actor.user_id


def _place(case_id: UUID) -> tuple[UUID, UUID, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organisation_id, unit_id, secrecy FROM records_case_place(%s)", [case_id]
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFoundError("case", case_id)
    return row[0], row[1], row[2]


def _hours(bundle: Bundle, level: int) -> int:
    if f"dmn/{TABLE}.dmn" not in bundle.files:
        raise ConfigurationMissingError(f"dmn/{TABLE}.dmn")
    answer: Any = bundle.decision(TABLE).evaluate(TABLE, {"skydd": Decimal(level)}).value
    return int(answer)


def _tell(way: CaseAccess, actor: Actor, now: datetime) -> None:
    """Tell the head of the unit, and the history of the case that the actor sees from here on."""
    case_id = way.arende_id
    reader = replace(actor, opened={case_id: way.level}).at(case_id)
    with access_context(reader):
        Notis.objects.bulk_create(
            Notis(
                organisation_id=way.organisation_id,
                unit_id=way.unit_id,
                secrecy=way.level,
                arende_id=case_id,
                typ=KIND,
                niva=str(way.pk),
                roll=role,
                skapad=now,
            )
            for role in HEADS
        )
        rows = Instance.objects.filter(arende_id=case_id, unit_id=way.unit_id)
        newest = rows.order_by("-started_at").values_list("pk", flat=True).first()
        if newest is not None:
            line = Line(kind=KIND, detail={"way": str(way.pk)})
            repository.save_line(repository.lock_instance(newest), actor, now, line)
