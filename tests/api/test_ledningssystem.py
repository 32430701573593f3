"""The ledningssystem by its doors: what there is, what is read, what the municipality decided."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils.timezone import localdate

from cases import bundles, capabilities
from cases.actor import SYSTEM, actor_for
from cases.capabilities import CapabilityContext
from cases.context import access_context
from cases.errors import NotFoundError, TextChangedError
from cases.models import Bundle, Laskvittens, RoleGrant, Unit
from config import clock
from records import routines
from records.models import Notis
from records.reading import unread_in
from tests.municipality import user
from tests.signing import sign

API = "/api/v1/"
TASK = "instructions/Task_FoljUppPlan.toml"
SUBJECT = "instruktion/Task_FoljUppPlan"


def unread(name: str) -> set[str]:
    rows = routines.reading_list(actor_for(user(name), clock.now()), clock.now())
    return {row.reading.subject for row in rows if row.read_at is None}


def acknowledge(name: str) -> None:
    actor = actor_for(user(name), clock.now())
    rows = routines.reading_list(actor, clock.now())
    wanted = {row.reading.subject: row.reading.version for row in rows}
    routines.acknowledge(wanted, actor=actor, now=clock.now())


def test_r065_r066_r070_staff_has_read_routines_and_duties(client_of) -> None:
    client = client_of("kontakt.norr")
    told = client.get(API + "routines/").json()
    subjects = {row["subject"] for row in told["readings"]}
    assert {SUBJECT, "ansvar/kvalitetsarbete", "ansvar/dokumentation"} <= subjects
    assert told["unread"] == len(subjects)
    row = next(row for row in told["readings"] if row["subject"] == SUBJECT)
    assert [part["heading"] for part in row["parts"]] == ["Vad", "Hur", "Vem"]
    body = {"read": {SUBJECT: row["version"]}}
    after = client.post(API + "routines/", body, format="json").json()
    assert after["unread"] == told["unread"] - 1
    again = client.post(API + "routines/", body, format="json").json()
    assert again == after
    wrong = client.post(API + "routines/", {"read": {SUBJECT: "0" * 64}}, format="json")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "text_changed")


def test_r065_a_new_version_is_to_be_read_by_everybody_concerned(edition) -> None:
    acknowledge("kontakt.norr")
    assert unread("kontakt.norr") == set()
    row = Bundle.objects.order_by("deployed_at").last()
    changed = row.files[TASK].replace('hur = "', 'hur = "Nytt: ')
    Bundle.objects.create(
        hash="e" * 64,
        edition="ny",
        valid_from=row.valid_from,
        deployed_at=row.deployed_at + timedelta(hours=1),
        files={**row.files, TASK: changed},
    )
    assert unread("kontakt.norr") == {SUBJECT}
    assert SUBJECT in unread("kontakt.soder"), "everybody with the role"
    acknowledge("kontakt.norr")
    assert Laskvittens.objects.filter(user=user("kontakt.norr"), subject=SUBJECT).count() == 2


def test_r066_who_is_new_is_reminded_and_late_from_her_own_first_day(edition) -> None:
    unit = Unit.objects.get(name="Hemtjänst Norr")
    today = localdate(clock.now())
    for name in ("kontakt.norr", "personal.norr", "enhetschef.norr", "kontakt.skydd"):
        acknowledge(name)
    new = user("handlaggare").__class__.objects.create_user("ny")
    RoleGrant.objects.create(
        user=new, role="personal", organisation=unit.organisation, unit=unit, valid_from=today
    )
    bundle = bundles.compiled(bundles.newest_hash(today))
    found = unread_in(bundle, unit.organisation_id, unit.pk, clock.now())
    assert new.pk not in {one.user_id for one in found}, "not before she has signed (R-162)"
    sign(new, unit.organisation)
    own = [
        one for one in unread_in(bundle, unit.organisation_id, unit.pk, clock.now()) if one.own_unit
    ]
    assert [(one.user_id, one.since) for one in own] == [(new.pk, today)]


def test_r065_who_works_in_several_units_is_reminded_once(edition) -> None:
    today = localdate(clock.now())
    for name in ("Hemtjänst Norr", "Hemtjänst Söder"):
        unit = Unit.objects.get(name=name)
        context = CapabilityContext(
            now=clock.now(),
            actor=SYSTEM,
            bundle=bundles.compiled(bundles.newest_hash(today)),
            process_key="folja_upp_rutiner",
            instance_id=uuid4(),
            arende_id=None,
            organisation=unit.organisation_id,
            unit=unit.pk,
            secrecy=0,
            element="Task_Prov",
        )
        with access_context(SYSTEM):
            days = {"last_fran": today, "forfallen_datum": today}
            told = capabilities.call("rutiner.pamin", context, days)
        assert told["antal_olasta"] > 1
    sent = Notis.objects.filter(typ="las_rutiner")
    assert sent.filter(mottagare=user("kvalitet.ekviken")).count() == 1
    assert sent.filter(mottagare=user("personal.norr")).count() == 1
    assert sent.filter(mottagare=user("kontakt.soder")).count() == 1


def test_r065_only_what_is_hers_and_only_for_herself(edition) -> None:
    anna = actor_for(user("personal.norr"), clock.now())
    with pytest.raises(NotFoundError):
        routines.acknowledge(
            {"instruktion/Task_FattaBeslut": "0" * 64}, actor=anna, now=clock.now()
        )
    with pytest.raises(TextChangedError):
        routines.acknowledge({"ansvar/dokumentation": "0" * 64}, actor=anna, now=clock.now())
    acknowledge("personal.norr")
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        Laskvittens.objects.update(read_at=clock.now())


def test_r010_r011_r013_r014_the_overview_says_who_when_and_the_six_phases(client_of) -> None:
    answer = client_of("enhetschef.norr").get(API + "management-system/").json()
    rows = {row["key"]: row for row in answer["processes"]}
    found = rows["folja_upp_plan"]
    assert (found["status"], found["adopted_by"]) == ("fastställd", "Nämnden")
    assert found["adopted_on"] == "2024-12-10"
    assert found["owner"]
    assert all(step["roles"] for row in answer["processes"] for step in row["steps"])
    names = ["planera", "leda", "kontrollera", "folja_upp", "utvardera", "forbattra"]
    assert all(list(row["phases"]) == names for row in answer["processes"])
    assert found["phases"]["planera"] == "2024-12-10"
    assert found["phases"]["leda"] is None
    acknowledge("kontakt.norr")
    again = client_of("enhetschef.norr").get(API + "management-system/").json()
    led = next(row for row in again["processes"] if row["key"] == "genomfor_uppfoljning")
    assert led["phases"]["leda"] == localdate(clock.now()).isoformat()


def test_r003_r005_the_municipalitys_values_stand_beside_the_national_ones(client_of) -> None:
    tables = client_of("handlaggare").get(API + "local-values/").json()["tables"]
    by_id = {table["table"]: table for table in tables}
    layers = [rule["layer"] for rule in by_id["gallring_lokalt"]["rules"]]
    assert set(layers) == {"kommun", "nationellt"}
    assert layers == sorted(layers), "the municipality's own come first: the first that fits holds"
    assert {rule["layer"] for rule in by_id["gp_frist"]["rules"]} == {"kommun"}
    assert {rule["layer"] for rule in by_id["handlaggningstid"]["rules"]} == {"nationellt"}
    assert by_id["gp_frist"]["stricter"] == {"senast": "lagre"}


def test_r065_a_person_reads_and_acknowledges_on_one_page(edition) -> None:
    client = Client()
    client.force_login(user("personal.norr"))
    page = client.get("/rutiner/").content.decode()
    assert "Du medverkar i kvalitetsarbetet" in page
    row = next(
        row.reading
        for row in routines.reading_list(actor_for(user("personal.norr"), clock.now()), clock.now())
        if row.reading.subject == "ansvar/kvalitetsarbete"
    )
    sent = client.post("/rutiner/", {"last": [f"{row.subject}|{row.version}"]})
    assert sent.headers["Location"] == "/rutiner/"
    assert "ansvar/kvalitetsarbete" not in unread("personal.norr")
    assert client.post("/rutiner/", {"last": [f"{row.subject}|0"]}).status_code == 409


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/ledningssystem/", ("Planera", "Förbättra", "Nämnden", "Vem gör vad")),
        ("/kommunens-varden/", ("Frist för den första genomförandeplanen", "Nationellt", "Kommun")),
    ],
)
def test_r011_the_pages_are_there(edition, address: str, words: tuple[str, ...]) -> None:
    client = Client()
    client.force_login(user("enhetschef.norr"))
    page = client.get(address)
    assert page.status_code == 200
    assert all(word in page.content.decode() for word in words)
