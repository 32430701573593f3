"""Kvalitet, from thing to thing: months never checked, what waits and whose it is, risks."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from cases.models import Task
from config import clock
from config.scenarios import machinery
from records.models import (
    Arende,
    Avvikelse,
    Kalla,
    Klagomal,
    ListLasning,
    Risk,
)
from tests import quality_town as town
from tests.municipality import user
from tests.web.reading import links, read, text
from tests.web.test_quality import at, one, standing

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def missing(answer):
    rows = read(answer).xpath("//section[@aria-labelledby='saknas']//tbody/tr")
    return [
        (row.xpath("string(./td[1])"), " ".join(row.xpath("string(./th/text())").split()))
        for row in rows
    ]


MONTHS = """SELECT count(*) FROM generate_series(
  date_trunc('month', %s::date)::date, (date_trunc('month', %s::date - 3) - interval '1 day')::date,
  interval '1 month') AS month
WHERE NOT EXISTS (SELECT 1 FROM records_loggkontroll
  WHERE unit_id = %s AND fran = month::date)"""


def test_l34_a_month_without_a_check_is_missing_from_the_first_reading_on(client_of):
    first = town.first_read(days=130).at
    town.first_read(town.BJORKEN, days=200)
    town.log_check()
    chief, today = client_of("enhetschef.norr"), localdate(clock.now())
    page = chief.get(at("log_checks"))
    expected = one(MONTHS, localdate(first), today, town.held()["unit_id"])
    assert len(missing(page)) == expected >= 3
    assert {unit for unit, _month in missing(page)} == {town.NORR}, "another's is not hers to see"
    shown, address = standing(chief.get(at("quality")), "loggkontroll", "utan kontroll")
    assert (shown, len(missing(chief.get(address)))) == (expected, expected)
    overview = chief.get(at("overview"))
    there = links(overview)[f"Månader utan loggkontroll: {expected}"]
    assert len(missing(chief.get(there))) == expected
    unit = town.held()["unit_id"]
    narrowed = links(chief.get(at("overview", enhet=unit)))
    assert (
        narrowed[f"Månader utan loggkontroll: {expected}"]
        == at("log_checks", enhet=unit) + "#saknas"
    )


def test_l34_a_unit_in_which_nobody_has_read_and_a_month_just_over_are_not_missing(client_of):
    page = client_of("enhetschef.norr").get(at("log_checks"))
    assert missing(page) == []
    assert "Alla kontroller är signerade" in text(page)
    town.first_read(days=0)
    assert missing(client_of("enhetschef.norr").get(at("log_checks"))) == []
    assert standing(client_of("enhetschef.norr").get(at("quality")), "loggkontroll", "utan")[0] == 0


def tomorrow():
    """What a message begins, begins."""
    machinery.Worker().advance(clock.now() - DAY, clock.now())


def report(client, key, **answers):
    """Report something by its start form."""
    today = localdate(clock.now()).isoformat()
    days = {"handelse_datum": today, "inkom_datum": today}
    answer = client.post(reverse("web:start", args=[key]), days | answers)
    assert answer.status_code == 302, text(answer)
    tomorrow()


DEVIATION = {
    "handelse": "Dosen delades ut två timmar för sent.",
    "kategori": "lakemedel",
    "omrade": "socialtjanst",
    "konsekvens": "liten",
    "krav": ["insatsen_ges"],
    "upptackt": "Vid genomgång av signeringslistan.",
    "omedelbar_atgard": "Ringde sjuksköterskan.",
}


def test_r050_a_deviation_leads_to_its_open_task_or_says_whose_it_is(client_of):
    chief = client_of("enhetschef.norr")
    report(chief, "rapportera_avvikelse", **DEVIATION)
    [row] = Avvikelse.objects.all()
    [task] = Task.objects.filter(process_key="utreda_avvikelse", status="open")
    page = chief.get(at("deviation", row.pk))
    assert links(page)[task.name] == reverse("web:task", args=[task.pk])
    other = client_of("ansvarig.ekviken").get(at("deviation", row.pk))
    assert task.name not in links(other)
    said = text(other)
    assert f"{task.name} Ingen har tagit den. Den görs av" in said
    assert "Enhetschef" in said
    Task.objects.filter(pk=task.pk).update(claimed_by=user("kvalitet.ekviken"))
    taken = chief.get(at("deviation", row.pk))
    assert task.name not in links(taken)
    assert f"Hos {user('kvalitet.ekviken').get_full_name()}" in text(taken)
    Task.objects.filter(pk=task.pk).update(status="cancelled")
    assert task.name not in text(chief.get(at("deviation", row.pk)))


COMPLAINT = {
    "typ": "klagomal",
    "kanal": "telefon",
    "kategori": "bemotande",
    "anonym": "nej",
    "kontakt": "Testgatan 1",
    "text": "Ingen ringde tillbaka på hela veckan.",
}


def test_r140_a_complaint_leads_to_its_open_task(client_of):
    chief = client_of("enhetschef.norr")
    report(chief, "klagomal", **COMPLAINT)
    [row] = Klagomal.objects.all()
    waiting = Task.objects.filter(status="open", process_key="klagomal")
    found = links(chief.get(at("complaint", row.pk)))
    assert waiting
    for task in waiting:
        assert found[task.name] == reverse("web:task", args=[task.pk])


def test_r062_a_kvalitetsberattelse_leads_to_its_open_task(client_of):
    made = town.report()
    waiting = town.log_task(
        town.log_check(), "Task_GranskaKvalitetsberattelse", "kvalitetsansvarig"
    )
    instance = waiting.instance
    instance.process_key, instance.business_key = "kvalitetsberattelse", ""
    instance.save()
    page = at("report", made.pk)
    client = client_of("kvalitet.ekviken")
    assert waiting.name not in links(client.get(page)), "another year's"
    instance.events.create(
        organisation_id=made.organisation_id,
        unit_id=made.unit_id,
        version=1,
        seq=1,
        kind="recorded",
        cause="prov",
        actor="system",
        at=clock.now(),
        detail={"record": "kvalitetsberattelse", "berattelse": str(made.pk)},
    )
    assert links(client.get(page))[waiting.name] == reverse("web:task", args=[waiting.pk])


@pytest.fixture
def case(case_at):
    return Arende.objects.get(pk=case_at("Task_PlaneraUtredning"))


def panel(answer):
    rows = read(answer).xpath("//section[@aria-labelledby='kvalitet']//li")
    return [" ".join(row.text_content().split()) for row in rows]


UNIT = "Myndighet äldre"


def test_r033_the_page_of_an_arende_names_its_risks_and_a_risk_its_arende(client_of, case):
    of = town.analysis(7, town.part("Utredning", UNIT))
    direct = town.risk(of, 1, ("mindre", "liten"), klass="R2")
    through = town.risk(of, 2, ("mindre", "liten"), klass="R2")
    town.risk(of, 3, ("mindre", "liten"), klass="R2")
    town.link(direct, Kalla.RISK, case, Kalla.ARENDE)
    deviation = town.deviation(7, UNIT, arende_id=case.pk)
    town.link(through, Kalla.RISK, deviation, Kalla.AVVIKELSE)
    town.accept(through)
    chief = client_of("myndighetschef")
    page = chief.get(at("case", case.pk))
    assert panel(page) == [
        "Avvikelse A-2026-7 Pågår",
        "Risk R-2026-7:1 Pågår",
        "Risk R-2026-7:2 Accepterad",
    ]
    assert links(page)["Risk R-2026-7:1"] == at("risk", direct.pk)
    before = ListLasning.objects.count()
    there = chief.get(at("risk", direct.pk))
    assert links(there)[case.nummer] == at("case", case.pk)
    assert "Ekholt" not in there.content.decode()
    assert ListLasning.objects.count() == before + 1, "who read that it is about somebody (L-34)"
    assert links(chief.get(at("risk", through.pk)))["A-2026-7"] == at("deviation", deviation.pk)
    officer = client_of("handlaggare").get(at("case", case.pk))
    assert "Risk R-2026-7:1 Pågår" in panel(officer)
    assert "Larmet når ingen" not in officer.content.decode(), "number and state, never a text"


def test_r163_a_risk_does_not_tell_which_arende_it_showed_itself_in(client_of, case):
    made = town.risk(town.analysis(8, town.part()), 1, ("mindre", "liten"), klass="R2")
    town.link(made, Kalla.RISK, case, Kalla.ARENDE)
    page = client_of("enhetschef.norr").get(at("risk", made.pk))
    said = page.content.decode()
    assert "din roll läser den inte" in said
    assert case.nummer not in said
    assert str(case.pk) not in said
    assert panel(client_of("handlaggare").get(at("case", case.pk))) == [], "another unit's risk"
    assert Risk.objects.count() == 1
