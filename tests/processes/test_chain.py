"""The chain walked in memory: choreography, clocks, ladders, death and the gate."""

from collections import Counter
from datetime import date, timedelta

import pytest

from engine.forms import AnswersInvalidError
from tests.processes import answers
from tests.processes.town import Notice, RefusedError, Town
from tests.processes.walks import (
    close_provider,
    decided,
    executed,
    investigated,
    plan,
    planned,
    sent,
)

BEGUN, PLANNED, DUE = date(2026, 8, 17), date(2026, 8, 31), date(2027, 2, 28)
CARRIED_OUT = ["bevaka_verkstallighet", "folja_upp_beslut", "folja_upp_plan", "genomfora"]
LADDER = [
    ("T-30", "utsedd_kontakt", date(2027, 1, 29)),
    ("T-7", "utsedd_kontakt", date(2027, 2, 21)),
    ("T0", "utsedd_kontakt", date(2027, 2, 28)),
    ("T0", "enhetschef", date(2027, 2, 28)),
    ("T7", "enhetschef", date(2027, 3, 7)),
    ("T14", "verksamhetsansvarig", date(2027, 3, 14)),
    ("T30", "enhetschef", date(2027, 3, 30)),
    ("T60", "verksamhetsansvarig", date(2027, 4, 29)),
]


def demo() -> Town:
    """Verkställd 2026-08-17, plan fastställd 2026-08-31."""
    town = executed(BEGUN)
    town.advance(PLANNED)
    plan(town, PLANNED)
    return town


def reviews(town: Town) -> list[Notice]:
    return [notice for notice in town.notices if notice.typ == "uppfoljning_plan"]


def test_r080_the_steps_follow_each_other_by_messages() -> None:
    town = planned(BEGUN)
    assert town.thrown == [
        "arende.utredning_inledd",
        "utredning.avslutad",
        "delbeslut.gynnande",
        "beslut.bifall",
        "uppdrag.skickat",
        "uppdrag.accepterat",
        "uppdrag.verkstalld",
        "delbeslut.verkstallt",
        "plan.faststalld",
    ]
    assert town.running == CARRIED_OUT
    assert town.open == ["Task_FoljUppBeslut", "Task_FoljUppPlan"]
    assert town.undelivered == []


def test_r090_the_journal_exists_when_the_uppdrag_is_accepted() -> None:
    town = sent(BEGUN)
    before = list(town.calls)
    town.complete("Task_BekraftaUppdrag", {"kan_verkstallas": "ja", "start_datum": BEGUN})
    assert town.calls[len(before) :] == ["uppdrag.acceptera"]
    assert len(town.akter) == 1


def test_k4_without_a_plan_the_clock_runs_from_verkstalld() -> None:
    town = executed(BEGUN)
    assert town.due("Task_FoljUppPlan") == date(2027, 2, 17)


def test_k4_the_plan_moves_the_anchor_and_one_clock_is_left() -> None:
    town = demo()
    assert town.due("Task_FoljUppPlan") == DUE
    assert town.running.count("folja_upp_plan") == 1


def test_r110_the_ladder_day_by_day() -> None:
    town = demo()
    town.advance(date(2027, 4, 30))
    assert [(n.niva, n.to, n.on) for n in reviews(town)] == LADDER
    assert town.facts["ej_aktuell"] == 1
    assert town.thrown.count("avvikelse.foreslas") == 1
    assert ("uppfoljning", date(2027, 4, 29)) in town.facts["namnd"]


def test_r110_the_ladder_after_a_long_stop_is_whole_and_in_order() -> None:
    town = demo()
    town.jump(date(2027, 12, 24))
    assert [(n.niva, n.to) for n in reviews(town)] == [row[:2] for row in LADDER]
    assert {n.on for n in reviews(town)} == {date(2027, 12, 24)}
    town.jump(date(2028, 12, 24))
    assert len(reviews(town)) == len(LADDER)


