"""Compile the catalogue of English texts, when it has changed.

The texts stand in ``web/locale/en/LC_MESSAGES/django.po``, which people read and review; what
Django loads is made of it here, so that no compiled file is committed and nobody needs msgfmt.
Without it the pages are in Swedish.
"""

import os
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from config import stamps
from config.environment import PROJECT_ROOT
from config.errors import SetupError

SOURCE = PROJECT_ROOT / "web" / "locale" / "en" / "LC_MESSAGES" / "django.po"


class CatalogueError(SetupError):
    """The catalogue cannot be read; the message names the line."""

    code = "catalogue_not_compiled"


def compile_catalogue(source: Path = SOURCE) -> bool:
    """Write the compiled form beside a catalogue, unless it is there for these texts.

    Args:
        source: A catalogue, ``.po``.

    Returns:
        Whether it compiled.

    Raises:
        CatalogueError: The catalogue has an error; what was compiled before stays.
    """
    result, stamp = source.with_suffix(".mo"), source.with_suffix(".compiled")
    wanted = stamps.digest([source])
    if result.exists() and stamps.current(stamp, wanted):
        return False
    compiled = BytesIO()
    try:
        with source.open("rb") as file:
            write_mo(compiled, read_po(file, locale="en", abort_invalid=True))
    except (OSError, PoFileError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{source.name} cannot be compiled: {error}") from error
    _put(result, compiled.getvalue())
    _put(stamp, wanted.encode())
    return True


def _put(path: Path, content: bytes) -> None:
    """Write a file whole: another process may be reading it."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.write_bytes(content)
    part.replace(path)
