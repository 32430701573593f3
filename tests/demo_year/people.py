"""Who works in the municipality of the year, and whom its stories are about."""

import random
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from cases.actor import Actor, actor_for
from cases.context import native_cursor
from cases.models import Organisation, RoleGrant, Unit
from config.scenarios.people import NobodyError
from config.scenarios.seen import STOCKHOLM
from records.demo import demo_id
from records.demo_data import municipality
from records.identity import birth_day
from tests.demo_year.stories import Tale
from tests.signing import sign

MORE = Path(__file__).with_name("people.toml")
LONG = timedelta(days=700)
"""From here on the birthday decides: what follows after five years."""
RESEARCH_DAYS = (5, 15, 25)
CHECKED = "Jämfört siffra för siffra med legitimation."
REASONS = (
    "Nyligen inflyttad, personnummer inte tilldelat.",
    "Identiteten är inte styrkt.",
    "Asylsökande utan samordningsnummer.",
)


_WAYS = """
select id from cases_caseaccess
 where user_id = $1 and ended_at is null and opened_at <= $2 and coalesce(expires_at > $2, true)
 order by id
"""


@dataclass(slots=True)
class Staff:
    """Who does what. The same story meets the same people as long as they hold the role."""

    _users: dict[str, User] = field(default_factory=dict)
    _holders: dict[tuple[str, UUID | None], list[RoleGrant]] = field(default_factory=dict)
    _colleagues: dict[UUID, list[str]] = field(default_factory=dict)
    _today: dict[int, tuple[object, Actor]] = field(default_factory=dict)
    _day: date | None = None

    @property
    def users(self) -> dict[str, User]:
        """Everybody by user name."""
        if not self._users:
            self._users = {user.get_username(): user for user in get_user_model().objects.all()}
        return self._users

    def actor(self, word: str, *, story: int, unit: UUID | None, now: datetime) -> Actor:
        """Return who acts: a user by name, or one who holds the role where it takes place.

        Raises:
            NobodyError: There is no such user.
        """
        user = self.users.get(word)
        if user is None:
            alike = self._alike(word, unit)
            if not alike:
                raise NobodyError(word, unit)
            user = alike[story % len(alike)].user
        return self._acting(user, now)

    def holders(self, role: str, *, unit: UUID, now: datetime) -> Iterator[Actor]:
        """Who holds a role where a task is; a user may have the role's name (``jurist``)."""
        for row in self._alike(role, unit):
            yield self._acting(row.user, now)

    def peers(self, word: str, now: datetime) -> list[Actor]:
        """Everybody who holds the role of a user, wherever he works."""
        user = self.users.get(word)
        roles = RoleGrant.objects.filter(user=user).values("role") if user else [word]
        rows = RoleGrant.objects.filter(role__in=roles).order_by("user__username", "role")
        found = {row.user_id: row.user for row in rows.select_related("user")}
        return [self._acting(user, now) for user in found.values()]

    def _acting(self, user: User, now: datetime) -> Actor:
        """The actor, read once a day, as grants are dated, and when a way has come or gone."""
        day = now.astimezone(STOCKHOLM).date()
        if day != self._day:
            self._day, self._today = day, {}
        ways = native_cursor().execute(_WAYS, (user.pk, now), prepare=True).fetchall()
        known = self._today.get(user.pk)
        if known is None or known[0] != ways:
            known = self._today[user.pk] = (ways, actor_for(user, now))
        return known[1]

    def colleagues(self, organisation: UUID) -> list[str]:
        """The user names of those who work in an organisation."""
        if organisation not in self._colleagues:
            rows = RoleGrant.objects.filter(organisation_id=organisation)
            names = rows.order_by("user__username").values_list("user__username", flat=True)
            self._colleagues[organisation] = list(dict.fromkeys(names))
        return self._colleagues[organisation]

    def _alike(self, role: str, unit: UUID | None) -> list[RoleGrant]:
        """The first holder of a role there, and colleagues whose grant is just like his."""
        key = (role, unit)
        if key not in self._holders:
            rows = RoleGrant.objects.filter(role=role).select_related("user")
            if unit is not None:
                home = Unit.objects.get(pk=unit)
                rows = rows.filter(organisation_id=home.organisation_id)
                rows = rows.filter(unit_id__in=(unit,)) | rows.filter(unit=None)
            found = list(rows.order_by("user__username"))
            first = found[0] if found else None
            self._holders[key] = [
                row
                for row in found
                if first is not None
                and (row.unit_id, row.secrecy) == (first.unit_id, first.secrecy)
            ]
        return self._holders[key]


