"""What the tables answer: the numbers of the law and the routines."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.dmn.errors import DmnInputTypeError
from engine.feel import compile_expression
from tests.processes.town import edition


def ask(table: str, **inputs: Any) -> Any:
    return edition().decision(table).evaluate(table, inputs).value


@pytest.mark.parametrize("months", [1, 2, 3, 4, 5, 6])
def test_r111_one_to_six_months(months: int) -> None:
    assert ask("uppfoljningsintervall", lokal_rutin_manader=Decimal(months)) == months


def test_r110_six_months_without_a_routine_of_ones_own() -> None:
    assert ask("uppfoljningsintervall", lokal_rutin_manader=None) == 6


@pytest.mark.parametrize("months", ["0", "7", "12", "2.5"])
def test_r111_other_intervals_are_refused(months: str) -> None:
    with pytest.raises(DmnInputTypeError, match="uppfoljningsintervall"):
        ask("uppfoljningsintervall", lokal_rutin_manader=Decimal(months))


def anchors(**days: date) -> Mapping[str, Any]:
    names = ("verkstalld_datum", "plan_faststalld_datum", "senaste_uppfoljning_datum")
    return {name: days.get(name) for name in names}


def test_k4_the_anchor_is_the_last_follow_up_else_the_plan_else_the_start() -> None:
    started = {"verkstalld_datum": date(2026, 8, 17)}
    planned = {**started, "plan_faststalld_datum": date(2026, 8, 31)}
    followed = {**planned, "senaste_uppfoljning_datum": date(2027, 4, 29)}
    found = [
        ask("uppfoljning_forfallodag", intervall_manader=Decimal(6), **anchors(**days))
        for days in (started, planned, followed)
    ]
    assert [row["ankare_typ"] for row in found] == ["verkstalld", "faststalld", "uppfoljning"]
    due = [row["forfallodag"] for row in found]
    assert due == [date(2027, 2, 17), date(2027, 2, 28), date(2027, 10, 29)]
    assert found[1]["bevakas_fran"] == date(2027, 1, 29)


@pytest.mark.parametrize(
    ("anchor", "months", "due"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 29), 1, date(2026, 4, 29)),
        (date(2026, 4, 25), 6, date(2026, 10, 25)),
    ],
)
def test_r110_calendar_months(anchor: date, months: int, due: date) -> None:
    days = anchors(plan_faststalld_datum=anchor)
    found = ask("uppfoljning_forfallodag", intervall_manader=Decimal(months), **days)
    assert found["forfallodag"] == due


def test_the_ladder_of_a_review() -> None:
    rows = ask("eskalering", klocka="uppfoljning_plan", intervall_manader=Decimal(6))
    assert [(int(row["dagar"]), row["roll"], row["atgard"]) for row in rows] == [
        (-30, "utsedd_kontakt", "paminn"),
        (-7, "utsedd_kontakt", "paminn"),
        (0, "utsedd_kontakt", "eskalera"),
        (0, "enhetschef", "eskalera"),
        (7, "enhetschef", "krav_atgard"),
        (14, "verksamhetsansvarig", "eskalera"),
        (30, "enhetschef", "markera_ej_aktuell"),
        (60, "verksamhetsansvarig", "namnd_lista"),
    ]


def test_a_monthly_review_is_not_reminded_of_the_day_it_begins() -> None:
    rows = ask("eskalering", klocka="uppfoljning_plan", intervall_manader=Decimal(1))
    assert int(rows[0]["dagar"]) == -7


@pytest.mark.parametrize(
    "clock",
    [
        "uppfoljning_plan",
        "uppfoljning_beslut",
        "gp_frist",
        "bekraftelse_uppdrag",
        "kvittens_behov",
        "forandrat_behov",
        "utredning",
        "slutanteckning",
    ],
)
def test_every_ladder_climbs_and_names_known_roles(clock: str) -> None:
    rows = ask("eskalering", klocka=clock, intervall_manader=Decimal(6))
    days = [int(row["dagar"]) for row in rows]
    assert days == sorted(days)
    assert len(rows) > 1
    for row in rows:
        assert edition().roles.get(row["roll"]) is not None
    assert len({(row["niva"], row["roll"]) for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("ladder", "called"),
    [
        ("eskalering", {"eskalering"}),
        ("eskalering_myndighet", {"eskalering_myndighet", "bevaka_utredning"}),
    ],
)
def test_a_ladder_draws_every_measure_of_its_clocks(ladder: str, called: set[str]) -> None:
    """What a level asks for beyond a reminder has a branch in each diagram that may come to it."""
    files = {name: text.decode() for name, text in edition().files.items()}
    given = [
        source
        for name, text in files.items()
        if name.startswith("bpmn/")
        for call in re.findall(r"<bpmn:callActivity.*?</bpmn:callActivity>", text, re.DOTALL)
        if re.findall(r'processId="(\w+)"', call)[0] in called
        for source in re.findall(r'<zeebe:input source="(.*?)" target="klocka"', call)
    ]
    asked = {
        row["atgard"]
        for clock in set(re.findall(r"&quot;(\w+)&quot;", "".join(given)))
        for row in ask("eskalering", klocka=clock, intervall_manader=Decimal(6))
    }
    drawn = set(re.findall(r'=steg\.atgard = "(\w+)"', files[f"bpmn/{ladder}.bpmn"]))
    assert asked - {"paminn", "eskalera"} == drawn


def test_r109_the_anchor_is_a_column_and_a_missing_area_an_error() -> None:
    days = {"verkstalld_datum": date(2026, 8, 17), "mottaget_datum": date(2026, 8, 11)}
    assert ask("gp_frist", tjansteomrade="hemtjanst", **days)["senast"] == date(2026, 8, 31)
    assert ask("gp_frist", tjansteomrade="korttid", **days) == {
        "ankare": "mottaget",
        "dagar": 2,
        "senast": date(2026, 8, 13),
    }
    with pytest.raises(DmnInputTypeError, match="gp_frist"):
        ask("gp_frist", tjansteomrade="okänt", **days)


def test_a_weekend_gives_the_provider_until_monday() -> None:
    friday = date(2026, 8, 14)
    assert ask("bekraftelsetid", bradskande=False, skickat_datum=friday) == date(2026, 8, 17)
    assert ask("bekraftelsetid", bradskande=True, skickat_datum=friday) == friday


def insats_codes() -> list[str]:
    rows = edition().files["terms/insatser.toml"].decode()
    return [line.split('"')[1] for line in rows.splitlines() if line.startswith("id =")]


@pytest.mark.parametrize("hours", ["0", "120", "120.5", "480", "481"])
def test_r087_level_and_delegation_agree(hours: str) -> None:
    codes = insats_codes()
    assert len(codes) > 10
    below = {"handlaggare": None, "myndighetschef": "handlaggare", "namnd": "myndighetschef"}
    for code in codes:
        asked = {"insats": code, "timmar_manad": Decimal(hours)}
        level = ask("beslutsniva", **asked)
        assert ask("delegation", roll=level, utfall="bifall", **asked) is True
        if (lower := below[level]) is not None:
            assert ask("delegation", roll=lower, utfall="bifall", **asked) is False
        assert ask("delegation", roll="personal", utfall="bifall", **asked) is False


@pytest.mark.parametrize("utfall", ["bifall", "delvis"])
def test_r087_the_form_asks_for_the_hours_that_delegation_needs(utfall: str) -> None:
    """Hours that are not said are nobody's delegation but the nämnd's; the form asks for them."""
    rule = next(one for one in edition().form("fatta_beslut").rules if "timmar" in one.message)
    in_hours = []
    for code in insats_codes():
        asked = {"insats": code, "timmar_manad": None, "utfall": utfall}
        level = ask("beslutsniva", insats=code, timmar_manad=None)
        if not ask("delegation", roll=level, **asked):
            in_hours.append(code)
        part = {**asked, "overlamna": None, "delbeslut": [asked]}
        assert rule.condition.evaluate(part) is (code not in in_hours)
        assert ask("delegation", roll=level, **{**asked, "utfall": "avslag"}) is True
    assert {"hemtjanst_omvardnad", "personlig_assistans"} < set(in_hours)


def test_the_law_of_the_day() -> None:
    assert ask("law_version", datum=date(2025, 6, 30)) == "SoL 2001:453"
    assert ask("law_version", datum=date(2025, 7, 1)) == "SoL 2025:400"


@pytest.mark.parametrize(
    ("kind", "law", "born", "others", "result"),
    [
        ("egen_regi", "SoL", 5, False, "bevara"),
        ("egen_regi", "SoL", 15, False, "bevara"),
        ("egen_regi", "LSS", 25, True, "bevara"),
        ("egen_regi", "SoL", 20, False, "gallra"),
        ("egen_regi", "SoL", 20, True, "jurist"),
        ("egen_regi", "SoL", None, False, "bevara"),
        ("privat", "LSS", 20, False, "gallra"),
        ("privat", "LSS", 15, False, "overlamna_namnd"),
        ("privat", "SoL", 20, False, "jurist"),
    ],
)
def test_k10_what_happens_to_an_akt(
    kind: str, law: str, born: int | None, *, others: bool, result: str
) -> None:
    day = None if born is None else Decimal(born)
    found = retention(kind, law, day, others=others)
    assert found["utfall"] == result
    assert found["manuell"] is (result == "jurist" or born is None)


def retention(kind: str, law: str, day: Decimal | None, *, others: bool) -> Any:
    """What the table says, with the demo municipality's own values."""
    return ask(
        "gallring",
        driftsform=kind,
        lag=law,
        fodelsedag=day,
        andra_uppgifter=others,
        placerat_barn=False,
        **ask("gallring_lokalt", driftsform=kind),
    )


