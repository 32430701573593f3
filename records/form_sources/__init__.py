"""Values that forms may ask the record for; each module registers its own by being imported."""

from records.form_sources import (
    byte,
    journal,
    kollegor,
    kontroller,
    kvalitet,
    lexsarah,
    oppen_insats,
    risk,
    samverkan,
    secrecy,
    skydd,
    uppdrag,
)

__all__ = [
    "byte",
    "journal",
    "kollegor",
    "kontroller",
    "kvalitet",
    "lexsarah",
    "oppen_insats",
    "risk",
    "samverkan",
    "secrecy",
    "skydd",
    "uppdrag",
]
