"""Settings under pytest: the embedded server `test`, the owner by default.

``app`` and ``worker`` are second and third connections to the same database,
bound by row-level security. A test that uses them marks
``django_db(transaction=True, databases=["default", "app", "worker"])``.
"""

import os
from pathlib import Path

os.environ.setdefault("KEDJA_INSTANCE", "test")
os.environ.setdefault("KEDJA_VIRTUAL_CLOCK", "1")
os.environ.setdefault("KEDJA_LOG_LEVEL", "WARNING")
os.environ["KEDJA_ROLE"] = "owner"

from config.databases import parameters_of
from config.postgres.urls import django_database
from config.settings import *  # noqa: F403
from config.settings import BASE_DIR, DATABASES, ENVIRONMENT

_NAME = os.environ.get("KEDJA_TEST_DATABASE", f"test_kedja_{os.getpid()}")

if "KEDJA_TEST_PROCESSES" in os.environ:  # an edition with a part taken away (tests/removal)
    PROCESSES_DIR = Path(os.environ["KEDJA_TEST_PROCESSES"])

DATABASES["default"]["TEST"] = {"NAME": _NAME}
for _role in ("app", "worker"):
    DATABASES[_role] = django_database(parameters_of(ENVIRONMENT, _role)) | {
        "TEST": {"MIRROR": "default"}
    }

ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = BASE_DIR / "web" / "static"  # no collected files are needed here
WHITENOISE_AUTOREFRESH = False
WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
