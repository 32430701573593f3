"""Bör through the API: asked for by field, accepted with a reason, told in the history (K-1)."""

import pytest
from django.utils.timezone import localdate

from config import clock
from records.models import Dokument
from tests.api.test_doors import APPLICATION, START, problem
from tests.municipality import work
from tests.web.town import astrid, walk_to

ANSWERS = {"syfte": "Utreda behovet av stöd i hemmet.", "fragestallningar": "Vilket stöd behövs?"}


@pytest.fixture
def task(client_of):
    """The task Planera utredning, as (client, address, version, ärende)."""
    case = walk_to("Task_PlaneraUtredning", astrid())
    client = client_of("handlaggare")
    (row,) = client.get(f"/api/v1/tasks/?case={case}").data["results"]
    return client, f"/api/v1/tasks/{row['id']}/", row["version"], case


def complete(task, **body):
    client, address, version, _case = task
    answers = {**ANSWERS, "informerad_datum": localdate(clock.now()).isoformat()}
    sent = {"answers": answers, "version": version, **body}
    return client.post(f"{address}complete/", sent, format="json")


def test_k1_an_unfilled_bor_asks_for_a_reason_by_field(task):
    found = problem(complete(task), 422, "reason_needed")
    (row,) = found["errors"]
    assert (row["pointer"], row["code"]) == ("/answers/tidplan", "reason_missing")
    assert "skäl" in row["message"]
    assert task[0].get(task[1]).data["status"] == "open"


def test_k1_a_reason_is_accepted_stored_and_told(task):
    client, _address, _version, case = task
    answer = complete(task, reasons={"tidplan": "Den enskilde ligger på sjukhus."})
    assert answer.status_code == 200, answer.data
    stored = Dokument.objects.get(arende_id=case, form_id="planera_utredning")
    assert stored.answers["_skal"] == {"tidplan": "Den enskilde ligger på sjukhus."}
    rows = client.get(f"/api/v1/cases/{case}/history/?limit=200").data["results"]
    told = [row for row in rows if row["reasons"]]
    assert [(row["element"], row["reasons"]) for row in told] == [
        ("Task_PlaneraUtredning", {"tidplan": "Den enskilde ligger på sjukhus."})
    ]


def test_k1_a_reason_with_bad_answers_is_no_way_past_a_ska(task):
    client, address, version, _case = task
    sent = {"answers": {"syfte": ""}, "reasons": {"syfte": "Ingen tid."}, "version": version}
    found = client.post(f"{address}complete/", sent, format="json")
    assert problem(found, 422, "answers_invalid")
    assert "/answers/syfte" in {row["pointer"] for row in found.data["errors"]}


def test_reasons_are_texts(task):
    problem(complete(task, reasons={"tidplan": 3}), 422, "body_invalid")
    problem(complete(task, reasons={"tidplan": "x" * 2001}), 422, "body_invalid")
    problem(complete(task, reasons={"tidplan": " "}), 422, "reason_needed")


def test_a_start_takes_reasons_too(client_of):
    body = {"case": None, "answers": APPLICATION, "reasons": {"framstallning": "Behövs inte."}}
    answer = client_of("mottagning").post(START, body, format="json")
    assert answer.status_code == 201, answer.data
    work(clock.now())
    assert "_skal" not in Dokument.objects.get(form_id="starta_aktualisera").answers
