"""Why a time limit came out as it did, as data of the API."""

from datetime import datetime, timedelta

from django.utils.timezone import localdate

from cases.models import Event, Task
from tests.web.town import astrid, walk_to


def history(client, case):
    rows, address = [], f"/api/v1/cases/{case}/history/"
    while address:
        page = client.get(address).json()
        rows += page["results"]
        address = page["next"]
    return rows


def waiting(element):
    return Task.objects.get(status="open", element=element)


def test_issue4_a_task_tells_which_rule_set_its_last_day(client_of):
    walk_to("Task_PlaneraUtredning", astrid())
    task = waiting("Task_PlaneraUtredning")
    body = client_of("handlaggare").get(f"/api/v1/tasks/{task.pk}/").json()
    (basis,) = body["due_basis"]
    assert basis == {
        "decision": "handlaggningstid",
        "element": "Task_BeraknaTid",
        "step": "Beräkna slutdag",
        "rules": ["handlaggningstid:1"],
        "text": "60 dagar från att utredningen inleddes",
        "kalla": ["fl.9"],
        "citations": ["9 § förvaltningslagen (2017:900)"],
        "modalitet": "bor",
        "normniva": "LOKAL_RUTIN",
        "law_version": "FL 2017:900",
        "verifierad": False,
    }
    listed = client_of("handlaggare").get("/api/v1/tasks/").json()["results"]
    assert [row["due_basis"] for row in listed if row["id"] == str(task.pk)] == [[basis]]


def test_issue3_the_history_tells_why_the_day_came_out_as_it_did(client_of):
    case = walk_to("Task_PlaneraUtredning", astrid())
    rows = history(client_of("handlaggare"), case)
    (line,) = [row for row in rows if row["kind"] == "decision" and row["process"] == "utreda"]
    assert line["detail"]["rules"] == ["handlaggningstid:1"]
    why = line["explanation"]
    assert (why["decision"], why["given"]["steg"]) == ("handlaggningstid", "utreda")
    began = datetime.fromisoformat(why["given"]["fran"]).date()
    assert datetime.fromisoformat(why["result"]).date() == began + timedelta(days=60)
    (table,) = why["tables"]
    assert table["inputs"] == [{"expression": "steg", "label": "Steg", "value": "utreda"}]
    assert table["rules"][0]["annotations"]["kalla"] == "fl.9"
    (limit,) = [row["limit"] for row in rows if row["element"] == "Task_PlaneraUtredning"
                and row["kind"] == "deadline"]  # fmt: skip
    due = localdate(datetime.fromisoformat(limit["due"]))
    assert due == began + timedelta(days=60)
    assert limit["due_basis"][0]["decision"] == "handlaggningstid"
    assert all(row["explanation"] is None for row in rows if row["kind"] != "decision")


def test_issue4_the_review_day_is_followed_through_the_called_process(client_of):
    """``period.forfallodag`` is decided by the caller, out of months that another table decides."""
    case = walk_to("Task_FoljUppPlan", astrid())
    task = waiting("Task_FoljUppPlan")
    client = client_of("kontakt.norr")
    body = client.get(f"/api/v1/tasks/{task.pk}/").json()
    assert [(basis["decision"], basis["modalitet"]) for basis in body["due_basis"]] == [
        ("uppfoljning_forfallodag", "ska"),
        ("uppfoljningsintervall", "ska"),
    ]
    days = client.get(f"/api/v1/cases/{case}/").json()["watched_days"]
    (day,) = [found for found in days if found["element"] == "Timer_Niva"]
    assert {basis["decision"] for basis in day["due_basis"]} == {
        "eskalering",
        "uppfoljning_forfallodag",
        "uppfoljningsintervall",
    }


def test_k7_a_provider_reads_no_explanation_of_the_authority(client_of):
    case = walk_to("Task_FoljUppPlan", astrid())
    theirs = Event.objects.filter(arende_id=case, explanation__isnull=False)
    rows = history(client_of("kontakt.norr"), case)
    seen = {row["explanation"]["decision"] for row in rows if row["explanation"]}
    assert "uppfoljning_forfallodag" in seen
    assert "beslutsniva" not in seen
    assert theirs.filter(detail__decision="beslutsniva").exists()


def test_issue4_a_day_that_a_message_brought_keeps_its_source(client_of):
    """``bekrafta_senast`` is decided by the authority and kept by the provider."""
    case = walk_to("Task_BekraftaUppdrag", astrid())
    task = waiting("Task_BekraftaUppdrag")
    client = client_of("enhetschef.norr")
    (basis,) = client.get(f"/api/v1/tasks/{task.pk}/").json()["due_basis"]
    assert (basis["decision"], basis["step"]) == ("bekraftelsetid", "Beräkna bekräftelsetid")
    assert (basis["kalla"], basis["normniva"]) == (["riktlinje.genomfora"], "LOKAL_RUTIN")
    assert basis["verifierad"] is False
    received = Event.objects.get(arende_id=case, kind="received", element="Start_UppdragSkickat")
    assert set(received.explanation) == {"basis"}
    assert "bradskande" not in str(received.explanation)
