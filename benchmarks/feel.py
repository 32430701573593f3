"""``kedja bench feel``: our FEEL and DMN beside others, in one run.

Everything is measured in turns of a few milliseconds of the processor, each one right beside a turn
of our condition, and a ratio is the median over these pairs: what the machine does meanwhile hits
both sides of it.

simpleeval is measured as its readme shows it, ``EvalWithCompoundTypes(names=…).eval(text)``: it
reads the text each time, since that is what its users call (``in (…)`` needs compound types; the
plain ``SimpleEval`` is measured with ``or`` in its place). Two more lines keep its evaluator, and
its parsed text (``previously_parsed``), as a user in a hurry could. Ours is compiled once and gets
the same ``dict`` of plain Python values; what it costs to compile is a line of its own.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from simpleeval import EvalWithCompoundTypes, SimpleEval

from engine.dmn import DecisionModel, parse_decisions
from engine.feel import compile_expression

TEXT = 'belopp > 1000 and barn = true and insats in ("hemtjanst", "boendestod")'
PYTHON = 'belopp > 1000 and barn == True and insats in ("hemtjanst", "boendestod")'
PLAIN = 'belopp > 1000 and barn == True and (insats == "hemtjanst" or insats == "boendestod")'
DATA: Mapping[str, Any] = {"belopp": 1500, "barn": True, "insats": "boendestod"}
TURNS = 40
TURN_S = 0.004
"""Seconds that a turn of one subject should take."""

RULES = 100
SCRIPT = Path(__file__).parent / "feelin.mjs"
Work = Callable[[], object]


def measure(_args: argparse.Namespace) -> dict[str, Any]:
    """Return microseconds and ratios: the condition beside simpleeval, tables beside both."""
    expression = compile_expression(TEXT, names=tuple(DATA))

    def condition() -> object:
        return expression.evaluate(DATA)

    subjects = _conditions() | _tables()
    _agree({"condition": condition, **subjects})
    figures: dict[str, Any] = {}
    for name, pairs in _in_turns(condition, subjects).items():
        figures[f"{name}_us"] = round(statistics.median(one for one, _ in pairs), 2)
        figures.setdefault("condition_us", round(statistics.median(own for _, own in pairs), 2))
        if name.startswith("simpleeval"):
            ratio = statistics.median(own / one for one, own in pairs)
            figures[f"condition_to_{name}"] = round(ratio, 3)
        elif name.startswith("table"):
            ratio = statistics.median(one / own for one, own in pairs)
            figures[f"{name}_to_condition"] = round(ratio, 1)
    return figures | _first_time(figures["condition_us"]) | _feelin(figures["condition_us"])


def _conditions() -> dict[str, Work]:
    expression = compile_expression(TEXT, names=tuple(DATA))
    kept = EvalWithCompoundTypes(names=DATA)
    parsed = kept.parse(PYTHON)
    return {
        "condition_strict": lambda: expression.evaluate(DATA, missing="error"),
        "simpleeval": lambda: EvalWithCompoundTypes(names=DATA).eval(PYTHON),
        "simpleeval_plain": lambda: SimpleEval(names=DATA).eval(PLAIN),
        "simpleeval_kept": lambda: kept.eval(PYTHON),
        "simpleeval_parsed": lambda: kept.eval(PYTHON, previously_parsed=parsed),
        "compiling": lambda: compile_expression(TEXT, names=tuple(DATA)),
    }


def _tables() -> dict[str, Work]:
    """Return tables of 100 rules and 4 inputs; the values of each turn move through the rules.

    ``table`` has values, ranges, lists and booleans in its columns. ``table_last`` matches its
    last rule and ``table_none`` none. ``table_dash`` has ``-`` in the whole first column, and
    ``table_open`` cells that no index can hold there: each compares with another variable.
    """
    usual = _usual_model()
    dash = _model('- | [{1}..{2}) | "k{0}" | true | {0}')
    opened = _model('> grans | [{1}..{2}) | "k{0}" | true | {0}')
    turn = iter(range(10**12))

    def moving() -> object:
        return _usual(usual, next(turn) * 37 % RULES)

    return {
        "table": moving,
        "table_last": lambda: _usual(usual, RULES - 1),
        "table_none": lambda: _usual(usual, RULES),
        "table_dash_last": lambda: _other(dash, RULES - 1, 1),
        "table_dash_none": lambda: _other(dash, RULES, 1),
        "table_open_last": lambda: _other(opened, RULES - 1, 1),
        "table_open_none": lambda: _other(opened, RULES, 1),
        "table_open_never": lambda: _other(opened, RULES - 1, -1),
    }


def _usual_model() -> DecisionModel:
    return _model('"k{0}" | [{1}..{2}) | "a", "b{0}" | true | {0}')


def _usual(model: DecisionModel, rule: int) -> object:
    inputs = {"a": f"k{rule}", "b": rule * 10 + 5, "c": "a", "d": True, "grans": 0}
    return model.evaluate("val", inputs, mode="null").value


def _other(model: DecisionModel, rule: int, first: int) -> object:
    inputs = {"a": first, "b": rule * 10 + 5, "c": f"k{rule}", "d": True, "grans": 0}
    return model.evaluate("val", inputs, mode="null").value


def _model(row: str) -> DecisionModel:
    inputs = "".join(
        f"<input><inputExpression><text>{name}</text></inputExpression></input>" for name in "abcd"
    )
    rules = "".join(_rule(row.format(n, n * 10, n * 10 + 10)) for n in range(RULES))
    return parse_decisions(
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"'
        ' namespace="n"><decision id="val" name="val"><decisionTable>'
        f'{inputs}<output name="r"/>{rules}</decisionTable></decision></definitions>'.encode()
    )


def _rule(row: str) -> str:
    *tests, result = (cell.strip().replace(">", "&gt;") for cell in row.split(" | "))
    entries = "".join(f"<inputEntry><text>{test}</text></inputEntry>" for test in tests)
    return f"<rule>{entries}<outputEntry><text>{result}</text></outputEntry></rule>"


def _agree(subjects: Mapping[str, Work]) -> None:
    """Stop unless every subject says what it should: a wrong answer is no measurement."""
    for name, work in subjects.items():
        found, wanted = work(), True
        if name.startswith("table"):
            wanted = RULES - 1 if name.endswith("last") else 0 if name == "table" else None
        if name != "compiling" and found != wanted:
            raise RuntimeError(f"{name} gives another answer")


def _in_turns(
    condition: Work, subjects: Mapping[str, Work]
) -> dict[str, list[tuple[float, float]]]:
    """Return for each subject, turn by turn, microseconds of one call: its, and the condition's."""
    own_count = _count(condition)
    counts = {name: _count(work) for name, work in subjects.items()}
    pairs: dict[str, list[tuple[float, float]]] = {name: [] for name in subjects}
    for _ in range(TURNS):
        for name, work in subjects.items():
            own = _timed(condition, own_count)
            pairs[name].append((_timed(work, counts[name]), own))
    return pairs


