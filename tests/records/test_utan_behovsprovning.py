"""What the database holds about insatser without assessment, whatever a program asks it."""

import tomllib
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from cases.errors import AnswersInvalidError
from config import clock
from records.answers import local_date
from records.exemption import demand, is_offered
from records.models import (
    AnonymtBesok,
    Arende,
    Deltagande,
    InsatsUtanBehov,
    Maende,
    Person,
    Undantagsbeslut,
    Undantagsprovning,
    Verksamhetsuppgift,
)
from records.queries import oppna_insatser
from records.visits import register_visit
from tests.municipality import actor, settle_in
from tests.open_town import STAFF, decided, ended, held, insats, linden, radgivning, viken

pytestmark = pytest.mark.django_db
ANONYMOUS = (AnonymtBesok, Maende, InsatsUtanBehov, Undantagsbeslut, Undantagsprovning)
VISIT = {"kon": "kvinna", "aldersgrupp": "65_79"}
DAY = date(2026, 8, 17)


@pytest.fixture(autouse=True)
def edition(db):
    return settle_in()


def visit(row, undantag, day=DAY, **more):
    values = {"antal": 1, "datum": day, "kon": "man", "aldersgrupp": "65_79", **more}
    return AnonymtBesok.objects.create(**held(), insats=row, undantag=undantag, **values)


def refused(rule, action, *args, **kwargs):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        action(*args, **kwargs)
    assert error.value.__cause__.diag.constraint_name == rule


def participant(row, day=DAY):
    person = Person.objects.create(
        **held(),
        personnummer="193510802394",
        fornamn="Sixten",
        efternamn="Hagmo",
        sortnamn="h",
        skapad=clock.now(),
    )
    arende = Arende.objects.create(
        **held(),
        nummer="2026-9",
        person=person,
        inkom_datum=day,
        satt="muntligt",
        oppnad=clock.now(),
    )
    return Deltagande.objects.create(
        **held(), arende=arende, insats=row, inskriven=day, villkor_uppfyllda="Över 65 år."
    )


@pytest.mark.parametrize("model", ANONYMOUS)
def test_r224_r237_no_column_says_who(model):
    columns = {field.name for field in model._meta.get_fields() if field.concrete}
    about = {"person", "arende", "akt", "personnummer", "adress", "telefon", "fornamn"}
    assert not columns & about
    related = {f.related_model for f in model._meta.get_fields() if f.concrete and f.is_relation}
    assert not related & {Person, Arende}


def test_r226_who_counted_and_at_what_hour_is_not_kept():
    columns = {field.name for field in AnonymtBesok._meta.get_fields() if field.concrete}
    assert not columns & {"registrerad", "registrerad_av", "skapad", "skapad_av", "dokument"}


def test_r225_the_decision_of_one_insats_is_no_ground_in_another():
    """Acceptance 14, in the tables: the foreign key is over decision and insats together."""
    first, other = linden(), viken()
    undantag = first.beslut.get()
    visit(first, undantag)
    refused("individual_documentation_required", visit, other, undantag)
    refused("individual_documentation_required", visit, other, None)
    refused("individual_documentation_required", visit, other, other.beslut.get())


@pytest.mark.parametrize("table", ["anonymtbesok", "maende"])
def test_r225_the_foreign_key_is_over_decision_and_insats_together(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s",
            [f"records_{table}_same_insats"],
        )
        (text,) = cursor.fetchone()
    assert text == (
        "FOREIGN KEY (undantag_id, insats_id) REFERENCES records_undantagsbeslut(id, insats_id)"
    )


@pytest.mark.parametrize("name", ["*", "Träffpunkt *", "Träffpunkten, caféet", "Träff; café", "%"])
def test_r225_a_wildcard_or_a_list_is_no_insats(name):
    refused("insats_is_one_insats", insats, name)


def test_r225_one_row_for_each_insats_and_document():
    row = linden()
    refused("undantag_once_per_document", decided, row)
    decided(insats("Träffpunkt Björken"))  # the same document, another insats
    refused("insats_listed_once", insats, "träffpunkt linden")


def test_r222_r229_the_exemption_holds_from_its_day_until_it_is_ended():
    row = linden()
    undantag = row.beslut.get()
    refused("individual_documentation_required", visit, row, undantag, date(2025, 6, 30))
    visit(row, undantag, date(2025, 7, 1))
    ended(undantag, DAY)
    visit(row, undantag, DAY - timedelta(days=1))
    refused("individual_documentation_required", visit, row, undantag, DAY)
    refused("undantag_ended_once", ended, undantag, DAY)


def test_r223_before_the_first_of_july_nothing_was_asked(edition):
    row = viken()
    assert demand(edition, row, date(2025, 6, 30)).krav == "ej_krav"
    assert demand(edition, row, date(2025, 7, 1)).krav == "individuell"
    assert demand(edition, linden(), date(2025, 7, 1)).krav == "anonym_statistik"


def test_r232_advice_is_counted_without_a_decision_and_never_with_one():
    row = radgivning()
    visit(row, None)
    refused("radgivning_needs_no_undantag", visit, row, linden().beslut.get())


