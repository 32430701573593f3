"""The legal record as tables."""

from records.models.arende import (
    Arende,
    ArendeStatus,
    Beslut,
    BeslutUppfoljning,
    Delbeslut,
    LivsomradeBedomning,
    Mal,
    Utredning,
)
from records.models.journal import Dokument, Journal, JournalEntry, JournalKind
from records.models.notice import Kvittens, NamndListning, Notis
from records.models.owned import Owned, Shared
from records.models.paper import Papper
from records.models.person import Dodsfall, Person, ReadLog, Skydd
from records.models.plan import (
    MalResultat,
    Plan,
    PlanAktivitet,
    PlanDeltagare,
    PlanMal,
    PlanVersion,
    Uppfoljning,
)
from records.models.uppdrag import (
    Akt,
    AktStatus,
    NyttUppfoljningsdatum,
    Uppdrag,
    UppdragAndring,
    UppdragInsats,
    UppdragMal,
    UppdragStatus,
    akt_id,
)

__all__ = [
    "Akt",
    "AktStatus",
    "Arende",
    "ArendeStatus",
    "Beslut",
    "BeslutUppfoljning",
    "Delbeslut",
    "Dodsfall",
    "Dokument",
    "Journal",
    "JournalEntry",
    "JournalKind",
    "Kvittens",
    "LivsomradeBedomning",
    "Mal",
    "MalResultat",
    "NamndListning",
    "Notis",
    "NyttUppfoljningsdatum",
    "Owned",
    "Papper",
    "Person",
    "Plan",
    "PlanAktivitet",
    "PlanDeltagare",
    "PlanMal",
    "PlanVersion",
    "ReadLog",
    "Shared",
    "Skydd",
    "Uppdrag",
    "UppdragAndring",
    "UppdragInsats",
    "UppdragMal",
    "UppdragStatus",
    "Uppfoljning",
    "Utredning",
    "akt_id",
]
