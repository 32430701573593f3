"""The `kedja` command: one module per subcommand, named in one table.

A module exposes ``add_arguments(parser)`` and ``run(args) -> int``. Exit codes:
0 good, 1 a finding or failure, 2 wrong usage, 130 interrupted. With ``--json``
a command prints one JSON document on standard output and nothing else.
"""

import argparse
import importlib
import importlib.util
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Literal

import django
from pydantic import ValidationError

from cases.errors import CaseError
from config import environment
from config.errors import SetupError
from config.postgres import embedded
from engine.errors import EngineError

INTERRUPTED = 130
USAGE = 2


@dataclass(frozen=True, slots=True)
class Command:
    """A row of the table.

    Args:
        module: Where ``add_arguments`` and ``run`` are.
        summary: One line for ``kedja --help``.
        needs: ``database`` starts it if it is down and sets Django up, ``django``
            does the second only; both happen before the module is imported.
    """

    module: str
    summary: str
    needs: Literal["nothing", "django", "database"] = "database"


COMMANDS: dict[str, Command] = {
    "up": Command("config.commands.up", "start database, web and worker", needs="django"),
    "deploy": Command("config.commands.deploy", "store processes/ as the current edition"),
    "demo": Command("config.commands.demo", "walk one case through the whole chain"),
    "check": Command("config.commands.check", "check diagrams, tables and forms", needs="nothing"),
    "tck": Command("config.commands.tck", "run the DMN compatibility kit", needs="nothing"),
    "krav": Command("config.commands.krav", "which requirement is shown where", needs="nothing"),
    "bench": Command("config.commands.bench", "measure speed and size"),
    "scenario": Command("config.commands.scenario", "run scenarios in virtual time"),
    "backup": Command("config.commands.backup", "write a verified backup", needs="nothing"),
    "restore": Command("config.commands.restore", "restore and verify a backup", needs="nothing"),
    "clock": Command("config.commands.clock", "show or advance the virtual clock"),
    "migrate": Command("config.commands.migrate", "bring the database's tables up to date"),
    "notices": Command("config.commands.notices", "note letters that did not arrive"),
    "createuser": Command("config.commands.createuser", "make a user, role or API token"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    command = COMMANDS.get(words[0]) if words else None
    if command is None:
        return _no_command(words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        with _surroundings(words, command):
            module = importlib.import_module(command.module)
            return _run(words, command, module)
    except (SetupError, CaseError, EngineError) as error:
        print(f"kedja: {error}", file=sys.stderr)  # noqa: T201  a command's own output
        return 1
    except ValidationError as error:
        print(f"kedja: {_environment_message(error)}", file=sys.stderr)  # noqa: T201
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `kedja check … | head`
        sys.stderr.close()
        return 128 + signal.SIGPIPE


def _run(words: list[str], command: Command, module: ModuleType) -> int:
    parser = argparse.ArgumentParser(prog=f"kedja {words[0]}", description=command.summary)
    module.add_arguments(parser)
    code: int = module.run(parser.parse_args(words[1:]))
    return code


@contextmanager
def _surroundings(words: list[str], command: Command) -> Iterator[None]:
    """Have what the command needs: nothing, Django, or Django and the database."""
    asked_for_help = any(word in {"-h", "--help"} for word in words)
    with ExitStack() as stack:
        if command.needs == "database" and not asked_for_help:
            settings = environment.load()
            own = {"app": settings.app_database_url, "worker": settings.worker_database_url}
            if settings.database_url is None and own.get(settings.role) is None:
                stack.enter_context(embedded.attach(embedded.server_of(settings)))
        if command.needs != "nothing":
            django.setup()
        yield


def _no_command(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="kedja",
        description="Process engine for municipal social services.",
        epilog="kedja COMMAND --help says more about one command.",
    )
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        if importlib.util.find_spec(command.module) is not None:
            subparsers.add_parser(name, help=command.summary)
    parser.parse_args(words)
    return USAGE


def _environment_message(error: ValidationError) -> str:
    """Name the variable and what is wrong, never its value."""
    first = error.errors(include_input=False, include_url=False)[0]
    name = ".".join(str(part) for part in first["loc"])
    return f"environment variable for {name!r} cannot be used: {first['msg']}"


if __name__ == "__main__":
    sys.exit(main())
