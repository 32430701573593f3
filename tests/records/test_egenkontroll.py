"""Egenkontroll of the documentation: drawn by the system, reviewed by another, never changed."""

import re
import tomllib
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from cases.errors import AnswersInvalidError
from cases.form_sources import FormPlace, registered
from cases.models import Bundle, CaseAccess, Instance
from records.checklist import checklist, draw
from records.errors import (
    ControlNotDoneError,
    ControlSettledError,
    NotTheReviewerError,
    ReviewerIsAuthorError,
    constraint_of,
)
from records.models import Akt, Egenkontroll, EgenkontrollAkt, EgenkontrollPunkt, JournalEntry
from tests.papers.letters import files
from tests.racing import at_once
from tests.records.chain import T0, Chain
from tests.records.controls import call, colleague, planned, reviewed, with_checklist

pytestmark = pytest.mark.django_db
PROGRAMS = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])


@pytest.fixture
def unit(chain, monkeypatch):
    """One akt, written in by enhetschef and personal, and a colleague who has not."""
    with_checklist(chain.running(), monkeypatch)
    chain.reviewer = colleague(chain, "granskaren")
    return chain


def drawn(chain, **changes):
    instance = uuid4()
    form = planned(chain, "granskaren", **changes)
    found = call(chain, "egenkontroll.dra", "enhetschef", form, instance=instance)
    return Egenkontroll.objects.get(pk=found["egenkontroll"]), found


def test_r042_a_reviewer_is_chosen_by_name_not_by_log_in(unit):
    get_user_model().objects.filter(username="granskaren").update(first_name="Gun", last_name="Ask")
    place = FormPlace(
        now=unit.now,
        bundle=unit.bundle,
        organisation=unit.provider.unit.organisation_id,
        unit=unit.provider.unit.pk,
        secrecy=0,
        arende_id=None,
    )
    found = registered()["granskare_att_valja"](place)
    assert {"value": "granskaren", "label": "Gun Ask"} in found
    assert [one["label"] for one in found] == sorted(one["label"] for one in found)


def _stored(bundle):
    return Bundle.objects.create(
        hash=bundle.hash, edition="prov", files={}, valid_from=T0.date(), deployed_at=T0
    )


def review(chain, found, *lacking, by=None, number=0):
    row = found["granskningar"][number]["granskning"]
    form = reviewed(chain, *lacking)
    return call(chain, "egenkontroll.granska", by or chain.reviewer, form, granskning=row)


def settle(chain, made):
    form = {"slutsats": "Planerna behöver säga när."}
    return call(chain, "egenkontroll.faststall", "enhetschef", form, egenkontroll=str(made.pk))


def test_r040_each_point_names_its_krav_and_the_routine_it_is_held_against():
    rows = tomllib.loads(files()["terms/egenkontroll.toml"].decode())["punkt"]
    numbers = [*range(92, 98), *range(100, 114), *range(120, 128), *range(130, 146)]
    assert [row["krav"] for row in rows] == [f"R-{number:03}" for number in numbers]
    assert {row["modalitet"] for row in rows} == {"ska", "bor"}
    processes = set(re.findall(r'(?m)^key = "(\w+)"', files()["manifest.toml"].decode()))
    assert {row["rutin"] for row in rows} <= processes


