"""Min dag reads the same tasks as the plain query, in the same order, however it looks for them."""

import random
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User

from cases import inbox, queries
from cases.actor import Actor, actor_for
from cases.context import access_context
from cases.inbox import Wanted, When, Whose
from cases.models import Bundle, CaseAccess, Instance, Organisation, RoleGrant, Task, Unit
from tests.cases.conftest import database_role
from tests.municipality import settle_in
from tests.signing import sign

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app"])
NOW = datetime(2026, 8, 19, 9, 0, tzinfo=UTC)  # a Wednesday
LANES: tuple[list[str], ...] = (
    ["handlaggare"],
    ["mottagning"],
    ["mottagning", "handlaggare"],
    ["enhetschef", "myndighetschef", "kvalitetsansvarig"],
    ["verksamhetsansvarig", "myndighetschef"],
    ["verksamhetsansvarig"],
    ["arbetsledare"],
    [],
)
DUES = (None, -40, -2, 0.2, 1, 2.5, 9, 30)  # days from now


@pytest.fixture
def town() -> SimpleNamespace:
    """Two organisations, three units, people of every kind of grant, 1,500 tasks."""
    bundle = settle_in()  # type: ignore[no-untyped-call]
    draw = random.Random(20260819)  # noqa: S311 - no secret
    home = Organisation.objects.create(name="Myndigheten", kind="myndighet")
    other = Organisation.objects.create(name="Utföraren", kind="utforare")
    homes = (home, home, other)
    units = [Unit.objects.create(organisation=at, name=str(n)) for n, at in enumerate(homes)]
    people: dict[str, list[tuple[str, Any, int]]] = {
        "anna": [("handlaggare", units[0], 0)],
        "bo": [("handlaggare", units[0], 2), ("mottagning", units[1], 0)],
        "chef": [("myndighetschef", home, 1)],
        "ledare": [("arbetsledare", units[0], 0), ("handlaggare", units[1], 0)],
        "ansvarig": [("verksamhetsansvarig", home, 0), ("enhetschef", units[2], 0)],
        "utan": [],
    }
    for name, grants in people.items():
        _person(name, grants)
    users = {user.username: user for user in User.objects.filter(username__in=people)}
    cases = [uuid4() for _ in range(40)]
    CaseAccess.objects.create(
        organisation=home, unit=units[0], arende_id=cases[0], user=users["bo"], kind="utsedd",
        level=2, opened_at=NOW - timedelta(days=1),
    )  # fmt: skip
    stored = Bundle.objects.get(pk=bundle.hash)
    tasks, instances = [], []
    for number in range(1500):
        unit, case = draw.choice(units), draw.choice([*cases, None])
        place = {
            "organisation_id": unit.organisation_id, "unit": unit, "arende_id": case,
            "secrecy": draw.choice((0, 0, 0, 1, 2)),
        }  # fmt: skip
        instances.append(
            Instance(bundle=stored, process_key="utreda", started_at=NOW, state=b"", **place)
        )
        due = draw.choice(DUES)
        tasks.append(
            Task(
                instance=instances[-1], process_key=draw.choice(("utreda", "besluta")),
                element=f"T{number}", name=draw.choice(("Utred behov", "Besluta 100 %")),
                groups=draw.choice(LANES), status=draw.choice(("open", "open", "completed")),
                claimed_by=draw.choice([None, None, *users.values()]),
                due=None if due is None else NOW + timedelta(days=due),
                created_at=NOW - timedelta(days=draw.randrange(3)), **place,
            )
        )  # fmt: skip
    Instance.objects.bulk_create(instances)
    Task.objects.bulk_create(tasks)
    actors = {name: actor_for(user, NOW) for name, user in users.items()}
    return SimpleNamespace(units=units, home=home, users=users, actors=actors, cases=cases)


def _person(name: str, grants: list[tuple[str, Any, int]]) -> None:
    user = User.objects.create_user(name)
    for role, place, secrecy in grants:
        unit = place if isinstance(place, Unit) else None
        at = place if unit is None else place.organisation
        RoleGrant.objects.create(
            user=user, role=role, organisation=at, unit=unit, secrecy=secrecy,
            valid_from=date(2025, 1, 1),
        )  # fmt: skip
        sign(user, at)


def whole(actor: Actor, wanted: Wanted, size: int = 7) -> list[UUID]:
    """Every page, one after the other."""
    found: list[UUID] = []
    after = None
    while True:
        page = inbox.page(inbox.looker(actor, NOW), wanted, after=after, limit=size)
        found += [row.pk for row in page.rows]
        if page.last is None:
            return found
        after = page.last


