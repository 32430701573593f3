"""What a provider met in the forms: who can be chosen, what is filled in, what is said at once."""

from datetime import timedelta

from django.urls import reverse
from django.utils.timezone import localdate

from cases.models import Task
from config import clock
from records.models import Akt, JournalEntry, MalResultat, PlanVersion, Uppdrag
from tests.municipality import work
from tests.web.reading import field, filled, read, summary, text, value

ASK = {"_visa": "1"}


def task_page(arende, element):
    task = Task.objects.get(arende_id=arende, status="open", element=element)
    return reverse("web:task", args=[task.pk])


def options(answer, name):
    return {
        row.get("value"): row.text_content()
        for row in read(answer).xpath(f"//select[@name='{name}']/option[@value!='']")
    }


def origin(answer, path):
    """What stands beside a field, or a list, about where its answer comes from."""
    found = read(answer).xpath(f"//*[@data-w='{path}']/p[contains(@class, 'origin')]")
    return found[0].text_content() if found else ""


def test_k15_who_is_appointed_is_chosen_by_name_and_role(client_of, case_at):
    arende = case_at("Task_UtseKontakt")
    client, address = client_of("enhetschef.norr"), task_page(arende, "Task_UtseKontakt")
    answer = client.get(address)
    offered = options(answer, "utsedd_kontakt")
    assert offered["kontakt.norr"] == (
        "Kim Kontin (fast omsorgskontakt eller kontaktperson hos utföraren)"
    )
    assert offered["personal.norr"] == "Per Persolin (personal)"
    assert "arkivarie" not in " ".join(offered.values())
    assert not {"jurist.ekviken", "enhetschef.norr", "ansvarig.ekviken"} & set(offered)
    assert "Användarnamn" not in text(answer)
    sent = {**filled(answer), "typ": "fast_omsorgskontakt", "onskemal": "Inga."}
    refused = client.post(address, {**sent, "utsedd_kontakt": "jurist.ekviken"})
    assert refused.status_code == 422
    assert "f-utsedd-kontakt" in summary(refused)
    assert client.post(address, {**sent, "utsedd_kontakt": "kontakt.norr"}).status_code == 302
    assert Akt.objects.get(arende_id=arende).utsedd_kontakt.username == "kontakt.norr"


def test_r072_each_side_is_offered_its_own_kinds_of_notes(client_of, case_at):
    arende = case_at("Task_PlaneraMedDenEnskilde")
    theirs, ours = client_of("kontakt.norr"), client_of("handlaggare")
    journal = reverse("web:journal", args=[arende])
    start = reverse("web:start_in_case", args=[arende, "journalanteckning_utforare"])
    for answer in (theirs.get(journal), client_of("personal.norr").get(start)):
        offered = options(answer, "typ")
        assert {"avvikelse_fran_plan", "handlaggare_kontaktad", "delaktighet"} <= set(offered)
        assert not {"inledning", "skyddsbedomning", "avgorande", "placeringsplan"} & set(offered)
    offered = options(ours.get(journal), "typ")
    assert {"inledning", "avgorande", "delaktighet"} <= set(offered)
    assert not {"avvikelse_fran_plan", "handlaggare_kontaktad"} & set(offered)
    begun = theirs.get(f"{journal}?ny=inledning")
    assert not read(begun).xpath("//select[@name='typ']/option[@selected]")
    said = {"typ": "inledning", "text": "Skrivet på fel sida."}
    refused = theirs.post(reverse("web:note", args=[arende]), said)
    assert refused.status_code == 422
    assert "skriver myndigheten" in summary(refused)["anteckning-typ"]
    refused = ours.post(reverse("web:note", args=[arende]), said | {"typ": "avvikelse_fran_plan"})
    assert "skriver utföraren" in summary(refused)["anteckning-typ"]
    assert not JournalEntry.objects.filter(text=said["text"]).exists()


