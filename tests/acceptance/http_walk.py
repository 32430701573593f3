"""A scenario walked over HTTP: people use the API, time passes, the worker does the rest.

The doing goes through the doors. What the steps expect is read from the database as its owner.
"""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from cases.actor import Actor
from config import clock
from config.scenarios.people import actor_named
from config.scenarios.seen import OpenTask
from config.scenarios.walk import Walk
from engine.forms import REASONS
from engine.scenarios import Scenario, Step, resolve
from tests.acceptance.http_api import Api
from tests.config.running import wait_for

QUIET_LIMIT_S = 60
_WAITS = """
SELECT (SELECT count(*) FROM cases_outbox WHERE state IN ('queued', 'leased')),
       (SELECT count(*) FROM cases_timer WHERE coalesce(next_at, due) <= %s)
     + (SELECT count(*) FROM cases_starttimer WHERE due <= %s)
"""
_NEXT = "SELECT min(coalesce(next_at, due)) FROM cases_timer WHERE coalesce(next_at, due) <= %s"
_WORDS = {"complete": "slutfora", "claim": "ta"}
_ACTIONS = "start", "complete", "claim", "advance", "message", "look"


class HttpWalk(Walk):
    """A walk whose actors are clients of the API."""

    def __init__(self, scenario: Scenario, api: Api) -> None:
        super().__init__(scenario=scenario, now=scenario.start_at)
        self.api = api
        self.moments = 0
        set_clock(scenario.start_at)

    def _do(self, step: Step) -> str:
        assert step.action in _ACTIONS, f"{step.action} has no door"
        self.now = clock.now()
        actor = super()._do(step)
        self._rest()
        return actor

    @property
    def _case(self) -> str | None:
        """The ärende as the API writes it; None for what belongs to no ärende."""
        return None if self.arende is None else str(self.arende)

    def _start(self, step: Step) -> str:
        actor = actor_named(step.actor or "", unit=None, now=self.now)
        answers = resolve(step.answers, self.saved)
        own = None if step.case is None else self._case
        path = f"/api/v1/process-definitions/{step.start}/start/"
        started = self.api.post(actor.username, path, {"case": own, **_body(answers)})
        self.arende = UUID(started["case"]) if started["case"] else self.arende
        self._save(step, answers, arende=self.arende, instance=UUID(started["instance"]))
        return actor.username

    def _complete(self, step: Step) -> str:
        task, actor = self._task(step, step.complete or "")
        answers = resolve(step.answers, self.saved)
        self._act(task, actor, "complete", _body(answers), refused=_refused(step))
        self._save(step, answers, arende=self.arende, task=task.id)
        return actor.username

    def _claim(self, step: Step) -> str:
        task, actor = self._task(step, step.claim or "")
        self._act(task, actor, "claim", {}, refused=_refused(step))
        return actor.username

    def _act(
        self, task: OpenTask, actor: Actor, verb: str, body: Mapping[str, Any], *, refused: bool
    ) -> None:
        """Read the task as the person does, then act on the version that was read.

        What is offered is looked at unless the step expects to be refused.
        """
        path = f"/api/v1/tasks/{task.id}/"
        shown = self.api.get(actor.username, path)
        assert shown["element"] == task.element
        if shown["status"] == "open" and not refused:
            assert _WORDS[verb] in shown["actions"], shown["actions"]
            of_case = "" if self._case is None else f"?case={self._case}"
            rows = self.api.get(actor.username, f"/api/v1/tasks/{of_case}")["results"]
            assert str(task.id) in {row["id"] for row in rows}
        self.api.post(actor.username, f"{path}{verb}/", {**body, "version": shown["version"]})

    def _message(self, step: Step) -> str:
        sent = step.message
        assert sent is not None
        actor = actor_named(step.actor or "handlaggare", unit=self._home(), now=self.now)
        message_id = uuid.uuid5(uuid.NAMESPACE_OID, sent.id) if sent.id else uuid.uuid4()
        body = {
            "name": sent.name,
            "key": str(resolve(sent.key, self.saved)),
            "payload": resolve(sent.payload, self.saved),
            "case": self._case,
            "message_id": str(message_id),
        }
        self.api.post(actor.username, "/api/v1/messages/", body)
        return actor.username

    def _advance(self, step: Step) -> str:
        """Let the clock reach each due moment by itself; nobody but the worker acts on it."""
        target = self._target(step.advance)
        while (moment := _next_moment(target)) is not None:
            self.moments += 1
            set_clock(max(moment, clock.now()))
            self._rest()
        set_clock(max(target, clock.now()))  # never back: what happens later is later
        return ""

    def _rest(self) -> None:
        """Wait until the worker has nothing left that is due."""
        assert wait_for(lambda: _waiting() == (0, 0), QUIET_LIMIT_S), _left()
        self.now = clock.now()


def _refused(step: Step) -> bool:
    return step.expect is not None and bool(step.expect.error)


def _body(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Reasons for what *bör* be done travel beside the answers (README: ``_skal``)."""
    given = {key: value for key, value in answers.items() if key != REASONS}
    return {"answers": given, "reasons": answers.get(REASONS, {})}


def set_clock(moment: datetime) -> None:
    """Make it ``moment`` for web, worker and test alike."""
    ahead: timedelta = moment - datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kedja_clock VALUES (true, %s)"
            " ON CONFLICT (only_row) DO UPDATE SET ahead = excluded.ahead",
            [ahead],
        )


def _next_moment(target: datetime) -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [target])
        (moment,) = cursor.fetchone()
    return moment


def _waiting() -> tuple[int, int]:
    """Rows in the queue and timers that are due, in one snapshot."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_WAITS, [now, now])
        queued, due = cursor.fetchone()
    return queued, due


def _left() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT actor, state, attempts, error_code FROM cases_outbox WHERE state <> 'done'"
        )
        rows = cursor.fetchall()
        cursor.execute(
            "SELECT element, ref, due, attempts FROM cases_timer WHERE due <= %s", [clock.now()]
        )
        timers = cursor.fetchall()
    return f"the worker does not come to rest: queue {rows}, timers {timers}"
