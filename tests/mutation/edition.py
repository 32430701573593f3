"""An edition with one place altered: read, judged readable, and laid in the database."""

import re
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


def altered(clean: Bundle, files: Mapping[str, bytes], path: str) -> Bundle:
    """Return an edition with one file altered, which shares what was read of the others.

    Args:
        clean: The edition as it is, with whatever was read of it so far.
        files: The whole edition, altered.
        path: The altered file.
    """
    bundle = bundle_of(files)
    fresh = _concerned(clean, path)
    bundle._parts.update({part: read for part, read in clean._parts.items() if part not in fresh})
    return bundle


def _concerned(clean: Bundle, path: str) -> set[tuple[str, str]]:
    """The parts that an altered file makes other than they were."""
    name = Path(path).stem
    if path.endswith(".form"):
        return {("form", name)}
    if path.endswith(".dmn"):
        tables = _asking(clean, name)
        asked = {key for key in clean.processes if tables & clean.definition(key).decisions}
        return {("decision", table) for table in tables} | {("definition", key) for key in asked}
    return {("definition", key) for key in _callers(clean, name)}


def _callers(clean: Bundle, name: str) -> list[str]:
    return [key for key in clean.processes if name == key or name in clean.definition(key).calls]


def _asking(clean: Bundle, name: str) -> set[str]:
    """A table and those whose file mentions it, and so on."""
    found: set[str] = set()
    fresh = {name}
    while fresh:
        found |= fresh
        named = re.compile(rb"\b(" + b"|".join(one.encode() for one in sorted(found)) + rb")\b")
        fresh = {
            Path(path).stem
            for path, content in clean.files.items()
            if path.endswith(".dmn") and named.search(content)
        } - found
    return found


def refusal(clean: Bundle, files: Mapping[str, bytes], path: str) -> str:
    """Say why the readers refuse an altered file; empty where they take it.

    The shape rules of ``kedja check`` are not asked: what they refuse still has to be noticed by
    what the edition does.
    """
    try:
        _read(altered(clean, files, path), clean, path)
    except Exception as error:  # noqa: BLE001 - whatever a reader says, the file is not usable
        return f"{type(error).__name__}: {error}"
    return ""


def _read(bundle: Bundle, clean: Bundle, path: str) -> None:
    name = Path(path).stem
    if path.endswith(".form"):
        bundle.form(name)
    elif path.endswith(".dmn"):
        bundle.decision(name)
    else:
        for key in _callers(clean, name):
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