def test_k5_a_new_date_does_not_stop_the_ladder() -> None:
    town = demo()
    town.advance(date(2027, 3, 7))
    new = {"atgard": "nytt_datum", "nytt_datum": date(2027, 4, 20), "skal": "Sjukdom."}
    town.complete("Task_SattNyttDatum", new)
    assert "uppfoljning.nytt_datum" in town.calls
    town.advance(date(2027, 4, 30))
    assert town.facts["ej_aktuell"] == 1
    assert len(reviews(town)) == len(LADDER)


def test_the_chief_may_reassign_instead() -> None:
    town = demo()
    town.advance(date(2027, 3, 7))
    other = {"atgard": "omfordela", "utsedd_kontakt": "alex", "typ": "kontaktperson_utforare"}
    town.complete("Task_SattNyttDatum", other)
    assert town.calls[-1] == "kontakt.utse"
    assert "Task_FoljUppPlan" in town.open


def test_r110_a_review_in_time_is_followed_by_the_next_period() -> None:
    town = demo()
    town.advance(date(2027, 2, 25))
    town.complete("Task_FoljUppPlan", answers.uppfoljning(date(2027, 2, 25)))
    assert town.due("Task_FoljUppPlan") == date(2027, 8, 25)
    town.advance(date(2027, 7, 1))
    assert [n.niva for n in reviews(town)] == ["T-30", "T-7"]
    assert town.running.count("folja_upp_plan") == 1


def test_r110_twenty_reviews_leave_one_small_clock() -> None:
    town = planned(date(2026, 8, 17), months=3)
    sizes = set()
    day = date(2026, 8, 17)
    for _turn in range(20):
        day += timedelta(days=80)
        town.advance(day)
        town.complete("Task_FoljUppPlan", answers.uppfoljning(day))
        clock = next(i for i in town.instances if i.key == "folja_upp_plan" and i.outcome.tasks)
        sizes.add(len(clock.outcome.state))
    assert town.running.count("folja_upp_plan") == 1
    assert max(sizes) < 8000
    assert Counter(town.thrown)["plan.ny_period"] == 20


@pytest.mark.parametrize(("months", "due"), [(1, date(2026, 9, 30)), (3, date(2026, 11, 30))])
def test_r111_a_tighter_routine(months: int, due: date) -> None:
    town = executed(BEGUN)
    town.advance(PLANNED)
    plan(town, PLANNED, months)
    assert town.due("Task_FoljUppPlan") == due


@pytest.mark.parametrize("months", [0, 7])
def test_r111_seven_months_are_refused_at_the_field(months: int) -> None:
    town = executed(BEGUN)
    with pytest.raises(AnswersInvalidError) as refused:
        town.complete("Task_PlaneraMedDenEnskilde", answers.plan(months))
    assert set(refused.value.errors) == {"uppfoljning_intervall"}


def test_the_chief_sends_a_plan_back() -> None:
    town = executed(BEGUN)
    town.complete("Task_PlaneraMedDenEnskilde", answers.plan())
    town.complete("Task_FaststallPlan", {"godkand": "nej", "atersand_skal": "Saknar tider."})
    assert "Task_PlaneraMedDenEnskilde" in town.open
    plan(town, BEGUN)
    assert town.open == ["Task_FoljUppBeslut", "Task_FoljUppPlan"]


def test_r109_the_plan_that_is_late_escalates() -> None:
    town = executed(BEGUN)
    town.advance(date(2026, 9, 14))
    late = [(n.niva, n.to) for n in town.notices if n.typ == "gp_frist"]
    assert late == [
        ("T-3", "utsedd_kontakt"),
        ("T0", "utsedd_kontakt"),
        ("T0", "enhetschef"),
        ("T7", "enhetschef"),
        ("T14", "verksamhetsansvarig"),
    ]
    plan(town, date(2026, 9, 14))
    town.advance(date(2026, 12, 1))
    assert len([n for n in town.notices if n.typ == "gp_frist"]) == 5


def test_k8_a_declined_uppdrag_leaves_no_akt_and_goes_to_a_new_choice() -> None:
    town = sent(BEGUN)
    no = {"kan_verkstallas": "nej", "avbojandeskal": "Enheten är full just nu."}
    town.complete("Task_BekraftaUppdrag", no)
    assert town.akter == {}
    assert town.open == ["Task_FoljUppBeslut", "Task_UtformaUppdrag"]
    assert "genomfora" not in town.running
    town.complete("Task_UtformaUppdrag", answers.uppdrag(BEGUN))
    assert "Task_BekraftaUppdrag" in town.open


