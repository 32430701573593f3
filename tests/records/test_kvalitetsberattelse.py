"""The kvalitetsberättelse: its figures, its three sections, who fastställde it, the receipt."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from cases.errors import AnswersInvalidError, CaseError
from records.kvalitetsar import FIGURES, Period, count_all
from records.kvalitetsberattelse import matt_names
from records.models import (
    Atgard,
    AtgardEffekt,
    Avvikelse,
    Klagomal,
    KvalitetsberattelseNamnd,
    KvalitetsberattelseText,
    Papper,
)
from tests.demo_year import counts
from tests.papers.letters import files
from tests.records.chain import STOCKHOLM, place
from tests.records.controls import call

pytestmark = pytest.mark.django_db

YEAR = {"ar": 2026, "fran": date(2026, 1, 1), "till": date(2026, 12, 31)}
TEXT = {
    "arbetet": "Egenkontroll och riskanalys i alla enheter.",
    "atgarder": "Rutinen för nycklar skrevs om.",
    "resultat": "Avvikelserna minskade från två till en.",
}
MOMENTS = {
    "förra året": datetime(2025, 12, 31, 23, 59, tzinfo=STOCKHOLM),
    "första": datetime(2026, 1, 1, 0, 0, tzinfo=STOCKHOLM),
    "sista": datetime(2026, 12, 31, 23, 59, tzinfo=STOCKHOLM),
    "nästa år": datetime(2027, 1, 1, 0, 0, tzinfo=STOCKHOLM),
}


@pytest.fixture
def authority():
    return place("myndighet", "Myndighet Norr", "myndighet", "namnd")


@pytest.fixture
def provider():
    return place(
        "utforare", "Hemtjänst Norr", "egen_regi", "kvalitetsansvarig", "verksamhetsansvarig"
    )


@pytest.fixture
def year(chain):
    """A year with a deviation on each side of both New Years, a complaint, and a measure."""
    extra = {
        path: data
        for path, data in files().items()
        if path.startswith(("papers/", "terms/kvalitetsmatt", "lagrum", "terms/roller"))
    }
    chain.bundle = type(chain.bundle)({**extra, **chain.bundle.files})
    chain.now = datetime(2027, 1, 15, 6, tzinfo=STOCKHOLM)
    for number, moment in enumerate(MOMENTS.values(), start=1):
        _deviation(chain, f"A-2026-{number}", moment)
    _complaint(chain)
    _closed_measure(chain)
    return chain


def held(chain):
    unit = chain.provider.unit
    return {"organisation_id": unit.organisation_id, "unit_id": unit.pk, "secrecy": 0}


def _deviation(chain, number, moment):
    Avvikelse.objects.create(
        **held(chain),
        nummer=number,
        kategori="lakemedel",
        handelse="Larmet besvarades sent.",
        handelse_datum=moment.date(),
        konsekvens="ingen",
        krav=["sosfs2011_9"],
        rapporterad=moment,
    )


def _complaint(chain):
    Klagomal.objects.create(
        **held(chain),
        nummer="K-2026-1",
        typ="klagomal",
        kanal="telefon",
        kategori="bemotande",
        anonym=True,
        text="Ingen kom.",
        inkom_datum=date(2026, 12, 31),
        registrerad=MOMENTS["sista"],
    )


def _closed_measure(chain):
    user = chain.provider.users["kvalitetsansvarig"].user_id
    made = Atgard.objects.create(
        **held(chain),
        kalla="avvikelse",
        kalla_id=Avvikelse.objects.earliest("rapporterad").pk,
        nummer="Å-2026-1",
        vad="Skriv om rutinen för larm.",
        ansvarig_id=user,
        klar_senast=date(2026, 5, 1),
        effektmatt="Inga sena larm.",
        beslutad=datetime(2026, 4, 1, 9, tzinfo=STOCKHOLM),
    )
    made.status, made.utford_datum = "utford", date(2026, 4, 20)
    made.save()
    AtgardEffekt.objects.create(
        **held(chain),
        atgard=made,
        omgang=1,
        utford_datum=date(2026, 4, 20),
        foljd_upp=date(2026, 6, 1),
        uppnadd=True,
        avslutad=True,
        resultat="Inga sena larm på en månad.",
        registrerad=datetime(2026, 6, 1, 9, tzinfo=STOCKHOLM),
        registrerad_av_id=user,
    )


def compiled(chain):
    return call(chain, "kvalitetsberattelse.sammanstall", "system:utforare", **YEAR)


def written(chain, **changes):
    found = compiled(chain)
    call(
        chain,
        "kvalitetsberattelse.skriv",
        "kvalitetsansvarig",
        {**TEXT, **changes},
        berattelse=found["berattelse"],
    )
    return found["berattelse"]


def established(chain):
    report = written(chain)
    day = {"faststalld_datum": date(2027, 1, 15)}
    done = call(
        chain, "kvalitetsberattelse.faststall", "verksamhetsansvarig", day, berattelse=report
    )
    return report, done


def test_r062_the_figures_are_of_the_year_and_the_one_before(year):
    told = {row["matt"]: (row["antal"], row["forra"]) for row in compiled(year)["tal"]}
    assert told["avvikelser_rapporterade"] == (Decimal(2), Decimal(1))
    assert told["klagomal_inkomna"] == (Decimal(1), Decimal(0))
    assert told["atgarder_beslutade"] == (Decimal(1), Decimal(0))
    assert told["atgarder_effekt_uppnadd"] == (Decimal(1), Decimal(0))
    assert list(told) == list(FIGURES) == list(matt_names(year.bundle))


def test_r063_the_closed_measures_are_named(year):
    rows = compiled(year)["atgarder"]
    assert [(row["nummer"], row["vad"]) for row in rows] == [
        ("Å-2026-1", "Skriv om rutinen för larm.")
    ]


def test_a_second_run_finds_what_the_first_counted(year):
    first = compiled(year)
    _deviation(year, "A-2026-9", MOMENTS["sista"])
    assert compiled(year) == first


def test_another_count_in_sql_gives_the_same_figures(year):
    compiled(year)
    call(year, "kvalitetsberattelse.sammanstall", "system:myndighet", **YEAR)
    assert list(counts.kvalitetsberattelse(2026)) == []
    _deviation(year, "A-2026-9", MOMENTS["sista"])
    assert list(counts.kvalitetsberattelse(2026)) == [
        "kvalitetsberättelse avvikelser_rapporterade: told (2, 1), SQL (3, 1)"
    ]


def test_both_counts_know_the_same_figures():
    assert set(counts.FIGURES) == set(FIGURES)


def test_every_figure_can_be_counted_where_there_is_nothing(chain):
    empty = Period(chain.authority.unit.organisation_id, date(2020, 1, 1), date(2020, 12, 31))
    assert set(count_all(empty).values()) == {0}


@pytest.mark.parametrize("section", sorted(TEXT))
def test_r064_none_of_the_three_sections_may_be_empty(year, section):
    with pytest.raises(AnswersInvalidError) as refused:
        written(year, **{section: "  "})
    assert set(refused.value.errors) == {section}


def test_r064_the_database_refuses_an_empty_section(year):
    written(year)
    row = KvalitetsberattelseText.objects.get()
    row.pk, row.version, row.resultat = None, 2, ""
    with pytest.raises(DatabaseError, match="three_sections"), transaction.atomic():
        row.save(force_insert=True)


def test_r061_it_is_adopted_once_and_kept_as_paper(year):
    report, done = established(year)
    kept = Papper.objects.get(pk=done["papper"])
    assert bytes(kept.innehall).startswith(b"%PDF")
    assert str(kept.underlag_id) == str(report)
    assert done["namnd_enhet"] == str(year.authority.unit.pk)
    form = {"faststalld_datum": date(2027, 1, 15)}
    again = ("kvalitetsberattelse.faststall", "verksamhetsansvarig", form)
    with pytest.raises((CaseError, DatabaseError)), transaction.atomic():
        call(year, *again, berattelse=report)


def test_r061_namnden_gets_a_copy_and_gives_one_receipt(year):
    report, done = established(year)
    sent = {"berattelse": report, "papper": done["papper"]}
    row = call(year, "kvalitetsberattelse.ta_emot", "system:myndighet", **sent)["namnd_rad"]
    assert call(year, "kvalitetsberattelse.ta_emot", "system:myndighet", **sent) == {
        "namnd_rad": row
    }
    receipt = {"diarienummer": "SN 2027/14"}
    call(year, "kvalitetsberattelse.kvittera", "namnd", receipt, namnd_rad=row)
    copy = KvalitetsberattelseNamnd.objects.get()
    kept = Papper.objects.get(pk=done["papper"])
    assert (copy.diarienummer, copy.sha256, copy.ar) == ("SN 2027/14", kept.sha256, 2026)
    assert bytes(copy.innehall) == bytes(kept.innehall)
    with pytest.raises(CaseError):
        call(year, "kvalitetsberattelse.kvittera", "namnd", receipt, namnd_rad=row)


@pytest.mark.parametrize(
    "table", ["kvalitetsberattelse", "kvalitetsberattelsetal", "kvalitetsberattelsetext"]
)
def test_r062_what_was_written_is_never_changed(year, table):
    established(year)
    column = "sammanstalld" if table == "kvalitetsberattelse" else "secrecy"
    value = year.now + timedelta(days=1) if column == "sammanstalld" else 1
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update records_{table} set {column} = %s", [value])  # noqa: S608
