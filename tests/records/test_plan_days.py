"""On which days the activities of a plan are done: calendar, record, and plans of before."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from cases.errors import AnswersInvalidError
from engine.forms import answers_schema
from records.models import PlanAktivitet
from records.plan_days import TIMES, WEEKDAYS, split, weekday
from tests.processes.town import edition
from tests.records.chain import plan

MONDAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Act:
    nummer: int
    dagar: tuple[str, ...] = ()
    tider: tuple[str, ...] = ()


def numbers(found):
    others = [[one.nummer for one in part] for part in (found.other, found.undated)]
    return [[one.act.nummer for one in found.today], *others]


def test_the_seven_days_are_those_of_the_calendar():
    assert [weekday(MONDAY + timedelta(days=ahead)) for ahead in range(8)] == [
        *WEEKDAYS,
        "mandag",
    ]


def test_r102_the_activities_of_the_day_come_first_by_time_of_day():
    acts = [
        Act(1, ("mandag",), ("kvall", "natt")),
        Act(2, ("tisdag", "torsdag"), ("morgon",)),
        Act(3),
        Act(4, WEEKDAYS),
        Act(5, ("mandag", "tisdag"), ("kvall", "morgon")),
        Act(6, (), ("natt",)),
        Act(7, ("mandag",), ("dag",)),
    ]
    assert numbers(split(reversed(acts), MONDAY)) == [[5, 7, 1, 4], [2], [3, 6]]
    assert numbers(split(acts, MONDAY + timedelta(days=2))) == [[4], [1, 2, 5, 7], [3, 6]]


def test_what_is_left_of_a_night_stands_first_on_the_day_after():
    night = Act(1, ("sondag",), ("natt",))
    found = split([Act(2, ("mandag",), ("morgon",)), night], MONDAY)
    assert [(one.act.nummer, one.last_night) for one in found.today] == [(1, True), (2, False)]
    every = split([Act(3, WEEKDAYS, ("natt",))], MONDAY)
    assert [one.last_night for one in every.today] == [False], "tonight is also to be done"
    assert numbers(split([night], MONDAY + timedelta(days=1))) == [[], [1], []]


def test_the_api_says_which_days_there_are_and_that_none_is_needed():
    asked = answers_schema(edition().form("planera_med_den_enskilde"))
    row = asked["properties"]["aktiviteter"]["items"]
    for name, codes in (("dagar", WEEKDAYS), ("tider", TIMES)):
        found = row["properties"][name]
        assert found["items"]["enum"] == [*codes], found
        assert name not in row["required"]


@pytest.mark.django_db
def test_r092_days_and_times_are_kept_with_the_version_in_the_order_of_the_calendar(chain):
    first, second = plan()["aktiviteter"]
    days = {"dagar": ["torsdag", "mandag"], "tider": ["natt", "morgon"]}
    chain.running().planned(aktiviteter=[first | days, second]).established()
    chain.later(days=30).followed_up()
    rows = PlanAktivitet.objects.order_by("version__nummer", "nummer")
    assert [(row.dagar, row.tider) for row in rows] == [
        (["mandag", "torsdag"], ["morgon", "natt"]),
        ([], []),
    ] * 2, "a follow-up copies them, and a plan without them holds as it did"


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "code"), [("dagar", "juldag"), ("tider", "middag")])
def test_a_day_that_the_calendar_has_not_is_refused(chain, name, code):
    chain.running()
    first, second = plan()["aktiviteter"]
    with pytest.raises(AnswersInvalidError) as error:
        chain.planned(aktiviteter=[first | {name: [code]}, second])
    assert {path: said[0] for path, said in error.value.errors.items()} == {
        f"aktiviteter.0.{name}": "plan_day_unknown"
    }


@pytest.mark.django_db
def test_the_database_knows_the_days_too(chain):
    chain.running().planned()
    row = PlanAktivitet.objects.earliest("nummer")
    row.pk, row.nummer, row.dagar, row._state.adding = None, 9, ["juldag"], True
    with pytest.raises(IntegrityError, match="plan_aktivitet_days_known"), transaction.atomic():
        row.save()
