"""A protected person through the API: closed, opened in an emergency, the address with a reason."""

import uuid

import pytest

from records.models import NekadLasning, Nodoppning, Notis, ValvLasning
from tests.municipality import user
from tests.protected import STREET, protected_case

REASON = "Larm i natt, ingen utsedd svarar."


@pytest.fixture
def closed(edition):
    return protected_case()


def emergency(client, arende, reason=REASON):
    body = {"reason": reason}
    return client.post(f"/api/v1/cases/{arende}/emergency-access/", body, format="json")


def address(client, arende, reason=REASON):
    return client.post(f"/api/v1/cases/{arende}/address/", {"reason": reason}, format="json")


def test_p2_the_case_is_closed_to_who_is_not_named_and_the_attempt_is_logged(client_of, closed):
    answer = client_of("handlaggare").get(f"/api/v1/cases/{closed}/")
    assert (answer.status_code, answer.data["code"]) == (403, "not_permitted")
    assert "Ekholt" not in answer.content.decode()
    assert NekadLasning.objects.get().user == user("handlaggare")


def test_l34_the_case_is_opened_for_a_while_and_the_head_is_told(client_of, closed):
    client = client_of("handlaggare")
    answer = emergency(client, closed)
    assert answer.status_code == 201, answer.data
    assert answer.data["case"] == str(closed)
    assert answer.data["until"]
    seen = client.get(f"/api/v1/cases/{closed}/")
    assert seen.status_code == 200
    assert STREET not in seen.content.decode()
    assert Nodoppning.objects.get().skal == REASON
    assert Notis.objects.filter(typ="nodoppning", roll="arbetsledare").exists()


@pytest.mark.parametrize("reason", ["", "kort", " " * 20])
def test_l34_without_a_reason_that_can_be_checked_nothing_is_opened(client_of, closed, reason):
    answer = emergency(client_of("handlaggare"), closed, reason)
    assert answer.status_code == 422, answer.data
    assert answer.data["errors"]
    assert not Nodoppning.objects.exists()


@pytest.mark.parametrize("name", ["enhetschef.norr", "handlaggare.fn", "systemadministrator"])
def test_l34_who_has_no_part_in_the_case_cannot_open_it(client_of, closed, name):
    answer = emergency(client_of(name), closed)
    assert answer.status_code in (403, 404), answer.data
    assert not Nodoppning.objects.exists()
    assert client_of(name).get(f"/api/v1/cases/{closed}/").status_code == 403


def test_a_case_that_is_not_there_cannot_be_opened(client_of, closed):
    client = client_of("handlaggare")
    assert emergency(client, uuid.uuid4()).status_code == 404
    assert address(client, uuid.uuid4()).status_code == 403, "told as for a case that is closed"


def test_p2_the_address_is_closed_to_who_is_not_named(client_of, closed):
    answer = address(client_of("handlaggare"), closed)
    assert (answer.status_code, answer.data["code"]) == (403, "not_permitted")
    assert STREET not in answer.content.decode()
    assert not ValvLasning.objects.exists()


def test_p1_the_address_is_read_with_a_reason_and_each_reading_is_logged(client_of, closed):
    client = client_of("handlaggare")
    emergency(client, closed)
    assert address(client, closed, "  ").status_code == 422
    answer = address(client, closed)
    assert answer.status_code == 200, answer.data
    assert answer.data["address"] == STREET
    assert answer["Cache-Control"] == "no-store"
    read = ValvLasning.objects.get()
    assert (read.user, read.skal, read.arende_id) == (user("handlaggare"), REASON, closed)
