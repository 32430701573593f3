"""An edition with one place altered: read, judged readable, and laid in the database."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from cases.models import Bundle as BundleRow
from engine.bundle import SUFFIXES, Bundle
from engine.local import ROOT
from engine.overlay import effective

MUNICIPALITY = "demo"


def read_folder(folder: Path) -> dict[str, bytes]:
    """Read every file of an edition once; others may be at work on it meanwhile."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in SUFFIXES
    }


def bundle_of(files: Mapping[str, bytes], municipality: str = MUNICIPALITY) -> Bundle:
    """Return the edition as the demo municipality runs it, without the check that deploys it."""
    wanted = {
        path: content
        for path, content in files.items()
        if not path.startswith(f"{ROOT}/") or path.startswith(f"{ROOT}/{municipality}/")
    }
    return Bundle(effective(wanted, municipality))


def refusal(files: Mapping[str, bytes], path: str) -> str:
    """Say why the readers refuse an altered file; empty where they take it.

    The shape rules of ``kedja check`` are not asked: what they refuse still has to be noticed by
    what the edition does.
    """
    try:
        bundle = bundle_of(files)
        _read(bundle, path)
    except Exception as error:  # noqa: BLE001 - whatever a reader says, the file is not usable
        return f"{type(error).__name__}: {error}"
    return ""


def _read(bundle: Bundle, path: str) -> None:
    name = Path(path).stem
    if path.endswith(".form"):
        bundle.form(name)
    elif path.endswith(".dmn"):
        bundle.decision(name)
    else:
        for key in bundle.processes:  # others may call it
            bundle.definition(key)


def lay(bundle: Bundle, at: datetime) -> None:
    """Store an edition as the only one, as ``deploy`` would, whatever the check says of it."""
    BundleRow.objects.all().delete()
    edition = bundle.manifest.utgava
    BundleRow.objects.create(
        hash=bundle.hash,
        edition=edition.id,
        valid_from=edition.valid_from,
        deployed_at=at,
        files={path: content.decode("utf-8") for path, content in bundle.files.items()},
    )
