"""A real web process, asked over HTTP."""

import http.client
import json
import socket
from typing import Any

from tests.chaos.programs import Program
from tests.chaos.world import World

TIMEOUT_S = 30


class HttpWeb:
    """``python -m config.serve`` on a port of its own.

    Args:
        world: Where it runs.
        number: Which one it is.
        tokens: API token by user name.
    """

    def __init__(self, world: World, number: int, tokens: dict[str, str]) -> None:
        name = f"web-{number}"
        self._port = _free_port()
        self._tokens = tokens
        variables = world.program("app", name) | {
            "KEDJA_PORT": str(self._port),
            "KEDJA_WEB_THREADS": "4",
        }
        self.program = Program(name, ["-m", "config.serve"], variables, world.logs)

    def ask(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """Send a request; None when there was no answer, ``server_error`` for any 5xx."""
        if request["do"] == "start":
            path = f"/api/v1/process-definitions/{request['process']}/start/"
            body = {"case": None, "answers": request["answers"]}
        else:
            path = f"/api/v1/tasks/{request['task']}/complete/"
            body = {"answers": request["answers"], "version": request["version"]}
        try:
            status, answer = self._post(path, body, request["user"], request["key"])
        except (OSError, http.client.HTTPException):
            return None
        if status >= 500:
            return {"error": "server_error"}
        if status >= 400:
            rows = sorted(_row(error) for error in answer.get("errors") or ())
            return {"error": f"{answer.get('code')} {rows}"}
        return {"answer": answer.get("case")}

    def revive(self) -> None:
        """Start it again when it is dead; a living one is only slow."""
        self.program.start()

    def _post(
        self, path: str, body: dict[str, Any], user: str, key: str
    ) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_S)
        try:
            headers = {
                "Authorization": f"Token {self._tokens[user]}",
                "Content-Type": "application/json",
                "Idempotency-Key": key,
            }
            connection.request("POST", path, json.dumps(body, default=str), headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        is_json = "json" in (response.headers.get("Content-Type") or "")
        return response.status, json.loads(content) if is_json else {}


def _row(error: dict[str, str]) -> str:
    """One wrong field of a problem (RFC 9457): where, and why."""
    return f"{error.get('pointer')}: {error.get('code')}"


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
