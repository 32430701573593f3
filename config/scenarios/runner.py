"""Run scenario files, each in a database of its own, and judge their histories by the rules."""

import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from cases import bundles
from cases.models import Bundle as BundleRow
from cases.models import Instance
from config.errors import SetupError
from config.scenarios.seen import STOCKHOLM, events_of
from config.scenarios.setting import prepare
from config.scenarios.walk import StepReport, Walk
from config.scratch import copy_of, scratch_database
from engine.feel import compile_expression
from engine.rules import Within
from engine.scenarios import Scenario
from engine.verdict import Violation, judge
from records.models import Arende

_LIMIT = compile_expression("moment + duration(text)", names=("moment", "text"))
Told = Callable[[Scenario, StepReport], None]


class ScenarioFileError(SetupError):
    """A scenario file cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How one scenario went."""

    scenario: Scenario
    steps: tuple[StepReport, ...]
    violations: tuple[Violation, ...]

    @property
    def ok(self) -> bool:
        """Whether every step went as expected and no ska-rule was broken."""
        broken = any(violation.modality == "ska" for violation in self.violations)
        return not broken and not any(step.failures for step in self.steps)


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file.

    Raises:
        ScenarioFileError: Not TOML, or not the format of ``processes/README.md``.
    """
    try:
        return Scenario.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ScenarioFileError(f"{path.name}: cannot be read: {error}") from error
    except ValidationError as error:
        rows = error.errors(include_input=False, include_url=False)
        places = "; ".join(f"{'.'.join(map(str, row['loc']))}: {row['msg']}" for row in rows)
        raise ScenarioFileError(f"{path.name}: {places}") from error


@contextmanager
def prepared(scenarios: tuple[Scenario, ...]) -> Iterator[str]:
    """Make the database that every scenario gets a copy of: deployed, with people, no cases.

    Args:
        scenarios: Those that will be run; the earliest decides from when people hold their roles.
    """
    earliest = min(scenario.start_at for scenario in scenarios)
    with scratch_database() as template:
        prepare(earliest)
        yield template


def run_scenario(
    scenario: Scenario,
    template: str,
    told: Told | None = None,
    ended: Callable[[], None] | None = None,
) -> Report:
    """Walk one scenario in a copy of a prepared database.

    Args:
        scenario: What is to happen.
        template: From ``prepared``.
        told: Called after each step, to print it.
        ended: Called after the last step, while the database is there to be read.
    """
    with copy_of(template):
        walk = Walk(scenario=scenario, now=scenario.start_at)
        steps = []
        for report in walk.steps():
            steps.append(report)
            if told is not None:
                told(scenario, report)
        if ended is not None:
            ended()
        violations = tuple(_violations(walk.now))
        return Report(scenario=scenario, steps=tuple(steps), violations=violations)


def _violations(now: datetime) -> Iterator[Violation]:
    """Judge every ärende of the database by the rules of the newest bundle."""
    newest = BundleRow.objects.order_by("-valid_from", "-deployed_at").values_list("hash").first()
    if newest is None:
        return
    rules = bundles.compiled(newest[0]).rules

    def deadline(rule: Within, moment: datetime) -> datetime:
        return _deadline(rule, moment, newest[0])

    for arende in Arende.objects.order_by("oppnad"):
        live = Instance.objects.filter(arende_id=arende.pk, status__in=Instance.LIVE).exists()
        yield from judge(rules, events_of(arende.pk), now=now, ended=not live, deadline=deadline)


def _deadline(rule: Within, moment: datetime, bundle_hash: str) -> datetime:
    local = moment.astimezone(STOCKHOLM)
    if rule.limit is not None:
        found: datetime = _LIMIT.evaluate({"moment": local, "text": rule.limit}, now=moment)
        return found
    table = rule.decision or ""
    months = bundles.compiled(bundle_hash).decision(table).evaluate(table, {}).value
    last: datetime = _LIMIT.evaluate({"moment": local, "text": f"P{months}M"}, now=moment)
    # A period in months runs to the end of its last day.
    return last.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
