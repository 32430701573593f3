"""How the quality work stands: the counts of the start page, each the length of a list."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cases.access import Action
from cases.context import access_context
from cases.errors import NotPermittedError
from cases.models import Task
from records.queries.lexsarah import reports as lex_sarah_reports
from records.queries.quality.controls import ControlState, control_counts, units_due
from records.queries.quality.events import COMPLAINTS, DEVIATIONS, State, event_counts
from records.queries.quality.exemptions import (
    ExemptionLine,
    ExemptionState,
    exemption_lines,
    exemptions_in,
)
from records.queries.quality.log_control import CheckState, check_counts
from records.queries.quality.log_missing import missing_checks
from records.queries.quality.measures import MeasureState, measure_counts
from records.queries.quality.not_carried_out import Clock, part_counts
from records.queries.quality.reader import Reader, authority_units
from records.queries.quality.reports import ReceivedLine, ReportLine, received, reports
from records.queries.quality.risks import RiskState, risk_counts
from records.queries.risktackning import risk_coverage

PROPOSAL = "Task_ProvaForslag"
"""The task in which somebody says whether a proposed deviation is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What who leads the quality work of a unit sees.

    ``proposed``: deviations that something proposes and nobody has taken a stand on.
    ``uncovered``: parts without a risk analysis; ``unnamed``: units whose parts nobody has named,
    so that nothing can be covered. ``log_missing``: months of a unit without a loggkontroll.
    """

    deviations: Mapping[State, int]
    proposed: int
    complaints: Mapping[State, int]
    risks: Mapping[RiskState, int]
    classes: Mapping[str, int]
    uncovered: int
    unnamed: int
    measures: Mapping[MeasureState, int]
    controls: int
    controls_late: int
    log_checks: int
    log_missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What who works for the authority sees: decisions, and insatser without assessment.

    ``parts`` is None where the reader sees no ärenden: none waiting would not be true.
    """

    parts: Mapping[Clock, int] | None
    exempt: int
    reviews_late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The start page. A part that is None is not the reader's.

    ``lex_sarah``: how many reports there are, and how many of them go on.
    """

    quality: Quality | None
    board: Board | None
    lex_sarah: tuple[int, int] | None
    reports: list[ReportLine] = field(default_factory=list)
    received: list[ReceivedLine] = field(default_factory=list)


def overview(who: Reader) -> Overview:
    """How the quality work stands where the actor reads it.

    Raises:
        NotPermittedError: Nowhere.
    """
    with access_context(who.actor):
        leads, board = bool(who.units()), bool(authority_units(who))
        investigates = bool(who.units(Action.LEX_SARAH))
        if not (leads or board or investigates):
            raise NotPermittedError(Action.QUALITY.value, "kvalitet")
        return Overview(
            quality=_quality(who) if leads else None,
            board=_board(who) if board else None,
            lex_sarah=_lex_sarah(who) if investigates else None,
            reports=reports(who) if leads else [],
            received=received(who) if board else [],
        )


def _quality(who: Reader) -> Quality:
    states, classes = risk_counts(who)
    covered = risk_coverage(who.actor, now=who.now)
    return Quality(
        deviations=event_counts(who, DEVIATIONS),
        proposed=Task.objects.filter(
            unit__in=who.units(), element=PROPOSAL, status=Task.Status.OPEN
        ).count(),
        complaints=event_counts(who, COMPLAINTS),
        risks=states,
        classes=classes,
        uncovered=sum(not part.tackt for unit in covered for part in unit.delar),
        unnamed=sum(not unit.delar for unit in covered),
        measures=measure_counts(who),
        controls=control_counts(who)[ControlState.GOING],
        controls_late=sum(unit.late for unit in units_due(who)),
        log_checks=check_counts(who)[CheckState.OPEN],
        log_missing=len(missing_checks(who)),
    )


def _board(who: Reader) -> Board:
    lines: list[ExemptionLine] = exemption_lines(who)
    return Board(
        parts=part_counts(who) if who.units(Action.READ, in_case=True) else None,
        exempt=len(exemptions_in(lines, ExemptionState.EXEMPT)),
        reviews_late=len(exemptions_in(lines, ExemptionState.LATE)),
    )


def _lex_sarah(who: Reader) -> tuple[int, int]:
    found = lex_sarah_reports(who.actor, now=who.now)
    return len(found), sum(row.oppen for row in found)
