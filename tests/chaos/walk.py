"""Walks cases to their end through processes that may die, trying every request until answered."""

import queue
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from tests.chaos.programs import Web

CASE_LIMIT_S = 180.0
PAUSE_S = 0.1

TRANSIENT = frozenset(
    {"OperationalError", "InterfaceError", "AdminShutdown", "CrashShutdown", "DatabaseError"}
)
"""What a browser sees as 500 or 503 and tries again."""

WAITS_FOR = {"Task_Vanta": "Task_Eskalera"}
"""A person who is late on purpose: the first task is completed after the second."""


class StrandedError(Exception):
    """A case did not come to its end, or a request was refused for good."""


class Walker(threading.Thread):
    """Takes cases from a queue and walks each to its end, with one web process.

    Args:
        web: The process that is asked.
        cases: Keys of cases to start and walk.
        user: Who acts.
        before: Called before each request that changes something.
    """

    def __init__(
        self,
        web: Web,
        cases: "queue.SimpleQueue[str]",
        *,
        user: str,
        before: Callable[[Web], None],
    ) -> None:
        super().__init__(name=web.name)
        self._web = web
        self._cases = cases
        self._user = user
        self._before = before
        self.requests = 0
        self.arenden: list[str] = []
        self.failures: list[str] = []

    def run(self) -> None:
        """Walk until no case is left."""
        while True:
            try:
                case = self._cases.get_nowait()
            except queue.Empty:
                return
            try:
                self.walk(case)
            except StrandedError as error:
                self.failures.append(f"{case}: {error}")

    def walk(self, case: str) -> None:
        """Walk one case, known by the key of its start.

        Raises:
            StrandedError: It does not come to its end.
        """
        deadline = time.monotonic() + CASE_LIMIT_S
        arende = self._ask(deadline, do="start", process="kaos_fraga", key=case)
        self.arenden.append(arende)
        while True:
            seen = self._ask(deadline, do="look", arende=arende)
            if not seen["live"]:
                return
            task = _next(seen)
            if task is None:
                time.sleep(PAUSE_S)
                continue
            identity, _element, version = task
            self._ask(deadline, do="complete", task=identity, version=version, key=identity)

    def _ask(self, deadline: float, **request: Any) -> Any:
        """Send a request until it is answered; the key makes repetitions harmless."""
        if request["do"] != "look":
            self.requests += 1
            self._before(self._web)
        refusal = "no answer"
        while time.monotonic() < deadline:
            answer = self._web.ask({**request, "user": self._user})
            if answer is None:
                self._web.revive()
            elif "error" not in answer:
                return answer["answer"]
            elif answer["error"] not in TRANSIENT:
                raise StrandedError(f"{request['do']} refused: {answer['error']}")
            else:
                refusal = answer["error"]
                time.sleep(PAUSE_S)
        raise StrandedError(f"{request['do']}: {refusal}")


def _next(seen: dict[str, Any]) -> tuple[str, str, int] | None:
    for identity, element, version in seen["tasks"]:
        if WAITS_FOR.get(element, element) in {element, *seen["done"]}:
            return identity, element, version
    return None


def new_cases(count: int) -> "queue.SimpleQueue[str]":
    """Return a queue with the keys of ``count`` new cases."""
    cases: queue.SimpleQueue[str] = queue.SimpleQueue()
    for _ in range(count):
        cases.put(str(uuid.uuid4()))
    return cases
