"""Who in a unit has not read what her roles ask for, and since when (R-065, R-066)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from cases import bundles
from cases.models import Bundle as BundleRow
from cases.models import RoleGrant
from engine.bundle import Bundle
from engine.duties import PATH as DUTIES
from records.answers import local_date
from records.routines import (
    DUTY,
    INSTRUCTION,
    Reading,
    acknowledged,
    readings,
    routines_of,
    subject_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A colleague with something unread.

    ``since`` is the day from which the oldest of it has been hers to read: the later of the day
    her first role began and the day the text came into force. ``own_unit``: a role of hers is in
    the unit itself, not in the whole organisation.
    """

    user_id: int
    since: date
    own_unit: bool


def unread_in(bundle: Bundle, organisation: UUID, unit: UUID, now: datetime) -> list[Unread]:
    """Everybody with a role in a unit who has something to read there.

    Args:
        bundle: The edition whose texts hold.
        organisation: The unit's.
        unit: The unit.
        now: Its Stockholm day chooses the roles.
    """
    return list(_unread(bundle, list(_staff(organisation, unit, now)), unit))


def _staff(organisation: UUID, unit: UUID, now: datetime) -> Iterable[list[RoleGrant]]:
    """The grants in a unit, by person."""
    grants = RoleGrant.objects.active(local_date(now)).filter(
        Q(unit_id=unit) | Q(unit=None, organisation_id=organisation), user__is_active=True
    )
    people: dict[int, list[RoleGrant]] = {}
    for grant in grants.order_by("user_id", "pk"):
        people.setdefault(grant.user_id, []).append(grant)
    return people.values()


def _unread(bundle: Bundle, staff: list[list[RoleGrant]], unit: UUID) -> Iterator[Unread]:
    local = list(routines_of([unit]))
    began = {subject_of(row): local_date(row.ledningssystem.faststalld) for row in local}
    days = _Days(bundle, began)
    for grants in staff:
        user = grants[0].user_id
        due = readings(bundle, frozenset(grant.role for grant in grants), local)
        read = acknowledged(user, due)
        left = [one for one in due if one.subject not in read]
        if left:
            first = min(grant.valid_from for grant in grants)
            yield Unread(
                user_id=user,
                since=max(first, min(days.of(one) for one in left)),
                own_unit=any(grant.unit_id is not None for grant in grants),
            )


class _Days:
    """From which day each text has held: asked once for each, of the editions that are stored."""

    def __init__(self, bundle: Bundle, began: dict[str, date]) -> None:
        self._bundle = bundle
        self._known = dict(began)
        rows = BundleRow.objects.order_by("valid_from", "deployed_at")
        self._editions = list(rows.values_list("hash", "valid_from"))

    def of(self, reading: Reading) -> date:
        """The first day of the first edition with this very file."""
        if reading.subject not in self._known:
            self._known[reading.subject] = self._first(reading.subject)
        return self._known[reading.subject]

    def _first(self, subject: str) -> date:
        kind, name = subject.split("/", 1)
        path = {INSTRUCTION: f"instructions/{name}.toml", DUTY: DUTIES}[kind]
        text = self._bundle.files[path]
        same = (day for key, day in self._editions if bundles.compiled(key).files.get(path) == text)
        return next(same, date.min)
