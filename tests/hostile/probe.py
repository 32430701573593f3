"""Check one file and, if it may be deployed, start it: run in a process of its own and measured.

``python -m tests.hostile.probe FILE [INPUT]`` prints one JSON document.
"""

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from engine import runtime
from engine.check import check_files
from engine.definition import load_definition
from engine.dmn import DmnError, parse_decisions
from engine.errors import EngineError
from engine.reader import process_ids

NOW = datetime(2026, 8, 17, 7, 0, tzinfo=UTC)
SEED = UUID(int=1)


def main(path: Path, given: dict[str, Any]) -> dict[str, Any]:
    started_at = time.monotonic()
    content = path.read_bytes()
    (report,) = check_files({path.name: content})
    answer: dict[str, Any] = {**report.as_json(), "result": None, "error": None}
    try:
        run = _decide if path.suffix == ".dmn" else _start
        answer["result"] = run(path, content, given)
    except (EngineError, DmnError) as error:
        answer["error"] = {"code": error.code, "message": str(error)}
    answer["seconds"] = time.monotonic() - started_at
    answer["rss_mb"] = _peak_mb()
    return answer


def _peak_mb() -> float:
    """The peak of this program. ``ru_maxrss`` would count the test runner it was forked from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(peak.split()[1]) / 1024


def _start(path: Path, content: bytes, given: dict[str, Any]) -> dict[str, Any]:
    """Start the first process; go on through open tasks until there are none or enough."""
    process = next(iter(process_ids(path.name, content)), "")
    definition = load_definition(process, bpmn={path.name: content}, dmn={})
    outcome = runtime.start(definition, given, now=NOW, seed=SEED)
    first = outcome
    steps, moment = 0, NOW
    while outcome.tasks and steps < 500:
        moment += timedelta(seconds=1)
        outcome = runtime.complete_task(
            definition, outcome.state, outcome.tasks[0].id, {}, now=moment
        )
        steps += 1
    return {
        "open": [task.element for task in first.tasks],
        "names": [task.name for task in first.tasks],
        "timers": [timer.due.isoformat() for timer in first.timers],
        "completed": outcome.completed,
        "steps": steps,
    }


def _decide(path: Path, content: bytes, given: dict[str, Any]) -> Any:
    model = parse_decisions(content, name=path.name)
    (decision,) = model.decisions
    value = model.evaluate(decision, given).value
    return int(value) if isinstance(value, Decimal) else value


if __name__ == "__main__":
    words = sys.argv[1:]
    variables = json.loads(words[1], parse_float=Decimal) if len(words) > 1 else {}
    sys.stdout.write(json.dumps(main(Path(words[0]), variables), ensure_ascii=False))
