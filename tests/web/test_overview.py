"""The overview: every number is the length of the list that it leads to, and nobody sees more."""

import csv
import io
import re
import zipfile
from datetime import date, timedelta
from statistics import median

import pytest
from django.db import connection
from django.utils.timezone import localdate

from cases.models import Task
from config import clock
from records.models import Akt, Arende, Avvikelse, Delbeslut, ListLasning, Notis, UppdragInsats
from tests import quality_town as town
from tests.municipality import user
from tests.web.reading import links, read, text, title
from web import exported

LEADERS = ("myndighetschef", "enhetschef.norr", "ansvarig.ekviken")
OTHERS = ("handlaggare", "kontakt.norr", "systemadministrator")


def numbered(answer):
    """Address to number, of every number that is a link."""
    found = {}
    for link in read(answer).xpath("//main//a[starts-with(@href, '/oversikt/')]"):
        address, shown = link.get("href"), " ".join(link.text_content().split())
        number = re.match(r"(\d+)\b", shown) or re.search(r": (\d+)\b", shown)
        if number and "/process/" not in address:
            found[address] = int(number[1])
    return found


def rows(answer):
    """The rows of a list, by heading."""
    tables = read(answer).xpath("//main//table")
    if not tables:
        return []
    heads = [" ".join(cell.text_content().split()) for cell in tables[0].xpath("./thead//th")]
    cells = [row.xpath("./th|./td") for row in tables[0].xpath("./tbody/tr")]
    told = [[" ".join(cell.text_content().split()) for cell in row] for row in cells]
    return [dict(zip(heads, row, strict=True)) for row in told]


def whole(client, address):
    """All rows of a list, page by page."""
    found = []
    while address:
        answer = client.get(address)
        assert answer.status_code == 200
        found += rows(answer)
        further = read(answer).xpath("//main//a[@rel='next']/@href")
        address = address.partition("?")[0] + further[0] if further else ""
    return found


