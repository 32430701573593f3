"""What a form holds before anybody has written in it, and where each answer comes from (W9)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

from cases import form_sources, queries_origin
from cases.context import access_context
from cases.queries import TaskDetail
from cases.queries_origin import Written
from engine.definition import Definition
from engine.forms import Field
from web.door import Visit
from web.widgets import same_answer
from web.words import day

FROM = gettext_noop("Från")
SAID: Mapping[str, str] = {
    "userTask": gettext_noop("Från steget"),
    "businessRuleTask": gettext_noop("Framräknat i steget"),
    "startEvent": gettext_noop("Från beskedet"),
    "intermediateCatchEvent": gettext_noop("Från beskedet"),
    "receiveTask": gettext_noop("Från beskedet"),
    "boundaryEvent": gettext_noop("Från beskedet"),
}


def origins(
    here: Visit,
    parts: TaskDetail,
    definition: Definition,
    values: Mapping[str, Any],
    first: Mapping[str, Any],
) -> dict[str, str]:
    """Return, by field, where the answer that stands in it comes from, in words.

    Args:
        here: The visit.
        parts: The task.
        definition: Its process.
        values: What stands in the form.
        first: What the form holds at first; where the person has changed it, it is her own.
    """
    if parts.form is None:
        return {}
    given = definition.given.get(parts.task.element, {})
    fields = [
        found
        for found in parts.form.walk()
        if found.default is not None
        and first.get(found.key) not in (None, "", [])
        and same_answer(values.get(found.key), first.get(found.key))
    ]
    names = {name for found in fields for name in _names(found)}
    asked = {name: given[name] for name in names if name in given}
    with access_context(here.actor):
        written = queries_origin.written_by(
            parts.task.instance_id, definition, asked, actor=here.actor, now=here.now
        )
    told = {found.key: _told(found, written) for found in fields}
    return {key: text for key, text in told.items() if text}


def _names(found: Field) -> frozenset[str]:
    return frozenset() if found.default is None else frozenset(found.default.names)


def _told(found: Field, written: Mapping[str, Written]) -> str:
    known = [written[name] for name in sorted(_names(found)) if name in written]
    if known:
        last = max(known, key=lambda one: one.at)
        said = gettext(SAID.get(last.element.kind, FROM))
        return f"{said} ”{last.element.name or last.element.id}” {day(last.at)}."
    sources = form_sources.origins()
    told = next((sources[name] for name in sorted(_names(found)) if name in sources), "")
    if told:
        return gettext(told)
    if _names(found) & form_sources.registered().keys():
        return gettext("Från det som redan är registrerat.")
    return ""
