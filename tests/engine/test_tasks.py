"""One expectation per task of the profile."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.errors import (
    BpmnError,
    DefinitionError,
    IncidentError,
    JobNotPendingError,
    TaskNotOpenError,
)
from engine.runtime import complete_job, complete_task
from engine.timers import end_of
from tests.engine.draw import (
    document,
    element,
    end,
    event_sub,
    job,
    lanes,
    message,
    process,
    rule,
    script,
    seq,
    start,
    user,
)
from tests.engine.play import NOW, Play

FORM = '<zeebe:formDefinition formId="behov"/>'


def one(body: str, key: str = "u", **options: object) -> bytes:
    return document(process("p", start(), body, end(), seq("s", key, "e")), **options)


def test_user_task_says_everything_a_task_list_needs() -> None:
    xml = document(
        process(
            "p",
            lanes(handlaggare=["u"]),
            start(),
            user("u", [("barn", "=antal + 1")], zeebe=FORM, name="Kartlägg behov"),
            end(),
            seq("s", "u", "e"),
        )
    )
    (task,) = Play(xml, {"antal": 2}).outcome.tasks
    assert (task.element, task.name, task.form) == ("u", "Kartlägg behov", "behov")
    assert (task.lane, task.groups, task.assignee) == ("Lane_handlaggare", ("handlaggare",), None)
    assert task.inputs == {"barn": Decimal(3)}
    assert (task.due, task.follow_up, task.called_from) == (None, None, ())


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ("mottagning, registrator", ("mottagning", "registrator")),
        ('=["a", roll]', ("a", "personal")),
        ("=roll", ("personal",)),
    ],
)
def test_candidate_groups_win_over_the_lane(groups: str, expected: tuple[str, ...]) -> None:
    zeebe = f"<zeebe:assignmentDefinition candidateGroups={groups!r} assignee='=vem'/>"
    (task,) = Play(one(user("u", zeebe=zeebe)), {"roll": "personal", "vem": "17"}).outcome.tasks
    assert (task.groups, task.assignee) == (expected, "17")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-04-01", datetime(2026, 4, 1, 21, 59, 59, tzinfo=UTC)),
        ('=date("2026-12-24")', datetime(2026, 12, 24, 22, 59, 59, tzinfo=UTC)),
        ("2026-04-01T12:00:00+02:00", datetime(2026, 4, 1, 10, 0, tzinfo=UTC)),
        ("P14D", datetime(2026, 4, 3, 8, 0, tzinfo=UTC)),
        ("=null", None),
    ],
)
def test_due_date_is_the_end_of_its_day_in_stockholm(text: str, expected: datetime | None) -> None:
    zeebe = f"<zeebe:taskSchedule dueDate='{text}' followUpDate='{text}'/>"
    (task,) = Play(one(user("u", zeebe=zeebe))).outcome.tasks
    assert (task.due, task.follow_up) == (expected, expected)


def test_a_due_date_that_is_no_date_is_an_incident() -> None:
    zeebe = "<zeebe:taskSchedule dueDate='=true'/>"
    with pytest.raises(IncidentError) as caught:
        Play(one(user("u", zeebe=zeebe)))
    assert (caught.value.element, caught.value.incident_code) == ("u", "date_invalid")


def test_assignment_is_decided_on_entry_and_stays() -> None:
    body = user("u", zeebe="<zeebe:assignmentDefinition assignee='=vem'/>")
    fork = element("parallelGateway", "f") + user("v", outs=[("vem", "=ny")])
    xml = document(
        process("p", start(), fork, body, end(), end("e2"), seq("s", "f", "u", "e")).replace(
            "</bpmn:process>", seq("f", "v", "e2") + "</bpmn:process>"
        )
    )
    play = Play(xml, {"vem": "1"}).task("v", {"ny": "2"})
    assert play.outcome.tasks[0].assignee == "1"
    assert play.variables["vem"] == "2"


def test_answers_become_variables_only_through_outputs() -> None:
    play = Play(one(user("u", outs=[("beslut", "=svar")]))).task("u", {"svar": "ja", "hemligt": 1})
    assert play.variables == {"beslut": "ja"}
    assert play.completed


def test_the_document_of_the_answers_is_a_variable() -> None:
    play = Play(one(user("u"))).task("u", {"svar": "ja"}, document="d-1")
    assert play.variables == {"u_dokument": "d-1"}


def test_a_task_completes_once() -> None:
    play = Play(document(process("p", start(), user("u"), user("v"), end(), seq(*"suve"))))
    first = play.outcome.tasks[0].id
    play.task("u")
    with pytest.raises(TaskNotOpenError):
        complete_task(play.definition(), play.outcome.state, first, {}, now=NOW)
    with pytest.raises(TaskNotOpenError):
        complete_task(play.definition(), play.outcome.state, "no-such", {}, now=NOW)


@pytest.mark.parametrize("tag", ["serviceTask", "sendTask"])
def test_a_job_has_type_and_inputs_and_its_result_merges(tag: str) -> None:
    body = job("u", "dokument.spara", [("text", '="a" + namn')], tag=tag)
    play = Play(one(body), {"namn": "b"})
    (pending,) = play.outcome.jobs
    assert (pending.type, pending.inputs, pending.retries) == ("dokument.spara", {"text": "ab"}, 3)
    play.job("u", {"dokument": "d1"})
    assert play.variables == {"namn": "b", "dokument": "d1"}
    with pytest.raises(JobNotPendingError):
        complete_job(play.definition(), play.outcome.state, pending.id, {}, now=NOW)


def test_mapped_outputs_keep_the_rest_of_a_job_out() -> None:
    play = Play(one(job("u", outs=[("x", "=id")]))).job("u", {"id": 1, "annat": 2})
    assert play.variables == {"x": 1}


def test_perform_runs_jobs_inside_the_action() -> None:
    xml = document(
        process("p", start(), job("a", "sync"), job("b", "async"), end(), seq("s", "a", "b", "e"))
    )
    seen = []

    def perform(pending: object) -> dict[str, int] | None:
        seen.append(pending.type)
        return {"id": 7} if pending.type == "sync" else None

    play = Play(xml, perform=perform)
    assert seen == ["sync", "async"]
    assert (play.open(), play.variables) == (["b"], {"id": 7})


def test_perform_may_throw_a_bpmn_error_and_any_other_aborts() -> None:
    def refuse(_pending: object) -> None:
        raise BpmnError("X")

    def fail(_pending: object) -> None:
        raise ZeroDivisionError

    xml = one(job("u"))
    with pytest.raises(IncidentError) as caught:
        Play(xml, perform=refuse)
    assert caught.value.incident_code == "error_uncaught"
    with pytest.raises(ZeroDivisionError):
        Play(xml, perform=fail)


@pytest.mark.parametrize("tag", ["task", "manualTask"])
def test_plain_and_manual_tasks_pass_through(tag: str) -> None:
    play = Play(one(element(tag, "u")))
    assert play.completed
    assert play.told("u") == ["entered", "completed"]


def test_script_task_is_one_feel_expression() -> None:
    play = Play(one(script("u", "=a * 2", "b")), {"a": Decimal("1.50")})
    assert play.variables["b"] == Decimal("3.00")


@pytest.mark.parametrize("text", ["__import__('os').system('id')", "=1 +", "open('/etc/passwd'"])
def test_a_script_that_is_not_feel_is_refused_when_loaded(text: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        Play(one(script("u", text, "b")))
    assert caught.value.element == "u"


def test_an_unknown_table_or_capability_type_is_refused_when_loaded() -> None:
    for body in (rule("u", "finns_inte", "x"), element("serviceTask", "u")):
        with pytest.raises(DefinitionError) as caught:
            Play(one(body))
        assert caught.value.element == "u"


def test_send_task_with_a_message_throws_it() -> None:
    body = element(
        "sendTask",
        "u",
        '<zeebe:ioMapping><zeebe:input source="=x" target="y"/></zeebe:ioMapping>',
        messageRef="M_N",
    )
    play = Play(one(body, messages=[("N", "=arende")]), {"x": 1, "arende": "A1"})
    (thrown,) = play.outcome.thrown
    assert (thrown.message, thrown.key, thrown.payload) == ("N", "A1", {"y": 1})
    assert play.completed


def test_receive_task_waits_for_its_message() -> None:
    body = element("receiveTask", "u", messageRef="M_N")
    play = Play(one(body, messages=[("N", "=arende")]), {"arende": "A1"})
    (waiting,) = play.outcome.subscriptions
    assert (waiting.element, waiting.message, waiting.key) == ("u", "N", "A1")
    play.message("u", {"svar": 1})
    assert play.variables == {"arende": "A1", "svar": 1}
    assert message("N")


SCHEDULE = '<zeebe:taskSchedule dueDate="=dag"/>'
FOLLOWS = '<zeebe:properties><zeebe:property name="frist" value="flyttas"/></zeebe:properties>'


@pytest.mark.parametrize(
    ("zeebe", "day"), [(SCHEDULE + FOLLOWS, date(2027, 2, 28)), (SCHEDULE, date(2027, 1, 1))]
)
def test_l04_an_open_task_that_says_so_gets_the_day_that_counts_now(zeebe: str, day: date) -> None:
    body = process(
        "p",
        start(),
        user("u", zeebe=zeebe),
        end(),
        seq("s", "u", "e"),
        event_sub("E", message("M"), interrupting=False),
    )
    play = Play(document(body, messages=[("M", "=k")]), {"k": 1, "dag": date(2027, 1, 1)})
    after = play.message("E", {"dag": date(2027, 2, 28)}).outcome
    (task,) = [task for task in after.tasks if task.element == "u"]
    assert task.due == end_of(day)
    assert after.moved == ({task.id} if FOLLOWS in zeebe else frozenset())
    later = play.task("Eu").outcome
    assert (later.moved, later.tasks[0].due) == (frozenset(), task.due)
    nothing = play.message("E", {"dag": None}).outcome
    assert [found.due for found in nothing.tasks if found.element == "u"] == [task.due]
