"""From the receipt to the investigation: W2, L-01, L-03, L-04, L-05, L-08, R-088, R-152."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from cases.errors import AnswersInvalidError
from records.errors import (
    AlreadyDecidedError,
    AvgorandeAlreadyError,
    DecisionNotMadeError,
    NoRunningUtredningError,
)
from records.identity import age_on
from records.models import (
    Arende,
    AvgorandeBegaran,
    Handlaggningsbeslut,
    JournalEntry,
    LivsomradeBedomning,
    Person,
    Utredning,
)
from tests.records.chain import STOCKHOLM, T0
from tests.records.test_identity import OFFICIAL

pytestmark = pytest.mark.django_db

UNKNOWN_DAY = {"191500722390", "191711602399"}


@pytest.mark.parametrize("number", OFFICIAL)
def test_w2_every_official_number_goes_through_registration(chain, number):
    chain.opened(personnummer=number, fornamn="Prov", efternamn="Provsson")
    person = Person.objects.get(personnummer=number)
    known = chain.call("aktualisering.underlag", by="handlaggare")

    assert (person.fodelsedatum is None) == (number in UNKNOWN_DAY)
    if person.fodelsedatum is None:
        assert known["alder"] is None
    else:
        assert int(known["alder"]) == age_on(person.fodelsedatum, T0.date())


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 8, 4), date(2026, 8, 3), 17),
        (date(2008, 8, 3), date(2026, 8, 3), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_l01_age_counts_full_years(born, day, age):
    assert age_on(born, day) == age


def test_w2_a_known_number_with_another_name_asks(chain):
    chain.opened()
    with pytest.raises(AnswersInvalidError) as refused:
        chain.opened(fornamn="Rolf", efternamn="Annatnamn")
    assert refused.value.errors["person_bekraftad"][0] == "person_name_differs"
    chain.opened(fornamn="ASTRID", efternamn="ekholt")
    chain.opened(fornamn="Astrid", efternamn="Nyttnamn", person_bekraftad=True)
    assert Person.objects.filter(efternamn="Nyttnamn").count() == 1


SIMILAR = ("193501752384", "193501852382")
UNLIKE = "189410059803"


def test_w2_a_number_like_a_known_one_asks_how_it_was_checked(chain):
    known, near = SIMILAR
    chain.opened(personnummer=known, fornamn="Signe", efternamn="Exempelsson")
    other = {"personnummer": near, "fornamn": "Rut", "efternamn": "Provsten"}
    with pytest.raises(AnswersInvalidError) as refused:
        chain.opened(**other)
    assert set(refused.value.errors) == {"nummer_kontrollerat"}
    code, message = refused.value.errors["nummer_kontrollerat"]
    assert code == "personnummer_similar"
    for secret in ("Signe", "Exempelsson", known, known[:8]):
        assert secret not in message
    assert not Person.objects.filter(personnummer=near).exists()
    chain.opened(**other, nummer_kontrollerat="Jämfört med körkortet.")
    chain.opened(**other)  # known by now
    chain.opened(personnummer=UNLIKE)


@pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
def test_w2_a_protected_number_out_of_sight_is_never_told_of(program_chain):
    known, near = SIMILAR
    program_chain.opened(personnummer=known)
    Person.objects.update(skydd="skyddad_folkbokforing", secrecy=2)
    program_chain.opened(personnummer=near, fornamn="Rut", efternamn="Provsten")
    assert Person.objects.count() == 2


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 28, 23, 59, tzinfo=STOCKHOLM),
        datetime(2026, 3, 29, 0, 1, tzinfo=STOCKHOLM),
        datetime(2026, 10, 24, 23, 59, tzinfo=STOCKHOLM),
        datetime(2026, 10, 25, 23, 59, tzinfo=STOCKHOLM),
    ],
)
def test_l02_the_day_of_receipt_is_stockholms(chain, moment):
    chain.now = moment
    chain.opened(inkom_datum=None)
    assert Arende.objects.get(pk=chain.arende).inkom_datum == moment.date()


def test_l01_known_before_and_running_utredning(chain):
    chain.opened()
    first = chain.arende
    chain.call("utredning.inled", by="handlaggare")
    chain.opened()
    known = chain.call("aktualisering.underlag", by="handlaggare")
    assert (int(known["tidigare_arenden"]), known["pagaende_utredning"]) == (1, True)

    moved = chain.call("orosanmalan.till_utredning", by="handlaggare")
    assert str(moved["utredning_arende"]) == str(first)
    assert JournalEntry.objects.filter(journal__arende_id=first, typ="orosanmalan").count() == 1


def test_l01_nothing_to_move_to(chain):
    chain.opened()
    with pytest.raises(NoRunningUtredningError):
        chain.call("orosanmalan.till_utredning", by="handlaggare")


def test_k3_the_opening_is_decided_once_with_reason(chain):
    chain.opened()
    with pytest.raises(AnswersInvalidError):
        chain.call("aktualisering.besluta", by="handlaggare", form={"inledning": "radgivning"})
    with pytest.raises(AnswersInvalidError):
        chain.call(
            "aktualisering.besluta",
            by="handlaggare",
            form={"inledning": "avvisa", "motivering": "Oklart.", "overklagandehanvisning": True},
        )
    form = {"inledning": "radgivning", "motivering": "Fick råd."}
    chain.call("aktualisering.besluta", by="handlaggare", form=form)
    with pytest.raises(AlreadyDecidedError), transaction.atomic():
        chain.call("aktualisering.besluta", by="handlaggare", form=form)


def test_l16_dismissal_after_a_request_that_told_of_it(chain):
    chain.opened()
    chain.call(
        "aktualisering.besluta",
        by="handlaggare",
        komplettering_utfall="inget_svar_avvisas",
        form={"inledning": "avvisa", "motivering": "Oklart.", "overklagandehanvisning": True},
    )
    assert Handlaggningsbeslut.objects.get(slag="inledning").overklagandehanvisning


def test_l03_protection_has_a_reason(chain):
    chain.opened()
    with pytest.raises(AnswersInvalidError):
        chain.call("skyddsbedomning.spara", by="handlaggare", form={"behov_av_skydd": "ja"})
    form = {"behov_av_skydd": "ja", "motivering": "Akut."}
    made = chain.call("skyddsbedomning.spara", by="handlaggare", form=form)
    assert made["behov_av_skydd"] is True


def test_l04_longer_time_only_for_a_definite_later_day(chain):
    chain.opened()
    last = T0.date() + timedelta(days=14)

    def extend(**form):
        return chain.call(
            "tid.forlang", by="handlaggare", slag="forhandsbedomning", galler_till=last, form=form
        )

    with pytest.raises(AnswersInvalidError):
        extend(beslut="forlang", ny_dag=last + timedelta(days=1))
    with pytest.raises(AnswersInvalidError):
        extend(beslut="forlang", motivering="Synnerliga skäl.", ny_dag=last)
    refused = extend(beslut="avsla", motivering="Inga synnerliga skäl.")
    assert (refused["forlangd"], refused["galler_till"]) == (False, last)
    new = last + timedelta(days=7)
    granted = extend(beslut="forlang", motivering="Synnerliga skäl.", ny_dag=new)
    assert (granted["forlangd"], granted["galler_till"]) == (True, new)


def requested(chain, **values):
    form = {"inkom_datum": chain.now.date(), "satt": "skriftligt"}
    given = {"utfall": "prova", "svar_senast": chain.now.date() + timedelta(days=28)} | values
    return chain.call("avgorande.registrera", by="handlaggare", form=form, **given)


def test_l05_a_request_is_tried_once_and_then_only_noted(chain):
    chain.opened(slag="anmalan")
    assert chain.call("avgorande.underlag", by="handlaggare")["initierat_av_part"] is False
    chain.opened(slag="ansokan")
    requested(chain)
    assert int(chain.call("avgorande.underlag", by="handlaggare")["tidigare_begaran"]) == 1
    with pytest.raises(AvgorandeAlreadyError), transaction.atomic():
        requested(chain)
    requested(chain, utfall="avvisa", skal="redan_provad", svar_senast=None)
    assert AvgorandeBegaran.objects.filter(arende_id=chain.arende).count() == 2


def test_l05_decided_means_decided_and_a_refusal_tells_how_to_appeal(chain):
    chain.opened(slag="ansokan").investigated()
    requested(chain)
    with pytest.raises(DecisionNotMadeError):
        chain.call("avgorande.besluta", by="handlaggare", form={"svar": "avgjort"})
    form = {"svar": "avslag", "motivering": "Utlåtandet dröjer."}
    with pytest.raises(AnswersInvalidError):
        chain.call("avgorande.besluta", by="handlaggare", form=form)
    chain.decided()
    done = chain.call("avgorande.besluta", by="handlaggare", form={"svar": "avgjort"})
    assert done["begaran_svar"] == "avgjort"


def test_r152_no_consent_means_nothing_is_asked(chain):
    chain.opened()
    form = {"grund": "samtycke", "kalla": "Vårdcentralen", "syfte": "Stöd", "uppgifter": ["halsa"]}
    assert chain.call("kalla.prova", by="handlaggare", form=form)["tillaten"] is False
    without = form | {"uppgifter": []}
    assert chain.call("kalla.prova", by="handlaggare", form=without)["tillaten"] is False
    by_law = {"grund": "lagrum", "lagrum_text": "15 kap. SoL"}
    assert chain.call("kalla.prova", by="handlaggare", form=by_law)["tillaten"] is True


def test_l08_what_is_told_says_when_and_by_whom(chain):
    chain.opened()
    with pytest.raises(AnswersInvalidError) as refused:
        chain.call("kalla.anteckna", by="handlaggare", form={"text": "Har ramlat."})
    assert "lamnad_av" in refused.value.errors
    told = chain.now - timedelta(hours=2)
    form = {"text": "Har ramlat.", "lamnad_av": "Dottern", "lamnad": told}
    chain.call("kalla.anteckna", by="handlaggare", form=form)
    entry = JournalEntry.objects.get(typ="uppgift_lamnad")
    assert (entry.kalla, entry.handelsetid) == ("Dottern", told)


def test_r088_the_fast_way_still_marks_every_area(chain):
    chain.opened()
    chain.call("utredning.inled", by="handlaggare")
    form = {
        "ovriga_ej_aktuella": True,
        "trygghet_status": "aktuellt",
        "trygghet_nulage": "Rädd om natten.",
        "trygghet_bedomd": 2,
    }
    chain.call("livsomraden.spara", by="handlaggare", form=form)
    rows = LivsomradeBedomning.objects.values_list("status", flat=True)
    assert sorted(rows) == ["aktuellt", *["ej_aktuellt"] * 10]


def test_r088_without_the_mark_an_area_is_missing(chain):
    chain.opened()
    chain.call("utredning.inled", by="handlaggare")
    with pytest.raises(AnswersInvalidError):
        chain.call("livsomraden.spara", by="handlaggare", form={"trygghet_status": "ej_aktuellt"})


def test_k2_an_aborted_utredning_is_ended(chain):
    chain.opened()
    chain.call("utredning.inled", by="handlaggare")
    chain.call("ansokan.aterta", by="handlaggare", form={"av_vem": "Astrid Ekholt"})
    chain.call("utredning.avbryt", by="handlaggare")
    assert Utredning.objects.get().avslutad_datum == T0.date()


@pytest.mark.parametrize("stage", ["aktualisering", "utredning", "beslut"])
def test_l08_withdrawing_says_where_the_arende_stood(chain, stage):
    chain.opened()
    if stage == "utredning":
        chain.call("utredning.inled", by="handlaggare")
    if stage == "beslut":
        chain.investigated()
    form = {"av_vem": "Astrid Ekholt"}
    assert chain.call("ansokan.aterta", by="handlaggare", form=form)["skede"] == stage


@pytest.mark.parametrize("change", ["UPDATE {table} SET utfall = 'x'", "DELETE FROM {table}"])
@pytest.mark.parametrize("table", ["records_handlaggningsbeslut", "records_avgorandebegaran"])
def test_decisions_of_the_handling_never_change(chain, table, change):
    chain.opened(slag="ansokan")
    requested(chain)
    form = {"behov_av_skydd": "nej", "motivering": "Inget akut."}
    chain.call("skyddsbedomning.spara", by="handlaggare", form=form)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table=table))
