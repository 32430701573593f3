"""What somebody has written and not sent: read from a page, kept, and shown again (W1, W5).

A page carries four things beside the answers: ``_utkast`` (which saving of the draft it knows),
``_last`` (when it was read), ``_vem`` (whose it is) and, for a task, ``_version``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.sessions.models import Session
from django.utils.timezone import localtime
from django.utils.timezone import now as real_now
from django.utils.translation import gettext

from cases import queries_drafts
from cases.context import access_context
from cases.errors import CaseError, DraftElsewhereError
from cases.explained import element_of
from cases.models import Event, Utkast
from cases.use_cases.drafts import Draft, Saved
from cases.user_names import names_of
from engine.forms import REASONS, Field, Form
from engine.forms.model import answered
from web import history
from web.door import Visit
from web.posted import moment_of, number


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that others have done in the case: what, who, when."""

    text: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A draft as a page shows it.

    ``lost`` are answers to fields that the form no longer has.
    """

    id: UUID
    saved_at: datetime
    changed_form: bool
    lost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the form of a page carries so that what is written in it can be kept."""

    address: str
    revision: int
    read_at: datetime
    who: int
    seconds_left: int
    kept: Kept | None = None
    elsewhere: datetime | None = None


def revision_of(text: str | None) -> int:
    """A revision or version that a page sent back; 0 for anything else."""
    return number(text or "") or 0


def read_at(here: Visit) -> datetime:
    """When the page that is being answered was read; now where it does not say."""
    found = moment_of(here.request.POST.get("_last", ""))
    return here.now if found is None else min(found, here.now)


def posted_draft(here: Visit, answers: Mapping[str, Any]) -> Draft:
    """What the page has to be kept."""
    data = here.request.POST
    return Draft(
        answers=answers,
        revision=revision_of(data.get("_utkast")),
        read_at=read_at(here),
        version=revision_of(data.get("_version")),
    )


def keep(save: "partial[Saved]") -> tuple[int | None, datetime | None]:
    """Keep what a page sent that could not be done.

    Args:
        save: One of the use cases, ready to be called.

    Returns:
        The revision it is now, and when another text was saved elsewhere; None where not so.
    """
    try:
        return save().revision, None
    except DraftElsewhereError as refusal:
        return None, refusal.saved_at
    except CaseError:
        return None, None


def sheet(
    here: Visit,
    address: str,
    *,
    draft: Utkast | None = None,
    kept: Kept | None = None,
    after: tuple[int | None, datetime | None] = (None, None),
) -> Sheet:
    """Return what the form carries.

    Args:
        here: The visit.
        address: Where drafts of the form are saved.
        draft: The one that is there.
        kept: How it is told; None where the page shows what was just posted.
        after: What ``keep`` gave.
    """
    known = draft.revision if draft else revision_of(here.request.POST.get("_utkast"))
    return Sheet(
        address=address,
        revision=after[0] if after[0] is not None else known,
        read_at=here.now,
        who=here.actor.user_id or 0,
        seconds_left=seconds_left(here),
        kept=kept,
        elsewhere=after[1],
    )


def seconds_left(here: Visit) -> int:
    """How long the person stays logged in, in seconds of real time."""
    key = here.request.session.session_key
    ends = Session.objects.filter(pk=key).values_list("expire_date", flat=True).first()
    return 0 if ends is None else max(0, round((ends - real_now()).total_seconds()))


def kept_shown(draft: Utkast, form: Form, form_hash: str) -> Kept:
    """Tell a draft: when it was saved, and what the form cannot show of it any more."""
    known = form.keys() | {REASONS}
    gone = {key: _plain(value) for key, value in draft.answers.items() if key not in known}
    return Kept(
        id=draft.pk,
        saved_at=draft.saved_at,
        changed_form=draft.form_hash != form_hash,
        lost="\n\n".join(f"{key}:\n{text}" for key, text in gone.items() if text),
    )


def changes(here: Visit, case: UUID | None, since: datetime) -> list[Change]:
    """What others have done in a case since a moment, one line for each act, newest first."""
    if case is None:
        return []
    with access_context(here.actor):
        events = queries_drafts.changes_since(case, since, actor=here.actor, now=here.now)
        names = names_of({event.actor for event in events}) if events else {}
        found: dict[datetime, Change] = {}
        for event in events:
            text = history.told(event)
            if text and (event.kind == "completed" or event.at not in found):
                found[event.at] = Change(text=text, who=_who(event, here, names), at=event.at)
        return list(found.values())


def _who(event: Event, here: Visit, names: Mapping[str, str]) -> str:
    """By role where the diagram says whose step it is, and by name."""
    name = names.get(event.actor, "")
    element = element_of(event.instance, event.element) if event.kind == "completed" else None
    role = here.role_name(element.role) if element is not None and element.role else ""
    return f"{role} ({name})" if role and name else role or name


def clock(moment: datetime, now: datetime) -> str:
    """When something was saved, as people say it: ``10.42``, with the day where it is another."""
    local, today = localtime(moment), localtime(now).date()
    said = f"{local.hour}.{local.minute:02}"
    return said if local.date() == today else f"{local:%Y-%m-%d} {said}"


def as_text(form: Form, answers: Mapping[str, Any]) -> str:
    """What somebody has written, as text to copy: each label with its answer."""
    return "\n\n".join(_lines(form.fields, answers, ""))


def _lines(fields: tuple[Field, ...], values: Mapping[str, Any], above: str) -> Iterator[str]:
    for found in answered(fields):
        value = values.get(found.key)
        if found.kind == "group":
            inner = value if isinstance(value, Mapping) else {}
            yield from _lines(found.children, inner, f"{above}{found.label}, ")
        elif found.kind == "dynamiclist":
            rows = value if isinstance(value, list) else []
            for place, row in enumerate(rows, 1):
                if isinstance(row, Mapping):
                    yield from _lines(found.children, row, f"{above}{found.label} {place}, ")
        elif said := _said(found, value):
            yield f"{above}{found.label}:\n{said}"


def _said(found: Field, value: Any) -> str:
    if found.kind == "checkbox":
        return gettext("Ja") if str(value).lower() in {"true", "on", "ja", "1"} else ""
    labels = {option.value: option.label for option in found.options}
    chosen = value if isinstance(value, list) else [value]
    return ", ".join(labels.get(str(one), _plain(one)) for one in chosen if one not in (None, ""))


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return "\n".join(said for entry in value.values() if (said := _plain(entry)))
    if isinstance(value, list):
        return "\n".join(said for entry in value if (said := _plain(entry)))
    return "" if value is None else str(value)
