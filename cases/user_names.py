"""What a user is called where colleagues see her."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model


def user_name(user: Any) -> str:
    """A user's name as colleagues know it; empty for nobody."""
    return "" if user is None else str(user.get_full_name() or user.get_username())


def names_of(usernames: Iterable[str]) -> dict[str, str]:
    """Username to name, of the users that there are. One query."""
    rows = get_user_model().objects.filter(username__in=usernames)
    return {row.get_username(): user_name(row) for row in rows}
