"""What the edition decides: terms, law version, delegation, retention. No number stands here."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from engine.bundle import Bundle, NotInBundleError
from records.errors import ConfigurationMissingError


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One row of a code list; ``del_av`` is the part of something that it belongs to."""

    id: str
    namn: str
    min_text: int = 0
    del_av: str = ""


def terms(bundle: Bundle, name: str, table: str) -> Mapping[str, Term]:
    """The code list ``terms/<name>.toml``, by id.

    Raises:
        ConfigurationMissingError: The edition has no such list.
    """
    path = f"terms/{name}.toml"
    if path not in bundle.files:
        raise ConfigurationMissingError(path)
    return _parse(bundle.files[path], table)


def livsomraden(bundle: Bundle) -> Mapping[str, Term]:
    """Every livsområde that an utredning must mark (R-088)."""
    return terms(bundle, "livsomraden", "livsomrade")


def avslutsorsaker(bundle: Bundle) -> Mapping[str, Term]:
    """The reasons an insats may end for (R-181), with the least text each asks for."""
    return terms(bundle, "avslutsorsaker", "avslutsorsak")


def anteckningstyper(bundle: Bundle) -> Mapping[str, Term]:
    """The kinds of journal notes (R-072)."""
    return terms(bundle, "anteckningstyper", "anteckningstyp")


def insats_names(bundle: Bundle, codes: Iterable[str]) -> str:
    """The names of insatser, for text that people read; a code without a name stays as it is."""
    try:
        known = terms(bundle, "insatser", "insats")
    except ConfigurationMissingError:
        known = {}
    return "; ".join(known[code].namn if code in known else code for code in codes)


def citation(bundle: Bundle, citation_id: str) -> str:
    """A place in the law as it is written, for text that people read."""
    found = bundle.lagrum.get(citation_id)
    return citation_id if found is None else found.text


def chosen(bundle: Bundle, form_id: str, field: str, value: str) -> str:
    """What the person read when she chose: the label of a form's option, in running text."""
    try:
        form = bundle.form(form_id)
    except NotInBundleError:
        return value
    labels = {
        option.value: option.label
        for found in form.walk()
        if found.key == field
        for option in found.options
    }
    label = labels.get(value, value)
    return label[:1].lower() + label[1:]


def law_version(bundle: Bundle, day: date, *, required: bool) -> str:
    """Which law a step or decision of a day is made under (table ``law_version``).

    Args:
        bundle: The instance's edition.
        day: Day of the decision, or of the step.
        required: Refuse where the table is missing; else it gives an empty string.

    Raises:
        ConfigurationMissingError: The table is missing and ``required``.
    """
    try:
        return str(decide(bundle, "law_version", {"datum": day}))
    except ConfigurationMissingError:
        if required:
            raise
        return ""


def within_delegation(
    bundle: Bundle, roles: frozenset[str], insats: str, hours: Decimal | None, *, outcome: str
) -> str | None:
    """The role by whose delegation the decision may be made, or None (R-087).

    Args:
        bundle: The instance's edition.
        roles: The roles of who decides.
        insats: What is decided about.
        hours: Extent in hours a month, None where it is not said in hours; never taken for none.
        outcome: What becomes of the insats (``bifall``, ``avslag`` and so on).

    Raises:
        ConfigurationMissingError: The edition has no table ``delegation``.
    """
    for role in sorted(roles):
        asked = {"roll": role, "insats": insats, "timmar_manad": hours, "utfall": outcome}
        if decide(bundle, "delegation", asked) is True:
            return role
    return None


def report_day(bundle: Bundle, decided: date, interrupted: date | None) -> date:
    """The day from which a part that is not carried out is reported (table ``ej_verkstallt``).

    Args:
        bundle: The instance's edition.
        decided: Day of the decision.
        interrupted: Day when the support was interrupted; None where it has not started.

    Raises:
        ConfigurationMissingError: The edition has no table ``ej_verkstallt``.
    """
    asked = {"beslutsdatum": decided, "avbrott_datum": interrupted, "senast_rapporterad": None}
    found: date = decide(bundle, "ej_verkstallt", asked)
    return found


def decide(bundle: Bundle, name: str, inputs: Mapping[str, Any]) -> Any:
    """Ask a table of the edition.

    Raises:
        ConfigurationMissingError: The edition has no such table.
    """
    try:
        model = bundle.decision(name)
    except NotInBundleError:
        raise ConfigurationMissingError(f"dmn/{name}.dmn") from None
    values = {key: Decimal(v) if type(v) is int else v for key, v in inputs.items()}
    return model.evaluate(name, values).value


@lru_cache(maxsize=256)
def _parse(content: bytes, table: str) -> Mapping[str, Term]:
    rows = tomllib.loads(content.decode()).get(table, [])
    return {
        row["id"]: Term(
            id=row["id"],
            namn=row.get("namn", row["id"]),
            min_text=row.get("min_text", 0),
            del_av=str(row.get("del", "")),
        )
        for row in rows
    }
