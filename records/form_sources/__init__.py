"""Values that forms may ask the record for; each module registers its own by being imported."""

from records.form_sources import journal, uppdrag

__all__ = ["journal", "uppdrag"]
