"""The Django app ``cases``: rows and transactions of process instances."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CasesConfig(AppConfig):
    """Loads what other apps register: capabilities, and what the watchdog and timers ask."""

    name = "cases"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Ärendeprocesser"

    def ready(self) -> None:
        """Import ``capabilities``, ``watching``, ``form_sources`` and ``notices`` of all apps."""
        autodiscover_modules("capabilities", "watching", "form_sources", "notices")
