"""Values that forms may ask the record for; each module registers its own by being imported."""

from records.form_sources import journal, secrecy, uppdrag

__all__ = ["journal", "secrecy", "uppdrag"]
