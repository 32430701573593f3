"""A provider's day as a new user met it: declining, reporting from an ärende."""

import pytest
from django.urls import reverse

from cases.models import Instance, Task
from config import clock
from records.models import (
    Avvikelse,
    Klagomal,
    LexSarah,
    NekadLasning,
    Uppdrag,
    UppdragAndring,
    UppdragInsats,
    UppdragMal,
)
from tests.web.reading import filled, links, read, text, value

DEVIATION = {
    "handelse": "Morgonbesöket kom två timmar för sent.",
    "kategori": "uteblivet",
    "konsekvens": "liten",
    "krav": "insatsen_ges",
    "omrade": "socialtjanst",
}


def test_r163_who_declines_an_uppdrag_is_not_sent_to_a_closed_page(client_of, case_at):
    arende = case_at("Task_BekraftaUppdrag")
    client = client_of("enhetschef.norr")
    task = Task.objects.get(arende_id=arende, status="open", element="Task_BekraftaUppdrag")
    before = NekadLasning.objects.count()
    said = {"kan_verkstallas": "nej", "avbojandeskal": "Ingen personal förrän i januari."}
    address = reverse("web:task", args=[task.pk])
    answer = client.post(address, {**filled(client.get(address)), **said}, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert "”Bekräfta uppdraget” är klar." in text(answer)
    assert "visas inte här" in text(answer)
    assert NekadLasning.objects.count() == before
    declined = f"{reverse('web:orders')}?visa=slut"
    assert said["avbojandeskal"] in text(client.get(declined))
    theirs = text(client_of("personal.norr").get(declined))
    assert said["avbojandeskal"] not in theirs
    assert "Visas bara för den som svarade" in theirs


@pytest.fixture
def carried_out(case_at):
    return case_at("Task_PlaneraMedDenEnskilde")


def test_r140_an_event_is_reported_from_an_arende_and_beside_it(client_of, carried_out):
    client = client_of("personal.norr")
    number = Uppdrag.objects.get(arende_id=carried_out).nummer
    overview = client.get(reverse("web:case", args=[carried_out]))
    offers = links(overview, "//section[@aria-labelledby='borja']")
    headings = read(overview).xpath("//main//h2/@id")
    assert headings.index("borja") < headings.index("hist"), "first, also in a single column"
    way = offers["Rapportera en avvikelse"]
    page = client.get(way)
    assert value(page, "arendenummer") == number
    assert links(page)[f"← Ärende {number}"] == reverse("web:case", args=[carried_out])
    action = read(page).xpath("//form[.//textarea[@name='handelse']]/@action")[0]
    answer = client.post(action, {**filled(page), **DEVIATION}, follow=True)
    assert answer.redirect_chain[0][0] == reverse("web:case", args=[carried_out])
    row = Avvikelse.objects.get()
    assert f"Registrerat med nummer {row.nummer}. Nästa steg: ”Bedöm avvikelsen”, av " in text(
        answer
    )
    assert (row.arende_id, row.unit.name) == (carried_out, "Hemtjänst Norr")
    assert not Instance.objects.filter(
        arende_id=carried_out, process_key="rapportera_avvikelse"
    ).exists()
    complaint = read(client.get(offers["Ta emot klagomål, synpunkt eller beröm"]))
    assert complaint.xpath("//input[@name='arendenummer']/@value") == [number]
    lex_sarah = read(client.get(offers["Rapportera missförhållande (lex Sarah)"]))
    assert lex_sarah.xpath("//input[@name='berorda'][@checked]/@value") == [str(carried_out)]
    assert not Klagomal.objects.exists()
    assert not LexSarah.objects.exists()


def test_what_needs_no_arende_cannot_begin_in_one(client_of, carried_out):
    client = client_of("personal.norr")
    for key in ("rapportera_avvikelse", "klagomal", "lex_sarah"):
        assert client.get(reverse("web:start_in_case", args=[carried_out, key])).status_code == 404
        there = client_of("personal.soder").get(f"/starta/{key}/?arende={carried_out}")
        assert there.status_code in (403, 404)


def test_the_card_says_whose_journal_it_is_and_what_to_know(client_of, carried_out):
    client = client_of("personal.norr")
    order = Uppdrag.objects.get(arende_id=carried_out)
    assert order.viktig_info
    page = client.get(reverse("web:shift_card", args=[carried_out]))
    assert "Skriv i journalen om Astrid Ekholt" in text(page)
    assert f"Viktigt att veta: {order.viktig_info}" in text(page)
    papers = reverse("web:case_papers", args=[carried_out])
    assert links(page)["Läs uppdraget"] == papers, "there is no plan yet"
    assert "Hemtjänst, omvårdnad" in text(client.get(papers))
    number = value(client.get(links(page)["Rapportera en avvikelse"]), "arendenummer")
    assert number == order.nummer
    day = client.get(reverse("web:shift_day"))
    assert "I dag är det" in text(day)
    assert links(day)["Läs uppdraget"] == papers
    assert "Inga personer än" not in text(day)


def changed(order, important):
    """A second version of an uppdrag, as ``uppdrag.andra`` leaves it."""
    stamp = {
        "organisation_id": order.organisation_id,
        "unit_id": order.unit_id,
        "secrecy": order.secrecy,
        "delad_med_id": order.delad_med_id,
        "uppdrag": order,
        "version": 2,
    }
    UppdragAndring.objects.create(
        **stamp,
        beslut_id=order.beslut_id,
        dokument_id=order.dokument_id,
        omfattning="Två besök om dagen",
        period_fran=order.period_fran,
        period_till=order.period_till,
        viktig_info=important,
        registrerad=clock.now(),
    )
    part, goal = order.insatser.first(), order.mal.order_by("nummer").first()
    UppdragInsats.objects.create(
        **stamp, insats=part.insats, lagrum=part.lagrum, omfattning="Två timmar i veckan"
    )
    UppdragMal.objects.create(
        **stamp,
        nummer=1,
        kalla_mal_id=goal.kalla_mal_id,
        insats=goal.insats,
        livsomrade=goal.livsomrade,
        behov="Behöver hjälp med medicinen.",
        mal="Medicinen tas varje dag.",
    )


def test_r083_a_changed_uppdrag_is_shown_in_its_newest_version_and_no_other(client_of, carried_out):
    client = client_of("personal.norr")
    order = Uppdrag.objects.get(arende_id=carried_out)
    goals = set(order.mal.values_list("mal", flat=True))
    changed(order, "NY ALLERGI: penicillin")
    card = text(client.get(reverse("web:shift_card", args=[carried_out])))
    assert "Viktigt att veta: NY ALLERGI: penicillin" in card
    assert order.viktig_info not in card
    for address in ("web:order", "web:case_papers"):
        ref = order.pk if address == "web:order" else carried_out
        page = client.get(reverse(address, args=[ref]))
        said = text(page)
        assert "NY ALLERGI: penicillin" in said
        assert order.viktig_info not in said
        assert "Två besök om dagen" in said
        assert said.count("Två timmar i veckan") == 1
        assert "Medicinen tas varje dag." in said
        assert not any(goal in said for goal in goals), "those of the version before"
        assert "Ändrat" in said


def test_an_empty_day_of_the_staff_leads_to_the_shift(client_of):
    for name in ("personal.norr", "enhetschef.norr"):
        page = client_of(name).get("/")
        assert "Inget att göra här" in text(page)
        assert links(page)["Till Skiftet"] == reverse("web:shift")
        assert client_of(name).get(links(page)["Till Skiftet"]).status_code == 200
        assert "Till Skiftet" not in links(client_of(name).get("/?visa=bevakas"))
    assert "Till Skiftet" not in links(client_of("handlaggare").get("/"))
