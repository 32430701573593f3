"""The steps of the chain as a case shows them: ``terms/kedjan.toml``."""

from collections.abc import Mapping
from typing import Final

from engine.manifest import DataModel, Identifier, toml_in

PATH: Final = "terms/kedjan.toml"


class Step(DataModel):
    """One ``[[steg]]``, in the order of the chain.

    ``processer`` are the processes that are the step. ``klar`` are the kinds of record that say
    that it is done; without them it is done when its processes have ended. ``uppdrag``: somebody
    else carries it out, so the state of the uppdrag tells how far it has come. ``bifall``: it is
    never needed where a decision granted nothing.
    """

    id: Identifier
    namn: str
    processer: tuple[Identifier, ...]
    klar: tuple[str, ...] = ()
    uppdrag: bool = False
    bifall: bool = False


class Steps(DataModel):
    """``terms/kedjan.toml``, in order."""

    steg: tuple[Step, ...] = ()


def steps_in(files: Mapping[str, bytes]) -> tuple[Step, ...]:
    """The steps of an edition; none where it has no such file.

    Args:
        files: The files of the edition, by path.

    Raises:
        DataFileError: The file cannot be read.
    """
    return toml_in(files, Steps, PATH).steg
