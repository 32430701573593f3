"""Kvalitet and loggkontroll: figures that agree with the lists and with SQL, and who sees what."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import RoleGrant, Task
from records.models import (
    Arende,
    Atgard,
    Avvikelse,
    Delbeslut,
    DelbeslutHandelse,
    Klagomal,
    Kvartalsrapport,
    ListLasning,
    NekadLasning,
)
from tests import quality_town as town
from tests.municipality import user
from tests.open_town import ended, linden, radgivning
from tests.web.reading import links, read, text, title

pytestmark = pytest.mark.django_db


def at(name, *args, **asked):
    place = reverse(f"web:{name}", args=args)
    query = "&".join(f"{word}={value}" for word, value in asked.items())
    return f"{place}?{query}" if query else place


def tab(answer, name):
    """The number of a tab."""
    rows = read(answer).xpath("//nav[contains(@class, 'tabs')]//a")
    found = {" ".join(row.text_content().split()): row.get("href") for row in rows}
    return next(int(label.rsplit(" ", 1)[1]) for label in found if label.startswith(name))


def standing(answer, part, what):
    """A number of the start page, and where it leads."""
    for row in read(answer).xpath(f"//section[@aria-labelledby='{part}']//li/a"):
        label = " ".join(row.text_content().split())
        if what in label:
            return int(row.xpath("./strong")[0].text_content()), row.get("href")
    raise AssertionError((part, what, text(answer)))


def numbers(answer):
    """What the rows of the first table are called."""
    cells = read(answer).xpath("(//main//table)[1]//tbody//th")
    return [cell.text_content().split()[0] for cell in cells]


def one(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_r050_deviations_counts_lists_and_sql_say_the_same(client_of):
    town.deviation(1, days=2)
    town.deviation(2, klass="niva_1", days=40, konsekvens="mattlig")
    town.deviation(3, klass="niva_2", days=5, kategori="fall")
    town.deviation(4, town.SODER, klass="niva_1")
    town.deviation(5, town.BJORKEN)
    quality = client_of("kvalitet.ekviken")
    page = quality.get(at("deviations"))
    organisation = town.held()["organisation_id"]
    assert tab(page, "Öppna") == one(
        "SELECT count(*) FROM records_avvikelse WHERE stangd IS NULL AND organisation_id = %s",
        organisation,
    )
    assert (tab(page, "Ska bedömas"), tab(page, "Försenade")) == (1, 1)
    assert numbers(quality.get(at("deviations", visa="forsenade"))) == ["A-2026-2"]
    for part, what, number in (("öppna", "oppna", 4), ("ska bedömas", "vantar", 1)):
        shown, address = standing(quality.get(at("quality")), "avvikelser", part)
        assert (shown, len(numbers(quality.get(address)))) == (number, number), what
    assert numbers(quality.get(at("deviations", kategori="fall"))) == ["A-2026-3"]
    assert numbers(quality.get(at("deviations", vikt="mattlig"))) == ["A-2026-2"]
    assert len(numbers(quality.get(at("deviations", fran=town.days_ago(10))))) == 3
    assert numbers(quality.get(at("deviations", enhet=town.held(town.SODER)["unit_id"]))) == [
        "A-2026-4"
    ]
    assert tab(quality.get(at("deviations", kategori="fall", visa="alla")), "Alla") == 1


def test_r050_a_deviation_tells_what_is_done_and_what_remains_and_names_nobody(client_of, case_at):
    case = case_at("Task_PlaneraUtredning")
    row = town.deviation(7, klass="niva_1", arende_id=case)
    town.stage("avvikelse", row, "rapportera", registrerad_av=town.user("personal.norr"))
    town.stage("avvikelse", row, "utreda", text="Listan var fel.")
    town.measure(7, "avvikelse", row, late=2)
    town.link(row, "avvikelse", town.complaint(7), "klagomal")
    chief = client_of("enhetschef.norr")
    page = chief.get(at("deviation", row.pk))
    said = text(page)
    assert "3 steg återstår" in said
    assert "Listan var fel." in said
    assert "Skriv om rutinen. " in said
    assert "Försenad" in said
    assert links(page)["K-2026-7"] == at("complaint", Klagomal.objects.get().pk)
    for listed in (page, chief.get(at("deviations")), chief.get(at("complaints"))):
        assert "Persolin" not in text(listed)
        assert "Ekholt" not in listed.content.decode()
        assert "Anhörig" not in text(listed)
    assert title(page) == "Avvikelse A-2026-7 – Kedja"
    assert "Anna Anhörig" in text(chief.get(at("complaint", Klagomal.objects.get().pk)))


def test_l34_who_reads_a_deviation_or_complaint_about_an_arende_is_written_down(client_of):
    case, board = uuid4(), client_of("kvalitet.ekviken")
    about = town.deviation(1, arende_id=case), town.complaint(1, arende_id=case)
    board.get(at("deviation", about[0].pk))
    board.get(at("complaint", about[1].pk))
    board.get(at("deviation", town.deviation(2).pk))
    kept = ListLasning.objects.order_by("at", "vad")
    assert [(row.vad, row.arenden) for row in kept] == [("avvikelse", [case]), ("klagomal", [case])]
    assert {row.unit_id for row in kept} == {town.held()["unit_id"]}
    assert {row.user_id for row in kept} == {town.user("kvalitet.ekviken").pk}


def test_r140_a_complaint_that_waits_for_its_answer_is_late_by_the_table(client_of):
    town.complaint(1, days=30)
    town.complaint(2, days=0)
    town.complaint(3, anonym=True, kontakt="", days=0)
    town.complaint(4, town.BJORKEN, days=30)
    page = client_of("enhetschef.norr").get(at("complaints", visa="vantar"))
    assert numbers(page) == ["K-2026-2", "K-2026-1"]
    assert (tab(page, "Öppna"), tab(page, "Försenade")) == (3, 1)


def test_r034_measures_late_first_and_the_effect_is_followed_up(client_of):
    row = town.deviation(1, klass="niva_1")
    town.measure(1, "avvikelse", row, late=-10)
    town.measure(2, "avvikelse", row, late=3)
    town.done(town.measure(3, "avvikelse", row, late=90), days=85)
    town.done(town.measure(4, "avvikelse", row, late=2), days=1)
    town.measure(5, "avvikelse", town.deviation(9, town.BJORKEN), late=9)
    chief = client_of("enhetschef.norr")
    page = chief.get(at("measures"))
    assert numbers(page) == ["Å-2026-3", "Å-2026-2", "Å-2026-4", "Å-2026-1"]
    assert numbers(chief.get(at("measures", visa="forsenade"))) == ["Å-2026-3", "Å-2026-2"]
    assert (tab(page, "Försenade"), tab(page, "Effekten följs upp")) == (2, 2)
    assert tab(page, "Öppna") == Atgard.objects.filter(unit=town.held()["unit_id"]).count()
    shown, address = standing(chief.get(at("quality")), "atgarder", "försenade")
    assert shown == len(numbers(chief.get(address))) == 2


def test_r032_the_matrix_counts_each_risk_once_and_leads_to_it(client_of):
    first = town.analysis(1, town.part())
    old = town.risk(first, 1, ("katastrofal", "stor"), klass="R4")
    town.risk(first, 2, ("mindre", "mycket_liten"), klass="R1")
    town.accept(town.risk(first, 3, ("mindre", "liten"), klass="R2"))
    town.risk(first, 4)
    later = town.analysis(2, first.verksamhetsdel)
    town.risk(later, 1, ("katastrofal", "mycket_liten"), klass="R2", tidigare=old)
    town.risk(town.analysis(3, town.part("Dag", town.BJORKEN)), 1, ("mindre", "liten"), klass="R2")
    chief = client_of("enhetschef.norr")
    page = chief.get(at("risks"))
    cells = read(page).xpath("//table[contains(@class, 'matrix')]//td")
    assert len(cells) == 16
    said = [" ".join(cell.text_content().split()) for cell in cells]
    assert said[0].startswith("1 risk, sannolikhet Mycket liten")
    assert said[0].endswith("R2 ■■□□")
    assert said[2].startswith("0 R4 ■■■■")
    counts = [int(re.match(r"\d+", one).group()) for one in said]
    assert (sum(counts), tab(page, "Aktuella"), tab(page, "Accepterade")) == (2, 3, 1)
    assert "1 risk är inte skattad och står inte i matrisen" in text(page)
    (there,) = cells[0].xpath(".//a/@href")
    behind = chief.get(there)
    rows = read(behind).xpath("//table[contains(@class, 'cards')]//tbody//th/a")
    assert [row.text_content() for row in rows] == ["R-2026-2:1"]
    assert "konsekvens katastrofal, sannolikhet mycket liten" in text(behind)
    shown, _address = standing(chief.get(at("quality")), "risker", "i klass R2")
    assert shown == 1
    assert "Natt: ingen riskanalys" in text(page)


def test_r032_one_risk_with_its_assessments(client_of):
    made = town.risk(town.analysis(1, town.part()), 1, ("katastrofal", "stor"), klass="R4")
    town.planned(made)
    town.measure(1, "risk", made, late=3)
    page = client_of("ansvarig.ekviken").get(at("risk", made.pk))
    assert "Det har hänt." in text(page)
    assert "handlingsplan upprättad" in text(page)
    assert "Å-2026-1" in text(page)
    assert client_of("ansvarig.bjorken").get(at("risk", made.pk)).status_code == 404


def test_r044_the_sample_who_reviews_and_what_each_question_showed(client_of, case_at):
    case = case_at("Task_PlaneraUtredning")
    made = town.control(cases=[case], akter=3)
    chief = client_of("enhetschef.norr")
    listed = chief.get(at("controls"))
    assert "1 av 3" in text(listed)
    page = chief.get(at("control", made.pk))
    said = text(page)
    assert "Kajsa Kontberg" in said
    assert "Akt 1: Det står inte när." in said
    assert "Planen anger vad, hur, när och vem för varje del Ska R092" in said
    assert "Ekholt" not in page.content.decode()
    assert client_of("enhetschef.bjorken").get(at("control", made.pk)).status_code == 404


def test_r044_before_the_first_the_day_of_the_task_that_plans_it_is_said(client_of):
    chief = client_of("enhetschef.norr")
    assert "Hemtjänst Norr: ingen är fastställd än" in text(chief.get(at("controls")))
    waiting = town.log_task(town.log_check(), "Task_PlaneraEgenkontroll")
    late = waiting.created_at - timedelta(days=1)
    Task.objects.filter(pk=waiting.pk).update(process_key="genomfor_egenkontroll", due=late)
    said = text(chief.get(at("controls")))
    assert "Försenad (den första)" in said
    assert standing(chief.get(at("quality")), "egenkontroll", "försenade enheter")[0] == 1


def test_r045_who_plans_an_egenkontroll_is_said_rightly_on_both_sides(client_of):
    """It is made where support is given: no unit of the authority waits for one."""
    authority = text(client_of("myndighetschef").get(at("controls")))
    assert "egenkontrollen av akter görs hos utföraren" in authority
    assert "enhetschef" not in authority.lower()
    assert "ingen är fastställd än" not in authority
    provider = text(client_of("enhetschef.norr").get(at("controls")))
    assert "den som leder enheten där stödet ges" in provider
    assert "görs hos utföraren" not in provider


def test_r062_three_sections_their_figures_and_the_paper_of_the_namnd(client_of):
    made, got = town.report(), town.received()
    page = client_of("kvalitet.ekviken").get(at("report", made.pk))
    said = text(page)
    for words in ("Egenkontroll i alla", "Rutinen för nycklar", "Avvikelserna minskade"):
        assert words in said
    cells = read(page).xpath("//tr[contains(., 'Rapporterade avvikelser')]/td/text()")
    assert cells == ["7", "9"]
    assert "Ska granskas" in said
    assert client_of("kvalitet.ekviken").get(at("report_paper", made.pk)).status_code == 404
    namnd = client_of("namnd")
    listed = namnd.get(at("reports"))
    assert "Hemtjänst Ekviken" in text(listed)
    assert namnd.get(at("received_report", got.pk)).content == b"%PDF-1.7 prov"
    assert namnd.get(at("report", made.pk)).status_code == 404
    assert client_of("ansvarig.bjorken").get(at("received_report", got.pk)).status_code == 404
    assert standing(namnd.get(at("quality")), "berattelse", "ska kvitteras")[0] == 1


def decided(case, days):
    """Move the decision of a case back in time, past its guard."""
    moved = Delbeslut.objects.filter(beslut__arende=case)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE records_beslut SET beslutsdatum = %s WHERE arende_id = %s",
            [town.days_ago(days), case],
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    return moved.order_by("nummer")


def test_l25_the_clock_of_what_is_not_carried_out(client_of, case_at):
    case = case_at("Task_UtformaUppdrag")
    part = decided(case, 100).first()
    namnd = client_of("namnd")
    page = namnd.get(at("not_carried_out"))
    granted = Delbeslut.objects.filter(utfall__in=("bifall", "delvis")).count()
    assert tab(page, "Alla") == tab(page, "Ska rapporteras") == granted > 0
    assert "100 dagar" in text(page)
    assert "Ekholt" not in page.content.decode()
    held = {
        "organisation_id": part.organisation_id,
        "unit_id": part.unit_id,
        "arende_id": case,
        "delbeslut": part,
        "registrerad": town.now(),
    }
    DelbeslutHandelse.objects.create(**held, slag="verkstallt", datum=town.days_ago(20))
    page = namnd.get(at("not_carried_out"))
    assert tab(page, "Alla") == granted - 1
    DelbeslutHandelse.objects.create(**held, slag="avbrott", datum=town.days_ago(5))
    page = namnd.get(at("not_carried_out", visa="loper"))
    assert (tab(page, "Tiden löper"), tab(page, "Alla")) == (1, granted)
    assert "5 dagar" in text(page)
    assert standing(namnd.get(at("quality")), "ej-verkstallda", "väntar")[0] == granted
    assert client_of("enhetschef.norr").get(at("not_carried_out")).status_code == 403
    many_days_cost_as_much_as_few(namnd, part)


def many_days_cost_as_much_as_few(client, part):
    """Each pair of days is asked of the table once, and never stands in the SQL."""
    due, waiting = (tab(client.get(at("not_carried_out")), x) for x in ("Ska", "Tiden"))
    interrupted(part, [*range(6, 36), 300])
    few = asked(client, at("not_carried_out"))
    interrupted(part, [*range(36, 66), *range(301, 331)])
    assert asked(client, at("not_carried_out")) == few
    page = client.get(at("not_carried_out"))
    assert (tab(page, "Ska"), tab(page, "Tiden")) == (due + 31, waiting + 60)
    waited = [int(cell.text.split()[0]) for cell in cells(page, "Har väntat")]
    assert waited == list(range(330, 300, -1)), "what has waited longest first"
    page = client.get(at("not_carried_out", visa="loper", sida=2))
    assert [int(cell.text.split()[0]) for cell in cells(page, "Har väntat")][:2] == [35, 34]


def cells(answer, column):
    return read(answer).xpath(f"//main//td[@data-label='{column}']")


def asked(client, address):
    """How many queries a page takes, and the length of the longest, to hundreds of characters."""
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        client.get(address)
    return len(seen), max(len(query["sql"]) for query in seen) // 100


def interrupted(part, days):
    """A part more like one for each number of days, interrupted so long ago."""
    same = {field.attname: getattr(part, field.attname) for field in part._meta.concrete_fields}
    rows = [Delbeslut(**{**same, "id": uuid4(), "nummer": 100 + ago}) for ago in days]
    held = {name: same[name] for name in ("organisation_id", "unit_id")}
    held["arende_id"] = part.beslut.arende_id
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # past its guard
        Delbeslut.objects.bulk_create(rows)
        DelbeslutHandelse.objects.bulk_create(
            DelbeslutHandelse(
                **held,
                delbeslut=row,
                registrerad=town.now(),
                slag="avbrott",
                datum=town.days_ago(ago),
            )
            for row, ago in zip(rows, days, strict=True)
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_r163_why_nothing_has_begun_is_told_to_who_reads_content(client_of, case_at):
    case = case_at("Task_UtformaUppdrag")
    parts = decided(case, 100)
    part = parts.first()
    DelbeslutHandelse.objects.create(
        organisation_id=part.organisation_id,
        unit_id=part.unit_id,
        arende_id=case,
        delbeslut=part,
        registrerad=town.now(),
        slag="ej_verkstallt",
        datum=town.days_ago(2),
        skal="Tackade nej efter sjukhusvistelsen.",
        avbojda=1,
    )
    number = Arende.objects.values_list("nummer", flat=True).get(pk=case)
    page = client_of("myndighetschef").get(at("not_carried_out"))
    said, chosen = text(page), options(page)
    assert "Tackade nej efter sjukhusvistelsen." in said
    assert "1 erbjudande avböjt" in said
    assert chosen
    before = set(ListLasning.objects.values_list("pk", flat=True))
    board = client_of("namnd").get(at("not_carried_out"))
    said = text(board)
    assert number in said
    assert "100 dagar" in said
    assert "sjukhusvistelsen" not in said
    assert "erbjudande" not in said
    assert not options(board)
    cells = read(board).xpath("//td[@data-label='Insats']")
    assert {cell.text_content() for cell in cells} == {"Utanför din roll"}
    asked = client_of("namnd").get(at("not_carried_out", insats=part.insats))
    assert tab(asked, "Alla") == 0, "the choice tells nothing either"
    [kept] = ListLasning.objects.exclude(pk__in=before)
    assert (kept.vad, kept.unit_id, kept.arenden) == ("ej_verkstallda", part.unit_id, [case])
    assert kept.user_id == town.user("namnd").pk


def options(answer):
    """The insatser that a list may be narrowed to."""
    return read(answer).xpath("//select[@id='insats']/option[@value!='']/text()")


def test_r222_exemptions_with_review_and_the_way_to_the_counter(client_of):
    row = linden()
    radgivning()
    page = client_of("namnd").get(at("exemptions"))
    said = text(page)
    assert "Undantag gäller" in said
    assert "25X-77" in said
    assert "tills vidare" in said
    assert links(page)["Räkna besök: Träffpunkt Linden"] == at("counter", row.pk)
    assert standing(client_of("namnd").get(at("quality")), "undantag", "gäller")[0] == 1
    ended(row.beslut.get(), town.days_ago(1))
    assert "Inget undantag gäller" in text(client_of("namnd").get(at("exemptions")))


def test_l34_open_checks_first_and_nobody_judges_her_own(client_of, case_at):
    case = case_at("Task_PlaneraUtredning")
    open_one = town.log_check(case=case)
    task = town.log_task(open_one)
    town.log_check(town.SODER, readers=("personal.soder",), signed=True)
    chief = client_of("enhetschef.norr")
    listed = chief.get(at("log_checks"))
    assert "1 kontroll ska signeras" in text(listed)
    page = chief.get(at("log_check", open_one.pk))
    said = text(page)
    assert "Hittades inte i hemmet." in said
    assert "Din egen, någon annan bedömer" in said
    assert "Ekholt" not in page.content.decode()
    assert numbers(chief.get(at("log_check", open_one.pk, slag="nodoppning"))) == ["3"]
    assert (tab(page, "Alla"), tab(page, "Skyddade personer")) == (3, 1)
    quality = client_of("kvalitet.ekviken")
    rows = quality.get(at("log_checks"))
    assert _units(rows)[0] == town.NORR, "the open one first"
    assert len(_units(rows)) > 1
    assert links(chief.get(at("log_checks")))["Granska läsningarna"] == at("task", task.pk)
    assert "Granska läsningarna" not in links(rows)
    assert "Granska läsningarna Ingen har tagit den. Den görs av Enhetschef" in text(rows)
    assert numbers(quality.get(at("log_check", open_one.pk))) == ["2"]
    assert standing(quality.get(at("quality")), "loggkontroll", "inte signerade")[0] == 1
    assert chief.get(at("log_month")).status_code == 200
    assert quality.get(at("log_month")).status_code == 403


def test_l34_the_month_so_far_is_that_of_the_units_she_answers_for(client_of):
    """A role that reads in another unit does not show who has read there (lasa_lasningar)."""
    other = town.held(town.SODER)
    head = town.user("enhetschef.norr")
    RoleGrant.objects.create(
        user=head,
        role="personal",
        organisation_id=other["organisation_id"],
        unit_id=other["unit_id"],
        valid_from=town.days_ago(30),
    )
    for name, reader in ((town.NORR, "personal.norr"), (town.SODER, "personal.soder")):
        NekadLasning.objects.create(
            **town.held(name),
            arende_id=uuid4(),
            user=town.user(reader),
            vad="arende",
            at=town.now().replace(day=1, hour=0, minute=1),
        )
    page = client_of("enhetschef.norr").get(at("log_month"))
    said = text(page)
    assert town.user("personal.norr").get_full_name() in said
    assert town.user("personal.soder").get_full_name() not in said
    assert len(numbers(page)) == 1


def _units(answer):
    cells = read(answer).xpath("(//main//table)[1]//tbody//td[@data-label='Enhet']")
    return [cell.text_content() for cell in cells]


LISTS = (
    "quality",
    "deviations",
    "complaints",
    "measures",
    "risks",
    "controls",
    "reports",
    "not_carried_out",
    "exemptions",
    "log_checks",
)
LEADS = set(LISTS) - {"not_carried_out", "exemptions"}
BOARD = {"quality", "reports", "not_carried_out", "exemptions"}


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("enhetschef.norr", LEADS),
        ("kvalitet.ekviken", LEADS),
        ("ansvarig.bjorken", LEADS),
        ("myndighetschef", set(LISTS)),
        ("namnd", BOARD),
        ("personal.norr", set()),
        ("systemforvaltare", set()),
    ],
)
def test_r163_each_role_sees_its_pages(client_of, name, seen):
    client = client_of(name)
    found = {page for page in LISTS if client.get(at(page)).status_code == 200}
    assert found == seen


def test_r112_a_proposed_deviation_is_counted_before_it_is_one(client_of):
    chief = client_of("enhetschef.norr")
    waiting = town.log_task(town.log_check(), "Task_ProvaForslag")
    Task.objects.filter(pk=waiting.pk).update(process_key="rapportera_avvikelse")
    shown, address = standing(chief.get(at("quality")), "avvikelser", "förslag att ta ställning")
    assert shown == 1
    assert f"/uppgifter/{waiting.pk}/" in links(chief.get(address)).values()


def test_no_count_says_that_all_is_well_where_nothing_is_known(client_of):
    """R-032, R-163: no parts named is no coverage; who sees no ärenden is told of no decisions."""
    page = client_of("kvalitet").get(at("quality"))
    assert standing(page, "risker", "delar av verksamheten utan riskanalys")[0] == 0
    assert standing(page, "risker", "enheter utan utpekade delar")[0] == 3
    assert not read(page).xpath("//section[@aria-labelledby='ej-verkstallda']")
    own = client_of("arbetsledare").get(at("quality"))
    assert standing(own, "ej-verkstallda", "väntar")[0] == 0
    assert standing(own, "risker", "enhet utan utpekade delar")[0] == 1


def test_l25_a_quarter_that_was_not_reported_in_time_is_late(client_of):
    grant = user("handlaggare").grants.exclude(unit=None).first()
    for year, till in ((2020, date(2020, 12, 31)), (2021, town.now().date())):
        Kvartalsrapport.objects.create(
            organisation_id=grant.organisation_id,
            unit_id=grant.unit_id,
            ar=year,
            kvartal=4,
            fran=till,
            till=till,
            minsta_antal=5,
            law_version="SoL 2025:400",
            sammanstalld=town.now(),
        )
    quarters = read(client_of("myndighetschef").get(at("not_carried_out"))).xpath(
        "//section[@aria-labelledby='kvartal']//tbody/tr"
    )
    newest, oldest = (" ".join(row.itertext()) for row in quarters)
    assert ("Försenad" in newest, "Inte sänd" in newest) == (False, True)
    assert ("Försenad" in oldest, "1 februari 2021" in oldest) == (True, True)


def test_r163_a_provider_sees_only_its_own(client_of):
    town.everything()
    client = client_of("enhetschef.bjorken")
    for page in ("deviations", "complaints", "measures", "risks", "controls", "log_checks"):
        said = text(client.get(at(page)))
        assert "Hemtjänst Norr" not in said, page
        assert "-2026-9" not in said, page
    row = Avvikelse.objects.first()
    assert client.get(at("deviation", row.pk)).status_code == 404


def test_the_queries_are_the_same_however_many_rows_there_are(client_of):
    town.everything()
    client = client_of("enhetschef.norr")
    places = [at(page) for page in sorted(LEADS)]
    before = {place: queries(client, place) for place in places}
    for number in range(1, 13):
        row = town.deviation(number, klass="niva_1", days=40)
        town.measure(number, "avvikelse", row, late=number)
        town.complaint(number, days=number)
    of = town.analysis(950, town.part("Dag"))
    for number in range(1, 6):
        town.measure(50 + number, "risk", town.risk(of, number, ("mindre", "liten"), klass="R2"))
    town.control(akter=4)
    town.log_check()
    after = {place: queries(client, place) for place in places}
    assert after == before
    assert max(after.values()) <= 60
