"""Where the imports of a DMN file are looked for: where the bundle will look for them."""

from collections.abc import Mapping
from functools import partial
from pathlib import PurePosixPath

from engine.dmn.library import Library
from engine.local import municipalities
from engine.overlay import OverlayError, effective


def libraries(root: str | None, tables: Mapping[str, bytes]) -> Mapping[str, Library]:
    """Return what DMN files may import.

    Args:
        root: The edition's root, None for files that lie elsewhere.
        tables: The DMN files by their path in the edition.

    Returns:
        In an edition by municipality, "" for the national tables: imports are found in ``dmn/``
        as it is deployed there. Elsewhere by folder: its own files first, then all that are given.
    """
    if root is not None:
        return {
            name: Library(partial(_deployed, tables, name))
            for name in ("", *municipalities(tables))
        }
    given = Library(lambda: tables)
    return {
        folder: Library(partial(_in_folder, tables, folder), given)
        for folder in {folder_of(path) for path in tables}
    }


def folder_of(path: str) -> str:
    """Return the folder of a file."""
    return PurePosixPath(path).parent.as_posix()


def _in_folder(tables: Mapping[str, bytes], folder: str) -> Mapping[str, bytes]:
    return {path: content for path, content in tables.items() if folder_of(path) == folder}


def _deployed(tables: Mapping[str, bytes], municipality: str) -> Mapping[str, bytes]:
    try:
        files = effective(tables, municipality)
    except OverlayError:  # told where the local table is checked
        files = dict(tables)
    return {path: content for path, content in files.items() if path.startswith("dmn/")}