def test_r040_r044_the_record_keeps_sample_criteria_result_date_and_performer(unit):
    made, found = drawn(unit)
    assert found["antal_urval"] == 1
    assert (made.utgava, made.planerad_av.get_username()) == (unit.bundle.hash, "enhetschef_norr")
    given = review(unit, found, "r092", "r095")
    assert given == {"ska_brister": Decimal(1), "bor_brister": Decimal(1)}
    day = settle(unit, made)["faststalld_datum"]
    made.refresh_from_db()
    assert (made.faststalld_datum, made.granskade, made.med_ska_brist) == (day, 1, 1)
    assert (made.ska_brister, made.bor_brister) == (1, 1)
    points = EgenkontrollPunkt.objects.filter(granskning__egenkontroll=made)
    assert points.count() == len(checklist(unit.bundle))
    lack = points.get(punkt="r092")
    assert (lack.krav, lack.rutin, lack.utfall) == ("R-092", "planera_genomforande", "brist")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"granskare": "handlaggare_norr"}, "granskare"),
        ({"granskare": "enhetschef_norr"}, "granskare"),
        ({"granskare": "personal_norr"}, "granskare"),
        ({"period_fran": date(2026, 8, 4)}, "period_till"),
        ({"period_till": date(2026, 8, 4)}, "period_till"),
        ({"motivering": " "}, "motivering"),
    ],
)
def test_r042_r043_r212a_who_may_not_read_or_has_written_does_not_review(unit, change, field):
    with pytest.raises(AnswersInvalidError) as refused:
        drawn(unit, **change)
    assert set(refused.value.errors) == {field}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"planerad_datum": date(2026, 8, 2)}, "egenkontroll_looks_back"),
        ({"period_fran": date(2026, 8, 4)}, "egenkontroll_looks_back"),
        ({"motivering": ""}, "egenkontroll_scope_has_reason"),
    ],
)
def test_r042_r043_the_database_refuses_it_too(unit, change, rule):
    made, _ = drawn(unit)
    row = {field.attname: getattr(made, field.attname) for field in Egenkontroll._meta.fields}
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Egenkontroll.objects.create(**(row | {"id": uuid4(), "instance_id": uuid4()} | change))
    assert constraint_of(refused.value) == rule


def test_r212a_two_reviewers_share_what_the_first_has_written_in(unit):
    colleague(unit, "andra")
    _, found = drawn(unit, granskare="personal_norr", granskare_2="andra")
    assert [row["granskare"] for row in found["granskningar"]] == ["andra"]


def test_r044_an_akt_is_reviewed_by_the_one_it_was_given_to(unit):
    _, found = drawn(unit)
    with pytest.raises(NotTheReviewerError):
        review(unit, found, by=colleague(unit, "andra"))


def test_r212a_who_has_written_since_the_draw_does_not_review(unit):
    _, found = drawn(unit)
    note = JournalEntry.objects.filter(journal__akt_id=unit.ids["akt"]).first()
    JournalEntry.objects.create(
        organisation_id=note.organisation_id,
        unit_id=note.unit_id,
        journal_id=note.journal_id,
        typ="handelse_av_betydelse",
        text="Ringde.",
        handelsetid=unit.now,
        registrerad=unit.now,
        forfattare_id=unit.reviewer.user_id,
        forfattare_namn="Granskaren",
    )
    with pytest.raises(ReviewerIsAuthorError):
        review(unit, found)


@pytest.mark.parametrize("change", ["missing", "twice"])
def test_r044_every_point_is_answered_once(unit, change):
    _, found = drawn(unit)
    form = reviewed(unit)
    if change == "missing":
        form["ok"].pop()
    else:
        form["ej_tillampliga"] = [form["ok"][0]]
    row = found["granskningar"][0]["granskning"]
    with pytest.raises(AnswersInvalidError) as refused:
        call(unit, "egenkontroll.granska", unit.reviewer, form, granskning=row)
    assert refused.value.errors["ok"][0] == "checklist_incomplete"


def test_r212b_nothing_is_settled_before_every_akt_is_reviewed(unit):
    made, _ = drawn(unit)
    with pytest.raises(ControlNotDoneError):
        settle(unit, made)


