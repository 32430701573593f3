"""Cooperation: who, when and how, for every process with contact outside (R-020 to R-024, L-33)."""

import pytest
from django.apps import apps
from django.db.models import ForeignKey

from records.models import GranskningSvar, Kvartalsrapport
from tests.processes.cooperation import points, reaching_out
from tests.processes.town import edition

EXTERNAL = {
    "underratta_skatteverket",
    "samverkan_sip",
    "lex_sarah_ivo",
    "overklagan",
    "hamta_uppgifter",
}
"""Processes whose tasks turn to an authority, a court or a care provider outside the system."""


def test_r020_every_process_with_outside_contact_says_when_how_and_with_whom() -> None:
    told = {row["process"] for row in points()}
    assert set(reaching_out()) - told == set()
    assert EXTERNAL - told == set()


def test_r020_a_point_of_cooperation_is_complete_and_of_a_known_process() -> None:
    known = {row.id for row in edition().lagrum.lagrum}
    for row in points():
        assert row["process"] in edition().processes
        assert all(row[key].strip() for key in ("part", "nar", "hur")), row
        assert set(row["lagrum"]) <= known, row
        assert row["slag"] in {"intern", "utforare", "myndighet", "domstol", "vardgivare"}


def test_r020_cooperation_is_both_internal_and_with_others() -> None:
    assert {row["slag"] for row in points()} >= {"intern", "utforare", "myndighet", "vardgivare"}


@pytest.mark.parametrize("key", ["daglig_samverkan", "faststall_samverkan"])
def test_r021_daily_cooperation_has_an_established_process_in_every_unit(key: str) -> None:
    entry = edition().manifest.entry(key)
    assert entry is not None
    assert (entry.status, entry.organisation, entry.needs_case) == ("fastställd", "bada", False)


def test_r021_every_unit_goes_through_its_cooperation_once_a_year() -> None:
    entry = edition().manifest.entry("faststall_samverkan")
    assert entry is not None
    assert entry.timer_per == "enhet"
    (start,) = [
        one for one in edition().definition("faststall_samverkan").starts if one.kind == "timer"
    ]
    assert (start.text or "").endswith("/P1Y")


@pytest.mark.parametrize(
    ("form", "asked"),
    [
        ("ga_igenom_samverkan", ("namn", "deltagare", "frekvens")),
        ("ga_igenom_samverkan", ("part", "kontaktvag", "sekretessgrund", "nar", "hur")),
    ],
)
def test_r022_r023_forums_and_parties_cannot_be_left_half_told(
    form: str, asked: tuple[str, ...]
) -> None:
    fields = {field.key: field for field in edition().form(form).walk()}
    assert all(fields[key].limits.required for key in asked)


@pytest.mark.parametrize(
    ("form", "asked"),
    [
        ("planera_med_den_enskilde", ("delaktig", "onskemal")),
        ("folj_upp_plan", ("deltog_enskild", "delaktighet_satt", "synpunkt")),
        ("folj_upp_beslut", ("deltog_enskild", "delaktighet_satt")),
        ("ga_igenom_samverkan", ("delaktighet",)),
    ],
)
def test_r024_participation_is_asked_for_in_plan_and_follow_up(
    form: str, asked: tuple[str, ...]
) -> None:
    keys = {field.key for field in edition().form(form).walk()}
    assert set(asked) <= keys


def test_r207a_r207b_a_provider_is_approved_by_namnd_on_what_was_ordered() -> None:
    elements = edition().definition("godkanna_utforare").elements
    assert elements["Task_BeslutaGodkannande"].role == "namnd"
    fields = {field.key: field for field in edition().form("starta_godkanna_utforare").walk()}
    assert fields["bestallning"].limits.required
    assert {option.value for option in fields["driftsform"].options} == {"egen_regi", "privat"}


def test_r207d_a_contract_is_followed_up_at_a_meeting_with_the_provider() -> None:
    fields = {field.key: field for field in edition().form("folj_upp_avtal").walk()}
    assert fields["samverkan_datum"].limits.required


def test_l33_a_compilation_holds_numbers_and_no_way_to_a_person() -> None:
    for model in (GranskningSvar, Kvartalsrapport):
        keys = {
            field.related_model
            for field in model._meta.get_fields()
            if isinstance(field, ForeignKey)
        }
        assert keys <= {apps.get_model("cases", "Organisation"), apps.get_model("cases", "Unit")}
        assert not [
            f.name for f in model._meta.get_fields() if f.get_internal_type() == "TextField"
        ]


@pytest.mark.parametrize(
    ("kind", "purpose", "allowed"),
    [
        ("antal", "annat", True),
        ("beslutad_atgard", "annat", True),
        ("kanslig", "uppfoljning", True),
        ("kanslig", "kvalitet", True),
        ("kanslig", "annat", False),
    ],
)
def test_l33_sensitive_data_only_for_the_purposes_of_the_law(
    kind: str, purpose: str, *, allowed: bool
) -> None:
    table = edition().decision("sammanstallning")
    found = table.evaluate("sammanstallning", {"uppgift": kind, "andamal": purpose}).value
    assert found is allowed
