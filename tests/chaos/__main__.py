"""``python -m tests.chaos --kills N --cases M --seed S``: kill programs while cases are walked.

First one case is walked without kills; afterwards M cases are walked by several clients while web,
worker and timer processes and PostgreSQL backends are killed. In the end every case must stand
where the first one stands, with the same history, and nothing may be left over.
"""

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.chaos.chain.course import CHAIN
from tests.chaos.run import Run
from tests.chaos.small.course import SMALL
from tests.chaos.world import world

COURSES = {course.name: course for course in (CHAIN, SMALL)}


def main() -> int:
    """Run; the exit code is 0 when everything is as it must be, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--cases", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--course", choices=sorted(COURSES), default="chain")
    parser.add_argument("--logs", type=Path, help="keep the programs' logs in this folder")
    parser.add_argument("--keep", action="store_true", help="leave the database")
    chosen = parser.parse_args()
    course = COURSES[chosen.course]
    _say(f"seed {chosen.seed}")
    with tempfile.TemporaryDirectory() as folder:
        logs = chosen.logs or Path(folder)
        logs.mkdir(exist_ok=True)
        with world(course.settings, logs, keep=chosen.keep) as place:
            problems = Run(
                course,
                place,
                kills=chosen.kills,
                cases=chosen.cases,
                seed=chosen.seed,
                say=_say,
            ).run()
    for problem in problems[:40]:
        _say(f"PROBLEM {problem}")
    _say("chaos: failed" if problems else "chaos: nothing lost, nothing done twice")
    return 1 if problems else 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
