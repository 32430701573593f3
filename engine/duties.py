"""What everybody on the staff undertakes and is told: ``terms/personalens_ansvar.toml``.

The undertaking of secrecy is signed before any role is active (R-162); the duties are acknowledged
(R-066, R-070). A text that is changed is a new version, which each person reads anew.
"""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal

from pydantic import model_validator

from engine.manifest import CitationId, DataModel, Identifier, Modality, parse_toml

PATH: Final = "terms/personalens_ansvar.toml"


class Duty(DataModel):
    """One ``[[ansvar]]``.

    ``slag``: ``forbindelse`` is signed towards the organisation, ``skyldighet`` is acknowledged.
    ``status``: U until a jurist has read the text.
    """

    id: Identifier
    slag: Literal["forbindelse", "skyldighet"]
    rubrik: str
    text: str
    lagrum: tuple[CitationId, ...] = ()
    modalitet: Modality = "ska"
    status: Literal["V", "X", "U"] = "U"
    krav: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """SHA-256 (hex) of what the person reads."""
        return hashlib.sha256(f"{self.rubrik}\n{self.text}".encode()).hexdigest()


class Duties(DataModel):
    """``terms/personalens_ansvar.toml``."""

    ansvar: tuple[Duty, ...] = ()

    @property
    def undertaking(self) -> Duty | None:
        """The sekretessförbindelse, where the edition has its text."""
        return next((duty for duty in self.ansvar if duty.slag == "forbindelse"), None)

    @property
    def acknowledged(self) -> tuple[Duty, ...]:
        """What is acknowledged, in the order of the file."""
        return tuple(duty for duty in self.ansvar if duty.slag == "skyldighet")

    @model_validator(mode="after")
    def _one_undertaking(self) -> "Duties":
        ids = [duty.id for duty in self.ansvar]
        if len(set(ids)) != len(ids):
            raise ValueError("two [[ansvar]] have the same id")
        if sum(duty.slag == "forbindelse" for duty in self.ansvar) > 1:
            raise ValueError("there is one undertaking: one [[ansvar]] with slag = forbindelse")
        return self


def duties_in(files: Mapping[str, bytes]) -> Duties:
    """The duties of an edition; none where it has no such file.

    Args:
        files: The files of the edition, by path.

    Raises:
        DataFileError: The file cannot be read.
    """
    content = files.get(PATH)
    return Duties() if content is None else _read(content)


@lru_cache(maxsize=16)
def _read(content: bytes) -> Duties:
    return parse_toml(Duties, PATH, content)
