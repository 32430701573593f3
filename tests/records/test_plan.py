"""The genomförandeplan: what it must say, that it is locked, and that follow-ups are appended."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from cases.errors import AnswersInvalidError
from records.errors import NoAnchorError, NoPlanError
from records.models import (
    Akt,
    JournalEntry,
    NyttUppfoljningsdatum,
    PlanAktivitet,
    PlanMal,
    PlanVersion,
    Uppfoljning,
)
from records.queries.case_page import goals
from tests.records.chain import database_role, plan

pytestmark = pytest.mark.django_db


def refusal(chain, step, **changes):
    with pytest.raises(AnswersInvalidError) as error:
        getattr(chain, step)(**changes)
    return {path: code for path, (code, _) in error.value.errors.items()}


def sql(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_r091_a_goal_without_a_goal_in_the_uppdrag_is_refused(chain):
    chain.running()
    goals = [{"uppdragsmal": "7", "mal": "Eget påhitt"}]
    assert "plan_goal_orphan" in refusal(chain, "planned", mal=goals).values()


def test_r091_the_database_wants_a_goal_of_the_uppdrag(chain):
    chain.running().planned()
    with pytest.raises(IntegrityError, match="uppdragsmal"):
        sql(
            "INSERT INTO records_planmal (id, organisation_id, unit_id, secrecy, version_id,"
            " nummer, behov, mal, uppdragsmal_id) SELECT gen_random_uuid(), organisation_id,"
            " unit_id, secrecy, version_id, 9, behov, mal, NULL FROM records_planmal LIMIT 1"
        )


@pytest.mark.parametrize("missing", ["vad", "hur", "nar", "vem"])
def test_r092_an_activity_says_what_how_when_and_who(chain, missing):
    chain.running()
    whole = {"mal": 1, "vad": "Dusch", "hur": "Med stöd", "nar": "Kväll", "vem": "Personal"}
    activities = [whole | {missing: " "}, whole | {"mal": 2}]
    assert refusal(chain, "planned", aktiviteter=activities) == {
        f"aktiviteter.0.{missing}": "plan_activity_incomplete"
    }
    assert not PlanAktivitet.objects.exists()


def test_r092_every_goal_has_an_activity(chain):
    chain.running()
    one = {"mal": 1, "vad": "a", "hur": "b", "nar": "c", "vem": "d"}
    assert refusal(chain, "planned", aktiviteter=[one]) == {
        "aktiviteter": "plan_activity_incomplete"
    }


def test_r093_who_took_part_and_how_the_person_did(chain):
    chain.running()
    assert refusal(chain, "planned", deltagare=[]) == {"deltagare": "plan_participation_missing"}
    assert refusal(chain, "planned", delaktighet_satt="") == {
        "delaktighet_satt": "plan_participation_missing"
    }
    assert refusal(chain, "planned", delaktig="nej") == {
        "ej_delaktig_orsak": "plan_participation_missing"
    }


def test_r094_wishes_are_shown_or_said_not_to_be_expressed(chain):
    chain.running()
    assert refusal(chain, "planned", onskemal="") == {"onskemal": "plan_wishes_missing"}
    chain.planned(onskemal="", har_inte_uttryckt_onskemal=True)
    assert PlanVersion.objects.get().har_inte_uttryckt_onskemal


def test_r095_a_goal_may_be_broken_into_parts(chain):
    chain.running()
    goals = [
        {"uppdragsmal": "1", "mal": "Duschar själv"},
        {"uppdragsmal": "1", "mal": "Tvättar håret själv", "delmal_av": 1},
    ]
    activity = {"mal": 2, "vad": "a", "hur": "b", "nar": "c", "vem": "d"}
    chain.planned(mal=goals, aktiviteter=[activity])
    assert PlanMal.objects.get(nummer=2).delmal_av == PlanMal.objects.get(nummer=1)


def test_r100_a_plan_has_at_least_one_need_with_a_goal(chain):
    chain.running()
    assert refusal(chain, "planned", mal=[], aktiviteter=[]) == {"mal": "plan_without_goal"}


def test_r104_participation_and_views_stand_in_plan_follow_up_and_journal(chain):
    chain.running().planned().established()
    chain.followed_up()
    assert PlanVersion.objects.earliest("nummer").delaktighet_satt == "Samtal i hemmet."
    assert Uppfoljning.objects.get().delaktighet_satt == "Samtal vid köksbordet"
    assert "Samtal i hemmet." in JournalEntry.objects.get(typ="plan_faststalld").text
    followed_up = JournalEntry.objects.get(typ="plan_uppfoljd").text
    assert "Samtal vid köksbordet" in followed_up
    assert "Nöjd." in followed_up


@pytest.mark.parametrize("form", ["stodjande", "kompenserande"])
def test_r085b_an_activity_says_if_support_is_to_strengthen_or_to_compensate(chain, form):
    activities = [row | {"stodform": form} for row in plan()["aktiviteter"]]
    chain.running().planned(aktiviteter=activities).established()
    assert set(PlanAktivitet.objects.values_list("stodform", flat=True)) == {form}


def test_r085c_whom_to_work_with_and_what_support_leads_to_stand_in_the_plan(chain):
    activities = [row | {"aktivitetsmal": "Duschar själv."} for row in plan()["aktiviteter"]]
    with_whom = {"samverkansbehov": "ja", "samverkan": "Arbetsterapeuten om hjälpmedel."}
    chain.running().planned(aktiviteter=activities, **with_whom).established()
    assert PlanVersion.objects.get().samverkan == with_whom["samverkan"]
    assert {row.aktivitetsmal for row in PlanAktivitet.objects.all()} == {"Duschar själv."}
    with pytest.raises(IntegrityError, match="plan_"):
        sql("UPDATE records_planversion SET samverkan = '', samverkansbehov = true")


@pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
def test_r124_r135_each_follow_up_adds_its_result_to_the_goal(program_chain, monkeypatch):
    """How it goes with a goal is read in order: no later result takes the place of an earlier."""
    chain = program_chain
    monkeypatch.setattr("cases.bundles.newest_hash", lambda _day: "prov")
    monkeypatch.setattr("cases.bundles.compiled", lambda _hash: chain.bundle)
    chain.running().planned().established()
    for fulfilled, level in (("nej", 4), ("delvis", 3), ("helt", 2)):
        result = {"mal": 1, "uppfyllelse": fulfilled, "bedomd_nu": level}
        other = {"mal": 2, "uppfyllelse": "helt"}
        chain.later(days=30).followed_up(
            uppfoljningsdatum=chain.now.date(), maluppfyllelse=[result, other]
        )
    with database_role("app"):
        traces = goals(chain.provider.users["utsedd_kontakt"], chain.arende, now=chain.now)
    results = traces[0].results
    assert [(row.uppfyllelse, row.bedomd_nu) for row in results] == [
        ("nej", 4),
        ("delvis", 3),
        ("helt", 2),
    ]
    days = [row.uppfoljning.datum for row in results]
    assert days == sorted(days)
    assert len(set(days)) == len(days)


def test_r110_a_follow_up_appends_a_version_and_overwrites_nothing(chain):
    chain.running().planned().established()
    before = list(PlanMal.objects.values_list("pk", "mal"))
    result = chain.later(days=90).followed_up()
    assert result["plan_version"] == 2
    assert list(PlanMal.objects.filter(version__nummer=1).values_list("pk", "mal")) == before
    new, old = PlanVersion.objects.order_by("-nummer")
    assert new.foregaende == old
    assert new.faststalld_datum == chain.now.date()
    assert [goal.mal for goal in new.mal.order_by("nummer")] == [mal for _, mal in before]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_planversion SET onskemal = 'annat'",
        "DELETE FROM records_planversion",
        "UPDATE records_planversion SET faststalld_datum = '2020-01-01'",
        "UPDATE records_planmal SET mal = 'annat'",
        "DELETE FROM records_planaktivitet",
        "UPDATE records_uppfoljning SET resultat = 'annat'",
    ],
)
def test_r110_an_established_version_and_a_follow_up_cannot_be_changed(chain, statement):
    chain.running().planned().established()
    chain.followed_up()
    with pytest.raises(IntegrityError, match="append_only"):
        sql(statement)


def test_r110_nothing_is_added_to_an_established_version(chain):
    chain.running().planned().established()
    with pytest.raises(IntegrityError, match="append_only"):
        sql(
            "INSERT INTO records_plandeltagare (id, organisation_id, unit_id, secrecy, version_id,"
            " namn, roll, behorighet_underlag) SELECT gen_random_uuid(), organisation_id, unit_id,"
            " secrecy, id, 'Extra', 'annan', '' FROM records_planversion"
        )


def test_r111_the_chosen_interval_is_kept_with_the_version(chain):
    chain.running().planned(uppfoljning_intervall=3).established()
    chain.followed_up()
    kept = PlanVersion.objects.values_list("uppfoljning_intervall", flat=True)
    assert list(kept) == [3, 3]


def test_r112_a_missed_review_marks_the_plan_and_a_follow_up_lifts_it(chain):
    chain.running().planned().established()
    first = chain.later(days=200).call(
        "uppfoljning.markera_ej_aktuell", by="system:utforare", akt=chain.ids["akt"]
    )
    again = chain.later(days=1).call(
        "uppfoljning.markera_ej_aktuell", by="system:utforare", akt=chain.ids["akt"]
    )
    assert first == again
    chain.followed_up()
    assert Akt.objects.get().ej_aktuell_datum is None


@pytest.mark.parametrize("missing", ["resurser", "behov", "resultat", "synpunkt"])
def test_r113_a_follow_up_says_resources_needs_results_and_views(chain, missing):
    chain.running().planned().established()
    assert refusal(chain, "followed_up", **{missing: ""}) == {missing: "follow_up_incomplete"}


def test_r113_every_goal_gets_its_result(chain):
    chain.running().planned().established()
    results = [{"mal": 1, "uppfyllelse": "helt"}]
    assert refusal(chain, "followed_up", maluppfyllelse=results) == {
        "maluppfyllelse": "follow_up_incomplete"
    }


def test_r143_the_journal_says_when_the_plan_was_established(chain):
    chain.running().later(days=3).planned().established()
    note = JournalEntry.objects.get(typ="plan_faststalld")
    assert str(chain.now.date()) in note.text
    assert note.forfattare_id == chain.provider.users["enhetschef"].user_id
    assert not JournalEntry.objects.filter(typ="ej_delaktig").exists()


def test_r144_the_journal_says_that_the_person_took_no_part_and_why(chain):
    chain.running().planned(delaktig="nej", ej_delaktig_orsak="Ville inte.").established()
    assert "Ville inte." in JournalEntry.objects.get(typ="ej_delaktig").text


def test_r145_the_journal_says_when_the_plan_was_followed_up(chain):
    chain.running().planned().established()
    chain.later(days=10)
    chain.followed_up(uppfoljningsdatum=chain.now.date())
    note = JournalEntry.objects.get(typ="plan_uppfoljd")
    assert str(chain.now.date()) in note.text
    assert note.registrerad == chain.now


def test_k4_the_anchor_is_the_follow_up_else_the_plan_else_the_start(chain):
    def anchor():
        found = chain.call("uppfoljning.ankare", by="system:utforare", akt=chain.ids["akt"])
        return found["ankare"], found["ankare_typ"]

    chain.opened().investigated().decided().ordered().sent().accepted()
    with pytest.raises(NoAnchorError):
        anchor()
    chain.started()
    start = chain.now.date()
    assert anchor() == (start, "verkstalld")
    chain.later(days=14).planned()
    assert anchor() == (start, "verkstalld")
    chain.established()
    assert anchor() == (chain.now.date(), "faststalld")
    chain.later(days=100).followed_up()
    assert anchor() == (chain.now.date(), "uppfoljning")


def test_k5_a_new_date_has_a_reason_and_never_makes_the_plan_current(chain):
    chain.running().planned().established()
    chain.later(days=200)
    chain.call("uppfoljning.markera_ej_aktuell", by="system:utforare", akt=chain.ids["akt"])
    form = {"nytt_datum": chain.now.date(), "skal": ""}
    with pytest.raises(AnswersInvalidError):
        chain.call("uppfoljning.nytt_datum", by="enhetschef", form=form, akt=chain.ids["akt"])
    chain.call(
        "uppfoljning.nytt_datum",
        by="enhetschef",
        form=form | {"skal": "Sjukhusvistelse."},
        akt=chain.ids["akt"],
    )
    assert NyttUppfoljningsdatum.objects.get().skal == "Sjukhusvistelse."
    assert Akt.objects.get().ej_aktuell_datum == chain.now.date()


def test_k4_the_anchor_never_moves_backwards(chain):
    """January with last year's number must not send every alarm up to nämnden."""
    chain.running().planned().established()
    early = chain.now.date() - timedelta(days=365)
    assert refusal(chain, "followed_up", uppfoljningsdatum=early) == {
        "uppfoljningsdatum": "date_too_early"
    }
    first = chain.later(days=30).now.date()
    chain.followed_up(uppfoljningsdatum=first)
    chain.later(days=30)
    assert refusal(chain, "followed_up", uppfoljningsdatum=first - timedelta(days=1)) == {
        "uppfoljningsdatum": "date_too_early"
    }


def test_a_plan_must_be_drafted_before_it_is_established_and_established_before_followed_up(chain):
    chain.running()
    with pytest.raises(NoPlanError):
        chain.established()
    chain.planned()
    with pytest.raises(NoPlanError):
        chain.followed_up()


def test_a_new_draft_sets_the_old_one_aside(chain):
    chain.running().planned().planned(onskemal="Vill duscha på morgonen.").established()
    assert PlanVersion.objects.get(nummer=1).forkastad is not None
    assert PlanVersion.objects.get(nummer=2).onskemal == "Vill duscha på morgonen."
