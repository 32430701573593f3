"""The parts of an akt that may be copied when another provider takes over (R-184)."""

from dataclasses import dataclass
from uuid import UUID

from records.models import Akt, Journal, JournalEntry, PlanVersion

PLAN, JOURNAL, FINAL = "genomforandeplan", "journalutdrag", "slutanteckning"
CATEGORY = {PLAN: "genomforandeplan", JOURNAL: "journal", FINAL: "journal"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One paper about one record of the akt, and the category of data it tells."""

    paper: str
    record: UUID
    label: str

    @property
    def category(self) -> str:
        """Code of terms/uppgiftskategorier.toml that a consent must cover."""
        return CATEGORY[self.paper]


def parts_of(akt: Akt) -> list[Part]:
    """The plan in force, the whole journal, and the final note where there is one."""
    plans = PlanVersion.objects.filter(plan__akt=akt, forkastad=None).exclude(faststalld=None)
    finals = JournalEntry.objects.filter(journal__akt=akt, typ=FINAL).exclude(signerad=None)
    rows = (
        (PLAN, plans.order_by("-nummer"), "Genomförandeplanen"),
        (JOURNAL, Journal.objects.filter(akt=akt).order_by("pk"), "Journalen"),
        (FINAL, finals.order_by("pk"), "Slutanteckningen"),
    )
    found = [(paper, one.values_list("pk", flat=True).first(), name) for paper, one, name in rows]
    return [Part(paper=paper, record=ref, label=name) for paper, ref, name in found if ref]
