"""The Django app ``cases``: rows and transactions of process instances."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CasesConfig(AppConfig):
    """Loads every ``capabilities`` module, so that the registry is full before the first action."""

    name = "cases"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Ärendeprocesser"

    def ready(self) -> None:
        """Register the capabilities of all installed apps."""
        autodiscover_modules("capabilities")
