"""``python -m tests.demo_year --cases N --seed S``: a year of a municipality in virtual time.

The scenarios are told side by side, moved in time and about people of their own; what belongs to
no ärende is done by the office. At the end nothing may stand still and the reports must be right.
"""

import argparse
import importlib
import os
import random
import sys
import uuid


def main() -> int:
    """Live through the year; 0 when everything is as it must be, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.demo_year", description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--year", type=int, default=2032)
    parser.add_argument("--keep", action="store_true", help="leave the database")
    chosen = parser.parse_args()
    _repeatable(chosen.seed)
    # Imported from here on, so that every id is drawn by the seed.
    place = importlib.import_module("tests.demo_year.place")
    with place.own_database(keep=chosen.keep) as name:
        _say(f"database {name}, seed {chosen.seed}")
        report = importlib.import_module("tests.demo_year.report")  # Django is set up now
        code: int = report.run(chosen.cases, chosen.seed, chosen.year, _say)
        return code


def _repeatable(seed: int) -> None:
    """Draw ids by the seed, and let sets have the same order in each run.

    What happens at one moment is done in the order of ids, as good as any; here it must be the
    same order the next time.
    """
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, "-m", "tests.demo_year", *sys.argv[1:]])  # noqa: S606
    drawn = random.Random(seed)  # noqa: S311 - repeatable, not secret
    uuid.uuid4 = lambda: uuid.UUID(int=drawn.getrandbits(128), version=4)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
