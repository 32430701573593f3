"""Walk a scenario on an edition in memory, in a transaction that is thrown away."""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any
from unittest.mock import patch

from django.db import transaction

from cases import bundles
from cases.models import Event
from config.scenarios import runner
from config.scenarios.walk import Walk
from engine.bundle import Bundle
from engine.dmn import DecisionModel
from engine.scenarios import Scenario
from tests.mutation.edition import lay

Mark = str
"""What a scenario passes: ``<process> <element or flow>``, ``dmn <id>``, ``dmn <id>:<row>``,
``form <id>``, ``process <id>``."""


@dataclass(frozen=True)
class Went:
    """How a scenario went. ``broken`` are ska-rules, ``stopped`` an error that ended the walk."""

    failures: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    stopped: str = ""
    marks: tuple[Mark, ...] = ()
    seconds: float = 0.0

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @property
    def ok(self) -> bool:
        """Whether all went as the scenario says."""
        return not (self.failures or self.broken or self.stopped)


def scenarios_of(files: Mapping[str, bytes]) -> dict[str, Scenario]:
    """Return the scenarios of an edition, by the names of their files."""
    return {
        path.removeprefix("scenarios/").removesuffix(".toml"): Scenario.model_validate(
            tomllib.loads(content.decode("utf-8"))
        )
        for path, content in sorted(files.items())
        if path.startswith("scenarios/") and path.endswith(".toml")
    }


def walk(
    scenario: Scenario,
    bundle: Bundle,
    begins: frozenset[str] | None = None,
    *,
    record: bool = False,
) -> Went:
    """Walk one scenario; nothing of it stays in the database.

    Args:
        scenario: What is to happen.
        bundle: The edition, altered or not.
        begins: The processes that the clock may begin; None: those that the scenario names.
        record: Also say what it passes.
    """
    began = perf_counter()
    marks: set[Mark] = set()
    failures: list[str] = []
    broken: list[str] = []
    stopped = ""
    with transaction.atomic():
        lay(bundle, scenario.start_at)
        try:
            with _read_as(bundle), _recorded(marks) if record else transaction.atomic():
                failures, broken = _steps(scenario, begins)
        except Exception as error:  # noqa: BLE001 - the edition made the program stop: a finding
            stopped = f"{type(error).__name__}: {error}"
        if record:
            marks |= _history()
        transaction.set_rollback(True)
    return Went(
        failures=tuple(failures),
        broken=tuple(broken),
        stopped=stopped,
        marks=tuple(sorted(marks)),
        seconds=round(perf_counter() - began, 2),
    )


@contextmanager
def _read_as(bundle: Bundle) -> Iterator[None]:
    """Let the program find the edition that is in memory, not read it anew from the database."""
    read = bundles.compiled

    def compiled(bundle_hash: str) -> Bundle:
        return bundle if bundle_hash == bundle.hash else read(bundle_hash)

    with patch.object(bundles, "compiled", compiled):
        yield


def _steps(scenario: Scenario, begins: frozenset[str] | None) -> tuple[list[str], list[str]]:
    under_way = Walk(scenario=scenario, now=scenario.start_at, begins=begins)
    failures = [
        f"step {step.number}: {text}" for step in under_way.steps() for text in step.failures
    ]
    found = [rule for rule in runner._violations(under_way.now) if rule.modality == "ska"]
    return failures, sorted({f"{rule.rule} at {rule.where}" for rule in found})


def _history() -> set[Mark]:
    rows = Event.objects.filter(element__gt="").values_list(
        "instance__process_key", "element", "detail"
    )
    found: set[Mark] = set()
    for own, element, detail in rows.iterator():
        process = str((detail or {}).get("called", own))
        found |= {f"{process} {element}", f"process {process}"}
        if flow := (detail or {}).get("flow"):
            found.add(f"{process} {flow}")
    return found


@contextmanager
def _recorded(marks: set[Mark]) -> Iterator[None]:
    """Note every table that is asked, with the rows that matched, and every form that is used."""
    evaluate, form = DecisionModel.evaluate, Bundle.form

    def asked(self: DecisionModel, decision: str, *args: Any, **named: Any) -> Any:
        marks.add(f"dmn {decision}")
        result = evaluate(self, decision, *args, **named)
        marks.update(f"dmn {match.decision}:{match.number}" for match in result.matched)
        marks.update(f"dmn {match.decision}" for match in result.matched)
        return result

    def used(self: Bundle, form_id: str) -> Any:
        marks.add(f"form {form_id}")
        return form(self, form_id)

    with patch.object(DecisionModel, "evaluate", asked), patch.object(Bundle, "form", used):
        yield