@pytest.mark.parametrize("place", [linden, radgivning])
def test_r229_r237_nobody_is_written_down_where_identity_may_not_be(place):
    refused("identity_not_allowed", participant, place())


def test_r220_r221_elsewhere_everybody_is_written_down():
    found = participant(viken())
    assert found.arende.person.efternamn == "Hagmo"
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("UPDATE records_deltagande SET utskriven = %s", [DAY])
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE records_deltagande SET utskriven = NULL")


def test_r231_an_exemption_has_a_reason_in_words():
    refused(
        "undantag_has_reason",
        lambda: Undantagsbeslut.objects.create(
            **held(),
            insats=viken(),
            utfall="undantag",
            dnr="x",
            beslutsdatum=DAY,
            giltig_fran=DAY,
            law_version="SoL 2025:400",
            registrerad=clock.now(),
            dokument_id=InsatsUtanBehov.objects.get().dokument_id,
            registrerad_av_id=1,
        ),
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_anonymtbesok SET antal = 2",
        "DELETE FROM records_anonymtbesok",
        "UPDATE records_undantagsbeslut SET dnr = 'x'",
        "DELETE FROM records_undantagsbeslut",
        "UPDATE records_insatsutanbehov SET villkor = 'x'",
        "DELETE FROM records_insatsutanbehov",
    ],
)
def test_what_is_counted_and_decided_is_never_changed(statement):
    row = linden()
    visit(row, row.beslut.get())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_r227_wellbeing_is_numbers_by_month_without_pairs():
    row = linden()
    undantag = row.beslut.get()
    columns = {field.name for field in Maende._meta.get_fields() if field.concrete}
    assert not columns & {"start", "slut", "deltagare", "datum"}
    month = DAY.replace(day=1)
    for tillfalle, niva, antal in (("start", 2, 9), ("start", 3, 2), ("slut", 4, 11)):
        Maende.objects.create(
            **held(),
            insats=row,
            undantag=undantag,
            manad=month,
            tillfalle=tillfalle,
            niva=niva,
            antal=antal,
        )
    seen = oppna_insatser.statistics(
        actor(STAFF, clock.now()), row.pk, DAY, DAY, now=clock.now()
    ).maende
    assert seen["start"].cells == {2: None, 3: None}
    assert seen["slut"].cells == {4: 11}
    refused(
        "individual_documentation_required",
        lambda: Maende.objects.create(
            **held(), insats=viken(), manad=month, tillfalle="start", niva=1, antal=1
        ),
    )


def test_r228_the_figures_of_the_operation_are_owed_exempt_or_not():
    now = clock.now()
    rows = [linden(), viken(), radgivning()]
    assert all(is_offered(row, local_date(now)) for row in rows)
    required = {"tillfallen", "personaltimmar", "besok"}
    assert all(not Verksamhetsuppgift._meta.get_field(name).null for name in required)


def test_r226_a_total_of_few_is_hidden_whole():
    now = clock.now()
    row, staff = linden(), actor(STAFF, now)
    for _ in range(4):
        register_visit(row.pk, VISIT, actor=staff, now=now)
    today = local_date(now)
    seen = oppna_insatser.statistics(staff, row.pk, today, today, now=now)
    assert (seen.besok, seen.fordelning["kon"]) == (None, {"kvinna": None})
    register_visit(row.pk, VISIT, actor=staff, now=now)
    seen = oppna_insatser.statistics(staff, row.pk, today, today, now=now)
    assert (seen.besok, seen.fordelning["kon"]) == (5, {"kvinna": 5})
    assert seen.kon_alder == {("kvinna", "65_79"): 5}


def test_r230a_r230b_what_is_about_a_person_is_listed_and_not_asked_for(edition):
    """Forms without names hold codes and scanned text, and none of the fields that are barred."""
    content = edition.files["terms/personliga_forhallanden.toml"].decode()
    rows = tomllib.loads(content)["forhallande"]
    barred = {key for row in rows if row["i_undantag"] == "sparras" for key in row["falt"]}
    coded = {key for row in rows if row["i_undantag"] == "kod" for key in row["falt"]}
    assert {"namn", "personnummer", "adress"} <= barred
    assert {row["id"] for row in rows} >= {"forsorjning", "psykisk_halsa", "skadligt_bruk"}
    kinds = {}
    for form in ("registrera_besok", "starta_anonym_kontakt", "lamna_verksamhetsuppgifter"):
        for found in edition.form(form).walk():
            assert found.key not in barred
            assert found.kind not in {"textfield", "textarea"} or found.limits.no_identity
            kinds[found.key] = found.kind
    assert all(kinds[key] in {"select", "radio"} for key in coded)
    named = edition.form("starta_dokumentera_deltagande")
    assert {"personnummer", "fornamn", "adress"} <= {found.key for found in named.walk()}


def test_r222_an_unknown_answer_is_no_visit():
    row = linden()
    now = clock.now()
    with pytest.raises(AnswersInvalidError):
        register_visit(row.pk, {"kon": "kvinna"}, actor=actor(STAFF, now), now=now)
    assert not AnonymtBesok.objects.exists()
