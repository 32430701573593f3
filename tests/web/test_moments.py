"""A moment or a day that somebody writes in an address: whatever it says, the page answers."""

import base64
import json
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.urls import reverse

from records.models import Akt, Skiftlasning, Uppdrag
from tests.web.test_shift import at, write

FAR = ("0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00")
"""At the ends of the calendar: in Stockholm they are no moments at all."""
DAYS = ("0001-01-01", "9999-12-31")
CARE_STAFF, AUTHORITY, CHIEF = "personal.norr", "handlaggare", "enhetschef.norr"


def cursor(**place):
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def asked(case, moment, day):
    """Who asks for what: every address that takes a moment or a day."""
    some, api = str(uuid4()), f"/api/v1/cases/{case}"
    order = reverse("web:order", args=[Uppdrag.objects.get(arende_id=case).pk])
    place = cursor(at=moment, id=some)
    yield CARE_STAFF, reverse("web:shift_report"), {"fran": moment}
    yield CARE_STAFF, reverse("web:shift_report"), {"till": moment}
    yield AUTHORITY, at("case_history", case), {"fore": moment}
    yield CHIEF, at("case_readers", case), {"fore": moment}
    yield AUTHORITY, at("journal", case), {"efter": f"{moment}|{some}"}
    yield AUTHORITY, at("journal", case), {"fran": day, "till": day}
    yield AUTHORITY, reverse("web:orders"), {"fran": f"{moment}|{some}"}
    yield AUTHORITY, order, {"fore": f"{moment}|{some}"}
    yield AUTHORITY, reverse("web:cases"), {"fran": place}
    yield AUTHORITY, reverse("web:earlier_reminders"), {"fran": cursor(sant=moment, id=some)}
    yield CHIEF, reverse("web:overview"), {"fran_dag": day, "till_dag": day}
    yield CHIEF, reverse("web:quality"), {"fran": day, "till": day}
    yield CHIEF, reverse("web:deviations"), {"fran": day, "till": day}
    yield AUTHORITY, "/api/v1/cases/", {"cursor": place}
    yield AUTHORITY, f"{api}/journal/", {"cursor": place}
    yield AUTHORITY, f"{api}/history/", {"cursor": place}
    yield CHIEF, "/api/v1/risk-coverage/", {"from": day}


@pytest.mark.parametrize(("moment", "day"), list(zip(FAR, DAYS, strict=True)))
def test_a_moment_that_cannot_be_shown_is_none(client_of, case_at, moment, day):
    case = case_at("Task_FoljUppPlan")
    wrong = {}
    for who, address, query in asked(case, moment, day):
        client = client_of(who, raise_request_exception=False)
        answer = client.get(address, query)
        if answer.status_code != 200:
            wrong[f"{address}?{urlencode(query)}"] = answer.status_code
    assert wrong == {}


def test_a_place_in_a_list_without_a_zone_is_read_as_one_in_stockholm(client_of, case_at):
    case, place = case_at("Task_FoljUppPlan"), ("2026-01-02T08:00", str(uuid4()))
    client = client_of(AUTHORITY)
    for address, query in (
        (at("journal", case), {"efter": "|".join(place)}),
        (reverse("web:cases"), {"fran": cursor(at=place[0], id=place[1])}),
    ):
        assert client.get(address, query).status_code == 200


@pytest.mark.parametrize("moment", FAR)
def test_what_a_page_sends_back_never_closes_a_page_to_her(client_of, case_at, moment):
    case = case_at("Task_FoljUppPlan")
    client = client_of(CARE_STAFF)
    written = write(client, case, text="Åt gott.", _last=moment)
    assert client.post(at("shift_draft", case), written).status_code == 200
    marked = {"akt": Akt.objects.get(arende_id=case).pk, "till": moment}
    assert client.post(reverse("web:shift_read"), marked).status_code == 404
    assert not Skiftlasning.objects.exists()
    for address in (reverse("web:drafts"), at("shift_card", case), reverse("web:shift")):
        assert client.get(address).status_code == 200
