"""The six phases of the ledningssystem (R-011): ``terms/faser.toml``."""

from collections.abc import Mapping
from typing import Final, Literal

from engine.manifest import DataModel, Identifier, toml_in

PATH: Final = "terms/faser.toml"

Sign = Literal["faststalld", "last", "avslutad"]


class Phase(DataModel):
    """One ``[[fas]]``: what counts as activity in it, for a process.

    ``av`` is the process's own: when it was adopted, when an instruction of it was last
    acknowledged, when it last ended. ``processer`` are those of the quality work that count.
    """

    id: Identifier
    namn: str
    av: tuple[Sign, ...] = ()
    processer: tuple[Identifier, ...] = ()


class Phases(DataModel):
    """``terms/faser.toml``, in order."""

    fas: tuple[Phase, ...] = ()


def phases_in(files: Mapping[str, bytes]) -> tuple[Phase, ...]:
    """The phases of an edition; none where it has no such file.

    Args:
        files: The files of the edition, by path.

    Raises:
        DataFileError: The file cannot be read.
    """
    return toml_in(files, Phases, PATH).fas
