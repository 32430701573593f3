"""Which parts of the operation have a risk analysis, told to those who lead the quality work."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from cases.models import Unit
from records.models import Verksamhetsdel
from tests.municipality import user

ADDRESS = "/api/v1/risk-coverage/"


def test_r030_a_part_without_analysis_is_red(client_of):
    unit = Unit.objects.get(name="Hemtjänst Norr")
    part = Verksamhetsdel.objects.create(
        organisation_id=unit.organisation_id,
        unit=unit,
        namn="Natt",
        giltig_fran=date(2025, 1, 1),
        registrerad=datetime(2025, 1, 1, 9, tzinfo=ZoneInfo("Europe/Stockholm")),
        registrerad_av=user("enhetschef.norr"),
    )
    answer = client_of("enhetschef.norr").get(ADDRESS, {"from": "2025-08-01"})
    assert answer.status_code == 200, answer.data
    row = {"id": str(part.pk), "name": "Natt", "last_analysed": None, "covered": False}
    assert answer.json() == [
        {"unit": "Hemtjänst Norr", "counted_from": "2025-08-01", "red": True, "parts": [row]}
    ]


@pytest.mark.parametrize(
    ("name", "units"),
    [
        ("kvalitet.ekviken", ["Hemtjänst Norr", "Hemtjänst Söder"]),
        ("ansvarig.bjorken", ["Björken hemtjänst"]),
        ("personal.norr", []),
        ("handlaggare", []),
    ],
)
def test_r030_only_who_leads_the_quality_work_reads_it(client_of, name, units):
    answer = client_of(name).get(ADDRESS)
    assert answer.status_code == 200, answer.data
    assert [row["unit"] for row in answer.json()] == units
    assert all(row["red"] for row in answer.json()), "no parts are named yet"


def test_a_day_that_is_none_is_refused(client_of):
    answer = client_of("enhetschef.norr").get(ADDRESS, {"from": "i går"})
    assert answer.status_code == 422
