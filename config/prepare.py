"""Fill an empty database, and bring an older one up to date. Safe to repeat."""

import importlib
import importlib.util

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from cases.errors import BundleRefusedError
from cases.models import Bundle
from config import stamps
from config.environment import PROJECT_ROOT
from config.processes import deploy_directory


def migrate() -> str:
    """Apply what is missing; returns a note for the terminal."""
    executor = MigrationExecutor(connections["default"])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return "up to date"
    call_command("migrate", verbosity=0, interactive=False)
    return f"{len(plan)} migrations applied"


def deploy() -> str:
    """Store processes/ under its hash; returns a note for the terminal.

    Raises:
        BundleRefusedError: The edition has errors, and there is none before it that
            cases could go on with.
    """
    try:
        return f"edition {deploy_directory(settings.PROCESSES_DIR)[:12]}"
    except BundleRefusedError:
        if not Bundle.objects.exists():
            raise
        return "REFUSED, the edition before it stays in force: kedja check processes says why"


def load_demo() -> tuple[str, list[str]]:
    """Load the demo municipality once; returns a note and the lines that tell the log-ins."""
    if importlib.util.find_spec("records.demo") is None:
        return "no demo data in this edition", []
    demo = importlib.import_module("records.demo")
    summary = demo.load()
    return summary.note, list(summary.logins)


def collect_static() -> str:
    """Gather static files under hashed names, when one of them changed."""
    folders = sorted(PROJECT_ROOT.glob("*/static"))
    wanted = stamps.digest(folders)
    stamp = settings.STATIC_ROOT / ".collected"
    if stamps.current(stamp, wanted):
        return "unchanged"
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(wanted)
    return "collected"


def close() -> None:
    """Close this process's connections: from here on others do the work."""
    connections.close_all()
