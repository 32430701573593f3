"""``make shots``: every page and state at 1280 and 390 px, light and dark, into ``shots/``.

What is photographed is what ``tests/web/test_every_page.py`` looks at, so that no page is
forgotten in the one and not in the other.
"""

import os
import shutil
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "shots"


def main() -> int:
    """Photograph; 0 when nothing was wrong with any page either."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    os.environ["KEDJA_SHOTS"] = str(FOLDER)
    outcome = pytest.main(["tests/web/test_every_page.py", "-q", "-p", "no:schemathesis"])
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}")
    return int(outcome)


if __name__ == "__main__":
    sys.exit(main())
