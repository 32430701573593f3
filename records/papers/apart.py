"""Check papers in a process of its own, with bounds: a template must not take the machine along.

``python -m records.papers.apart`` reads the files as JSON (path -> base64) and writes the findings
as JSON. A template that wants more memory or time than a paper can need ends only that process.
"""

import base64
import binascii
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Final

from records.papers.catalogue import FOLDER, papers_of
from records.papers.check import PaperFinding, check_papers

MEMORY: Final = 256 * 1024 * 1024
"""Bytes of data that the process may use; a paper takes a tenth of it."""
SECONDS: Final = 10
"""Processor time for all papers of an edition; they take one."""


def check_papers_apart(files: Mapping[str, bytes]) -> tuple[PaperFinding, ...]:
    """As ``check_papers``, but nothing that a template does can harm the caller."""
    if not papers_of(files):
        return check_papers(files)
    found = _checked(files)
    return tuple(_one_by_one(files)) if found is None else found


def _one_by_one(files: Mapping[str, bytes]) -> Iterator[PaperFinding]:
    """Something broke the bounds: find out what, by leaving all papers but one out."""
    for name in papers_of(files):
        alone = {
            path: data
            for path, data in files.items()
            if not path.startswith(f"{FOLDER}/")
            or path.split("/")[-1].rsplit(".", 1)[0] in (name, "_brev", "avsandare")
        }
        found = _checked(alone)
        if found is None:
            path = f"{FOLDER}/{name}.typ"
            message = "the paper takes more memory or time than a paper may; make it simpler"
            yield PaperFinding(path, 0, "paper_too_heavy", message)
        else:
            yield from found


def _checked(files: Mapping[str, bytes]) -> tuple[PaperFinding, ...] | None:
    content = {path: base64.b64encode(data).decode() for path, data in files.items()}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "records.papers.apart"],
            input=json.dumps(content).encode(),
            capture_output=True,
            env={**os.environ, "RAYON_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
            timeout=6 * SECONDS,
            check=False,
        )
        rows = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return None
    return tuple(PaperFinding(**row) for row in rows)


def main() -> None:
    """Check what stands on stdin, within the bounds."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    given = json.load(sys.stdin)
    files = {path: binascii.a2b_base64(data) for path, data in given.items()}
    json.dump([asdict(found) for found in check_papers(files)], sys.stdout)


if __name__ == "__main__":
    main()
