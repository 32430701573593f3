"""Values that forms may ask the record for; each module registers its own by being imported."""

from records.form_sources import byte, journal, secrecy, skydd, uppdrag

__all__ = ["byte", "journal", "secrecy", "skydd", "uppdrag"]
