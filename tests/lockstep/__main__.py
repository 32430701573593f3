"""Command line: how far, from which seed, for how long, with which fault."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.lockstep.audit import AuditError
from tests.lockstep.mutations import MUTATIONS, Mutation
from tests.lockstep.rows import ROWS
from tests.lockstep.stock import stock_join, walk_beside_stock
from tests.lockstep.walk import Result, walk

STOCK_JOIN = "stock-join"
"""The mutation of the walks beside stock SpiffWorkflow: its join without the fix."""


@dataclass
class Total:
    """What many walks came to."""

    diagrams: int = 0
    steps: int = 0
    largest: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    faults: list[Result] = field(default_factory=list)


def run(steps: int, seed: int, seconds: float, one: Callable[[int], Result] | None = None) -> Total:
    """Walk until there are ``steps`` steps or ``seconds`` have passed."""
    total, end = Total(), time.monotonic() + seconds
    while total.steps < steps and time.monotonic() < end:
        result = (one or _one)(seed + total.diagrams)
        total.diagrams += 1
        total.steps += result.steps
        total.largest = max(total.largest, result.largest)
        total.rows += result.rows
        total.ends["fault" if result.fault else result.end.split(":")[0].split(" ")[0]] += 1
        if result.fault:
            total.faults.append(result)
    return total


def _one(seed: int, mutation: Mutation | None = None) -> Result:
    try:
        if mutation is None:
            return walk(seed)
        return walk(seed, change=mutation.change, broken=mutation.broken)
    except AuditError as error:
        return Result(seed, fault=f"history: {error}")
    except Exception as error:  # noqa: BLE001 - a crash is a finding, told with its seed
        return Result(seed, fault=f"crash: {type(error).__name__} {error}")


def hunt(mutation: Mutation, seed: int, seconds: float) -> tuple[Result | None, int]:
    """Walk with a fault until it is found; return the walk that found it and how many it took."""
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        result = _one(seed + count, mutation)
        count += 1
        if result.fault:
            return result, count
    return None, count


def hunt_beside_stock(seed: int, seconds: float) -> tuple[Result | None, int]:
    """Walk beside stock SpiffWorkflow without its join fix until the sides differ."""
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        result = walk_beside_stock(seed + count, join=stock_join)
        count += 1
        if result.fault:
            return result, count
    return None, count


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.lockstep", description=__doc__)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--mutate", choices=[*MUTATIONS, STOCK_JOIN, "all"])
    args = parser.parse_args()
    if args.mutate:
        return _mutate(args.mutate, args.seed, args.seconds)
    total = run(args.steps, args.seed, args.seconds * 0.8)
    beside = run(args.steps // 5, args.seed, args.seconds * 0.2, walk_beside_stock)
    failed = _report(total, args.steps)
    for fault in beside.faults[:10]:
        print(f"MISMATCH beside stock, seed {fault.seed} step {fault.steps}: {fault.fault}")
    print(
        f"beside stock SpiffWorkflow with the join fix: {beside.diagrams} diagrams, "
        f"{beside.steps} steps, {len(beside.faults)} mismatches"
    )
    return 1 if failed or beside.faults or beside.steps < args.steps // 5 else 0


def _report(total: Total, wanted: int) -> int:
    print("coverage (row of the profile: times drawn)")
    for row, count in sorted(total.rows.items()):
        print(f"  {row}: {count}")
    for fault in total.faults[:10]:
        print(f"MISMATCH seed {fault.seed} step {fault.steps}: {fault.fault}")
    ends = ", ".join(f"{end} {count}" for end, count in total.ends.most_common())
    print(f"walks ended: {ends}; largest state {total.largest} bytes")
    print(
        f"{total.diagrams} diagrams, {total.steps} steps, {len(total.rows)} rows, "
        f"{len(total.faults)} mismatches"
    )
    missing = ROWS - total.rows.keys() if wanted >= 1000 else frozenset()
    for row in sorted(missing):
        print(f"NOT COVERED: {row}")
    return 1 if total.faults or total.steps < wanted or missing else 0


def _mutate(name: str, seed: int, seconds: float) -> int:
    """Exit 1 when the fault was found, as a run without the mended part would."""
    names = [*MUTATIONS, STOCK_JOIN] if name == "all" else [name]
    missed = []
    for each in names:
        if each == STOCK_JOIN:
            result, count = hunt_beside_stock(seed, seconds / len(names))
        else:
            result, count = hunt(MUTATIONS[each], seed, seconds / len(names))
        if result is None:
            missed.append(each)
            print(f"{each}: NOT FOUND in {count} diagrams")
        else:
            where = f"diagram {count}, seed {result.seed}, step {result.steps}"
            print(f"{each}: found at {where}: {result.fault[:110]}")
    print(f"{len(names) - len(missed)} of {len(names)} faults found")
    if name == "all":
        return 1 if missed else 0
    return 0 if missed else 1


if __name__ == "__main__":
    sys.exit(main())
