"""The Django app of the legal record."""

from importlib import import_module

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """What the law says must be written down, once, and never overwritten."""

    name = "records"
    verbose_name = "Dokumentation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the watchdog of ``cases`` what is open here."""
        import_module("records.watching")
