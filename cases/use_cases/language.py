"""The language that a person wants the pages in."""

from cases.actor import Actor
from cases.context import access_context
from cases.models import Sprakval


def language_of(actor: Actor) -> str:
    """Return the actor's own choice (``sv`` or ``en``); Swedish where there is none."""
    with access_context(actor):
        found = Sprakval.objects.filter(user_id=actor.user_id or 0).first()
    return found.sprak if found is not None else Sprakval.Language.SWEDISH.value


def choose_language(language: str, *, actor: Actor) -> None:
    """Keep the actor's choice.

    Args:
        language: ``sv`` or ``en``; the caller has checked that it is one of them.
        actor: Whose choice it is.
    """
    with access_context(actor):
        Sprakval.objects.update_or_create(user_id=actor.user_id or 0, defaults={"sprak": language})
