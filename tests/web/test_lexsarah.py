"""Anyone may report; few may read, and each reading leaves a line (L-24)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from cases.actor import actor_for
from cases.models import Unit
from config import clock
from records.models import Arende, Avvikelse, LexSarah, LexSarahLasning
from records.queries.kvalitet import linked_events
from tests.municipality import user
from tests.web.reading import text

MOMENT = datetime(2025, 8, 1, 9, tzinfo=ZoneInfo("Europe/Stockholm"))


def report(unit=None, **changes):
    unit = unit or Unit.objects.get(name="Hemtjänst Norr")
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
        rapporterad=MOMENT,
        **changes,
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


def test_k3_the_case_page_names_deviations_by_number_and_lex_sarah_for_its_readers(
    client_of, case_at
):
    case = case_at("Task_PlaneraUtredning")
    held = Arende.objects.get(pk=case)
    here = {"organisation_id": held.organisation_id, "unit_id": held.unit_id}
    deviation = Avvikelse.objects.create(
        **here,
        nummer="A-2025-7",
        kategori="uteblivet",
        handelse="Ingen ringde tillbaka.",
        handelse_datum=date(2025, 8, 1),
        konsekvens="liten",
        krav=["insatsen_ges"],
        arende_id=case,
        rapporterad=MOMENT,
    )
    report(held.unit, berorda=[case])
    address = reverse("web:case", args=[case])
    seen = text(client_of("handlaggare").get(address))
    assert "Avvikelse A-2025-7" in seen
    assert "LS-2025-1" not in seen
    assert deviation.handelse not in seen
    reader = actor_for(user("utredare.myndigheten"), clock.now())
    found = linked_events(reader, case, now=clock.now())
    assert "Lex Sarah LS-2025-1" in [event.namn for event in found]
