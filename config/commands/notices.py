"""kedja notices: what the mail server says of letters that did not arrive."""

import argparse
import json
import sys
from pathlib import Path

from cases.notices.bounces import LONGEST, Noted, note_address, note_report, read_report
from config import clock
from config.errors import SetupError

STANDARD_INPUT = "-"


class ReportError(SetupError):
    """The report cannot be read, or nobody has the address."""

    code = "bounce_not_read"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--json", action="store_true", help="print JSON")
    actions = parser.add_subparsers(dest="action", required=True, metavar="bounced")
    bounced = actions.add_parser("bounced", help="mark an address that took no letter")
    bounced.add_argument(
        "what",
        nargs="?",
        default=STANDARD_INPUT,
        metavar="FILE|ADDRESS",
        help="a delivery report (RFC 3464); an address; nothing: a report on standard input",
    )


def run(args: argparse.Namespace) -> int:
    """Note what did not arrive. What is no report of ours changes nothing, and is no failure."""
    if "@" in args.what and not Path(args.what).is_file():
        return _of_address(args.what.strip(), as_json=args.json)
    report = read_report(_content(args.what))
    noted = Noted.NOTHING if report is None else note_report(report, clock.now())
    _tell(noted, as_json=args.json)
    return 0


def _of_address(address: str, *, as_json: bool) -> int:
    if not note_address(address, clock.now()):
        raise ReportError(f"Nobody is written to at {address}. Look under /notiser/adresser/.")
    _tell(Noted.ADDRESS, as_json=as_json)
    return 0


def _content(what: str) -> bytes:
    if what == STANDARD_INPUT:
        content = sys.stdin.buffer.read(LONGEST)
        while sys.stdin.buffer.read(LONGEST):
            pass  # the mail server takes it for a failure if it is not read to its end
        return content
    try:
        with Path(what).open("rb") as file:
            return file.read(LONGEST)
    except OSError as error:
        raise ReportError(f"Cannot read {what}: {error.strerror}.") from error


_SAID = {
    Noted.ADDRESS: "the address is marked: no more letters go there",
    Noted.LETTER: "the letter was refused, not its address: the next digest tells",
    Noted.NOTHING: "no report of a letter of ours: nothing is changed",
}


def _tell(noted: Noted, *, as_json: bool) -> None:
    print(json.dumps({"noted": noted.value}) if as_json else _SAID[noted])
