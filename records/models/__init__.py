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
from records.models.byte import (
    AktKopia,
    AktOverlamning,
    Byte,
    ByteStatus,
    MyndighetsSlutanteckning,
    Upphorande,
    UpphorandeAkt,
)
from records.models.handlaggning import AvgorandeBegaran, Handlaggningsbeslut
from records.models.insats import Handelse, InsatsHandelse, Uppehall
from records.models.journal import Dokument, Journal, JournalEntry, JournalKind
from records.models.notice import Kvittens, NamndListning, Notis
from records.models.overklagande import Overklagande, OverklagandeSteg
from records.models.owned import Owned, Shared
from records.models.paper import Papper
from records.models.person import Dodsfall, Person, ReadLog, Skydd
from records.models.plan import (
    MalResultat,
    Plan,
    PlanAktivitet,
    PlanDeltagare,
    PlanMal,
    PlanReferens,
    PlanVersion,
    Uppfoljning,
)
from records.models.rattelse import Forsegling, Invandning, Rattelse
from records.models.samtycke import (
    Samtycke,
    SamtyckeAterkallelse,
    SamtyckeDel,
    Utlamnande,
    UtlamnandeStatus,
)
from records.models.uppdrag import (
    Akt,
    AktStatus,
    MuntligtUppdrag,
    NyttUppfoljningsdatum,
    Uppdrag,
    UppdragAndring,
    UppdragInsats,
    UppdragMal,
    UppdragStatus,
    akt_id,
)
from records.models.verkstallighet import (
    DelbeslutHandelse,
    Kvartalsrapport,
    KvartalsrapportRad,
    KvartalsrapportUtskick,
)

__all__ = [
    "Akt",
    "AktKopia",
    "AktOverlamning",
    "AktStatus",
    "Arende",
    "ArendeStatus",
    "AvgorandeBegaran",
    "Beslut",
    "BeslutUppfoljning",
    "Byte",
    "ByteStatus",
    "Delbeslut",
    "DelbeslutHandelse",
    "Dodsfall",
    "Dokument",
    "Forsegling",
    "Handelse",
    "Handlaggningsbeslut",
    "InsatsHandelse",
    "Invandning",
    "Journal",
    "JournalEntry",
    "JournalKind",
    "Kvartalsrapport",
    "KvartalsrapportRad",
    "KvartalsrapportUtskick",
    "Kvittens",
    "LivsomradeBedomning",
    "Mal",
    "MalResultat",
    "MuntligtUppdrag",
    "MyndighetsSlutanteckning",
    "NamndListning",
    "Notis",
    "NyttUppfoljningsdatum",
    "Overklagande",
    "OverklagandeSteg",
    "Owned",
    "Papper",
    "Person",
    "Plan",
    "PlanAktivitet",
    "PlanDeltagare",
    "PlanMal",
    "PlanReferens",
    "PlanVersion",
    "Rattelse",
    "ReadLog",
    "Samtycke",
    "SamtyckeAterkallelse",
    "SamtyckeDel",
    "Shared",
    "Skydd",
    "Uppdrag",
    "UppdragAndring",
    "UppdragInsats",
    "UppdragMal",
    "UppdragStatus",
    "Uppehall",
    "Uppfoljning",
    "Upphorande",
    "UpphorandeAkt",
    "Utlamnande",
    "UtlamnandeStatus",
    "Utredning",
    "akt_id",
]
