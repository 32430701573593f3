"""Django app of the workers: one table, no views."""

from django.apps import AppConfig


class WorkersConfig(AppConfig):
    """Queue, timers and their heartbeat."""

    name = "workers"
    verbose_name = "Workers"
