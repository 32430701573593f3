"""The demo municipality and the real edition, in the test database, without cases.

Shared by the tests of the doors. The edition is checked by ``make lint`` and ``tests/processes``;
here it is only stored, so that each test does not pay for the check.
"""

from datetime import UTC, datetime
from functools import cache

from django.conf import settings
from django.contrib.auth import get_user_model

from cases.actor import Actor, actor_for
from cases.models import Bundle as BundleRow
from config.scenarios import machinery
from engine.bundle import Bundle
from records.demo import load_people

BEFORE = datetime(2026, 1, 1, tzinfo=UTC)


@cache
def _edition():
    return Bundle.from_directory(settings.PROCESSES_DIR, "demo")


def settle_in():
    """Store the edition and load organisations, units and users."""
    bundle = _edition()
    BundleRow.objects.get_or_create(
        pk=bundle.hash,
        defaults={
            "edition": bundle.manifest.utgava.id,
            "valid_from": bundle.manifest.utgava.valid_from,
            "deployed_at": BEFORE,
            "files": {path: content.decode() for path, content in bundle.files.items()},
        },
    )
    load_people(BEFORE)
    return bundle


def user(name):
    return get_user_model().objects.get(username=name)


def actor(name, now) -> Actor:
    return actor_for(user(name), now)


def work(now):
    """Do what the worker would do."""
    return machinery.settle(now)
