"""A quarter's report as it is read: rows for IVO and revisorer, numbers for fullmäktige."""

from dataclasses import dataclass

from engine.bundle import Bundle
from records.models import Kvartalsrapport
from records.terms import insats_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One kind of support; ``antal`` and ``dagar`` are None where the number is too small."""

    insats: str
    namn: str
    antal: int | None
    dagar: int | None


def statistics(bundle: Bundle, report: Kvartalsrapport) -> list[Count]:
    """Number, kind and mean elapsed days for fullmäktige, without identities (L-27).

    A number below the report's ``minsta_antal`` is not shown, and neither is the time of so few.
    """
    days: dict[str, list[int]] = {}
    for insats, elapsed in report.rader.order_by("insats").values_list("insats", "dagar"):
        days.setdefault(insats, []).append(elapsed)
    return [
        Count(
            insats=insats,
            namn=insats_names(bundle, [insats]),
            antal=len(found) if len(found) >= report.minsta_antal else None,
            dagar=sum(found) // len(found) if len(found) >= report.minsta_antal else None,
        )
        for insats, found in days.items()
    ]