def _count(work: Work) -> int:
    """Return how many calls fill a turn, after as many that warm up."""
    return max(1, round(TURN_S / max(_timed(work, 200) * 1e-6, 1e-9)))


def _timed(work: Work, count: int) -> float:
    """Return the processor's microseconds of one call, over ``count`` calls."""
    begun = time.thread_time()
    for _ in range(count):
        work()
    return (time.thread_time() - begun) / count * 1e6


def _first_time(ours: float) -> dict[str, Any]:
    """Return what a table costs while its index still learns: each rule decides once."""
    times = []
    for _ in range(5):
        model = _usual_model()
        rules = iter(range(RULES))
        times.append(_timed(lambda: _usual(model, next(rules)), RULES))  # noqa: B023 - used at once
    found = statistics.median(times)
    return {"table_first_us": round(found, 2), "table_first_to_condition": round(found / ours, 1)}


def _feelin(ours: float) -> dict[str, Any]:
    """Return what feelin takes under node, reading the text each time as its only way is."""
    node = shutil.which("node")
    if node is None:
        return {"feelin": "not present: there is no node on PATH"}
    done = subprocess.run(  # noqa: S603 - found on PATH, our own script
        [node, str(SCRIPT), TEXT, json.dumps(DATA)],
        capture_output=True, text=True, check=False, timeout=60, cwd=SCRIPT.parent.parent,
    )  # fmt: skip
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "Error" in line]
        reason = lines[0] if lines else f"node ended with {done.returncode}"
        return {"feelin": f"not present: {reason}"}
    found = json.loads(done.stdout)
    return {
        "feelin": found["version"],
        "feelin_us": round(found["us"], 2),
        "condition_to_feelin": round(ours / found["us"], 3),
        "feelin_0.1+0.2=0.3": found["exact"],
    }
