"""Folders that the embedded server's own account can reach."""

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.environment import Environment

_numbers = itertools.count()


@contextmanager
def _open_folder() -> Iterator[Path]:
    """A short folder of its own; pytest's is closed to other accounts."""
    folder = Path(tempfile.mkdtemp(prefix="kedja-t"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A folder for one test."""
    with _open_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def shared_data_dir() -> Iterator[Path]:
    """A folder for all tests of a file."""
    with _open_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def servers_dir() -> Iterator[Path]:
    """One folder for all servers of the session: as root the binaries are copied once."""
    with _open_folder() as folder:
        yield folder


@pytest.fixture
def environment(servers_dir: Path) -> Environment:
    """A server of its own, and nothing of the environment that pytest runs in."""
    return Environment(
        data_dir=servers_dir, database_url=None, role="owner", instance=f"t{next(_numbers)}"
    )
