"""Database URLs for child processes."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote


def database_url(parameters: Mapping[str, Any]) -> str:
    """Return the URL of libpq ``parameters`` (user, password, host, port, dbname)."""
    login = quote(str(parameters["user"]))
    if parameters.get("password"):
        login += ":" + quote(str(parameters["password"]), safe="")
    place = quote(str(parameters.get("host") or ""), safe="")
    if parameters.get("port"):
        place += f":{parameters['port']}"
    return f"postgresql://{login}@{place}/{parameters['dbname']}"