def test_r044_r212b_what_is_settled_never_changes(unit):
    made, found = drawn(unit)
    review(unit, found, "r092")
    settle(unit, made)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Egenkontroll.objects.filter(pk=made.pk).update(slutsats="Allt var bra.")
    assert constraint_of(refused.value) == "append_only"
    row = EgenkontrollAkt.objects.get(egenkontroll=made)
    with pytest.raises(IntegrityError), transaction.atomic():
        EgenkontrollAkt.objects.filter(pk=row.pk).update(granskad=unit.now + timedelta(days=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        EgenkontrollPunkt.objects.filter(granskning=row).update(utfall="ok")
    with pytest.raises(ControlSettledError):
        review(unit, found)


@pytest.mark.parametrize(
    ("akter", "lacking", "share"), [(0, 0, "0"), (1, 1, "100.0"), (3, 1, "33.3")]
)
def test_r041_the_share_counts_akter_and_not_points(unit, akter, lacking, share, authority):
    for _ in range(akter - 1):
        another = Chain(authority, unit.provider)
        another.running()
    if not akter:
        unit.now = unit.now.replace(year=2025)
    made, found = drawn(unit, period_fran=date(2024, 1, 1))
    for number in range(akter):
        review(unit, found, *(("r092", "r093") if number < lacking else ("r095",)), number=number)
    summed = call(unit, "egenkontroll.sammanstall", "enhetschef", egenkontroll=str(made.pk))
    assert summed["andel_ska_brist"] == Decimal(share)
    assert summed["antal_urval"] == akter


def test_r042_the_same_seed_draws_the_same_akter_and_another_one_others():
    refs = [uuid4() for _ in range(200)]
    first = draw(refs, refs, "fro", 20)
    assert first == draw(refs, refs, "fro", 20)
    assert set(first) == set(draw(list(reversed(refs)), list(reversed(refs)), "fro", 20))
    assert set(first) != set(draw(refs, refs, "annat", 20))
    assert len(set(first)) == 20


def test_p2_a_protected_akt_is_drawn_only_for_a_reviewer_who_is_named(unit, monkeypatch):
    Akt.objects.filter(pk=unit.ids["akt"]).update(secrecy=1)
    made, found = drawn(unit)
    assert (found["antal_urval"], made.antal_akter, made.antal_skyddade_utanfor) == (0, 1, 1)
    named = colleague(unit, "namngiven", secrecy=1)
    CaseAccess.objects.create(
        organisation_id=unit.provider.unit.organisation_id,
        unit=unit.provider.unit,
        arende_id=unit.arende,
        user_id=named.user_id,
        kind=CaseAccess.Kind.APPOINTED,
        level=1,
        opened_at=unit.now - timedelta(days=1),
    )
    made, found = drawn(unit, granskare="namngiven")
    assert (found["antal_urval"], made.antal_skyddade_utanfor) == (1, 0)


def test_r045_one_at_a_time_and_the_year_runs_from_the_last_one(unit):
    state = call(unit, "egenkontroll.laget", "enhetschef")
    assert state == {"senast_genomford": None, "pagar": False}
    made, found = drawn(unit)
    Instance.objects.create(
        id=made.instance_id,
        organisation_id=made.organisation_id,
        unit_id=made.unit_id,
        process_key="egenkontroll",
        bundle=_stored(unit.bundle),
        status=Instance.Status.RUNNING,
        started_at=unit.now,
        state=b"",
    )
    assert call(unit, "egenkontroll.laget", "enhetschef")["pagar"] is True
    review(unit, found)
    day = settle(unit, made)["faststalld_datum"]
    after = call(unit, "egenkontroll.laget", "enhetschef")
    assert after == {"senast_genomford": day, "pagar": False}


@PROGRAMS
def test_r044_a_point_and_the_result_at_once_leave_one_truth(program_chain, monkeypatch):
    chain = with_checklist(program_chain.running(), monkeypatch)
    chain.reviewer = colleague(chain, "granskaren")
    made, found = drawn(chain)
    outcome = at_once(lambda: settle(chain, made), lambda: review(chain, found, "r092"))
    made.refresh_from_db()
    if made.faststalld is None:
        assert outcome[0] == "control_not_done"
    else:
        assert made.med_ska_brist == 1
    assert not isinstance(outcome[1], str)
