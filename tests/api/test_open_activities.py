"""Acceptance 14 and 15 through the API: counted without names where nämnd or the law says so."""

from datetime import date

import pytest

from records.models import AnonymtBesok, Person
from tests.open_town import NUMBER, STAFF, linden, radgivning, viken

VISIT = {"kon": "kvinna", "aldersgrupp": "40_49"}


def count(client, insats, key=None, **changes):
    headers = {} if key is None else {"HTTP_IDEMPOTENCY_KEY": key}
    body = {"answers": {**VISIT, **changes}}
    return client.post(
        f"/api/v1/open-activities/{insats.pk}/visits/", body, format="json", **headers
    )


def test_r226_r237_a_visit_is_counted_and_nobody_is_registered(client_of):
    row, client = linden(), client_of(STAFF)
    answer = count(client, row, omrade="norr", problemkategori="ensamhet")
    assert answer.status_code == 201, answer.data
    kept = AnonymtBesok.objects.get()
    assert (str(kept.pk), kept.antal, kept.undantag.insats) == (answer.data["visit"], 1, row)
    assert (kept.kon, kept.aldersgrupp, kept.omrade) == ("kvinna", "40_49", "norr")
    assert not Person.objects.exists()


def test_r232_r233_advice_needs_no_decision_and_no_name(client_of):
    answer = count(client_of(STAFF), radgivning(), problemkategori="skadligt_bruk")
    assert answer.status_code == 201, answer.data
    kept = AnonymtBesok.objects.get()
    assert (kept.undantag, kept.problemkategori) == (None, "skadligt_bruk")


def test_r222_r225_the_exemption_of_one_insats_is_never_anothers(client_of):
    """Acceptance 14: Linden is exempt, Viken is not."""
    linden()
    answer = count(client_of(STAFF), viken())
    assert (answer.status_code, answer.data["code"]) == (409, "individual_documentation_required")
    assert not AnonymtBesok.objects.exists()


@pytest.mark.parametrize(
    "written", [NUMBER, f"{NUMBER} ringde", "1701012393", "20170101-2393", "170101-2394 ringde"]
)
def test_r230b_r230c_a_number_in_the_text_is_refused(client_of, written):
    """Acceptance 15, with and without a right check digit."""
    answer = count(client_of(STAFF), linden(), svarighet=written)
    assert answer.status_code == 422
    assert [(row["pointer"], row["code"]) for row in answer.data["errors"]] == [
        ("/answers/svarighet", "identity_number")
    ]
    assert written not in answer.content.decode()
    assert not AnonymtBesok.objects.exists()


@pytest.mark.parametrize("key", ["personnummer", "person", "namn", "adress", "arende"])
def test_r229_r237_there_is_no_field_for_a_person(client_of, key):
    row, client = linden(), client_of(STAFF)
    answer = count(client, row, **{key: NUMBER})
    assert answer.status_code == 422
    assert answer.data["errors"][0]["code"] == "unknown_field"
    beside = {"answers": VISIT, key: NUMBER}
    address = f"/api/v1/open-activities/{row.pk}/visits/"
    assert client.post(address, beside, format="json").status_code == 422
    assert not AnonymtBesok.objects.exists()


def test_the_same_key_counts_once(client_of):
    row, client = linden(), client_of(STAFF)
    assert {count(client, row, key="tryck-1").status_code for _ in range(2)} == {201}
    assert count(client, row, key="tryck-2").status_code == 201
    assert AnonymtBesok.objects.count() == 2


@pytest.mark.parametrize("name", ["handlaggare", "personal.norr", "systemadministrator"])
def test_only_who_works_there_counts(client_of, name):
    row, client = linden(), client_of(name)
    assert count(client, row).status_code in (403, 404)
    assert client.get("/api/v1/open-activities/").data == []
    period = "?from=2026-01-01&to=2026-12-31"
    seen = client.get(f"/api/v1/open-activities/{row.pk}/statistics/{period}")
    assert seen.status_code in (403, 404)


def test_r236_the_list_says_where_each_insats_stands(client_of):
    for row in (linden, viken, radgivning):
        row()
    rows = {row["name"]: row for row in client_of("namnd").get("/api/v1/open-activities/").data}
    assert list(rows) == ["Alkoholrådgivningen", "Träffpunkt Linden", "Träffpunkt Viken"]
    stands = {name: (row["documentation"], row["exempt"]) for name, row in rows.items()}
    assert stands == {
        "Alkoholrådgivningen": ("ej_personliga_forhallanden", False),
        "Träffpunkt Linden": ("anonym_statistik", True),
        "Träffpunkt Viken": ("individuell", False),
    }
    row = rows["Träffpunkt Linden"]
    assert (row["reason"], row["decision"]) == ("oppen_verksamhet", "25X-77")
    assert row["target_group"]
    assert row["conditions"]


def test_r226_small_numbers_are_hidden_in_the_statistics(client_of):
    row, client = linden(), client_of(STAFF)
    for kon, antal in (("kvinna", 20), ("man", 9), ("annat", 2)):
        assert count(client, row, kon=kon, antal=antal).status_code == 201
    day = AnonymtBesok.objects.first().datum
    address = f"/api/v1/open-activities/{row.pk}/statistics/?from={day}&to={day}"
    seen = client.get(address).data
    assert (seen["visits"], seen["least"]) == (31, 5)
    assert seen["by"]["kon"] == {"annat": None, "kvinna": 20, "man": None}
    assert seen["sex_age"] is None
    other = date(day.year - 1, day.month, 1)
    empty = client.get(address.replace(str(day), str(other))).data
    assert (empty["visits"], empty["by"]["kon"]) == (0, {})
