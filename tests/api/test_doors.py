"""The API: who may do what, what is refused and how, what is replayed."""

import base64
import uuid

import pytest
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from cases.models import Message
from config import clock
from engine.manifest import Messages
from records.models import JournalEntry
from tests.municipality import user, work

MARKED = "198809752382"
APPLICATION = {
    "personnummer": "194003652387",
    "fornamn": "Astrid",
    "efternamn": "Ekholt",
    "skydd": "ingen",
    "inkom_datum": "2026-08-03",
    "satt": "muntligt",
    "framstallning": "Behöver hjälp med morgonbestyr.",
}
START = "/api/v1/process-definitions/aktualisera/start/"


def started(client, **changes):
    body = {"case": None, "answers": {**APPLICATION, **changes}}
    return client.post(START, body, format="json")


@pytest.fixture
def opened(client_of):
    """One ärende with its first tasks, as (client, ärende id)."""
    client = client_of("mottagning")
    answer = started(client)
    assert answer.status_code == 201, answer.data
    return client, answer.data["case"]


def problem(answer, status, code):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"].startswith("application/problem+json")
    assert answer.data["code"] == code
    assert answer.data["status"] == status
    return answer.data


def test_nobody_is_let_in_without_logging_in(edition):
    answer = APIClient().get("/api/v1/tasks/")
    problem(answer, 401, "not_authenticated")
    assert "WWW-Authenticate" in answer


def test_a_token_is_a_login(edition):
    token = Token.objects.create(user=user("mottagning"))
    client = APIClient(HTTP_AUTHORIZATION=f"Token {token.key}")
    assert client.get("/api/v1/tasks/").status_code == 200


def test_process_definitions_tell_what_a_person_may_start(client_of):
    rows = {
        row["key"]: row for row in client_of("mottagning").get("/api/v1/process-definitions/").data
    }
    assert rows["aktualisera"]["starts_new_case"]
    assert rows["aktualisera"]["start_schema"]["type"] == "object"
    assert rows["genomfora"]["started_by"] == "message"


def test_starting_opens_a_case_with_a_first_task(opened):
    client, case = opened
    page = client.get(f"/api/v1/tasks/?case={case}").data
    assert page["results"]
    assert {row["case"] for row in page["results"]} == {case}


def test_starting_is_refused_to_a_role_that_does_not_start(client_of):
    problem(started(client_of("personal.norr")), 403, "not_permitted")


def test_bad_answers_are_named_field_by_field(client_of):
    found = problem(
        started(client_of("mottagning"), personnummer="19400365"), 422, "answers_invalid"
    )
    assert "/answers/personnummer" in {row["pointer"] for row in found["errors"]}


def test_an_unknown_field_of_the_body_is_refused(client_of):
    answer = client_of("mottagning").post(START, {"cas": None, "answers": {}}, format="json")
    problem(answer, 422, "body_invalid")


def test_a_body_that_is_not_json(client_of):
    answer = client_of("mottagning").post(START, "{", content_type="application/json")
    problem(answer, 400, "request_invalid")


def test_the_same_key_starts_once(client_of):
    client, key = client_of("mottagning"), str(uuid.uuid4())
    body = {"case": None, "answers": APPLICATION}
    first = client.post(START, body, format="json", HTTP_IDEMPOTENCY_KEY=key)
    second = client.post(START, body, format="json", HTTP_IDEMPOTENCY_KEY=key)
    assert first.status_code == second.status_code == 201
    assert first.data == second.data
    other = {"case": None, "answers": {**APPLICATION, "fornamn": "Asta"}}
    problem(
        client.post(START, other, format="json", HTTP_IDEMPOTENCY_KEY=key),
        409,
        "idempotency_conflict",
    )


def first_task(client, case):
    row = client.get(f"/api/v1/tasks/?case={case}").data["results"][0]
    return client.get(f"/api/v1/tasks/{row['id']}/").data


def next_task(client, handler, case):
    """The handläggare's task, after mottagningen has done hers."""
    task = first_task(client, case)
    url = f"/api/v1/tasks/{task['id']}/complete/"
    body = {"answers": {"komplett": "ja"}, "version": task["version"]}
    assert client.post(url, body, format="json").status_code == 200
    return first_task(handler, case)


