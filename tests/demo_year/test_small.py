"""A few weeks of the year with a few ärenden: what `make demo-year` does, at the size of a test."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from cases.models import Incident, Task
from tests.demo_year.report import digest, used_processes
from tests.demo_year.stories import moved, swapped
from tests.demo_year.year import Plan, live
from tests.municipality import settle_in


def _weeks(seed: int) -> tuple[str, set[str], int, int]:
    with transaction.atomic():
        settle_in()
        lived = live(Plan(cases=4, seed=seed, year=2032, earlier=0, days=16), lambda _line: None)
        found = digest(), used_processes(), Incident.objects.count(), lived.town.acts
        assert Task.objects.exists()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_weeks_without_incident() -> None:
    first = _weeks(7)
    assert first == _weeks(7)
    _, used, incidents, acts = first
    assert {"aktualisera", "bevaka_gallring", "kvalitetsberattelse"} <= used
    assert incidents == 0
    assert acts > 5


def test_a_story_is_moved_day_by_day_and_named_anew() -> None:
    told = {"dag": date(2026, 1, 31), "rad": [{"till": date(2026, 2, 28), "enhet": "Norr"}]}
    later = moved(told, timedelta(weeks=4))
    assert later["dag"] == date(2026, 2, 28)
    assert later["rad"][0]["till"] == date(2026, 3, 28)
    assert swapped(later, {"Norr": "Söder"})["rad"][0]["enhet"] == "Söder"
