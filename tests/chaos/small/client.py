"""Stands in for a web process: takes requests as JSON lines and calls the use cases.

It runs as the web does, under the role kedja_app, and may be killed at any moment.
"""

import json
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.db import close_old_connections  # noqa: E402

from cases import use_cases  # noqa: E402
from cases.actor import Actor, actor_for  # noqa: E402
from config import clock  # noqa: E402

Request = dict[str, Any]


def _actor(request: Request) -> Actor:
    user = get_user_model().objects.get(username=request["user"])
    return actor_for(user, clock.now())


def start(request: Request) -> str:
    """Start a case and return its ärende."""
    started = use_cases.start(
        request["process"],
        arende_id=None,
        answers=request["answers"],
        actor=_actor(request),
        now=clock.now(),
        idempotency_key=request["key"],
    )
    return str(started.arende_id)


def complete(request: Request) -> None:
    """Complete a task."""
    use_cases.complete_task(
        UUID(request["task"]),
        request["answers"],
        version=request["version"],
        actor=_actor(request),
        now=clock.now(),
        idempotency_key=request["key"],
    )


OPERATIONS: dict[str, Callable[[Request], Any]] = {"start": start, "complete": complete}


def answer(request: Request) -> dict[str, Any]:
    """Perform one request as a web server does: a fresh look at the connection round it."""
    close_old_connections()
    try:
        return {"answer": OPERATIONS[request["do"]](request)}
    except Exception as error:  # noqa: BLE001 - a web server answers 500
        return {"error": str(getattr(error, "code", None) or type(error).__name__)}
    finally:
        close_old_connections()


def main() -> None:
    """Answer until the input ends."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
