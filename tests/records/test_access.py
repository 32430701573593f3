"""Who sees what, as the programs see it: web (kedja_app) and worker, under row-level security."""

import pytest
from django.apps import apps
from django.db import ProgrammingError, transaction

from cases.actor import Actor
from cases.context import access_context
from cases.errors import NotFoundError, NotPermittedError
from records import access, notes, queries
from records.models import (
    Akt,
    Arende,
    Dokument,
    JournalEntry,
    Person,
    ReadLog,
    Uppdrag,
    UppdragMal,
)
from tests.records.chain import Chain, bundle, database_role, place

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
UTREDNING = ("Arende", "Utredning", "LivsomradeBedomning", "Mal", "Beslut", "Delbeslut")


def seen_by(actor: Actor, alias: str = "app"):
    """Number of rows of every table that an actor's own transaction finds."""
    with database_role(alias), access_context(actor):
        return {model.__name__: model.objects.count() for model in tables()}


def tables():
    return apps.get_app_config("records").get_models()


@pytest.fixture
def edition(monkeypatch):
    """The table ``atkomst`` of the edition, without deploying the diagrams."""
    monkeypatch.setattr(access.bundles, "newest_hash", lambda _day: "prov")
    monkeypatch.setattr(access.bundles, "compiled", lambda _hash: bundle())


@pytest.fixture
def other_provider():
    return place("utforare", "Omsorg Björken", "privat", "enhetschef", "personal")


def test_the_whole_chain_runs_as_the_programs_do(program_chain):
    chain = program_chain
    chain.running().planned().established()
    chain.later(days=30).followed_up()
    chain.call("person.avliden", by="system:utforare", datum=chain.now.date(), kalla="region")
    chain.ended(avslutsorsak="avliden")
    chain.closed()
    chain.call("uppdrag.avsluta", by="system:myndighet", uppdrag=chain.ids["uppdrag"])
    chain.call("arende.avsluta", by="handlaggare")
    assert Arende.objects.get().status == "avslutat"


def test_nobody_without_a_context_sees_a_row(program_chain):
    program_chain.running()
    with database_role("app"):
        assert {model.objects.count() for model in tables()} == {0}


@pytest.mark.parametrize("role", ["enhetschef", "utsedd_kontakt", "personal"])
def test_k7_no_provider_role_reaches_the_utredning(program_chain, role):
    chain = program_chain
    chain.running().planned().established()
    seen = seen_by(chain.provider.users[role])
    assert {name: seen[name] for name in UTREDNING} == dict.fromkeys(UTREDNING, 0)
    assert (seen["Uppdrag"], seen["Akt"], seen["Person"]) == (1, 1, 1)
    with database_role("app"), access_context(chain.provider.users[role]):
        notes_seen = set(JournalEntry.objects.values_list("journal__kind", flat=True))
        forms = set(Dokument.objects.values_list("unit_id", flat=True))
    assert notes_seen == {"verkstallighet"}
    assert forms == {chain.provider.unit.pk}


def test_k7_the_authority_does_not_read_the_providers_journal(program_chain):
    program_chain.running()
    actor = program_chain.authority.users["handlaggare"]
    with database_role("app"), access_context(actor):
        assert set(JournalEntry.objects.values_list("journal__kind", flat=True)) == {"myndighet"}
        assert not Akt.objects.exists()


def test_k7_another_provider_sees_nothing(program_chain, other_provider):
    program_chain.running()
    assert set(seen_by(other_provider.users["enhetschef"]).values()) == {0}


def test_k7_an_uppdrag_is_seen_from_sent_until_declined(program_chain):
    chain = program_chain
    chain.opened().investigated().decided().ordered()
    chef = chain.provider.users["enhetschef"]
    assert seen_by(chef)["Uppdrag"] == 0
    chain.sent()
    seen = seen_by(chef)
    assert (seen["Uppdrag"], seen["UppdragMal"], seen["Person"]) == (1, 2, 0)
    form = {"avbojandeskal": "Ingen personal."}
    chain.call("uppdrag.avboj", by="enhetschef", form=form, uppdrag=chain.ids["uppdrag"])
    seen = seen_by(chef)
    assert (seen["Uppdrag"], seen["UppdragMal"], seen["UppdragInsats"]) == (0, 0, 0)
    assert Uppdrag.objects.get().avbojandeskal == "Ingen personal."


def test_k8_a_withdrawn_uppdrag_is_not_seen_any_more(program_chain):
    chain = program_chain
    chain.opened().investigated().decided().ordered().sent()
    chain.call("uppdrag.aterkalla", by="handlaggare", uppdrag=chain.ids["uppdrag"], orsak="fel")
    assert seen_by(chain.provider.users["enhetschef"])["UppdragMal"] == 0
    assert UppdragMal.objects.count() == 2


def test_a_protected_person_is_seen_only_at_her_level(provider):
    authority = place("myndighet", "Myndighet Norr", "myndighet", "mottagning", secrecy=3)
    chain = Chain(authority, provider, program="app")
    colleague = place("myndighet", "Myndighet Annan", "myndighet", "handlaggare")
    user = colleague.users["handlaggare"]
    chain.opened(skydd="fingerade")
    low = Actor(
        user_id=user.user_id, username="x", grants=user.grants, places={authority.unit.pk: None}
    )
    assert seen_by(low)["Person"] == 0
    assert seen_by(authority.users["mottagning"])["Person"] == 1