PLAN = {
    "deltagare.0.namn": "Astrid Ekholt",
    "deltagare.0.roll": "den_enskilde",
    "delaktig": "ja",
    "delaktighet_satt": "Samtal hemma.",
    "onskemal": "Hjälp på morgonen.",
    "synpunkter": "Inga.",
    "aktiviteter.0.mal": "1",
    "aktiviteter.0.vad": "Dusch",
    "aktiviteter.0.hur": "Stöd",
    "aktiviteter.0.nar": "Måndagar",
    "aktiviteter.0.vem": "Personal",
    "samverkansbehov": "nej",
    "uppfoljning_intervall": "6",
}


def test_r091_the_plan_begins_with_the_goals_of_the_uppdrag(client_of, case_at):
    arende = case_at("Task_PlaneraMedDenEnskilde")
    ordered = list(Uppdrag.objects.get(arende_id=arende).mal.order_by("nummer"))
    assert len(ordered) == 2
    client, address = client_of("kontakt.norr"), task_page(arende, "Task_PlaneraMedDenEnskilde")
    first = client.get(address)
    for index, goal in enumerate(ordered):
        chosen = read(first).xpath(f"//*[@name='mal.{index}.uppdragsmal']/option[@selected]/@value")
        assert chosen == [str(goal.nummer)]
        assert value(first, f"mal.{index}.mal") == goal.mal
        assert value(first, f"mal.{index}.behov") == goal.behov
    assert origin(first, "mal") == "Från uppdraget."
    shown = options(first, "aktiviteter.0.mal")
    assert [shown["1"], shown["2"]] == [f"{goal.nummer}. {goal.mal}" for goal in ordered]

    without_second = {
        **{key: val for key, val in filled(first).items() if not key.startswith("mal.1.")},
        **PLAN,
    }
    asked = client.post(address, without_second)
    assert asked.status_code == 422
    assert "saknas i planen" in summary(asked)["f-mal-skal"]
    assert origin(asked, "mal") == "", "what was taken away is one's own"
    told = {**without_second, "_skal.mal": "Middagen ordnar dottern tills vidare."}
    assert client.post(address, told).status_code == 302
    assert PlanVersion.objects.get(plan__akt__arende_id=arende).mal.count() == 1


def test_r113_every_goal_is_assessed_and_all_that_lacks_is_said_at_once(client_of, case_at):
    arende = case_at("Task_FoljUppPlan", ansokan_for_dagar_sedan=200)
    client, address = client_of("kontakt.norr"), task_page(arende, "Task_FoljUppPlan")
    first = client.get(address)
    (legend,) = read(first).xpath("//fieldset[@data-w='maluppfyllelse']/legend")
    assert legend.text_content().strip() == "Måluppfyllelse"
    for index in (0, 1):
        chosen = f"//*[@name='maluppfyllelse.{index}.mal']/option[@selected]/@value"
        assert read(first).xpath(chosen) == [str(index + 1)]
    began = Akt.objects.get(arende_id=arende).verkstalld_datum
    early = (began - timedelta(days=1)).isoformat()
    empty = {**filled(first), "uppfoljningsdatum": early, "deltog_enskild": "ja"}
    told = summary(client.post(address, empty))
    both = {f"f-maluppfyllelse-{index}-uppfyllelse" for index in (0, 1)}
    assert both | {"f-uppfoljningsdatum", "f-resurser", "f-deltog-utforare"} <= told.keys()
    said = {
        "uppfoljningsdatum": localdate(clock.now()).isoformat(),
        "deltog_utforare": "ja",
        "deltog_handlaggare": "ja",
        "delaktighet_satt": "Samtal hemma.",
        "synpunkt": "Nöjd.",
        "resurser": "Klarar mer.",
        "behov": "Som förut.",
        "resultat": "Duschar säkert.",
        "formaga_text": "Klarar det mesta inne.",
        "formaga_livsomrade": "personlig_vard",
        "omgivning_text": "Bor på markplan.",
        "omgivningsfaktor": "underlattar",
        "omgivning_livsomrade": "personlig_vard",
        "mal_utan_anteckning_skal": "Anteckningarna rör vardagen i stort.",
        "maluppfyllelse.0.uppfyllelse": "helt",
        "forandrat_behov": "nej",
    }
    one = {key: val for key, val in (empty | said).items() if ".1." not in key}
    lacking = client.post(address, one)
    assert set(summary(lacking)) == {"f-maluppfyllelse"}
    assert "varje mål" in summary(lacking)["f-maluppfyllelse"]
    whole = {**empty, **said, "maluppfyllelse.1.uppfyllelse": "delvis"}
    assert client.post(address, whole).status_code == 302
    assert MalResultat.objects.filter(uppfoljning__akt__arende_id=arende).count() == 2


