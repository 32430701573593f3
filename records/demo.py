"""Loads the demo municipality ``processes/lokal/demo/kommun.toml``. Safe to repeat.

Ids are derived from names, so that two loads, and two installations, hold the same rows.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import transaction

from cases.models import Organisation, RoleGrant, Sekretessforbindelse, Unit
from records.answers import local_date
from records.demo_cases import Machinery, walk_cases
from records.demo_data import DemoUser, Municipality, municipality
from records.models import Arende

__all__ = ["Summary", "load", "load_people", "logins", "municipality"]

BEFORE = 500  # days; roles began before the first case
SIGNED = date(2020, 1, 1)
"""When the demo's people signed their sekretessförbindelse: when they were employed."""
SPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "demo.kedja.invalid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the terminal is told."""

    note: str
    logins: tuple[str, ...]


def load(*, now: datetime, machinery: Machinery | None = None) -> Summary:
    """Load people and, into an empty database, cases in every step of the chain.

    Args:
        now: The moment, aware; the cases began in the time before it.
        machinery: Does the worker's part while the cases are walked; without it no cases.
    """
    found = load_people(now - timedelta(days=BEFORE))
    cases = stopped = 0
    if machinery is not None and not Arende.objects.exists():
        cases, stopped = walk_cases(found.person, now, machinery)
    note = f"{found.namn}: {len(found.anvandare)} users, {cases} new cases"
    note += f" ({stopped} stopped on the way)" if stopped else ""
    return Summary(note=note, logins=logins(found))


def load_people(at: datetime) -> Municipality:
    """Load organisations, units and users, whose roles hold from the day of ``at``.

    A second load changes names and passwords back to the file's; grants are moved to the earlier
    of the two days.
    """
    found = municipality()
    hashed = make_password(found.losenord)  # once: a hash takes its time on purpose
    with transaction.atomic():
        units = _load_units(found)
        for user in found.anvandare:
            _load_user(user, hashed, units, at)
    return found


def demo_id(kind: str, name: str) -> UUID:
    """The id of a demo row."""
    return uuid.uuid5(SPACE, f"{kind}/{name}")


def logins(found: Municipality) -> tuple[str, ...]:
    """One line per user for the terminal."""
    wide = max(len(user.namn) for user in found.anvandare)
    return tuple(
        f"{user.namn:<{wide}}  {found.losenord}  {user.roll}, {user.enhet or user.organisation}"
        for user in found.anvandare
    )


def _load_units(found: Municipality) -> Mapping[str, Unit]:
    units: dict[str, Unit] = {}
    for row in found.organisation:
        organisation, _ = Organisation.objects.update_or_create(
            pk=demo_id("organisation", row.namn),
            defaults={"name": row.namn, "kind": row.slag, "driftsform": row.driftsform},
        )
        for part in row.enhet:
            units[part.namn], _ = Unit.objects.update_or_create(
                pk=demo_id("enhet", part.namn),
                defaults={
                    "organisation": organisation,
                    "name": part.namn,
                    "tjansteomrade": part.tjansteomrade,
                },
            )
    return units


def _load_user(row: DemoUser, hashed: str, units: Mapping[str, Unit], at: datetime) -> None:
    day = local_date(at)
    user, _ = get_user_model().objects.update_or_create(
        username=row.namn,
        defaults={"first_name": row.fornamn, "last_name": row.efternamn, "password": hashed},
    )
    unit = units[row.enhet] if row.enhet else None
    place: dict[str, Any] = {
        "organisation_id": unit.organisation_id
        if unit
        else demo_id("organisation", row.organisation or ""),
        "unit": unit,
    }
    grant = RoleGrant.objects.filter(user=user, role=row.roll, **place).first()
    if grant is None:
        RoleGrant.objects.create(
            user=user, role=row.roll, **place, secrecy=row.sekretess, valid_from=day
        )
    elif grant.valid_from > day or grant.secrecy != row.sekretess:
        grant.valid_from = min(day, grant.valid_from)
        grant.secrecy = row.sekretess
        grant.save(update_fields=["valid_from", "secrecy"])
    Sekretessforbindelse.objects.get_or_create(
        user=user,
        organisation_id=place["organisation_id"],
        defaults={
            "kind": Sekretessforbindelse.Kind.PAPER,
            "signed_on": SIGNED,
            "recorded_at": at,
        },
    )
