"""kedja clock: the virtual clock of tests and demonstrations."""

import argparse
import json
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from config import clock
from config.durations import add_iso_duration
from config.errors import SetupError


class ClockError(SetupError):
    """The clock cannot be moved here or that way."""

    code = "clock_not_movable"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--json", action="store_true", help="print JSON")
    actions = parser.add_subparsers(dest="action", required=True, metavar="show|advance")
    actions.add_parser("show", help="print the present moment")
    advance = actions.add_parser("advance", help="move forward; never back")
    advance.add_argument("by", help="ISO duration (P1D, P6M, PT1H) or a date (2027-02-28)")


def run(args: argparse.Namespace) -> int:
    """Show or move the clock."""
    if args.action == "advance":
        _advance(args.by)
    now = clock.now().astimezone(ZoneInfo(settings.TIME_ZONE))
    if args.json:
        print(json.dumps({"now": now.isoformat(), "virtual": settings.KEDJA_VIRTUAL_CLOCK}))
    else:
        print(now.isoformat(timespec="seconds"))
    return 0


def _advance(by: str) -> None:
    zone = ZoneInfo(settings.TIME_ZONE)
    now = clock.now()
    try:
        target = _moment(by, now.astimezone(zone), zone)
        clock.advance(target - now)
    except ValueError as error:
        raise ClockError(f"Cannot advance by {by!r}: {error}") from error
    except RuntimeError as error:
        raise ClockError(str(error)) from error


def _moment(by: str, now: datetime, zone: ZoneInfo) -> datetime:
    if by.startswith("P"):
        return add_iso_duration(now, by)
    given = datetime.fromisoformat(by)
    return given if given.tzinfo else given.replace(tzinfo=zone)