def test_r083_an_uppdrag_nobody_answers_escalates_and_is_called_back() -> None:
    town = sent(BEGUN)
    town.advance(date(2026, 8, 25))
    assert [(n.niva, n.to) for n in town.notices] == [
        ("T0", "enhetschef"),
        ("T1", "handlaggare"),
        ("T2", "myndighetschef"),
    ]
    town.complete("Task_AgeraObekraftat", {"atgard": "aterkalla", "motivering": "Inget svar."})
    assert town.open == ["Task_FoljUppBeslut", "Task_UtformaUppdrag"]


def test_an_answer_after_the_ladder_still_counts() -> None:
    town = sent(BEGUN)
    town.advance(date(2026, 8, 25))
    town.complete("Task_BekraftaUppdrag", {"kan_verkstallas": "ja", "start_datum": BEGUN})
    assert town.open == ["Task_FoljUppBeslut", "Task_UtseKontakt"]


def test_refusal_waits_for_the_appeal_time_and_closes() -> None:
    town = investigated(date(2026, 9, 1))
    town.complete("Task_FattaBeslut", answers.beslut(date(2026, 9, 1), utfall="avslag"))
    town.complete("Task_UnderrattaOmBeslut", answers.delgivet(date(2026, 9, 1)))
    assert town.running == ["besluta"]
    town.advance(date(2026, 9, 29))
    assert town.open == []
    town.advance(date(2026, 9, 30))
    town.complete("Task_AvslutaArende", {"val": "avsluta", "avslutsorsak": "avslag"})
    assert town.running == []
    assert "arende.avsluta" in town.calls


def test_no_utredning_closes_with_a_reason() -> None:
    town = Town(date(2026, 9, 1))
    town.start("aktualisera", answers.ansokan(date(2026, 9, 1)))
    town.complete("Task_KontrolleraAnsokan", {"komplett": "nej", "saknas": "Underskrift."})
    asked = {"saknas": "Underskrift.", "satt": "telefon", "begard_datum": date(2026, 9, 1)}
    town.complete("Task_BegarKomplettering", {**asked, "svar_senast": date(2026, 9, 15)})
    came = {"innehall": "Underskriften.", "lamnad_av": "Den enskilde"}
    got = {"svar": "kompletterat", "inkom": date(2026, 9, 1), **came}
    town.complete("Task_RegistreraKomplettering", got)
    town.complete("Task_KontrolleraAnsokan", {"komplett": "ja"})
    why = {"inledning": "aterkallad", "motivering": "Personen har ändrat sig."}
    town.complete("Task_BeslutaInledaUtredning", {**why, "beslutsdatum": date(2026, 9, 1)})
    town.complete("Task_AvslutaArende", {"val": "avsluta", "avslutsorsak": "aterkallad"})
    assert town.running == []


def test_a_late_utredning_asks_for_a_notice_to_the_person() -> None:
    town = Town(date(2026, 6, 1))
    town.start("aktualisera", answers.ansokan(date(2026, 6, 1)))
    town.complete("Task_KontrolleraAnsokan", {"komplett": "ja"})
    begin = {"inledning": "inleda", "beslutsdatum": date(2026, 6, 1)}
    town.complete("Task_BeslutaInledaUtredning", begin)
    town.advance(date(2026, 9, 1))
    assert "Task_UnderrattaForsening" in town.open
    assert "Task_PlaneraUtredning" in town.open


def test_a_chief_decides_what_is_not_delegated() -> None:
    town = Town(date(2026, 6, 1))
    town.start("aktualisera", answers.ansokan(date(2026, 6, 1)))
    town.complete("Task_KontrolleraAnsokan", {"komplett": "ja"})
    begin = {"inledning": "inleda", "beslutsdatum": date(2026, 6, 1)}
    town.complete("Task_BeslutaInledaUtredning", begin)
    town.complete("Task_PlaneraUtredning", answers.PLANERA_UTREDNING)
    town.complete("Task_KartlaggLivsomraden", answers.kartlaggning())
    town.complete("Task_SattMal", answers.MAL)
    town.complete("Task_BedomOchForesla", {**answers.FORSLAG, "insats": "personlig_assistans"})
    assert town.open == ["Task_FattaBeslutChef"]


