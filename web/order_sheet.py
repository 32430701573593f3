"""The message about an uppdrag that is being written: what its form carries, and keeping it."""

from functools import partial
from uuid import UUID

from django.urls import reverse

from cases.use_cases.drafts import Draft, Saved
from records.message_drafts import TEXT, message_draft, save_message_draft
from web import drafting
from web.door import Visit


def saving(here: Visit, uppdrag_id: UUID) -> "partial[Saved]":
    """What keeps the text that the page sent."""
    posted = drafting.posted_draft(here, {TEXT: here.request.POST.get(TEXT, "")})
    draft = Draft(answers=posted.answers, revision=posted.revision, read_at=posted.read_at)
    key = here.request.POST.get("_nyckel", "")
    return partial(save_message_draft, uppdrag_id, draft, key=key, actor=here.actor, now=here.now)


def sheet_of(here: Visit, uppdrag_id: UUID, text: str) -> tuple[str, drafting.Sheet]:
    """The text to show, and what the form carries; what was just sent and not done is kept.

    Args:
        here: The visit.
        uppdrag_id: The uppdrag.
        text: What was just sent; empty where the page is only read.
    """
    address = reverse("web:message_draft", args=[uppdrag_id])
    if text.strip():
        after = drafting.keep(saving(here, uppdrag_id))
        return text, drafting.sheet(here, address, after=after)
    draft = message_draft(uppdrag_id, actor=here.actor, now=here.now)
    if draft is None:
        return "", drafting.sheet(here, address)
    kept = drafting.Kept(id=draft.pk, saved_at=draft.saved_at, changed_form=False, lost="")
    found = drafting.sheet(here, address, draft=draft, kept=kept)
    return str(draft.answers.get(TEXT) or ""), found
