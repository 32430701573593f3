"""The overview of who leads the work: a choice as words of an address.

A number and its list have the same words, so the link from the one leads to the other.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from cases.access import Action
from cases.errors import NotFoundError, NotPermittedError
from records.queries.overview import Asked, led_units
from web.door import Visit
from web.overview_lists import LISTS, Listing
from web.posted import day_of, number

LONGEST: Final = 100


def asked_of(here: Visit) -> Asked:
    """Read a choice off the address; what nobody can have meant counts as not chosen.

    Raises:
        NotPermittedError: The person leads no unit's work.
        NotFoundError: No edition is in force.
    """
    units = led_units(here.actor, here.now)
    if not units:
        raise NotPermittedError(Action.OVERVIEW.value, "overview")
    if here.bundle is None:
        raise NotFoundError("edition", "")
    given = here.request.GET
    return Asked(
        actor=here.actor,
        now=here.now,
        bundle=here.bundle,
        unit=next((unit for unit in units if str(unit) == given.get("enhet")), None),
        person=number(given.get("hos", "")),
        process=_word(given.get("process", "")),
        step=_word(given.get("steg", "")),
        kind=_word(given.get("klass", "")),
        since=day_of(given.get("fran_dag", "")),
        until=day_of(given.get("till_dag", "")),
    )


def as_it_stands(asked: Asked) -> Asked:
    """The same choice without its period, which on the overview is that of the lead times alone.

    What stands, is late or may become late is counted as it is now, whatever period is looked at.
    """
    return replace(asked, since=None, until=None)


def words_of(asked: Asked) -> dict[str, str]:
    """The address's words of a choice; none for what is not chosen."""
    said = {
        "enhet": asked.unit,
        "hos": asked.person,
        "process": asked.process,
        "steg": asked.step,
        "klass": asked.kind,
        "fran_dag": asked.since,
        "till_dag": asked.until,
    }
    return {word: str(value) for word, value in said.items() if value not in (None, "")}


def address(what: str, asked: Asked, **changes: Any) -> str:
    """The address of a list, with other values in parts of a choice."""
    return f"{reverse('web:overview_list', args=[what])}{query(replace(asked, **changes))}"


def query(asked: Asked) -> str:
    """The choice as the end of an address."""
    words = urlencode(words_of(asked))
    return f"?{words}" if words else ""


def listing(what: str) -> Listing:
    """The list of a name.

    Raises:
        NotFoundError: There is none.
    """
    try:
        return LISTS[what]
    except KeyError:
        raise NotFoundError("overview", what) from None


def unit_choices(asked: Asked, names: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The units that the person leads, of those that are named."""
    led: set[UUID] = set(led_units(asked.actor, asked.now))
    return [(ref, name) for ref, name in names if UUID(ref) in led]


def _word(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:LONGEST]