def test_r181_the_day_that_support_ended_is_written_and_then_reused(client_of, case_at):
    arende = case_at("Task_BekraftaAvslut", ansokan_for_dagar_sedan=300)
    head, address = client_of("enhetschef.norr"), task_page(arende, "Task_BekraftaAvslut")
    first = head.get(address)
    assert not value(first, "avslutsdatum")
    sent = {**filled(first), "avslutsorsak": "flytt", "kalla": "handlaggare"}
    assert "f-avslutsdatum" in summary(head.post(address, sent))
    day = (localdate(clock.now()) - timedelta(days=2)).isoformat()
    assert head.post(address, {**sent, "avslutsdatum": day}).status_code == 302
    contact, address = client_of("kontakt.norr"), task_page(arende, "Task_AvslutaAktiviteter")
    done = {"aktiviteter_avslutade": "true", "personal_informerad": "true"}
    assert contact.post(address, {**filled(contact.get(address)), **done}).status_code == 302
    final = contact.get(task_page(arende, "Task_SkrivSlutanteckning"))
    assert value(final, "avslutsdatum") == day
    assert origin(final, "avslutsdatum").startswith("Från steget ”Bekräfta avslutsorsak”")


def test_r083_the_ordered_period_is_reused_and_held_against_the_decision(client_of, case_at):
    arende = case_at("Task_UtformaUppdrag", ansokan_for_dagar_sedan=40)
    ours, address = client_of("handlaggare"), task_page(arende, "Task_UtformaUppdrag")
    first = ours.get(address)
    granted = value(first, "period_fran")
    assert granted
    assert origin(first, "period_fran") == origin(first, "period_till") == "Från beslutet."
    end = value(first, "period_till")
    sent = {
        **filled(first),
        "informerad_om_val": "true",
        "val": "utforare",
        "mottagare_enhet": "Hemtjänst Norr",
        "livsomraden_med": ["personlig_vard", "hemliv"],
    }
    outside = {"period_fran": "2020-01-01", "period_till": "2099-01-01"}
    asked = ours.post(address, {**sent, **outside})
    assert {"f-period-fran-skal", "f-period-till-skal"} <= summary(asked).keys()
    coming = (localdate(clock.now()) + timedelta(days=5)).isoformat()
    # Without a last day of its own the uppdrag lasts as long as its insatser.
    open_end = {**sent, "period_fran": coming, "period_till": ""}
    assert ours.post(address, open_end).status_code == 302
    work(clock.now())
    theirs, address = client_of("enhetschef.norr"), task_page(arende, "Task_BekraftaUppdrag")
    first = theirs.get(address)
    assert value(first, "bestalld_period") == f"{coming} till {end}"
    assert origin(first, "bestalld_period") == "Från uppdraget."
    yes = theirs.post(address, {**filled(first), **ASK, "kan_verkstallas": "ja"})
    assert value(yes, "start_datum") == coming
    assert origin(yes, "start_datum") == "Från uppdraget."
    before = {**filled(yes), "start_datum": localdate(clock.now()).isoformat()}
    asked = theirs.post(address, before)
    assert "före den beställda perioden" in summary(asked)["f-start-datum-skal"]
    assert field(asked, "_skal.start_datum") is not None
