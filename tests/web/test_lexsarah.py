"""Anyone may report; few may read, and each reading leaves a line (L-24)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from cases.models import Unit
from records.models import LexSarah, LexSarahLasning
from tests.web.reading import text


def report():
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


def test_l24_the_staff_are_offered_to_report_and_a_systemadministrator_is_not(client_of):
    start = reverse("web:start", args=["lex_sarah"])
    staff = client_of("personal.norr")
    assert start in staff.get(reverse("web:processes")).content.decode()
    assert "Vad betydde det för den enskilde?" in text(staff.get(start))
    menu = client_of("systemadministrator").get(reverse("web:inbox")).content.decode()
    assert reverse("web:processes") not in menu


def test_l24_the_investigator_reads_the_report_and_others_see_none(client_of):
    row = report()
    reader = client_of("utredare.ekviken")
    assert "LS-2025-1" in text(reader.get(reverse("web:lex_sarah_list")))
    address = reverse("web:lex_sarah", args=[row.pk])
    assert "Låg på golvet." in text(reader.get(address))
    assert LexSarahLasning.objects.count() == 1
    chief = client_of("enhetschef.norr")
    assert "ingen rapport som du får läsa" in text(chief.get(reverse("web:lex_sarah_list")))
    assert chief.get(address).status_code == 404
    assert LexSarahLasning.objects.count() == 1
