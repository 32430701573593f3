"""What the history keeps of decisions and time limits, with the words of the edition."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from cases import bundles
from cases.models import Event, Instance
from engine.bundle import Bundle
from engine.definition import ElementInfo
from engine.explain import TEXTS
from engine.feel.text import value_text
from engine.manifest import Citation, split_citations
from engine.variables import unpack

UNREAD = "U"
"""Status of a citation that nobody has read against its source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What set a time limit. ``decision`` is None where a person or a message did.

    Attributes:
        element: The step that set it, and ``step``, its name in the diagram.
        rules: The rules that matched, as ``<decision>:<number>``.
        text: What the rule says, in words.
        texts: What it says of each of its outputs for itself, as (name, words); none for most.
        kalla: Ids of the citations that the rule rests on.
        citations: Those of them that the edition has.
        verified: Whether the row and its citations have been read against their sources by a
            lawyer; None where nothing is said.
    """

    element: str
    step: str
    decision: str | None = None
    rules: tuple[str, ...] = ()
    text: str = ""
    texts: tuple[tuple[str, str], ...] = ()
    kalla: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    modalitet: str = ""
    normniva: str = ""
    law_version: str = ""
    verified: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A time limit as the history tells it. ``reads``: what the task's due date is read from."""

    due: datetime
    basis: tuple[Basis, ...]
    reads: str = ""


def element_of(instance: Instance, element: str, process_key: str = "") -> ElementInfo | None:
    """Return an element of the instance's process, or of one that it calls.

    Args:
        instance: With its bundle.
        element: Id in the diagram.
        process_key: The process whose diagram holds it, when it is known.
    """
    bundle = bundles.compiled(instance.bundle_id)
    key = process_key or instance.process_key
    if key not in bundle.processes:
        return None  # another edition's, that a message came from
    places = (key, *sorted(bundle.definition(key).calls))
    found = (bundle.definition(place).elements.get(element) for place in places)
    return next((one for one in found if one is not None), None)


def bases(rows: Iterable[Mapping[str, Any]], instance: Instance) -> tuple[Basis, ...]:
    """Return what the column ``basis`` of a task or timer of the instance says, once each."""
    bundle = bundles.compiled(instance.bundle_id)
    found = dict.fromkeys(_basis(row, instance, bundle) for row in rows)
    return tuple(found)


def limit_of(event: Event) -> Limit | None:
    """Return the time limit that a line of the history tells; None for another kind of line."""
    if event.kind != "deadline" or not event.explanation:
        return None
    due = datetime.fromisoformat(event.explanation["due"])
    element = element_of(event.instance, event.element)
    return Limit(
        due=due,
        basis=bases(event.explanation["basis"], event.instance),
        reads=(element.due if element is not None else "") or "",
    )


def _basis(row: Mapping[str, Any], instance: Instance, bundle: Bundle) -> Basis:
    kalla = split_citations(row.get("kalla", ""))
    element = element_of(instance, row["element"], row.get("process", ""))
    return Basis(
        element=row["element"],
        step=element.name if element is not None else "",
        decision=row.get("decision"),
        rules=tuple(row.get("rules", ())),
        text=row.get("text", ""),
        texts=tuple(row.get(TEXTS, {}).items()),
        kalla=kalla,
        citations=tuple(found for key in kalla if (found := bundle.lagrum.get(key))),
        modalitet=row.get("modalitet", ""),
        normniva=row.get("normniva", ""),
        law_version=row.get("law_version", ""),
        verified=row.get("verifierad") if _are_read(kalla, bundle) else False,
    )


def _are_read(kalla: Iterable[str], bundle: Bundle) -> bool:
    """Whether each citation is known and read: a row is never more verified than its sources."""
    found = [bundle.lagrum.get(key) for key in kalla]
    return all(citation is not None and citation.status != UNREAD for citation in found)


def plain(packed: Any) -> Any:
    """Return a stored FEEL value as JSON that needs no key: ISO texts and numbers."""
    return _plain(unpack(packed))


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case date() | time():
            return value.isoformat()
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case None | bool() | str():
            return value
        case _:
            return value_text(value)