def test_no_person_is_written_for_another_unit(program_chain, other_provider):
    chain = program_chain
    chain.running()
    stolen = Person.objects.get(unit=chain.provider.unit)
    stolen.pk, stolen.personnummer, stolen.utan_id_skal = None, None, "prov"
    with (
        database_role("app"),
        access_context(other_provider.users["enhetschef"]),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        Person.objects.bulk_create([stolen])


def test_a_read_is_logged_with_the_task_as_reason(program_chain, edition):
    chain = program_chain
    chain.running().planned().established()
    actor = chain.provider.users["utsedd_kontakt"]
    with database_role("app"):
        view = queries.whole_case(actor, chain.arende, now=chain.now, task_id="uppgift-1")
        found, _ = queries.journal(actor, chain.arende, now=chain.now)
    assert view.arende is None
    assert view.utredningar == view.livsomraden == view.beslut == []
    assert [str(akt.pk) for akt in view.akter] == [chain.ids["akt"]]
    assert view.planer[0].nummer == 1
    assert [entry.typ for entry in found if not entry.automatisk] == []
    assert len(found) == 3
    read = ReadLog.objects.order_by("vad").values_list("vad", "task_id", "user_id")
    assert list(read) == [
        ("arende", "uppgift-1", actor.user_id),
        ("journal", "", actor.user_id),
    ]


def test_the_authority_reads_its_own_case(program_chain, edition):
    chain = program_chain
    chain.running()
    actor = chain.authority.users["handlaggare"]
    with database_role("app"):
        view = queries.whole_case(actor, chain.arende, now=chain.now)
        lines = queries.cases(actor, now=chain.now).rows
    assert len(view.livsomraden) == 11
    assert [part.insats for part in view.beslut[0].delbeslut.all()]
    assert view.planer == []
    assert [(line.id, line.side, line.personnummer) for line in lines] == [
        (chain.arende, "myndighet", "19400365-****")
    ]


def test_a_provider_sees_what_was_offered_before_it_accepts(program_chain, edition):
    chain = program_chain
    chain.opened().investigated().decided().ordered().sent()
    with database_role("app"):
        view = queries.whole_case(chain.provider.users["enhetschef"], chain.arende, now=chain.now)
    assert view.line.status == "skickat"
    assert view.person.namn == "Astrid Ekholt"
    assert len(view.uppdrag[0].mal.all()) == 2


@pytest.mark.parametrize("role", ["systemadministrator", "verksamhetsansvarig"])
def test_roles_without_content_find_no_case(program_chain, edition, role):
    chain = program_chain
    chain.running()
    unit = chain.provider.unit
    user = place("utforare", f"Annan {role}", "privat", role).users[role]
    grant = user.grants[0]
    moved = type(grant)(role=role, organisation=unit.organisation_id, unit=unit.pk)
    actor = Actor(
        user_id=user.user_id,
        username=role,
        grants=(moved,),
        places={unit.pk: unit.organisation_id},
    )
    with database_role("app"):
        assert queries.cases(actor, now=chain.now).rows == []
        with pytest.raises(NotPermittedError):
            queries.whole_case(actor, chain.arende, now=chain.now)
        with pytest.raises(NotPermittedError):
            queries.journal(actor, chain.arende, now=chain.now)


def test_a_note_from_the_door_follows_the_same_rules(program_chain, edition):
    chain = program_chain
    chain.running()
    actor = chain.provider.users["personal"]
    note = {"typ": "handelse_av_betydelse", "text": "Systern hälsade på."}
    with database_role("app"):
        entry = notes.add_note(chain.arende, note, actor=actor, now=chain.now)
        wrong = {"typ": "handelse_av_betydelse", "text": "Det var grannen."}
        about = notes.add_note(chain.arende, wrong, actor=actor, now=chain.now, rattar=entry.pk)
    assert about.rattar_id == entry.pk
    assert entry.journal.kind == "verkstallighet"
    assert entry.signerad_av_id == actor.user_id


def test_a_stranger_writes_no_note(program_chain, other_provider, edition):
    chain = program_chain
    chain.running()
    stranger = other_provider.users["personal"]
    with database_role("app"), pytest.raises((NotFoundError, NotPermittedError)):
        notes.add_note(
            chain.arende,
            {"typ": "handelse_av_betydelse", "text": "x"},
            actor=stranger,
            now=chain.now,
        )


def test_goals_are_followed_from_start_to_result(program_chain, edition):
    chain = program_chain
    chain.running().planned().established()
    chain.later(days=30).followed_up()
    with database_role("app"):
        traces = queries.goals(chain.provider.users["utsedd_kontakt"], chain.arende, now=chain.now)
    assert [(t.goal.bedomd, t.goal.avsett, t.results[0].uppfyllelse) for t in traces] == [
        (3, 2, "helt"),
        (2, None, "delvis"),
    ]


def test_reminders_reach_the_role_where_they_were_sent(program_chain, other_provider):
    chain = program_chain
    chain.running()
    chain.call(
        "paminnelse.skicka",
        by="system:utforare",
        typ="uppfoljning",
        niva="T0",
        mottagare_roll="enhetschef",
        akt=chain.ids["akt"],
    )
    with database_role("app"):
        chef = queries.notices(chain.provider.users["enhetschef"], now=chain.now)
        personal = queries.notices(chain.provider.users["personal"], now=chain.now)
        stranger = queries.notices(other_provider.users["enhetschef"], now=chain.now)
        assert ([n.niva for n in chef], personal, stranger) == (["T0"], [], [])
        notes.read_notice(chef[0].pk, actor=chain.provider.users["enhetschef"], now=chain.now)
        assert queries.notices(chain.provider.users["enhetschef"], now=chain.now) == []