def _it_is_what_the_plain_query_gives(town: SimpleNamespace) -> None:
    some = 0
    for actor in town.actors.values():
        with database_role("app"), access_context(actor):
            for role in ("", "handlaggare", "myndighetschef"):
                for late in (False, True):
                    plain = queries.inbox(actor, now=NOW, role=role or None, overdue=late)
                    expected = [row.pk for row in plain]
                    wanted = Wanted(role=role, when=When.LATE if late else When.ANY)
                    assert whole(actor, wanted) == expected, (actor.username, role, late)
                    counted = inbox.counts(inbox.looker(actor, NOW), {"a": wanted})
                    assert counted == {"a": min(len(expected), inbox.MANY)}
                    some += len(expected)
    assert some > 500


def _every_choice_is_a_part_of_the_whole(town: SimpleNamespace) -> None:
    for actor in town.actors.values():
        with database_role("app"), access_context(actor):
            rows = {row.pk: row for row in queries.inbox(actor, now=NOW)}

            def chosen(wanted: Wanted, actor: Actor = actor) -> set[UUID]:
                return set(whole(actor, wanted, 50))

            mine = {ref for ref, row in rows.items() if row.claimed_by_id == actor.user_id}
            assert chosen(Wanted(whose=Whose.MINE)) == mine
            assert chosen(Wanted(whose=Whose.FREE)) == rows.keys() - mine
            for unit in actor.units:
                here = {ref for ref, row in rows.items() if row.unit_id == unit}
                assert chosen(Wanted(unit=unit)) == here
            named = {ref for ref, row in rows.items() if "100 %" in row.name}
            assert chosen(Wanted(text="a 100 %")) == named
            assert chosen(Wanted(text="a 100 _")) == set()
            of_process = {ref for ref, row in rows.items() if row.process_key == "utreda"}
            assert chosen(Wanted(process="utreda")) == of_process
            case = {ref for ref, row in rows.items() if row.arende_id == town.cases[3]}
            assert chosen(Wanted(case=town.cases[3])) == case


def _days_are_those_of_stockholm(town: SimpleNamespace) -> None:
    actor = town.actors["anna"]
    spans = {
        When.LATE: (datetime.min.replace(tzinfo=UTC), NOW),
        When.TODAY: (NOW, datetime(2026, 8, 19, 22, tzinfo=UTC)),
        When.WEEK: (datetime(2026, 8, 19, 22, tzinfo=UTC), datetime(2026, 8, 23, 22, tzinfo=UTC)),
    }
    with database_role("app"), access_context(actor):
        rows = [row for row in queries.inbox(actor, now=NOW) if row.due is not None]
        for when, (begin, end) in spans.items():
            expected = {row.pk for row in rows if row.due and begin <= row.due < end}
            assert expected, when
            assert set(whole(actor, Wanted(when=when))) == expected


def _who_leads_sees_everybodys(town: SimpleNamespace) -> None:
    led = {"anna": [], "chef": [0, 1], "ledare": [0], "utan": []}
    for name, units in led.items():
        actor = town.actors[name]
        with database_role("app"), access_context(actor):
            seen = queries.tasks(actor, now=NOW).filter(unit__in=[town.units[n] for n in units])
            assert whole(actor, Wanted(whose=Whose.ALL)) == [row.pk for row in seen]
            anna = town.users["anna"].pk
            held = Wanted(whose=Whose.ALL, holder=anna)
            assert whole(actor, held) == [row.pk for row in seen if row.claimed_by_id == anna]


def _many_counts_are_one_query(town: SimpleNamespace) -> None:
    for actor in town.actors.values():
        choices = {str(when): Wanted(when=when) for when in When}
        choices |= {str(whose): Wanted(whose=whose) for whose in Whose}
        choices |= {str(unit.pk): Wanted(unit=unit.pk, role="handlaggare") for unit in town.units}
        with database_role("app"), access_context(actor):
            who = inbox.looker(actor, NOW)
            together = inbox.counts(who, choices)
            alone = {name: inbox.counts(who, {"": one})[""] for name, one in choices.items()}
            assert together == alone
            number = {name: len(whole(actor, one, 50)) for name, one in choices.items()}
            assert together == {name: min(many, inbox.MANY) for name, many in number.items()}


def test_min_dag_and_the_plain_query_agree(town: SimpleNamespace) -> None:
    """One town for all of them: it is dear to build."""
    _it_is_what_the_plain_query_gives(town)
    _every_choice_is_a_part_of_the_whole(town)
    _days_are_those_of_stockholm(town)
    _who_leads_sees_everybodys(town)
    _many_counts_are_one_query(town)