def test_a_second_completion_is_a_conflict(opened):
    client, case = opened
    task = first_task(client, case)
    url = f"/api/v1/tasks/{task['id']}/complete/"
    body = {"answers": {"komplett": "ja"}, "version": task["version"]}
    done = client.post(url, body, format="json")
    assert done.status_code == 200, done.data
    assert done.data["version"] == task["version"] + 1
    assert done.data["next_tasks"]
    problem(client.post(url, body, format="json"), 409, "task_already_completed")


def test_a_task_comes_with_form_instruction_and_law(opened):
    client, case = opened
    task = first_task(client, case)
    assert task["form"]["components"]
    assert task["answers_schema"]["type"] == "object"
    assert task["instruction"]["vad"]
    assert task["lagrum"]


def test_a_stale_version_is_a_conflict_and_loses_nothing(opened):
    client, case = opened
    task = first_task(client, case)
    body = {"answers": {"komplett": "ja"}, "version": task["version"] + 7}
    problem(
        client.post(f"/api/v1/tasks/{task['id']}/complete/", body, format="json"),
        409,
        "stale_version",
    )


def test_claim_release_delegate_and_back(opened, client_of):
    client, case = opened
    handler, colleague = client_of("handlaggare"), client_of("handlaggare2")
    task = next_task(client, handler, case)
    url = f"/api/v1/tasks/{task['id']}"
    taken = handler.post(f"{url}/claim/", {"version": task["version"]}, format="json")
    assert taken.data["claimed_by"] == "handlaggare"
    version = taken.data["version"]
    problem(
        colleague.post(f"{url}/claim/", {"version": version}, format="json"), 409, "task_claimed"
    )
    given = handler.post(
        f"{url}/delegate/", {"to": "handlaggare2", "version": version}, format="json"
    )
    assert given.data["claimed_by"] == "handlaggare2"
    back = colleague.post(f"{url}/release/", {"version": given.data["version"]}, format="json")
    assert back.data["claimed_by"] == "handlaggare"


def test_k7_a_provider_reaches_nothing_of_the_authoritys_case(opened, client_of):
    client, case = opened
    task = first_task(client, case)
    provider = client_of("enhetschef.norr")
    assert provider.get("/api/v1/cases/").data["results"] == []
    for path in (
        f"cases/{case}/",
        f"cases/{case}/history/",
        f"cases/{case}/journal/",
    ):
        problem(provider.get(f"/api/v1/{path}"), 403, "not_permitted")
    problem(provider.get(f"/api/v1/tasks/{task['id']}/"), 404, "not_found")
    assert provider.get(f"/api/v1/tasks/?case={case}").data["results"] == []


def test_r122_a_note_is_signed_by_who_writes_it(opened, client_of):
    _client, case = opened
    handler = client_of("handlaggare")
    url = f"/api/v1/cases/{case}/journal/"
    note = {"typ": "kontakt", "text": "Ringde upp. Vi bokar hembesök på torsdag."}
    problem(handler.post(url, note, format="json"), 422, "answers_invalid")
    note["kalla"] = "Dottern"
    answer = handler.post(url, note, format="json")
    assert answer.status_code == 201, answer.data
    assert answer.data["signerad"]
    texts = [row["text"] for row in handler.get(url).data["results"]]
    assert note["text"] in texts


def test_r127_a_note_says_what_in_the_surroundings_helps_or_hinders(opened, client_of):
    _client, case = opened
    handler, url = client_of("handlaggare"), f"/api/v1/cases/{case}/journal/"
    note = {"typ": "omgivning", "text": "Trösklarna är höga.", "livsomrade": "forflyttning"}
    problem(handler.post(url, note, format="json"), 422, "answers_invalid")
    wrong = note | {"omgivningsfaktor": "kanske"}
    assert handler.post(url, wrong, format="json").status_code == 422
    long = note | {"omgivningsfaktor": "hindrar", "livsomrade": "x" * 101}
    assert handler.post(url, long, format="json").status_code == 422
    answer = handler.post(url, note | {"omgivningsfaktor": "hindrar"}, format="json")
    assert answer.status_code == 201, answer.data
    kept = JournalEntry.objects.get(pk=answer.data["id"])
    assert (kept.livsomrade, kept.omgivningsfaktor) == ("forflyttning", "hindrar")


