"""Who works in the unit, by name and role: a form filters on the roles that may be chosen."""

from typing import Any

from cases.form_sources import FormPlace, form_source
from cases.user_names import user_name
from engine.bundle import Bundle
from records.protection import cleared


@form_source("kollegor_med_roll")
def colleagues_by_role(place: FormPlace) -> list[dict[str, Any]]:
    """Who has a role in the unit today, cleared for the protection level of the ärende.

    Each with ``roller``, the ids of her roles there. Which of them may be chosen is a rule, so the
    form says it: ``kollegor_med_roll[list contains(roller, "personal")]``.
    """
    grants = cleared(place.organisation, place.unit, place.secrecy, place.now)
    by_name = ("user__last_name", "user__first_name", "user__username", "role")
    held: dict[Any, list[str]] = {}
    for grant in grants.select_related("user").order_by(*by_name):
        roles = held.setdefault(grant.user, [])
        if grant.role not in roles:
            roles.append(grant.role)
    return [
        {
            "value": user.get_username(),
            "label": f"{user_name(user)} ({_named(place.bundle, roles)})",
            "roller": roles,
        }
        for user, roles in held.items()
    ]


def _named(bundle: Bundle, roles: list[str]) -> str:
    """The names of roles in running text."""
    known = {role.id: role.name for role in bundle.roles.roll}
    names = [known.get(role, role) for role in roles]
    return ", ".join(name[:1].lower() + name[1:] for name in names)
