"""The web door."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Server-rendered pages."""

    name = "web"
    verbose_name = "Webb"