def test_a_note_of_an_unknown_kind_is_refused(opened, client_of):
    _client, case = opened
    url = f"/api/v1/cases/{case}/journal/"
    answer = client_of("handlaggare").post(url, {"typ": "skvaller", "text": "x"}, format="json")
    problem(answer, 422, "answers_invalid")


def test_r072_a_note_of_a_kind_that_the_provider_writes_is_refused(opened, client_of):
    _client, case = opened
    note = {"typ": "avvikelse_fran_plan", "text": "Duschen byttes mot tvätt."}
    url = f"/api/v1/cases/{case}/journal/"
    answer = client_of("handlaggare").post(url, note, format="json")
    errors = problem(answer, 422, "answers_invalid")["errors"]
    assert "note_type_of_other_side" in str(errors)


@pytest.mark.parametrize("kind", ["beslut", "skydd_andrat", "avbojt_monster"])
def test_r072_a_note_of_a_kind_that_only_the_system_writes_is_refused(opened, client_of, kind):
    _client, case = opened
    url = f"/api/v1/cases/{case}/journal/"
    note = {"typ": kind, "text": "Skrivet för hand."}
    answer = client_of("handlaggare").post(url, note, format="json")
    (error,) = problem(answer, 422, "answers_invalid")["errors"]
    assert (error["pointer"], error["code"]) == ("/answers/typ", "note_type_of_system")
    assert "skriver systemet" in error["message"]
    assert not JournalEntry.objects.filter(text=note["text"]).exists()


def test_r073_a_correction_names_the_note_that_it_corrects(opened, client_of):
    _client, case = opened
    handler, url = client_of("handlaggare"), f"/api/v1/cases/{case}/journal/"
    wrong = {"typ": "faktisk_omstandighet", "text": "Bor på tredje våningen."}
    first = handler.post(url, wrong, format="json").data["id"]
    note = {"typ": "ratelse", "text": "Bor på fjärde våningen."}
    (error,) = problem(handler.post(url, note, format="json"), 422, "answers_invalid")["errors"]
    assert (error["pointer"], error["code"]) == ("/answers/rattar", "note_unknown")
    answer = handler.post(url, note | {"rattar": first}, format="json")
    assert answer.status_code == 201, answer.data
    assert str(JournalEntry.objects.get(pk=answer.data["id"]).rattar_id) == first


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00+14:00", "0002-08-17T12:00"])
def test_no_note_makes_the_journal_unreadable(opened, client_of, when):
    """PostgreSQL keeps years that Python cannot read, and a note is never taken away."""
    _client, case = opened
    url = f"/api/v1/cases/{case}/journal/"
    client = client_of("handlaggare")
    note = {"typ": "handelse_av_betydelse", "text": "x", "handelsetid": when}
    problem(client.post(url, note, format="json"), 422, "answers_invalid")
    assert client.get(url).status_code == 200


def test_history_says_what_happened_in_order(opened, client_of):
    _client, case = opened
    rows = client_of("handlaggare").get(f"/api/v1/cases/{case}/history/?limit=200").data["results"]
    assert rows[0]["kind"] == "started"
    assert rows == sorted(rows, key=lambda row: row["at"])


def test_pages_follow_each_other_without_gap_or_repetition(client_of):
    client = client_of("mottagning")
    cases = {started(client, personnummer=number).data["case"] for number in TWO_PEOPLE}
    seen, url = [], "/api/v1/cases/?limit=1"
    while url:
        page = client.get(url).data
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
    assert sorted(seen) == sorted(cases)


TWO_PEOPLE = ("194003652387", "189410059803")


def test_a_changed_cursor_is_no_server_error(client_of):
    client = client_of("mottagning")
    for cursor in ("x", "e30=", "eyJkdWUiOiAieCIsICJpZCI6ICJ5In0="):
        for path in ("tasks", "cases", "incidents"):
            assert client.get(f"/api/v1/{path}/?cursor={cursor}").status_code in (200, 404, 422)


