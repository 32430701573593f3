"""What a scenario finds when it begins: an edition, and the demo municipality without cases."""

from datetime import datetime, timedelta

from django.conf import settings

from config.processes import deploy_directory
from engine.bundle import Bundle
from records.demo import load_people


def prepare(earliest: datetime) -> None:
    """Deploy ``processes/`` and load organisations, units and users.

    Args:
        earliest: When the first scenario begins; people hold their roles from the day before.
    """
    deploy_directory(settings.PROCESSES_DIR)
    load_people(earliest - timedelta(days=1))


def current_bundle() -> Bundle:
    """Return the edition as it lies in ``processes/``."""
    return Bundle.from_directory(settings.PROCESSES_DIR, settings.KEDJA_MUNICIPALITY)
