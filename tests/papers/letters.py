"""Letters about invented people, one of each kind that the edition has a paper for."""

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings

from engine.bundle import read_files
from records.papers import Citation, Letter, Recipient, Sender, Signature, load_paper, render
from records.papers.kinds import BeslutUnderlag, Delbeslut

NOW = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
LAW = Citation(id="sol2025.11.1", text="11 kap. 1 § socialtjänstlagen (2025:400)")
UNREAD = Citation(id="sol2025.14.4", text="14 kap. 4 § socialtjänstlagen", verifierad=False)
SIGNED = Signature(namn="Hanna Handlén", roll="Handläggare", datum=date(2026, 3, 2))
ASTRID = Recipient(
    namn="Astrid Ekholt",
    personnummer="19400365-2387",
    fodd="19400365-****",
    adress=("Testgatan 1", "000 10 Ekviken"),
)


@cache
def files():
    """The edition as it lies in the clone."""
    return read_files(Path(settings.PROCESSES_DIR))


def letter(underlag, **changes):
    values = {
        "ref": UUID(int=7),
        "arende": "2026-0001",
        "upprattad": NOW,
        "law_version": "SoL 2025:400",
        "person": ASTRID,
        "avsandare": Sender(organisation="Ekvikens kommun", enhet="Myndighet äldre"),
        "innehall": underlag,
    }
    return Letter(**values | changes)


def part(**changes):
    values = {
        "insats": "Hemtjänst, omvårdnad",
        "utfall": "Bifall",
        "utfall_kod": "bifall",
        "lagrum": LAW,
        "motivering": "Behovet kan inte tillgodoses på annat sätt.",
    }
    return Delbeslut(**values | changes)


def beslut(*parts, **changes):
    rows = parts or (part(),)
    values = {
        "beslutsdatum": date(2026, 3, 2),
        "utfall": "Bifall",
        "utfall_kod": "bifall",
        "gar_emot": any(row.utfall_kod != "bifall" for row in rows),
        "delbeslut": rows,
        "ansokan_inkom": date(2026, 1, 15),
        "beslutsfattare": SIGNED,
    }
    return BeslutUnderlag(**values | changes)


def pdf(name, made, lagrum=()):
    """Render one letter with the edition's own template."""
    return render(files(), load_paper(files(), name), made, lagrum)
