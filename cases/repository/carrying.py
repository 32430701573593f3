"""Which tables decided what a message carries, read in the sender's history."""

import json
from collections.abc import Mapping
from typing import Any

from cases import bundles
from cases.context import native_cursor
from cases.models import Instance, Message
from cases.repository.limits import LAST_BASIS, lookup

_SENT = LAST_BASIS.format(
    rows="jsonb_to_recordset($1::jsonb)", instance="$2 AND h.at <= $3"
).encode()


def carried_by(message: Message) -> dict[str, list[Mapping[str, Any]]]:
    """Return what decided the values of a message, by name in its payload.

    The receiver may be another organisation: it learns which rule set a day that it must keep, and
    the source of the rule, never what the table saw. Most messages carry nothing that a table
    decided; for them nothing is asked.

    Args:
        message: To be delivered. Needs the right to read the sender's history (the worker).
    """
    if message.sender_instance is None:
        return {}
    rows = Instance.objects.filter(pk=message.sender_instance)
    bundle, process = rows.values_list("bundle_id", "process_key").get()
    carries = bundles.definition(bundle, process).carries.get(message.name, {})
    names = {name: carries[name] for name in carries if name in message.payload}
    if not names:
        return {}
    wanted = [
        {"ref": name, "n": number, **lookup(origin)}
        for name, origins in names.items()
        for number, origin in enumerate(origins)
    ]
    arguments = (json.dumps(wanted), message.sender_instance, message.sent_at)
    answer = native_cursor().execute(_SENT, arguments)
    # A step of the sender's that no table made is nobody else's business.
    decided: dict[str, list[Mapping[str, Any]]] = {
        name: [{"process": process, **one} for one in json.loads(basis) if "decision" in one]
        for name, basis in answer.fetchall()  # as text: Django's connections read no JSON
    }
    return {name: basis for name, basis in decided.items() if basis}
