"""The API door."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """REST API under /api/v1/."""

    name = "api"
    verbose_name = "API"