def test_r183_five_years() -> None:
    found = retention("egen_regi", "SoL", Decimal(20), others=False)
    after = compile_expression('d + duration("P" + string(ar) + "Y")', names=("d", "ar"))
    assert after.evaluate({"d": date(2026, 9, 16), "ar": found["ar"]}) == date(2031, 9, 16)


@pytest.mark.parametrize(
    ("role", "same", "assigned", "action", "allowed"),
    [
        ("handlaggare", True, False, "lasa", True),
        ("handlaggare", False, False, "lasa", False),
        ("personal", False, True, "slutfora", True),
        ("personal", True, False, "omfordela", False),
        ("enhetschef", True, False, "omfordela", True),
        ("verksamhetsansvarig", True, False, "lasa", False),
        ("systemadministrator", True, True, "lasa", False),
        ("systemadministrator", True, False, "atgarda", True),
        ("systemforvaltare", True, False, "starta", False),
        ("okand", True, False, "lasa", False),
    ],
)
def test_who_may_do_what(
    role: str, *, same: bool, assigned: bool, action: str, allowed: bool
) -> None:
    found = ask(
        "atkomst",
        role=role,
        samma_enhet=same,
        tilldelad=assigned,
        secrecy=Decimal(0),
        utsedd=False,
        handling=action,
        arende=True,
    )
    assert found is allowed


def test_a_decision_is_followed_up_before_it_ends() -> None:
    before = {"beslutsdatum": date(2025, 6, 20), "giltig_till": date(2026, 6, 30)}
    first = ask("uppfoljning_beslut", senaste_uppfoljning_beslut=None, **before)
    again = ask("uppfoljning_beslut", senaste_uppfoljning_beslut=date(2026, 5, 20), **before)
    open_ended = {**before, "giltig_till": None, "senaste_uppfoljning_beslut": None}
    assert first["forfallodag"] == date(2026, 5, 30)
    assert again["forfallodag"] == date(2026, 6, 30)
    assert ask("uppfoljning_beslut", **open_ended)["forfallodag"] == date(2026, 6, 20)


def test_not_executed_is_reported_after_three_months_and_each_quarter() -> None:
    days = {"beslutsdatum": date(2026, 8, 10), "avbrott_datum": None}
    reported = date(2026, 11, 10)
    assert ask("ej_verkstallt", **days, senast_rapporterad=None) == reported
    assert ask("ej_verkstallt", **days, senast_rapporterad=reported) == date(2027, 2, 10)