def hire() -> None:
    """Add the colleagues of ``people.toml``, and the provider that ends during the year."""
    found = tomllib.loads(MORE.read_text(encoding="utf-8"))
    for row in found["colleague"]:
        _hire(row["like"], row["name"], f"{row['first']}", row["last"])
    ending = found["ending"]
    like = Unit.objects.select_related("organisation").get(name=ending["like"])
    ends, _ = Organisation.objects.get_or_create(
        pk=demo_id("organisation", ending["organisation"]),
        defaults={
            "name": ending["organisation"],
            "kind": like.organisation.kind,
            "driftsform": like.organisation.driftsform,
        },
    )
    unit, _ = Unit.objects.get_or_create(
        pk=demo_id("enhet", ending["unit"]),
        defaults={
            "name": ending["unit"],
            "organisation": ends,
            "tjansteomrade": like.tjansteomrade,
        },
    )
    for model, name in ending["people"].items():
        _hire(model, name, "Ek", name, home=unit)


def _hire(like: str, name: str, first: str, last: str, home: Unit | None = None) -> None:
    """Give a new user the grants of another, in another unit where one is named."""
    model = get_user_model().objects.get(username=like)
    user, _ = get_user_model().objects.get_or_create(
        username=name, defaults={"first_name": first, "last_name": last}
    )
    for grant in RoleGrant.objects.filter(user=model):
        organisation = grant.organisation_id if home is None else home.organisation_id
        unit = grant.unit_id if home is None or grant.unit_id is None else home.pk
        RoleGrant.objects.get_or_create(
            user=user,
            role=grant.role,
            organisation_id=organisation,
            unit_id=unit,
            defaults={"secrecy": grant.secrecy, "valid_from": grant.valid_from},
        )
        sign(user, Organisation.objects.get(pk=organisation))


def swaps() -> Mapping[str, str]:
    """Names of the provider that goes on, and those of the one that ends in its place."""
    ending = tomllib.loads(MORE.read_text(encoding="utf-8"))["ending"]
    return {**ending["people"], ending["like"]: ending["unit"]}


def numbers() -> list[str]:
    """The official test numbers of the demo municipality."""
    return [row.personnummer for row in municipality().person if row.personnummer]


def people_of(
    tale: Tale, chance: random.Random, pool: list[str]
) -> Mapping[str, Mapping[str, Any]]:
    """Whom a story is about, by the number in the scenario.

    A tale whose people come back, or whose birthday decides, takes a number like its own out of
    the pool while there is one; the others are about people without a number.
    """
    told = Counter(
        str(act.step.answers["personnummer"])
        for act in tale.acts
        if act.step.start is not None and act.step.answers.get("personnummer")
    )
    again = any(count > 1 for count in told.values()) or tale.length > LONG
    found: dict[str, Mapping[str, Any]] = {}
    for number in told:
        own = _like(number, pool) if again else None
        if own is None:
            found[number] = {"utan_id_skal": chance.choice(REASONS)}
        else:
            pool.remove(own)
            found[number] = {"personnummer": own, "nummer_kontrollerat": CHECKED}
    return found


def _like(number: str, pool: list[str]) -> str | None:
    """The number itself while it is there, else one whose akt is kept or destroyed as its."""
    alike = [other for other in pool if _kept(other) == _kept(number)]
    return number if number in pool else next(iter(alike), None)


def _kept(number: str) -> bool | None:
    day = birth_day(number)
    return None if day is None else day in RESEARCH_DAYS
