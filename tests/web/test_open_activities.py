"""The counter: three taps for a visit, and nothing that says who came (R-238)."""

from django.urls import reverse

from records.models import AnonymtBesok
from tests.open_town import NUMBER, STAFF, linden, viken
from tests.web.reading import read, text


def test_r238_three_taps_count_a_visit(client_of):
    row, client = linden(), client_of(STAFF)
    first = read(client.get(reverse("web:open_activities")))
    (address,) = first.xpath("//a[contains(@class, 'tap')]/@href")  # tap 1: the insats
    page = read(client.get(address))
    sexes = page.xpath("//input[@type='radio' and @name='kon']/@value")  # tap 2: the sex
    ages = page.xpath("//form[@class='counter']//button[contains(@class, 'tap')]/@value")  # tap 3
    assert (len(sexes), len(ages)) == (4, 9)
    given = {"_nyckel": page.xpath("//input[@name='_nyckel']/@value")[0]}
    posted = {**given, "kon": sexes[0], "aldersgrupp": ages[4]}
    done = client.post(address, posted, follow=True)
    assert "Räknat: Kvinna, 40–49." in text(done)
    client.post(address, posted)  # a double tap
    kept = AnonymtBesok.objects.get()
    assert (kept.kon, kept.aldersgrupp, kept.antal, kept.insats) == ("kvinna", "40_49", 1, row)
    (undo,) = read(done).xpath("//form[@class='undo']/@action")
    assert "Ångrat" in text(client.post(undo, follow=True))
    assert sorted(AnonymtBesok.objects.values_list("antal", flat=True)) == [-1, 1]
    assert client.post(undo).status_code == 404


def test_r230c_the_page_refuses_a_number_and_enter_alone_counts_nobody(client_of):
    row, client = linden(), client_of(STAFF)
    address = reverse("web:counter", args=[row.pk])
    posted = {"kon": "man", "aldersgrupp": "25_39", "svarighet": f"{NUMBER} ringde"}
    refused = client.post(address, posted)
    assert refused.status_code == 422
    assert "personnummer" in text(refused)
    first = read(client.get(address)).xpath("//form[@class='counter']//button")[0]
    assert (first.get("name"), first.get("value")) == ("aldersgrupp", "")
    assert client.post(address, {"kon": "man", "aldersgrupp": ""}).status_code == 422
    assert not AnonymtBesok.objects.exists()


def test_r222_what_is_not_exempt_has_no_counter(client_of):
    row, client = viken(), client_of(STAFF)
    page = client.get(reverse("web:open_activities"))
    assert "Varje deltagare dokumenteras" in text(page)
    assert read(page).xpath("//a[contains(@class, 'tap')]") == []
    assert client.get(reverse("web:counter", args=[row.pk])).status_code == 404


def test_k11_from_a_counted_visit_a_contact_can_go_on(client_of):
    row, client = linden(), client_of(STAFF)
    page = read(client.get(reverse("web:counter", args=[row.pk])))
    assert page.xpath(f"//a[@href='{reverse('web:start', args=['anonym_kontakt'])}']")
    assert client_of("handlaggare").get(reverse("web:counter", args=[row.pk])).status_code == 404
