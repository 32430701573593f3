"""``python -m tests.mutation --seed N --count N``: what notices when the law is altered?

See docs/mutation.md. Exit code 0 when 90 % of each kind are noticed and every survivor is
explained in ``explained.toml``, else 1.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import django

from config import environment
from config.environment import PROJECT_ROOT


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1500)
    parser.add_argument("--kind", default="", help="only this kind")
    parser.add_argument("--process", default="", help="only the file of this name")
    parser.add_argument("--most", type=int, default=0, help="walk at most so many per alteration")
    parser.add_argument("--json", type=Path, help="write the sample and the summary here")
    parser.add_argument(
        "--edition", type=Path, default=PROJECT_ROOT / "processes", help="another folder"
    )
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    return _run(chosen)


def _run(chosen: argparse.Namespace) -> int:
    from config.postgres import embedded  # noqa: PLC0415 - the test settings name the server
    from tests.mutation import report  # noqa: PLC0415 - models need Django first
    from tests.mutation.copy import copied  # noqa: PLC0415
    from tests.mutation.run import Run, Wish  # noqa: PLC0415

    wish = Wish(chosen.seed, chosen.count, chosen.kind, chosen.process, chosen.most)
    explained = report.explanations()
    server = embedded.server_of(environment.load())
    with embedded.attach(server, durable=False), copied(chosen.edition) as folder:
        rows = Run(folder, wish, _say).rows()
    for line in report.lines(rows, explained):
        _say(line)
    counted = report.table(rows, explained)
    if chosen.json is not None:
        found = {"seed": wish.seed, "kinds": counted, "alterations": rows}
        chosen.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0 if rows and report.good(counted) else 1


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