def test_r097_a_changed_need_is_told_received_and_reviewed_earlier() -> None:
    town = planned(date(2026, 9, 1))
    town.advance(date(2026, 10, 1))
    seen = {"beskrivning": "Har fallit.", "datum": date(2026, 9, 30)}
    town.start("anmal_behov_utforare", seen)
    assert town.due("Task_KvitteraBehov") == date(2026, 10, 5)
    town.complete("Task_KvitteraBehov", {"mottaget": True, "atgard": "uppfoljning"})
    town.advance(date(2026, 10, 16))
    assert [(n.typ, n.niva, n.to, n.on) for n in town.notices] == [
        ("forandrat_behov", "T0", "utsedd_kontakt", date(2026, 10, 15)),
        ("forandrat_behov", "T0", "enhetschef", date(2026, 10, 15)),
    ]
    assert town.due("Task_FoljUppPlan") == date(2027, 3, 1)
    town.complete("Task_FoljUppPlan", answers.uppfoljning(date(2026, 10, 16)))
    assert "anmal_behov_utforare" not in town.running
    assert town.due("Task_FoljUppPlan") == date(2027, 4, 16)


def test_r097_a_need_nobody_acknowledges_escalates() -> None:
    town = planned(date(2026, 9, 1))
    town.start("anmal_behov_utforare", {"beskrivning": "Har fallit.", "datum": date(2026, 9, 1)})
    town.advance(date(2026, 9, 7))
    found = [(n.niva, n.to) for n in town.notices if n.typ == "kvittens_behov"]
    assert found == [("T0", "enhetschef"), ("T0", "handlaggare"), ("T3", "arbetsledare")]
    town.complete("Task_KvitteraBehov", {"mottaget": True, "atgard": "uppfoljning"})
    assert "behov.mottaget" in town.thrown
    assert town.undelivered == []


def test_k6_the_other_way_too() -> None:
    town = planned(date(2026, 9, 1))
    town.complete(
        "Task_FoljUppBeslut", answers.beslutsuppfoljning(date(2026, 9, 1), "andra_uppdrag")
    )
    town.complete("Task_KvitteraBehov", {"mottaget": True})
    assert town.open == ["Task_FoljUppBeslut", "Task_FoljUppPlan"]
    assert "anmal_behov_myndighet" not in town.running


def test_r097_a_review_that_shows_a_changed_need_tells_the_handlaggare() -> None:
    town = planned(date(2026, 9, 1))
    town.complete("Task_FoljUppPlan", answers.uppfoljning(date(2026, 9, 1), forandrat=True))
    assert "Task_KvitteraBehov" in town.open
    assert town.due("Task_FoljUppPlan") == date(2027, 3, 1)


def test_r096_the_handlaggare_has_a_clock_of_her_own() -> None:
    town = planned(date(2026, 9, 1), till=date(2027, 8, 31))
    assert town.due("Task_FoljUppBeslut") == date(2027, 7, 31)
    town.advance(date(2027, 8, 31))
    found = [(n.niva, n.to) for n in town.notices if n.typ == "uppfoljning_beslut"]
    assert found == [
        ("T-30", "handlaggare"),
        ("T-7", "handlaggare"),
        ("T0", "handlaggare"),
        ("T7", "arbetsledare"),
        ("T30", "myndighetschef"),
    ]
    town.complete("Task_FoljUppBeslut", answers.beslutsuppfoljning(date(2027, 8, 31), "oforandrat"))
    assert town.running.count("folja_upp_beslut") == 1


def test_a_decision_nobody_renews_ends_with_its_last_day() -> None:
    town = planned(date(2026, 9, 1), till=date(2027, 8, 31))
    town.advance(date(2027, 8, 31))
    assert town.due("Task_ProvaForlangning") == date(2027, 8, 31)
    assert set(CARRIED_OUT) <= set(town.running)
    town.advance(date(2027, 9, 1))
    ended = ["uppdrag.avslutas", "uppdrag.avslut_inlett", "delbeslut.upphort", "beslut.upphort"]
    assert [name for name in town.thrown if name in ended] == ended
    assert town.open == ["Task_BekraftaAvslut"]
    assert town.running == ["avsluta"]
    assert town.undelivered == []


