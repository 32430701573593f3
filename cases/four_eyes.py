"""Steps that somebody else must have done than who checks them."""

from collections.abc import Collection
from uuid import UUID

from cases import bundles
from cases.models import Event

PROPERTY = "fyra_ogon"
"""Property of a user task: ids of elements that somebody else must have completed."""


def checked_by(bundle_hash: str, process_key: str, element: str) -> tuple[str, ...]:
    """Return the elements that a task checks; none for most.

    Args:
        bundle_hash: The edition of the instance.
        process_key: The process whose diagram holds the task.
        element: The task's element.
    """
    found = bundles.definition(bundle_hash, process_key).elements.get(element)
    text = "" if found is None else found.properties.get(PROPERTY, "")
    return tuple(text.replace(",", " ").split())


def written_by(
    instance_id: UUID, elements: Collection[str], usernames: Collection[str]
) -> str | None:
    """Return the first of the elements that one of these people was the last to complete.

    Args:
        instance_id: Where the task is.
        elements: From ``checked_by``; for none nothing is asked.
        usernames: Who would check.
    """
    if not elements:
        return None
    done = Event.objects.filter(instance_id=instance_id, kind="completed", element__in=elements)
    for event in done.order_by("element", "-version", "-seq").distinct("element"):
        if event.actor in usernames:
            return str(event.element)
    return None
