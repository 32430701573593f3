"""Where a person can be found, by the names of fields: what a protected person never leaves (P-1).

Address and telephone of somebody with protected identity stand in no paper, export, message or
list. The names are those of the forms and of ``Person``; a new form field of this kind is added
here, and ``records.export`` refuses a package that still holds one.
"""

from collections.abc import Mapping
from typing import Any, Final

CONTACT_FIELDS: Final = frozenset(
    {
        "adress",
        "gatuadress",
        "postadress",
        "postnummer",
        "postort",
        "ort",
        "telefon",
        "telefonnummer",
        "mobil",
        "epost",
        "e_post",
        "vistelseadress",
        "folkbokforingsadress",
        "bostad_adress",
    }
)


def without_contact(value: Any) -> Any:
    """The same lists and mappings without the fields that tell where somebody is."""
    if isinstance(value, Mapping):
        return {
            key: without_contact(item)
            for key, item in value.items()
            if str(key).lower() not in CONTACT_FIELDS
        }
    if isinstance(value, list | tuple):
        return [without_contact(item) for item in value]
    return value


def contact_fields(value: Any) -> frozenset[str]:
    """The fields of lists and mappings that tell where somebody is and are not empty."""
    if isinstance(value, Mapping):
        here = {
            str(key)
            for key, item in value.items()
            if str(key).lower() in CONTACT_FIELDS and item not in (None, "", [], {})
        }
        return frozenset(here).union(*(contact_fields(item) for item in value.values()))
    if isinstance(value, list | tuple):
        return frozenset[str]().union(*(contact_fields(item) for item in value))
    return frozenset()