def test_k12_each_granted_part_has_a_watch_of_its_own() -> None:
    day = date(2026, 8, 10)
    town = investigated(day)
    both = answers.beslut(day)
    part = {**both["delbeslut"][0], "insats": "trygghetslarm"}
    town.complete("Task_FattaBeslut", {**both, "delbeslut": [both["delbeslut"][0], part]})
    assert town.thrown.count("delbeslut.gynnande") == 2
    assert town.running.count("bevaka_verkstallighet") == 2
    town.complete("Task_UnderrattaOmBeslut", answers.delgivet(day))
    town.send("delbeslut.verkstallt", town.current_parts[0], {"verkstalld_datum": day})
    town.advance(date(2026, 11, 10))
    assert town.open.count("Task_AngeSkalEjVerkstallt") == 1


def test_k6_a_new_utredning_starts_from_the_review_of_the_decision() -> None:
    town = planned(date(2026, 9, 1))
    town.complete(
        "Task_FoljUppBeslut", answers.beslutsuppfoljning(date(2026, 9, 1), "ny_utredning")
    )
    assert "utreda" in town.running
    assert "folja_upp_beslut" in town.running


def test_a_renewed_decision_changes_the_uppdrag_and_keeps_the_akt() -> None:
    town = planned(date(2026, 9, 1), till=date(2027, 8, 31))
    town.complete("Task_FoljUppBeslut", answers.beslutsuppfoljning(date(2026, 9, 1), "forlang"))
    assert town.open == ["Task_FattaBeslut", "Task_FoljUppBeslut", "Task_FoljUppPlan"]
    town.complete("Task_FattaBeslut", answers.beslut(date(2026, 9, 1), till=date(2028, 8, 31)))
    town.complete("Task_UnderrattaOmBeslut", answers.delgivet(date(2026, 9, 1)))
    changed = {"livsomraden_med": ["hemliv"], "period_fran": date(2027, 9, 1)}
    town.complete("Task_AndraUppdrag", changed)
    plan(town, date(2026, 9, 1))
    assert town.running == ["beslut_upphor", *CARRIED_OUT]
    assert town.facts["verkstallda"] == [part for _, part in town.granted]
    assert len(town.akter) == 1
    assert town.undelivered == []


def test_a_decision_not_executed_is_reported_each_quarter_until_it_is() -> None:
    town = decided(date(2026, 8, 10))
    town.advance(date(2026, 11, 10))
    reason = {
        "skal": "Ingen utförare har plats.",
        "_skal": {"berakna_verkstallt": "Går inte att säga."},
    }
    town.complete("Task_AngeSkalEjVerkstallt", reason)
    assert ("ej_verkstallt", date(2026, 11, 10)) in town.facts["namnd"]
    town.advance(date(2027, 2, 10))
    assert "Task_AngeSkalEjVerkstallt" in town.open


def test_k3_the_akt_closes_after_the_final_note_and_so_the_case() -> None:
    town = planned(date(2026, 9, 1))
    town.start("avsluta_arende", {"anledning": "flytt"})
    with pytest.raises(RefusedError, match="final_note_missing"):
        town.complete("Task_AvslutaArende", {"val": "avsluta", "avslutsorsak": "flytt"})
    town.complete("Task_AvslutaArende", {"val": "fortsatt"})
    town.complete("Task_FoljUppBeslut", answers.beslutsuppfoljning(date(2026, 9, 1), "avsluta"))
    assert town.open == ["Task_BekraftaAvslut"]
    close_provider(town, date(2026, 9, 1))
    unsigned = {**answers.slutanteckning(date(2026, 9, 1)), "signera": False}
    with pytest.raises(AnswersInvalidError):
        town.complete("Task_SkrivSlutanteckning", unsigned)
    town.complete("Task_SkrivSlutanteckning", answers.slutanteckning(date(2026, 9, 1)))
    closing = ["journal.slutanteckning", "akt.stang", "uppdrag.avsluta"]
    assert town.calls[-5:] == [*closing, "avslut.foljd", "avslut.vantande"]
    town.complete("Task_AvslutaArende", {"val": "avsluta", "avslutsorsak": "flytt"})
    assert town.running == []
    assert town.open == []
    assert town.undelivered == []


