"""Fill an empty database, and bring an older one up to date. Safe to repeat."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor

from cases.errors import BundleRefusedError
from cases.models import Bundle, Organisation
from config import clock, stamps
from config.environment import PROJECT_ROOT
from config.processes import deploy_directory, stopped
from config.scenarios import machinery
from records import demo


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
        bundle_hash = deploy_directory(settings.PROCESSES_DIR)
        left_out = ", ".join(stopped(bundle_hash))
        return f"edition {bundle_hash[:12]}" + (f", without {left_out}" if left_out else "")
    except BundleRefusedError:
        if not Bundle.objects.exists():
            raise
        return "REFUSED, the edition before it stays in force: kedja check processes says why"


def load_demo() -> tuple[str, list[str]]:
    """Load the demo municipality into an empty database.

    A database with organisations is left as it is: they may be a real municipality's.

    Returns:
        A note for the terminal, and a line per log-in.
    """
    municipality = demo.municipality()
    if not Organisation.objects.exists():
        with transaction.atomic():  # whole or not at all, should somebody press Ctrl-C
            note = demo.load(now=clock.now(), machinery=machinery.Worker()).note
    elif not get_user_model().objects.filter(username=municipality.anvandare[0].namn).exists():
        return "left out: the database holds organisations of its own", []
    else:
        note = "already there"
    return note, list(demo.logins(municipality))


def collect_static() -> str:
    """Gather static files under hashed names, when one of them changed."""
    sources = [path for path in PROJECT_ROOT.glob("*/static") if path != settings.STATIC_ROOT]
    wanted = stamps.digest(sources)
    stamp = settings.STATIC_ROOT / ".collected"
    if stamps.current(stamp, wanted):
        return "unchanged"
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(wanted)
    return "collected"


def close() -> None:
    """Close this process's connections: from here on others do the work."""
    connections.close_all()
