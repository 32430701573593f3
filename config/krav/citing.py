"""What depends on a section of the law: ``kedja krav --lagrum "14:3"``."""

import re
from collections.abc import Iterable
from typing import Any, Final

from engine.manifest import Citations
from engine.requirements import Requirements, key_of
from engine.tracing.places import Place

_SHORT: Final = re.compile(r"(\d+)\s*(?::|kap\.?)\s*(\d+)\s*([a-z]?)")


def sections(text: str, known: Citations) -> tuple[str, ...]:
    """Return the ids of ``lagrum.toml`` that a text means.

    Args:
        text: An id (``sol2025.14.3``), a chapter and section (``14:3``, ``14 kap. 3 §``: of laws
            that have no last day, where there are any), or part of the citation as printed.
        known: ``lagrum.toml``.
    """
    short = _SHORT.match(text.strip())
    if short is None:
        rows = [row for row in known.lagrum if text == row.id or text.lower() in row.text.lower()]
    else:
        end = f".{short[1]}.{short[2]}{short[3]}"
        rows = [row for row in known.lagrum if row.id.endswith(end)]
        rows = [row for row in rows if row.valid_to is None] or rows
    return tuple(row.id for row in rows)


def depending(
    wanted: Iterable[str], places: Iterable[Place], listed: Requirements, known: Citations
) -> dict[str, Any]:
    """Say what would have to be looked at if a section changed.

    Args:
        wanted: Ids of ``lagrum.toml``.
        places: Every part of the edition.
        listed: ``krav.toml``.
        known: ``lagrum.toml``, for what replaces or is replaced.
    """
    ids = set(wanted)
    citing = [place for place in places if place.citations & ids]
    shown = {key for place in citing for key in place.requirements}
    by_kind: dict[str, list[str]] = {}
    for place in citing:
        by_kind.setdefault(place.where.split("/")[0].split("#")[0], []).append(place.where)
    return {
        "lagrum": [row.model_dump(mode="json") for row in known.lagrum if row.id in ids],
        "replaced_by": [row.id for row in known.lagrum if ids & set(row.replaces)],
        "places": by_kind,
        "requirements": [
            row.id for row in listed.krav if ids & set(row.lagrum) or key_of(row.id) in shown
        ],
    }
