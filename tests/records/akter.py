"""Akter for the archive, made by hand."""

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from records.export import (
    Agent,
    AktData,
    ArkivPerson,
    Gallring,
    Handelse,
    Handling,
    Restriktion,
)
from records.export.profile import parse_profile

NOW = datetime(2031, 9, 2, 10, 0, tzinfo=UTC)
OPENED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
PDF = b"%PDF-1.7 prov"
PROFILE = "arkiv/profil_standard.toml"


def profile(**changes):
    content = (Path(settings.PROCESSES_DIR) / PROFILE).read_bytes()
    return parse_profile(PROFILE, content).model_copy(update=changes)


def handling(number, typ="beslut", **changes):
    values = {
        "id": UUID(int=number),
        "typ": typ,
        "titel": "Beslut om hemtjänst – åäö",
        "upprattad": OPENED,
        "upprattad_av": "Hanna Handlén",
        "lagrum": ("11 kap. 1 § socialtjänstlagen (2025:400)",),
        "law_version": "SoL 2025:400",
        "pdf": PDF,
        "innehall": {
            "motivering": "Behöver stöd <b>&amp; 😀\x01 ]]>",
            "delbeslut": [{"insats": "hemtjänst", "bifall": True, "fran": date(2026, 3, 10)}],
            "antal": 2,
            "tomt": None,
        },
    }
    return Handling(**values | changes)


def akt(**changes):
    values = {
        "id": UUID(int=1),
        "typ": "genomforandeakt",
        "nummer": "2026-00001-1",
        "arende": UUID(int=2),
        "arendenummer": "2026-00001",
        "titel": "Genomförandeakt 2026-00001-1",
        "oppnad": OPENED,
        "avslutad": OPENED.replace(month=9),
        "sista_anteckning": date(2026, 9, 2),
        "avslutsorsak": "Behovet har upphört",
        "person": ArkivPerson(namn="Astrid Ekholt", personnummer="194003652387"),
        "arkivbildare": Agent(namn="Hemtjänst Ekviken", enhet="Hemtjänst Norr"),
        "restriktioner": (Restriktion(lagrum="26 kap. 1 § OSL", beskrivning="Sekretess"),),
        "gallring": Gallring(utfall="bevara", datum=date(2031, 9, 2)),
        "handlingar": (handling(11), handling(12, "journal", kopia=True)),
        "handelser": (
            Handelse(id=UUID(int=21), typ="created", tid=OPENED, agent="Elsa Enell"),
            Handelse(id=UUID(int=22), typ="closed", tid=NOW, agent="Elsa Enell", detalj="Stängd"),
        ),
    }
    return AktData(**values | changes)