def test_a_closing_that_stands_still_escalates_until_the_final_note() -> None:
    town = planned(date(2026, 9, 1))
    town.complete("Task_FoljUppBeslut", answers.beslutsuppfoljning(date(2026, 9, 1), "avsluta"))
    assert town.due("Task_BekraftaAvslut") == date(2026, 9, 15)
    town.advance(date(2026, 9, 22))
    close_provider(town, date(2026, 9, 1))
    town.complete("Task_SkrivSlutanteckning", answers.slutanteckning(date(2026, 9, 1)))
    town.advance(date(2026, 12, 1))
    assert [(n.typ, n.niva, n.to, n.on) for n in town.notices] == [
        ("slutanteckning", "T0", "utsedd_kontakt", date(2026, 9, 15)),
        ("slutanteckning", "T0", "enhetschef", date(2026, 9, 15)),
        ("slutanteckning", "T7", "enhetschef", date(2026, 9, 22)),
    ]
    assert town.open == ["Task_AvslutaArende"]


DEATH = {"handling": "registrera", "dodsdatum": date(2026, 9, 14), "kalla": "region"}


def test_k2_death_stops_the_clocks_at_once_and_the_closing_goes_on() -> None:
    town = planned(date(2026, 9, 1))
    town.advance(date(2026, 9, 15))
    town.start("registrera_dodsfall", DEATH)
    assert town.open == ["Task_BekraftaAvslut"]
    town.advance(date(2028, 1, 1))
    assert {notice.typ for notice in town.notices} == {"slutanteckning"}
    close_provider(town, date(2026, 9, 14), "avliden")
    town.complete("Task_SkrivSlutanteckning", answers.slutanteckning(date(2026, 9, 14), "avliden"))
    town.complete("Task_AvslutaArende", {"val": "avsluta", "avslutsorsak": "avliden"})
    assert town.running == []


def test_k2_death_twice_is_told_once() -> None:
    town = planned(date(2026, 9, 1))
    town.advance(date(2026, 9, 15))
    town.start("registrera_dodsfall", DEATH)
    town.start("meddela_dodsfall", {"dodsdatum": date(2026, 9, 14), "kalla": "anhorig"})
    assert Counter(town.thrown)["person.avliden"] == 1
    assert town.open == ["Task_BekraftaAvslut"]


def test_k2_a_wrong_death_is_taken_back_and_the_clocks_recomputed() -> None:
    town = planned(date(2026, 9, 1))
    town.advance(date(2026, 9, 15))
    town.start("registrera_dodsfall", DEATH)
    town.start("registrera_dodsfall", {"handling": "aterta", "skal": "Fel person."})
    assert town.open == ["Task_FoljUppBeslut", "Task_FoljUppPlan", "Task_PlaneraMedDenEnskilde"]
    assert town.due("Task_FoljUppPlan") == date(2027, 3, 1)
    assert town.due("Task_PlaneraMedDenEnskilde") == date(2026, 9, 29)
    plan(town, date(2026, 9, 15))
    assert town.running == CARRIED_OUT


@pytest.mark.parametrize("walk", [investigated, decided, sent])
def test_k2_death_before_anything_was_carried_out_closes_the_case(walk: object) -> None:
    assert callable(walk)
    town = walk(date(2026, 9, 1))
    town.advance(date(2026, 9, 15))
    town.start("registrera_dodsfall", DEATH)
    assert town.open == ["Task_AvslutaArende"]
    town.complete("Task_AvslutaArende", {"val": "avsluta", "avslutsorsak": "avliden"})
    assert town.akter == {}


def test_each_open_case_is_alive_somewhere() -> None:
    for walk in (investigated, decided, sent, executed, planned):
        town = walk(date(2026, 9, 1))
        assert town.running
        assert town.undelivered == []
