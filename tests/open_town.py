"""Insatser without assessment in the demo municipality, as domain.md §8 set 2 has them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cases.models import Unit
from records.models import Dokument, InsatsUtanBehov, Undantagsbeslut, Undantagsprovning
from tests.municipality import user

EARLIER = datetime(2025, 6, 17, 9, 0, tzinfo=ZoneInfo("Europe/Stockholm"))
STAFF, LEADER = "oppen.personal", "oppen.ledare"
NUMBER = "170101-2393"
"""An official test number, as somebody would write it down."""


def held():
    unit = Unit.objects.get(name="Öppna verksamheter")
    return {"organisation_id": unit.organisation_id, "unit_id": unit.pk}


def paper():
    return Dokument.objects.create(
        **held(), form_id="namndbeslut_undantag", answers={}, skapad=EARLIER
    )


def insats(namn, slag="oppen_verksamhet", **more):
    return InsatsUtanBehov.objects.create(
        **held(),
        namn=namn,
        slag=slag,
        malgrupp="Äldre i Ekviken",
        villkor="Öppet för alla över 65 år.",
        dokument=paper(),
        registrerad=EARLIER,
        registrerad_av_id=user(LEADER).pk,
        **more,
    )


def decided(row, utfall="undantag", dnr="25X-77", giltig_fran=date(2025, 7, 1)):
    exempt = utfall == "undantag"
    return Undantagsbeslut.objects.create(
        **held(),
        insats=row,
        utfall=utfall,
        skal="oppen_verksamhet" if exempt else "",
        skal_text="Öppet för alla, utan anmälan." if exempt else "",
        dnr=dnr,
        beslutsdatum=EARLIER.date(),
        giltig_fran=giltig_fran,
        law_version="SoL 2025:400",
        dokument=paper(),
        registrerad=EARLIER,
        registrerad_av_id=user("namnd").pk,
    )


def ended(beslut, day):
    return Undantagsprovning.objects.create(
        **held(),
        beslut=beslut,
        slag="upphavt",
        datum=day,
        motivering="Särskilda skäl finns inte kvar.",
        dnr="26X-1",
        dokument=paper(),
        registrerad=EARLIER + timedelta(days=1),
        registrerad_av_id=user("namnd").pk,
    )


def linden():
    """Exempt."""
    row = insats("Träffpunkt Linden")
    decided(row)
    return row


def viken():
    """Offered, not exempt."""
    row = insats("Träffpunkt Viken")
    decided(row, "inget_undantag", dnr="25X-79")
    return row


def radgivning():
    """Statutory: no exemption is needed (SoL 14:4)."""
    row = insats("Alkoholrådgivningen", "radgivning")
    decided(row, "inget_undantag", dnr="25X-78")
    return row
