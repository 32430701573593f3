"""``docs/krav.md``: the requirements, what shows each, and the test that names it."""

from collections.abc import Iterator, Sequence
from typing import Final

from engine.tracing.report import Report, Row

_MOST: Final = 4
_STATES: Final = {"covered": "ja", "uncovered": "**nej**", "outside": "utanför"}
HEAD: Final = """# Krav

Skrivs av `make docs`; ändra i `processes/krav.toml`, i diagrammen eller i testerna. Ett krav är
visat när minst en del av `processes/` (eller en spärr i databasen) och minst ett test namnger
det."""


def lines(report: Report) -> Iterator[str]:
    """The lines of the page."""
    yield HEAD
    found = report.as_json()
    yield ""
    yield "| grupp | krav | visade | utanför |"
    yield "|---|---|---|---|"
    for group in found["groups"]:
        yield (
            f"| {group['group']} | {group['total']} | {group['covered']} "
            f"| {len(group['outside'])} |"
        )
    for name in dict.fromkeys(row.group for row in report.rows):
        yield from ("", f"## {name}", "")
        yield "| id | krav | källa | visat | var | test |"
        yield "|---|---|---|---|---|---|"
        yield from (_line(row) for row in report.rows if row.group == name)


def _line(row: Row) -> str:
    one = row.requirement
    where = one.utanfor or _few(row.shown)
    cells = (one.id, one.krav, one.kalla, _STATES[row.state], where, _few(row.tests))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _few(names: Sequence[str]) -> str:
    shown = [f"`{name.removeprefix('tests/')}`" for name in names[:_MOST]]
    rest = len(names) - len(shown)
    return "<br>".join([*shown, *([f"och {rest} till"] if rest else [])])
