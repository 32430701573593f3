"""The sekretessförbindelse by its two doors: the first thing a new colleague does (R-162)."""

from datetime import date

import pytest
from django.test import Client
from rest_framework.test import APIClient

from cases.models import Organisation, RoleGrant, Sekretessforbindelse, Unit
from tests.municipality import user

ADDRESS = "/api/v1/undertakings/"
PAGE = "/sekretessforbindelse/"


@pytest.fixture
def new(edition: object, django_user_model: type) -> object:
    """A personal in Hemtjänst Norr who has signed nothing."""
    found = django_user_model.objects.create_user("ny.personal")
    unit = Unit.objects.get(name="Hemtjänst Norr")
    RoleGrant.objects.create(
        user=found,
        role="personal",
        organisation=unit.organisation,
        unit=unit,
        valid_from=date(2020, 1, 1),
    )
    return found


def test_r162_nothing_is_open_until_she_has_signed(new: object) -> None:
    client = APIClient()
    client.force_login(new)
    for address in ("cases/", "tasks/", "process-definitions/"):
        refused = client.get(f"/api/v1/{address}")
        assert (refused.status_code, refused.json()["code"]) == (403, "undertaking_missing")
    told = client.get(ADDRESS).json()
    (waiting,) = told["undertakings"]
    assert waiting["signed_on"] is None
    assert waiting["organisation_name"] == "Hemtjänst Ekviken"
    assert "tystnadsplikt" in told["text"]
    body = {"organisation": waiting["organisation"], "version": told["version"]}
    wrong = client.post(ADDRESS, {**body, "version": "0" * 64}, format="json")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "text_changed")
    signed = client.post(ADDRESS, body, format="json")
    assert signed.status_code == 201
    assert client.post(ADDRESS, body, format="json").json() == signed.json()
    assert client.get("/api/v1/tasks/").status_code == 200
    assert client.get(ADDRESS).json()["undertakings"][0]["signed_on"] is not None


def test_r162_she_signs_only_where_she_has_a_role(new: object) -> None:
    client = APIClient()
    client.force_login(new)
    other = Organisation.objects.exclude(grants__user=new).first()
    assert other is not None
    body = {"organisation": str(other.pk), "version": client.get(ADDRESS).json()["version"]}
    refused = client.post(ADDRESS, body, format="json")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")


def test_r162_the_pages_lead_to_the_undertaking_and_then_to_work(new: object) -> None:
    client = Client()
    client.force_login(new)
    for address in ("/", "/arenden/", "/starta/"):
        assert client.get(address).headers["Location"] == PAGE
    page = client.get(PAGE).content.decode()
    assert "Skriv under" in page
    assert "Hemtjänst Ekviken" in page
    organisation = str(Organisation.objects.get(name="Hemtjänst Ekviken").pk)
    version = page.split('name="version" value="')[1][:64]
    unread = client.post(PAGE, {"organisation": organisation, "version": version})
    assert unread.status_code == 422
    assert "Kryssa" in unread.content.decode()
    assert not Sekretessforbindelse.objects.filter(user=new).exists()
    sent = {"organisation": organisation, "version": version, "last": "ja"}
    assert client.post(PAGE, {**sent, "version": "x"}).status_code == 409
    assert client.post(PAGE, {**sent, "organisation": "x"}).status_code == 404
    assert client.post(PAGE, sent).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert Sekretessforbindelse.objects.get(user=new).kind == "egen"


def test_a_second_role_that_waits_is_told_on_every_page(edition: object) -> None:
    anna = user("handlaggare")
    unit = Unit.objects.get(name="Linden boendestöd")
    RoleGrant.objects.create(
        user=anna,
        role="personal",
        organisation=unit.organisation,
        unit=unit,
        valid_from=date(2020, 1, 1),
    )
    client = Client()
    client.force_login(anna)
    page = client.get("/")
    assert page.status_code == 200
    assert PAGE in page.content.decode()
    assert "Linden" in client.get(PAGE).content.decode()
