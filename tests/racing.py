"""Several actions at the same moment, each on a connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

from cases.errors import CaseError


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """What each gave, or the code that refused it; every action has a connection of its own."""
    gate = threading.Barrier(len(actions))
    outcome: list[Any] = [None for _ in actions]

    def run(number: int, action: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=20)
            outcome[number] = action()
        except CaseError as error:
            outcome[number] = error.code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads), "they wait for each other"
    return outcome
