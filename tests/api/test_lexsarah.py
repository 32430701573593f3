"""Reports of lex Sarah are read apart from the personakt, by few, and each read leaves a line."""

from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from cases.models import Unit
from records.models import LexSarah, LexSarahLasning
from tests.municipality import user

ADDRESS = "/api/v1/lex-sarah/"


@pytest.fixture
def report(client_of):
    unit = Unit.objects.get(name="Hemtjänst Norr")
    return LexSarah.objects.create(
        organisation_id=unit.organisation_id,
        unit=unit,
        nummer="LS-2025-1",
        slag="missforhallande",
        lag="sol",
        handelse="Larmet besvarades inte.",
        handelse_datum=date(2025, 8, 1),
        konsekvens="allvarlig",
        konsekvens_enskild="Låg på golvet.",
        rapporterad=datetime(2025, 8, 1, 9, tzinfo=ZoneInfo("Europe/Stockholm")),
    )


@pytest.mark.parametrize("name", ["kvalitet.ekviken", "utredare.ekviken", "ansvarig.ekviken"])
def test_l24_who_receives_investigates_or_answers_reads_it(client_of, report, name):
    client = client_of(name)
    listed = client.get(ADDRESS).json()
    assert [row["number"] for row in listed] == ["LS-2025-1"]
    assert "texts" not in listed[0]
    found = client.get(f"{ADDRESS}{report.pk}/")
    assert found.status_code == 200, found.data
    texts = {row["heading"]: row["text"] for row in found.json()["texts"]}
    assert texts["Vad betydde det för den enskilde"] == "Låg på golvet."
    line = LexSarahLasning.objects.get()
    assert (line.user_id, line.lex_sarah_id) == (user(name).pk, report.pk)


@pytest.mark.parametrize(
    "name", ["enhetschef.norr", "personal.norr", "kvalitet.bjorken", "handlaggare", "kvalitet"]
)
def test_l24_nobody_else_does(client_of, report, name):
    client = client_of(name)
    assert client.get(ADDRESS).json() == []
    assert client.get(f"{ADDRESS}{report.pk}/").status_code == 404
    assert not LexSarahLasning.objects.exists()


def test_a_report_that_is_not_there(client_of):
    assert client_of("kvalitet.ekviken").get(f"{ADDRESS}{uuid4()}/").status_code == 404
