"""Loggkontroll (LBP 10 §): what is taken, who may judge it, and that it never changes."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from cases.errors import AnswersInvalidError
from records.errors import (
    ControlNotDoneError,
    ControlSettledError,
    ReviewerIsReaderError,
    constraint_of,
)
from records.models import (
    LoggBedomning,
    Loggkontroll,
    LoggRad,
    NekadLasning,
    Nodoppning,
    Person,
    ReadLog,
    ValvLasning,
)
from records.models.skydd import SkyddadUppgift
from tests.racing import at_once
from tests.records.controls import call, colleague

pytestmark = pytest.mark.django_db
PROGRAMS = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
AUGUST = {"fran": date(2026, 8, 1), "till": date(2026, 8, 31)}


@pytest.fixture
def unit(chain):
    chain.running()
    chain.quality = colleague(chain, "kvalitet", "kvalitetsansvarig")
    return chain


def stamp(chain):
    unit = chain.provider.unit
    return {"organisation_id": unit.organisation_id, "unit_id": unit.pk}


def read(chain, role, *, secrecy=0, at=None):
    """One line of the read log by a role."""
    return ReadLog.objects.create(
        **stamp(chain),
        secrecy=secrecy,
        user_id=chain.provider.users[role].user_id,
        person=Person.objects.filter(unit=chain.provider.unit).get(),
        arende_id=chain.arende,
        vad="arende",
        at=at or chain.now,
    )


def drawn(chain):
    found = call(chain, "loggkontroll.dra", "system:utforare", instance=uuid4(), **AUGUST)
    return Loggkontroll.objects.get(pk=found["kontroll"]), found


def judge(chain, made, by, *fine, group="ovriga", **other):
    form = {
        "behoriga": [str(number) for number in fine],
        "avvikande": [
            {"lasning": number.removeprefix("nr"), "bedomning": verdict, "motivering": "Oklart."}
            for number, verdict in other.items()
        ],
    }
    return call(chain, "loggkontroll.bedom", by, form, kontroll=str(made.pk), grupp=group)


def sign(chain, made, by="enhetschef"):
    return call(
        chain, "loggkontroll.signera", by, {"slutsats": "Gått igenom."}, kontroll=str(made.pk)
    )


def test_l34_p9_a_sample_of_the_readings_and_all_of_what_matters_most(unit):
    for _ in range(30):
        read(unit, "personal")
    read(unit, "personal", secrecy=1)
    read(unit, "personal", at=unit.now.replace(month=9))
    who = {"user_id": unit.provider.users["personal"].user_id, "at": unit.now}
    about = {**stamp(unit), "arende_id": unit.arende, **who}
    Nodoppning.objects.create(**about, skal="Akut hjälp.", till=unit.now + timedelta(hours=4))
    NekadLasning.objects.create(**about, vad="arende")
    kept = SkyddadUppgift.objects.create(
        **stamp(unit), person=ReadLog.objects.first().person, kalla="prov", registrerad=unit.now
    )
    ValvLasning.objects.create(**about, uppgift=kept, skal="Hembesök.")
    made, found = drawn(unit)
    taken = list(made.rader.values_list("slag", flat=True))
    assert {kind: taken.count(kind) for kind in set(taken)} == {
        "stickprov": 20,
        "skyddad": 1,
        "nodoppning": 1,
        "nekad": 1,
        "valvet": 1,
    }
    assert (made.antal_lasningar, found["antal_ovriga"], found["antal_chefen"]) == (34, 24, 0)
    assert found["chef_roll"] == "enhetschef"
    assert made.rader.get(slag="nodoppning").skal == "Akut hjälp."


def test_l34_the_first_and_the_last_moment_of_the_month_are_in_it(unit):
    first = unit.now.replace(day=1, hour=0)
    last = unit.now.replace(day=31, hour=23, minute=59)
    for at in (first, last, first - timedelta(minutes=1), last + timedelta(minutes=1)):
        read(unit, "personal", at=at)
    made, _ = drawn(unit)
    assert list(made.rader.values_list("at", flat=True)) == [first, last]


def test_l34_the_heads_own_readings_are_somebody_elses_to_judge(unit):
    read(unit, "personal")
    read(unit, "enhetschef", at=unit.now + timedelta(minutes=1))
    made, found = drawn(unit)
    assert (found["antal_ovriga"], found["antal_chefen"]) == (1, 1)
    judge(unit, made, "enhetschef", 1)
    with pytest.raises(ReviewerIsReaderError):
        judge(unit, made, "enhetschef", 2, group="chefen")
    assert judge(unit, made, unit.quality, 2, group="chefen")["antal_oklara"] == 0


def test_l34_the_database_refuses_who_judges_herself(unit):
    line = read(unit, "personal")
    made, _ = drawn(unit)
    judge(unit, made, "enhetschef", 1)
    row = LoggBedomning.objects.get()
    again = {field.attname: getattr(row, field.attname) for field in row._meta.fields}
    changed = {"id": uuid4(), "nummer": 2, "granskare_id": line.user_id}
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        LoggBedomning.objects.create(**(again | changed))
    assert constraint_of(refused.value) == "reviewer_is_reader"


@pytest.mark.parametrize("fine", [(), (1,), (1, 1), (1, 2, 3)])
def test_l34_every_line_is_judged_once(unit, fine):
    read(unit, "personal")
    read(unit, "personal")
    made, _ = drawn(unit)
    with pytest.raises(AnswersInvalidError) as refused:
        judge(unit, made, "enhetschef", *fine)
    assert refused.value.errors["behoriga"][0] == "verdict_missing"


def test_l34_unclear_is_not_the_end(unit):
    read(unit, "personal")
    read(unit, "personal")
    made, _ = drawn(unit)
    found = judge(unit, made, "enhetschef", nr1="oklar", nr2="obehorig")
    assert (found["antal_oklara"], found["antal_obehoriga"]) == (1, 1)
    with pytest.raises(ControlNotDoneError):
        sign(unit, made)
    found = judge(unit, made, unit.quality, group="oklara", nr1="obehorig")
    assert (found["antal_oklara"], found["antal_obehoriga"]) == (0, 2)
    assert list(LoggBedomning.objects.filter(rad__nummer=1).values_list("nummer", "utfall")) == [
        (1, "oklar"),
        (2, "obehorig"),
    ]


def test_l34_nothing_is_signed_before_every_line_is_judged(unit):
    read(unit, "personal")
    made, _ = drawn(unit)
    with pytest.raises(ControlNotDoneError):
        sign(unit, made)


def test_l34_what_is_signed_never_changes(unit):
    read(unit, "personal")
    made, _ = drawn(unit)
    judge(unit, made, "enhetschef", 1)
    assert sign(unit, made)["signerad_datum"] == unit.now.date()
    for change in ({"slutsats": "Annat."}, {"till": date(2026, 9, 1)}):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Loggkontroll.objects.filter(pk=made.pk).update(**change)
        assert constraint_of(refused.value) == "append_only"
    row = made.rader.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        LoggRad.objects.filter(pk=row.pk).update(vad="annat")
    with pytest.raises(IntegrityError), transaction.atomic():
        LoggBedomning.objects.update(utfall="obehorig")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        LoggRad.objects.create(
            **stamp(unit),
            kontroll=made,
            nummer=9,
            slag="stickprov",
            kalla_id=uuid4(),
            lasare_id=row.lasare_id,
            arende_id=row.arende_id,
            at=row.at,
            grupp="ovriga",
        )
    assert constraint_of(refused.value) == "loggkontroll_signed"


@PROGRAMS
def test_l34_a_verdict_and_the_signature_at_once_leave_one_truth(program_chain):
    chain = program_chain.running()
    chain.quality = colleague(chain, "kvalitet", "kvalitetsansvarig")
    read(chain, "personal")
    made, _ = drawn(chain)
    judge(chain, made, "enhetschef", nr1="oklar")
    outcome = at_once(
        lambda: sign(chain, made),
        lambda: judge(chain, made, chain.quality, group="oklara", nr1="obehorig"),
    )
    made.refresh_from_db()
    assert (made.signerad is None) == (outcome[0] == ControlNotDoneError.code)
    assert not isinstance(outcome[1], str)
    assert ControlSettledError.code not in outcome
