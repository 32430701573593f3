"""What ``kedja check`` says of decision tables, in an edition and elsewhere."""

import pytest

from engine.check import FileReport, check_files
from engine.dmn.analysis import CODES
from tests.dmn.analysed import small
from tests.dmn.models import definitions

HOLE = (["alder : number"], ["< 18 | 1", "> 18 | 2"], "UNIQUE")
IDLE = (["alder : number"], ["[5..2] | 1", "- | 2"], "FIRST")
HIDDEN = (["alder : number"], ["> 1 | 1", "> 2 | 2", "- | 3"], "FIRST")
OVERLAP = (["alder : number"], ["< 18 | 1", "> 17 | 2", "18 | 3"], "UNIQUE")
TYPE = (["alder : number"], ['"18" | 1', "- | 2"], "FIRST")
UNSURE = (["alder : number"], ["> grans | 1", "<= grans | 2"], "UNIQUE")


def report(table: tuple[list[str], list[str], str], *, profile: bool | None = None) -> FileReport:
    inputs, rules, policy = table
    path = "processes/dmn/dec.dmn" if profile else "dec.dmn"
    (found,) = check_files(
        {path: definitions(small(inputs, rules, policy=policy))}, profile=profile
    )
    return found


def told(found: FileReport) -> list[tuple[str, str]]:
    return [(one.code, one.severity) for one in found.findings if one.code in CODES]


@pytest.mark.parametrize(
    ("table", "code", "elsewhere"),
    [
        (HOLE, "dmn_gap", "warning"),
        (IDLE, "dmn_rule_never", "warning"),
        (HIDDEN, "dmn_rule_hidden", "warning"),
        (TYPE, "dmn_cell_type", "error"),
    ],
)
def test_an_edition_is_held_to_more(
    table: tuple[list[str], list[str], str], code: str, elsewhere: str
) -> None:
    assert told(report(table)) == [(code, elsewhere)]
    assert told(report(table, profile=True)) == [(code, "error")]
    assert not report(table, profile=True).ok


def test_an_overlap_is_an_error_everywhere() -> None:
    found = report(OVERLAP)
    assert not found.ok
    messages = [one.message for one in found.findings]
    assert any("rules 1 and 2 both match {alder: 17.5}" in message for message in messages)
    assert all(one.element == "dec" and one.line > 0 for one in found.findings)


def test_what_is_not_decided_refuses_nothing() -> None:
    found = report(UNSURE, profile=True)
    assert ("dmn_not_decided", "warning") in told(found)
    assert all(severity == "warning" for _, severity in told(found))
