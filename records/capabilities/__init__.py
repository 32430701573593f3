"""What diagrams may ask the record to do: the only writers of it.

Each module registers its functions with ``cases.capabilities`` when it is imported. A sync
capability runs in the transaction of the action, so a step and its record are one.
"""

from records.capabilities import (
    akt,
    aktualisering,
    arende,
    avgorande,
    behov,
    beslut,
    beslut_slut,
    delbeslut,
    dokument,
    journal,
    kvartalsrapport,
    livsomraden,
    namnd,
    notis,
    overklagande,
    papper,
    person,
    plan,
    plan_uppfoljning,
    uppdrag,
    uppdrag_andring,
    uppdrag_svar,
    utredning,
)

__all__ = [
    "akt",
    "aktualisering",
    "arende",
    "avgorande",
    "behov",
    "beslut",
    "beslut_slut",
    "delbeslut",
    "dokument",
    "journal",
    "kvartalsrapport",
    "livsomraden",
    "namnd",
    "notis",
    "overklagande",
    "papper",
    "person",
    "plan",
    "plan_uppfoljning",
    "uppdrag",
    "uppdrag_andring",
    "uppdrag_svar",
    "utredning",
]
