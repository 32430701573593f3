"""Walks cases through processes that may die, trying every request until it is answered."""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg

from config.postgres.urls import Parameters
from tests.chaos.course import Course, Phase, Web
from tests.chaos.programs import Program

CASE_LIMIT_S = 240.0
PAUSE_S = 0.1

TRANSIENT = frozenset(
    {
        "server_error",
        "OperationalError",
        "InterfaceError",
        "AdminShutdown",
        "CrashShutdown",
        "DatabaseError",
    }
)
"""What a browser sees as 500 or 503 and tries again."""

_LOOK = """
select (select coalesce(json_agg(json_build_array(t.id, t.element, t.version, t.status)
                                 order by t.created_at, t.element), '[]')
          from cases_task t where t.arende_id = %(case)s),
       (select count(*) from cases_instance i
         where i.arende_id = %(case)s and i.status in ('running', 'incident'))
     + (select count(*) from cases_message m join cases_outbox o on o.args->>0 = m.id::text
         where m.arende_id = %(case)s and o.state <> 'done')
"""


class StrandedError(Exception):
    """A case did not come to its end, or a request was refused for good."""


@dataclass(eq=False)
class Case:
    """One case. ``arende`` is known when it has been started, ``done`` is of this phase."""

    number: int
    key: str
    arende: str = ""
    done: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Walker(threading.Thread):
    """Takes cases from a queue and walks each through one phase, with one web process.

    Args:
        course: What is walked.
        phase: How far.
        day: The business day.
        web: The process that is asked.
        cases: The cases to take from.
        monitor: Where to look at open tasks.
        before: Called before each request that changes something.
    """

    def __init__(
        self,
        course: Course,
        phase: Phase,
        day: date,
        *,
        web: Web,
        cases: "queue.SimpleQueue[Case]",
        monitor: Parameters,
        before: Callable[[Program], None],
    ) -> None:
        super().__init__()
        self._course, self._phase, self._day = course, phase, day
        self._web, self._cases, self._monitor, self._before = web, cases, monitor, before
        self.requests = 0

    def run(self) -> None:
        """Walk until no case is left."""
        while True:
            try:
                case = self._cases.get_nowait()
            except queue.Empty:
                return
            try:
                self._walk(case, time.monotonic() + CASE_LIMIT_S)
            except StrandedError as error:
                case.failures.append(str(error))

    def _walk(self, case: Case, deadline: float) -> None:
        if not case.arende:
            answers = self._course.begin(case.number, self._day)
            case.arende = self._ask(
                deadline,
                do="start",
                process=self._course.process,
                user=self._course.starter,
                answers=answers,
                key=case.key,
            )
        case.done.clear()
        while not self._one_step(case, deadline):
            pass

    def _one_step(self, case: Case, deadline: float) -> bool:
        """Complete one task, or wait; say whether the phase has reached its goal."""
        tasks, live = self._look(case.arende)
        open_now = {element for _, element, _, status in tasks if status == "open"}
        task = self._next(tasks, case.done)
        if task is not None:
            element = task[1]
            user, answers = self._course.steps[element]
            self._ask(
                deadline,
                do="complete",
                task=task[0],
                version=task[2],
                user=user,
                answers=answers(self._day),
                key=task[0],
                element=element,
            )
            case.done.append(element)
            return False
        if self._phase.goal <= open_now if self._phase.goal else live == 0:
            return True
        if time.monotonic() > deadline:
            raise StrandedError(
                f"nothing to do; open: {sorted(open_now)}, {live} instances and messages live"
            )
        time.sleep(PAUSE_S)
        return False

    def _next(self, tasks: list[Any], lately: list[str]) -> Any:
        done = {element for _, element, _, status in tasks if status == "completed"}
        for task in tasks:
            element, first = task[1], self._course.after.get(task[1])
            held = self._phase.hold | (self._phase.once & set(lately))
            if task[3] != "open" or element in held:
                continue
            if element not in self._course.steps:
                raise StrandedError(f"nobody knows what to do with {element}")
            if first is None or first in done:
                return task
        return None

    def _look(self, arende: str) -> tuple[list[Any], int]:
        while True:
            try:
                with psycopg.connect(**self._monitor, autocommit=True) as connection:
                    row = connection.execute(_LOOK, {"case": arende}).fetchone()
            except psycopg.Error:
                time.sleep(PAUSE_S)
                continue
            return (list(row[0]), int(row[1])) if row else ([], 0)

    def _ask(self, deadline: float, **request: Any) -> Any:
        """Send a request until it is answered; the key makes repetitions harmless."""
        self.requests += 1
        self._before(self._web.program)
        what = f"{request['do']} {request.get('element', '')}"
        refusal = "no answer"
        while time.monotonic() < deadline:
            answer = self._web.ask(request)
            if answer is None:
                self._web.revive()
                time.sleep(PAUSE_S)
            elif "error" not in answer:
                return answer["answer"]
            elif answer["error"] not in TRANSIENT:
                raise StrandedError(f"{what} refused: {answer['error']}")
            else:
                refusal = answer["error"]
                time.sleep(PAUSE_S)
        raise StrandedError(f"{what}: {refusal}")
