"""kedja up: database, web and worker in one terminal."""

import argparse

from config import environment
from config.supervisor.run import Supervisor


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--port", type=int, help="port of the web (default: KEDJA_PORT or 8000)")
    parser.add_argument(
        "--no-demo", action="store_true", help="leave the demo municipality out of a new database"
    )


def run(args: argparse.Namespace) -> int:
    """Run until Ctrl-C."""
    settings = environment.load()
    port = args.port if args.port is not None else settings.port
    return Supervisor(settings, port=port, demo=not args.no_demo).run()
