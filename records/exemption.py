"""What an insats without assessment asks for: full notes about each person, or a count of nobody.

The table ``dok_krav`` decides (SoL 14:3 to 14:5); what is asked here is which exemption holds.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from engine.bundle import Bundle
from records.models import InsatsUtanBehov, Undantagsbeslut
from records.models.utan_behovsprovning import RADGIVNING, UNDANTAG
from records.terms import decide

ANONYMOUS = frozenset({"anonym_statistik", "ej_personliga_forhallanden"})
"""Outcomes of ``dok_krav`` under which nobody is named."""
TABLE = "dok_krav"
OFFERED_NOT = "erbjuds_inte"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What is documented, whether identity may be, and the exemption that says so."""

    krav: str
    identitet: bool
    undantag: UUID | None

    @property
    def anonymous(self) -> bool:
        """Whether only counts are kept."""
        return self.krav in ANONYMOUS


def demand(bundle: Bundle, insats: InsatsUtanBehov, day: date) -> Demand:
    """Ask what one insats asks for on a day; only a decision about that very insats counts.

    Raises:
        ConfigurationMissingError: The edition has no table ``dok_krav``.
    """
    radgivning = insats.slag == RADGIVNING
    found = None if radgivning else exemption_on(insats, day)
    asked = {
        "behovsprovad": False,
        "radgivning": radgivning,
        "undantag": found is not None,
        "datum": day,
    }
    answer = decide(bundle, TABLE, asked)
    return Demand(
        krav=answer["krav"],
        identitet=answer["identitet_tillats"],
        undantag=None if found is None else found.pk,
    )


def exemption_on(insats: InsatsUtanBehov, day: date) -> Undantagsbeslut | None:
    """The exemption of an insats that holds on a day (R-222)."""
    ended = Q(provningar__slag="upphavt", provningar__datum__lte=day)
    rows = insats.beslut.filter(utfall=UNDANTAG, giltig_fran__lte=day).exclude(ended)
    return rows.order_by("-giltig_fran", "-registrerad").first()


def is_offered(insats: InsatsUtanBehov, day: date) -> bool:
    """Whether nämnd has put the insats on its list: its latest decision says so (SoL 11:5)."""
    last = insats.beslut.filter(giltig_fran__lte=day).order_by("-giltig_fran", "-registrerad")
    found = last.first()
    return found is not None and found.utfall != OFFERED_NOT
