"""Django app of the set-up itself: the clock's table and the roles' grants."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Holds migrations only; it has no models."""

    name = "config"
