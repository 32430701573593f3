"""The throw-away database of demonstrations and measurements."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import django
django.setup()
from django.conf import settings
from django.db import connections
from config import clock, environment
from config.postgres import embedded
from config.scratch import scratch_database
from datetime import timedelta

def ask(alias, query):
    with connections[alias].cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]

with embedded.attach(embedded.server_of(environment.load())):
    before = connections["default"].settings_dict["NAME"]
    with scratch_database(aliases=("app", "worker")) as name:
        assert ask("default", "SELECT current_database()") == name != before
        assert ask("app", "SELECT current_user || current_database()") == "kedja_app" + name
        assert ask("worker", "SELECT current_user") == "kedja_worker"
        real = clock.now()
        assert clock.advance(timedelta(days=180)) - real > timedelta(days=179)
        assert ask("app", "SELECT ahead FROM kedja_clock") == timedelta(days=180)
    assert ask("default", "SELECT current_database()") == before
    assert ask("default", "SELECT count(*) FROM pg_database WHERE datname ~ 'scratch'") == 0
    assert not settings.KEDJA_VIRTUAL_CLOCK
print("good")
"""


@pytest.mark.parametrize("role", ["owner"])
def test_scratch_is_apart_and_leaves_nothing(role: str, data_dir: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        cwd=ROOT,
        env={
            "PATH": "/usr/bin:/bin",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "KEDJA_DATA_DIR": str(data_dir),
            "KEDJA_ROLE": role,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.strip() == "good", done.stderr
