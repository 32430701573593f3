"""The Django app of the legal record."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """What the law says must be written down, once, and never overwritten."""

    name = "records"
    verbose_name = "Dokumentation"
    default_auto_field = "django.db.models.BigAutoField"
