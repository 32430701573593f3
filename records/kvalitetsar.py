"""The figures of one organisation's quality work in one period, for the kvalitetsberättelse.

What a figure is called stands in ``terms/kvalitetsmatt.toml``; here is how it is counted. A day is
a day in Stockholm.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from uuid import UUID

from django.db.models import Sum

from records.answers import STOCKHOLM
from records.models import (
    Atgard,
    AtgardEffekt,
    AtgardStatus,
    Avvikelse,
    Egenkontroll,
    Klagomal,
    LexSarah,
    LexSarahBedomning,
    LexSarahIvo,
    LoggBedomning,
    Loggkontroll,
    LoggUtfall,
    Risk,
    Riskanalys,
)

ANMALAN = "anmalan"
SERIOUS = "allvarligt"


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included, of one organisation."""

    organisation: UUID
    first: date
    last: date

    @property
    def days(self) -> tuple[date, date]:
        """For a column that holds a day."""
        return self.first, self.last

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """For a column that holds a moment: from, and before."""
        after = self.last + timedelta(days=1)
        return (
            datetime.combine(self.first, time(), STOCKHOLM),
            datetime.combine(after, time(), STOCKHOLM),
        )


Counted = Callable[[Period], int]


def count_all(period: Period) -> Mapping[str, int]:
    """Every figure of a period by its code, in the order of the report."""
    return MappingProxyType({code: counted(period) for code, counted in FIGURES.items()})


def closed_measures(period: Period) -> list[AtgardEffekt]:
    """The follow-ups that closed a measure in the period: reached its effect, or ended anyway."""
    rows = AtgardEffekt.objects.filter(
        organisation_id=period.organisation, foljd_upp__range=period.days, avslutad=True
    )
    return list(rows.select_related("atgard").order_by("foljd_upp", "atgard__nummer"))


def _at(model: type, column: str, **only: object) -> Counted:
    """Count the rows whose moment lies in the period."""

    def counted(period: Period) -> int:
        first, before = period.moments
        within = {f"{column}__gte": first, f"{column}__lt": before}
        rows = model._default_manager  # type: ignore[attr-defined]  # noqa: SLF001
        return int(rows.filter(organisation_id=period.organisation, **within, **only).count())

    return counted


def _on(model: type, column: str, **only: object) -> Counted:
    """Count the rows whose day lies in the period."""

    def counted(period: Period) -> int:
        within = {f"{column}__range": period.days}
        rows = model._default_manager  # type: ignore[attr-defined]  # noqa: SLF001
        return int(rows.filter(organisation_id=period.organisation, **within, **only).count())

    return counted


def _serious(period: Period) -> int:
    """Reports that were assessed as serious in the period, each once."""
    rows = LexSarahBedomning.objects.filter(
        organisation_id=period.organisation, datum__range=period.days, utfall=SERIOUS
    )
    return rows.values("lex_sarah").distinct().count()


def _reviewed(column: str) -> Counted:
    """The sum of a column over the controls that were fastställda in the period."""

    def counted(period: Period) -> int:
        rows = Egenkontroll.objects.filter(
            organisation_id=period.organisation, faststalld_datum__range=period.days
        )
        return int(rows.aggregate(found=Sum(column))["found"] or 0)

    return counted


FIGURES: Mapping[str, Counted] = MappingProxyType(
    {
        "avvikelser_rapporterade": _at(Avvikelse, "rapporterad"),
        "avvikelser_stangda": _at(Avvikelse, "stangd"),
        "klagomal_inkomna": _on(Klagomal, "inkom_datum"),
        "klagomal_besvarade": _on(Klagomal, "svarad_datum"),
        "lex_sarah_rapporter": _at(LexSarah, "rapporterad"),
        "lex_sarah_allvarliga": _serious,
        "lex_sarah_anmalda": _on(LexSarahIvo, "datum", slag=ANMALAN),
        "riskanalyser_faststallda": _at(Riskanalys, "faststalld"),
        "risker_stangda": _at(Risk, "stangd"),
        "egenkontroller_faststallda": _on(Egenkontroll, "faststalld_datum"),
        "akter_granskade": _reviewed("granskade"),
        "akter_med_ska_brist": _reviewed("med_ska_brist"),
        "loggkontroller_signerade": _at(Loggkontroll, "signerad"),
        "lasningar_obehoriga": _at(LoggBedomning, "at", utfall=LoggUtfall.OBEHORIG),
        "atgarder_beslutade": _at(Atgard, "beslutad"),
        "atgarder_effekt_uppnadd": _on(AtgardEffekt, "foljd_upp", uppnadd=True),
        "atgarder_avslutade_anda": _on(AtgardEffekt, "foljd_upp", uppnadd=False, avslutad=True),
    }
)
"""Code to how it is counted; the order is that of the report."""


def effect_of(row: AtgardEffekt) -> str:
    """How a measure was closed."""
    return (AtgardStatus.UPPNADD if row.uppnadd else AtgardStatus.AVSLUTAD_ANDA).value