def file_of(client, address):
    path, _, query = address.partition("?")
    answer = client.get(f"{path}csv/?{query}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def copies(row, number, **changes):
    """More rows like one."""
    same = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    del same["id"]
    model = type(row)
    model.objects.bulk_create(model(**{**same, **changes}) for _ in range(number))


def test_whoever_leads_sees_it_and_nobody_else(client_of):
    page = client_of("arbetsledare").get("/oversikt/")
    assert title(page) == "Översikt – Kedja"
    assert "/oversikt/" in links(page, "//header").values()
    for name in OTHERS:
        client = client_of(name)
        for address in ("", "sena-uppgifter/", "sena-uppgifter/csv/", "process/utreda/"):
            assert client.get(f"/oversikt/{address}").status_code == 403
        assert "/oversikt/" not in links(client.get("/rutiner/"), "//header").values()
    chief = client_of("arbetsledare")
    for address in ("finns-inte/", "process/finns-inte/", "star/?process=finns-inte"):
        assert chief.get(f"/oversikt/{address}").status_code == 404


@pytest.fixture
def case(case_at):
    """A case that is carried out: a decision, an uppdrag, a plan to establish, reviews to come.

    The provider's review is 20 days late and 14 days' reminder has gone; more tasks wait.
    """
    found = case_at("Task_FaststallPlan")
    now = clock.now()
    review = Task.objects.get(arende_id=found, element="Task_FoljUppPlan")
    Task.objects.filter(pk=review.pk).update(due=now - timedelta(days=20))
    part = Delbeslut.objects.filter(beslut__arende=found).latest("nummer")
    copies(part, 1, nummer=part.nummer + 1, giltig_till=localdate(now) + timedelta(days=59))
    Notis.objects.create(
        organisation_id=review.organisation_id,
        unit_id=review.unit_id,
        arende_id=found,
        typ="uppfoljning_plan",
        niva="T14",
        roll="verksamhetsansvarig",
        forfallen_datum=localdate(now - timedelta(days=20)),
        skapad=now,
    )
    Avvikelse.objects.create(
        organisation_id=review.organisation_id,
        unit_id=review.unit_id,
        nummer="A-1",
        kategori="uppfoljning",
        handelse="Uppföljningen blev inte gjord.",
        handelse_datum=localdate(now),
        konsekvens="ingen",
        krav=["R-110"],
        rapporterad=now,
    )
    return found


def test_w11_numbers_agree_with_lists_files_and_rights(
    client_of, case, django_assert_max_num_queries
):
    _insatser(client_of, case)
    number, surname = Arende.objects.values_list("nummer", "person__efternamn").get(pk=case)
    tried = []
    for name in LEADERS:
        client = client_of(name)
        start = client.get("/oversikt/")
        maps = [at for at in links(start).values() if at.startswith("/oversikt/process/")][:3]
        seen = numbered(start)
        for address in maps:
            seen |= numbered(client.get(address))
        assert {"/oversikt/sena-uppgifter/", "/oversikt/blir-sena/"} <= set(seen)
        for address, shown in seen.items():
            what = (name, address.partition("?")[0])
            if tried.count(what) > 1:
                continue
            found = whole(client, address)
            assert len(found) == shown, (name, address)
            assert surname not in str(found)
            if what not in tried:
                written = file_of(client, address)
                assert len(written) == shown + 1, (name, address)
                assert surname not in str(written)
            tried.append(what)
    assert len({address for _name, address in tried}) > 15
    _review(client_of("enhetschef.norr"))
    _who_may_take(client_of, case)
    _per_unit(client_of)
    _only_own(client_of, number)
    _lead_times(client_of("myndighetschef"))
    _period(client_of("enhetschef.norr"), case)
    _nobody_is_named_by_id(client_of)
    _logged(client_of, case)
    _constant(client_of, case, django_assert_max_num_queries)


def _review(chief):
    """The list says who is to do it and how far the ladder has gone."""
    [found] = whole(chief, "/oversikt/sena-uppfoljningar/")
    assert found["Dagar sen"] == "20"
    assert found["Utsedd kontakt eller handläggare"] == user("kontakt.norr").get_full_name()
    assert found["Påmint så långt"] == "14 dagar efter: Verksamhetsansvarig"
    [by_unit] = rows(chief.get("/oversikt/"))
    assert by_unit["Enhet"] == "Hemtjänst Norr"
    contact = user("kontakt.norr").pk
    assert len(whole(chief, f"/oversikt/sena-uppfoljningar/?hos={contact}")) == 1
    assert whole(chief, "/oversikt/sena-uppfoljningar/?hos=0") == []
    [deviation] = whole(chief, "/oversikt/avvikelser/?klass=-")
    assert (deviation["Avvikelse"], deviation["Klass"]) == ("A-1", "Inte klassad")
    assert whole(chief, "/oversikt/avvikelser/?klass=niva_1") == []
    assert whole(chief, "/oversikt/sena-uppfoljningar/?fran=skrap&enhet=x")


def _who_may_take(client_of, case):
    """What nobody has says whose it is to take; what belongs to no ärende can be opened too."""
    chief, address = client_of("enhetschef.norr"), "/oversikt/sena-uppgifter/"
    contact = "Ingen har tagit den (Fast omsorgskontakt eller kontaktperson hos utföraren)"
    assert {row["Hos"] for row in whole(chief, address)} == {contact}
    review = Task.objects.get(arende_id=case, element="Task_FoljUppPlan")
    copies(review, 1, arende_id=None)
    [apart] = Task.objects.filter(arende_id=None, element="Task_FoljUppPlan")
    place = f"/uppgifter/{apart.pk}/"
    assert f'href="{place}"' in chief.get(address).content.decode()
    assert chief.get(place).status_code == 200
    apart.delete()


def _per_unit(client_of):
    """Who leads several units sees where it is late; who leads one has nothing to compare."""
    page = client_of("myndighetschef").get("/oversikt/")
    table = read(page).xpath("//section[@aria-labelledby='enheter']//tbody/tr")
    shown = {row.xpath("string(./th)"): row.xpath("string(./td[1]/a/text())") for row in table}
    assert {"Myndighet äldre", "Myndighet funktionsnedsättning"} <= set(shown)
    assert sum(int(number or 0) for number in shown.values()) == len(
        whole(client_of("myndighetschef"), "/oversikt/oppna-uppgifter/")
    )
    own = client_of("enhetschef.norr").get("/oversikt/")
    assert not read(own).xpath("//section[@aria-labelledby='enheter']")


def _only_own(client_of, number):
    """Another unit's chief sees none of it; the head of all units opens no ärende."""
    other = client_of("enhetschef.soder")
    assert whole(other, "/oversikt/sena-uppfoljningar/") == []
    norr = Akt.objects.get().unit_id
    assert whole(other, f"/oversikt/sena-uppfoljningar/?enhet={norr}") == []
    assert (
        whole(client_of("ansvarig.bjorken"), "/oversikt/star/?process=genomfor_uppfoljning") == []
    )
    head = client_of("ansvarig.ekviken").get("/oversikt/sena-uppfoljningar/")
    assert [row["Ärende"] for row in rows(head)]
    assert not [at for at in links(head).values() if at.startswith(("/arenden/", "/uppgifter/"))]
    own = client_of("myndighetschef").get("/oversikt/beslut-loper-ut/")
    assert rows(own)[0]["Ärende"] == number
    assert rows(own)[0]["Dagar kvar"] == "59"
    assert [at for at in links(own).values() if at.startswith("/arenden/")]


def _lead_times(chief):
    """The median on the page is that of the list; outside the period there is nothing."""
    table = read(chief.get("/oversikt/")).xpath("//section[@aria-labelledby='ledtider']//tbody/tr")
    shown = {row.xpath("./th")[0].text: row for row in table}
    row = shown["Ansökan till beslut"]
    address = row.xpath(".//a/@href")[0]
    days = [int(line["Dagar"]) for line in whole(chief, address)]
    assert row.xpath("./td[@data-label='Median, dagar']")[0].text == str(round(median(days)))
    assert row.xpath(".//*[local-name()='svg'][@aria-hidden='true']")
    empty = chief.get("/oversikt/", {"fran_dag": "2020-01-01", "till_dag": "2020-12-31"})
    assert "Inget steg blev klart i perioden" in text(empty)
    assert whole(chief, "/oversikt/ledtid-beslut/?fran_dag=2020-01-01&till_dag=2020-12-31") == []


def _period(chief, case):
    """A period is that of the lead times: what is late or may become late stands as it is."""
    review = Task.objects.get(arende_id=case, element="Task_FoljUppPlan")
    copies(review, 1, due=clock.now() + timedelta(days=3), claimed_by_id=None)
    plain = numbered(chief.get("/oversikt/"))
    assert plain["/oversikt/blir-sena/"] > 0
    page = chief.get("/oversikt/", {"fran_dag": "2020-01-01", "till_dag": "2020-12-31"})
    assert "Inget steg blev klart i perioden" in text(page)
    assert 'value="2020-01-01"' in page.content.decode(), "the period is kept to be changed"
    assert numbered(page) == {at: n for at, n in plain.items() if "/ledtid-" not in at}
    weeks = {at: n for at, n in numbered(page).items() if "blir-sena/?" in at}
    assert sum(weeks.values()) == plain["/oversikt/blir-sena/"]
    assert all(len(whole(chief, at)) == n for at, n in weeks.items())
    process = "/oversikt/process/genomfor_uppfoljning/"
    assert numbered(chief.get(process)) == numbered(chief.get(f"{process}?fran_dag=2020-01-01"))
    Task.objects.exclude(pk=review.pk).filter(element=review.element).delete()


def _nobody_is_named_by_id(client_of):
    """Only somebody in the list, or a colleague, has a name by her id; another's is not told."""
    chief, others = client_of("enhetschef.norr"), user("enhetschef.bjorken")
    contact, colleague = user("kontakt.norr"), user("personal.norr")
    seen = {
        name: text(chief.get(f"/oversikt/{what}/?hos={one.pk}"))
        for name, what, one in (
            ("other", "oppna-uppgifter", others),
            ("row", "sena-uppfoljningar", contact),
            ("colleague", "sena-uppfoljningar", colleague),
        )
    }
    assert others.get_full_name() not in seen["other"]
    assert f"Urval: {contact.get_full_name()}." in seen["row"]
    assert f"Urval: {colleague.get_full_name()}." in seen["colleague"]


def _logged(client_of, case):
    """L-34: who took a file is written, with the ärenden that it names."""
    before = set(ListLasning.objects.values_list("pk", flat=True))
    file_of(client_of("enhetschef.norr"), "/oversikt/sena-uppfoljningar/")
    [kept] = ListLasning.objects.exclude(pk__in=before)
    assert kept.vad == "oversikt.sena-uppfoljningar"
    assert kept.user_id == user("enhetschef.norr").pk
    assert kept.arenden == [case]


def _insatser(client_of, case):
    """R-163: who sees delay and not content is not told the insats; the page is logged (L-34)."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # past its guard
        UppdragInsats.objects.update(giltig_till=localdate(clock.now()) + timedelta(days=30))
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    places = {"enhetschef.norr": "uppdrag-loper-ut", "myndighetschef": "beslut-loper-ut"}
    for name, what in [*places.items(), ("ansvarig.ekviken", "uppdrag-loper-ut")]:
        before = set(ListLasning.objects.values_list("pk", flat=True))
        client, address = client_of(name), f"/oversikt/{what}/"
        shown = {row["Insats"] for row in whole(client, address)}
        assert shown, name
        assert (shown == {"Utanför din roll"}) == (name not in places), name
        assert {row[1] for row in file_of(client, address)[1:]} == shown, name
        kept = ListLasning.objects.exclude(pk__in=before)
        assert {(row.vad, *row.arenden) for row in kept} == {(f"oversikt.{what}", case)}, name
        assert len(kept) == 2, name


def _constant(client_of, case, django_assert_max_num_queries):
    """As many queries for 121 late reviews as for one; the list goes on with a cursor."""
    chief = client_of("enhetschef.norr")
    counted = {}
    pages = {"": 40, "sena-uppfoljningar/": 20, "process/genomfor_uppfoljning/": 20}
    for page, most in pages.items():
        with django_assert_max_num_queries(most) as one:
            chief.get(f"/oversikt/{page}")
        counted[page] = len(one)
    copies(Task.objects.get(arende_id=case, element="Task_FoljUppPlan"), 120)
    for page, before in counted.items():
        with django_assert_max_num_queries(before):
            chief.get(f"/oversikt/{page}")
    assert numbered(chief.get("/oversikt/"))["/oversikt/sena-uppfoljningar/"] == 121
    assert len(whole(chief, "/oversikt/sena-uppfoljningar/")) == 121
    heat = read(chief.get("/oversikt/process/genomfor_uppfoljning/"))
    [counts] = heat.xpath("//@data-bpmn-counts")
    assert '"Task_FoljUppPlan": {"text": "121 st\\u00e5r", "level": 3}' in counts


def test_a_narrow_window_has_a_table_of_contents(client_of):
    for name in ("enhetschef.norr", "myndighetschef"):
        page = read(client_of(name).get("/oversikt/"))
        there = page.xpath("//nav[contains(@class, 'narrowonly')]//a")
        heads = page.xpath("//main//section/h2")
        assert [(one.get("href"), one.text) for one in there] == [
            (f"#{one.get('id')}", one.text) for one in heads
        ]
        assert len(heads) >= 7


def test_p2_a_protected_deviation_or_risk_is_counted_for_nobody_who_may_not_read_it(client_of):
    """The level is that of the table in each unit, on the overview as on Kvalitet."""
    town.deviation(1)
    town.deviation(2, secrecy=1)
    of = town.analysis(1, town.part())
    town.risk(of, 1)
    town.risk(of, 2, secrecy=1)
    for name, seen in (("ansvarig.ekviken", 1), ("enhetschef.norr", 2)):
        client = client_of(name)
        shown = numbered(client.get("/oversikt/"))
        for what in ("avvikelser", "risker"):
            assert shown[f"/oversikt/{what}/"] == seen, (name, what)
            assert len(whole(client, f"/oversikt/{what}/")) == seen, (name, what)


@pytest.mark.parametrize("text", ["=1+1", "+46", "-2", "@SUM(A1)", " =1", "\t=1"])
def test_no_cell_of_a_file_is_a_formula(text):
    assert exported.safe(text) == f"'{text}"
    assert exported.safe(f"Steg {text}") == f"Steg {text}"


def test_a_workbook_holds_text_numbers_and_days(client_of):
    rows = [["=1+1", 7, date(2026, 8, 17), None]]
    answer = exported.as_xlsx("prov", ["A", "B", "C", "D"], rows, now=clock.now())
    assert answer["Content-Disposition"] == 'attachment; filename="prov.xlsx"'
    book = zipfile.ZipFile(io.BytesIO(answer.content))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "'=1+1" in book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert sheet.count("<row ") == 2
    assert "<v>7</v>" in sheet
    assert client_of("arbetsledare").get("/oversikt/risker/xlsx/").content.startswith(b"PK")
