"""``python -m tests.removal [R-090 …]``: does each requirement's test miss what shows it?

Takes away one named part of each requirement (an element, row, field, rule, term or constraint)
and runs the tests that name the requirement, until one fails. Exit code 0 when every covered
requirement is proved so, else 1. ``make test-long`` runs it whole.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Container, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path
from queue import Queue

import django

from config import environment
from config.environment import PROJECT_ROOT
from config.krav.reading import read_report
from engine.tracing.report import Row
from tests.removal.attempts import attempts
from tests.removal.trying import Bench, Tried

_WORKERS = 2


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.removal", description=__doc__)
    parser.add_argument("requirement", nargs="*", help="only these, e.g. R-090; default all")
    parser.add_argument("--json", type=Path, help="write what was found here")
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    every = [row for row in read_report(PROJECT_ROOT).rows if row.state == "covered"]
    wanted = [row for row in every if not chosen.requirement or _asked(row, chosen.requirement)]
    found = dict(_all(wanted))
    lost = [name for name, tried in found.items() if not any(one.missed for one in tried)]
    if chosen.json is not None:
        plain = {name: [vars(one) for one in tried] for name, tried in found.items()}
        chosen.json.write_text(json.dumps(plain, ensure_ascii=False, indent=1), encoding="utf-8")
    _say(f"{len(found) - len(lost)} of {len(found)} requirements: a test misses what shows it")
    return 1 if lost or not found else 0


def _asked(row: Row, wanted: Sequence[str]) -> bool:
    return row.requirement.id in wanted or row.requirement.bundle in wanted


def _all(rows: Sequence[Row]) -> Iterator[tuple[str, list[Tried]]]:
    from config.postgres import embedded  # noqa: PLC0415 - the test settings name the server

    server = embedded.server_of(environment.load())
    with embedded.attach(server, durable=False), tempfile.TemporaryDirectory() as place:
        every = [_bench(Path(place), number) for number in range(_WORKERS)]
        try:
            with ThreadPoolExecutor(_WORKERS) as pool:
                yield from _proved(rows, every, pool)
        finally:
            for bench in every:
                bench.close()


def _bench(place: Path, number: int) -> Bench:
    return Bench.of(Path(shutil.copytree(PROJECT_ROOT / "processes", place / str(number))), number)


def _proved(
    rows: Sequence[Row], every: Sequence[Bench], pool: ThreadPoolExecutor
) -> Iterator[tuple[str, list[Tried]]]:
    broken = _broken(rows, every, pool)
    for test in sorted(broken):
        _say(f"LEFT OUT {test}: it fails on the edition as it is")
    benches: Queue[Bench] = Queue()
    for bench in every:
        benches.put(bench)
    done = count(1)
    for row, tried in pool.map(lambda row: (row, _tried(row, benches, broken)), rows):
        _tell(f"{next(done)}/{len(rows)}", row, tried)
        yield row.requirement.id, tried


def _broken(
    rows: Sequence[Row], every: Sequence[Bench], pool: ThreadPoolExecutor
) -> frozenset[str]:
    """Every named test once, a share on each bench."""
    named = sorted({test for row in rows for one in attempts(row) for test in one.tests})
    shares = [named[number :: len(every)] for number in range(len(every))]
    found = pool.map(lambda pair: pair[0].failing(pair[1]), zip(every, shares, strict=True))
    return frozenset().union(*found)


def _tried(row: Row, benches: "Queue[Bench]", broken: Container[str]) -> list[Tried]:
    bench = benches.get()
    found = []
    try:
        for attempt in attempts(row):
            held = tuple(test for test in attempt.tests if test not in broken)
            found.append(bench.try_it(replace(attempt, tests=held)))
            if found[-1].missed:
                break
    finally:
        benches.put(bench)
    return found


def _tell(place: str, row: Row, tried: Sequence[Tried]) -> None:
    last = tried[-1] if tried else Tried("nothing", missed=False, how="no part can be taken away")
    _say(f"{place} {row.requirement.id}: {'' if last.missed else 'NOT MISSED '}{last.part}")
    _say(f"    {last.how}")
    for one in tried[:-1]:
        _say(f"    before: {one.part}: {one.how}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
