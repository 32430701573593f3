"""Makes this folder a Django app, so that its capabilities are found like any others."""

from django.apps import AppConfig


class ChaosConfig(AppConfig):
    name = "tests.chaos.small"
    label = "chaos"