@pytest.fixture
def from_outside(monkeypatch):
    """An edition in which other systems may put messages in."""
    known = Messages.get

    def get(self, name):
        rule = known(self, name)
        return rule and rule.model_copy(update={"utifran": True})

    monkeypatch.setattr(Messages, "get", get)


@pytest.mark.parametrize("name", ["person.avliden", "beslut.upphort", "uppdrag.accepterat"])
def test_k2_what_follows_from_steps_cannot_be_put_in_from_outside(opened, client_of, name):
    _client, case = opened
    body = {"name": name, "key": case, "case": case}
    answer = client_of("handlaggare").post("/api/v1/messages/", body, format="json")
    problem(answer, 403, "message_internal")
    assert not Message.objects.filter(name=name).exists()


def test_a_message_counts_once(opened, client_of, from_outside):
    _client, case = opened
    body = {"name": "person.avliden", "key": case, "message_id": str(uuid.uuid4()), "case": case}
    handler = client_of("handlaggare")
    first = handler.post("/api/v1/messages/", body, format="json")
    assert first.status_code == 202, first.data
    assert handler.post("/api/v1/messages/", body, format="json").data == first.data
    work(clock.now())


def test_no_marked_number_in_any_refusal(client_of, caplog, capsys):
    client = client_of("mottagning")
    refused = [
        started(client, personnummer=MARKED[:-1] + "3"),
        started(client, inkom_datum=MARKED),
        client.post(START, {"case": MARKED, "answers": {}}, format="json"),
        client.get(f"/api/v1/tasks/?case={MARKED}"),
        client.post("/api/v1/messages/", {"name": MARKED, "key": MARKED}, format="json"),
    ]
    for answer in refused:
        assert answer.status_code in (400, 403, 404, 409, 422), answer.content
        assert MARKED not in answer.content.decode()
        assert MARKED[:-1] not in answer.content.decode()
    written = caplog.text + "".join(capsys.readouterr())
    assert MARKED[:-1] not in written


@pytest.mark.parametrize(
    "answers",
    [
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}",
        b'{"a": 1e400}',
        b'{"a": NaN}',
        b'{"a": ' + b"9" * 6000 + b"}",
    ],
)
def test_a_body_that_cannot_be_stored_is_refused_at_the_door(client_of, answers):
    client = client_of("mottagning")
    body = b'{"case": null, "answers": ' + answers + b"}"
    problem(client.post(START, body, content_type="application/json"), 400, "request_invalid")
    body = b'{"name": "behov.mottaget", "key": "k", "payload": ' + answers + b"}"
    url = "/api/v1/messages/"
    problem(client.post(url, body, content_type="application/json"), 400, "request_invalid")


def test_a_mark_stands_for_what_cannot_be_stored(opened, client_of):
    _client, case = opened
    client, url = client_of("handlaggare"), f"/api/v1/cases/{case}/journal/"
    body = b'{"typ": "handelse_av_betydelse", "text": "a\\u0000b\\ud800c"}'
    answer = client.post(url, body, content_type="application/json")
    assert (answer.status_code, answer.data["text"]) == (201, "a\ufffdb?c")


def test_odd_query_strings_are_no_server_errors(client_of):
    client = client_of("mottagning")
    assert client.get("/api/v1/tasks/?limit=" + "9" * 5000).status_code == 200
    assert client.get("/api/v1/tasks/?role=%00").status_code == 422
    deep = base64.urlsafe_b64encode(b"[" * 100_000).decode()
    assert client.get(f"/api/v1/tasks/?cursor={deep}").status_code == 404


def test_a_message_may_carry_a_decimal_number(client_of, from_outside):
    body = {"name": "behov.mottaget", "key": "k", "payload": {"timmar": 1.5}}
    answer = client_of("handlaggare").post("/api/v1/messages/", body, format="json")
    assert answer.status_code == 202, answer.data


def test_a_body_that_is_too_large_says_so(client_of):
    answer = started(client_of("mottagning"), framstallning="a" * 3_000_000)
    problem(answer, 413, "body_too_large")
