"""A client of the REST API: tokens, JSON, refusals as the errors they are."""

import http.client
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cases.errors import CaseError

LIMIT_S = 60


class RefusedError(CaseError):
    """A problem+json answer. ``errors`` holds field paths, as the use cases' own error does."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{problem['status']} {problem['code']}: {problem['detail']}")
        self.code = str(problem["code"])  # type: ignore[misc]
        self.status = int(problem["status"])
        rows = problem.get("errors") or []
        self.errors = {row["pointer"].removeprefix("/answers/"): row["code"] for row in rows}


@dataclass
class Api:
    """The API at one port. Every request is one connection, as from separate programs."""

    port: int
    password: str
    tokens: dict[str, str] = field(default_factory=dict)

    def get(self, username: str, path: str) -> Any:
        return self._send("GET", path, self.token(username))

    def post(self, username: str, path: str, body: Mapping[str, Any]) -> Any:
        return self._send("POST", path, self.token(username), body)

    def token(self, username: str) -> str:
        if username not in self.tokens:
            body = {"username": username, "password": self.password}
            self.tokens[username] = self._send("POST", "/api/token/", "", body)["token"]
        return self.tokens[username]

    def _send(
        self, method: str, path: str, token: str, body: Mapping[str, Any] | None = None
    ) -> Any:
        headers = {"Content-Type": "application/json"}
        if token:
            headers |= {"Authorization": f"Token {token}", "Idempotency-Key": uuid.uuid4().hex}
        sent = None if body is None else json.dumps(body, default=_text).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT_S)
        try:
            connection.request(method, path, sent, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json", content[:2000]
            raise RefusedError(json.loads(content))
        return json.loads(content)


def _text(value: object) -> str:
    if isinstance(value, date | datetime | uuid.UUID):
        return value.isoformat() if isinstance(value, date) else str(value)
    raise TypeError(f"{type(value).__name__} is not for JSON")
