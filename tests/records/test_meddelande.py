"""Messages about an uppdrag: both sides write, nobody else reads, nothing is changed afterwards."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from threading import Event
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction

from cases.actor import actor_for
from cases.context import access_context
from cases.errors import AnswersInvalidError, IdempotencyConflictError, NotFoundError
from cases.models import RoleGrant, Utkast
from cases.use_cases import Draft
from engine.bundle import Bundle, read_files
from records.errors import ThreadClosedError
from records.meddelanden import LONGEST, send_message
from records.message_drafts import save_message_draft
from records.models import (
    ListLasning,
    Meddelande,
    MeddelandeLasning,
    NekadLasning,
    Notis,
    Uppdrag,
    UppdragOppning,
)
from records.queries.declined import declined
from records.queries.order import order
from records.queries.orders import Choice, OrderState, open_orders, orders
from records.queries.paper_messages import threads
from records.queries.paper_reading import everything_of, make_paper
from records.queries.paper_sources import Ask
from records.queries.register import register, tables, ways
from tests.racing import at_once
from tests.records.chain import bundle, database_role, place

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
ASKED = "Kan ni börja på måndag?"
OURS = (Meddelande, MeddelandeLasning, UppdragOppning)


@cache
def with_calendar():
    calendar = read_files(Path(settings.PROCESSES_DIR), "demo")["terms/kalender.toml"]
    return Bundle({**bundle().files, "terms/kalender.toml": calendar})


@pytest.fixture(autouse=True)
def edition(monkeypatch):
    """The tables of the edition, without deploying the diagrams."""
    monkeypatch.setattr("cases.bundles.newest_hash", lambda _day: "prov")
    monkeypatch.setattr("cases.bundles.compiled", lambda _hash: with_calendar())


@pytest.fixture
def sent(program_chain):
    return program_chain.opened().investigated().decided().ordered().sent()


def who(chain, role):
    return chain.actor(role)[1]


def say(chain, role, text=ASKED, key=None, program="app"):
    with database_role(program):
        return send_message(
            chain.ids["uppdrag"],
            text,
            key=key or uuid4().hex,
            actor=who(chain, role),
            now=chain.now,
        )


def look(chain, role, program="app", **more):
    with database_role(program):
        return order(who(chain, role), chain.ids["uppdrag"], now=chain.now, **more)


def listed(chain, role, choice=Choice.ALL, **more):
    with database_role("app"):
        return orders(who(chain, role), now=chain.now, choice=choice, **more)


def open_to(chain, role):
    with database_role("app"):
        return open_orders([chain.ids["uppdrag"]], who(chain, role), now=chain.now)


def told(chain, role):
    with database_role("app"), access_context(who(chain, role)):
        return list(Notis.objects.filter(typ="meddelande", last=None))


def test_both_sides_write_and_each_sees_who_has_read(sent):
    first = say(sent, "handlaggare")
    (line,) = listed(sent, "enhetschef", Choice.UNREAD).rows
    assert line.unread == 1
    (notice,) = told(sent, "enhetschef")
    assert (notice.roll, notice.handelse_id, notice.niva) == (
        "enhetschef",
        line.row.pk,
        str(first),
    )
    sent.later(minutes=5)
    (message,) = look(sent, "enhetschef").messages
    assert (message.text, message.own, message.fresh) == (ASKED, False, True)
    assert listed(sent, "enhetschef").counts[Choice.UNREAD.value] == 0
    assert told(sent, "enhetschef") == []
    (message,) = look(sent, "handlaggare").messages
    assert message.own
    assert message.read_by == (("Enhetschef Norr", sent.now),)
    say(sent, "enhetschef", "Ja, klockan åtta.\r\nHälsningar")
    (notice,) = told(sent, "handlaggare")
    assert notice.mottagare_id == who(sent, "handlaggare").user_id
    assert listed(sent, "handlaggare").rows[0].unread == 1
    page = look(sent, "handlaggare")
    assert [one.text for one in page.messages] == [ASKED, "Ja, klockan åtta.\nHälsningar"]
    assert [one.fresh for one in page.messages] == [False, True]
    assert listed(sent, "handlaggare").rows[0].unread == 0


def test_only_what_was_shown_is_read(sent):
    for text in ("Ett", "Två", "Tre"):
        say(sent, "handlaggare", text)
        sent.later(minutes=1)
    chef = who(sent, "enhetschef").user_id
    read = MeddelandeLasning.objects.filter(last_av=chef).order_by("meddelande__skickat")
    page = look(sent, "enhetschef", limit=1)
    for texts, left in ((["Tre"], 2), (["Två", "Tre"], 1), (["Ett", "Två", "Tre"], 0)):
        assert [row.meddelande.text for row in read.all()] == texts
        assert (listed(sent, "enhetschef").rows[0].unread, len(told(sent, "enhetschef"))) == (
            left,
            int(left > 0),
        )
        if left:
            page = look(sent, "enhetschef", limit=1, before=page.earlier)
    say(sent, "handlaggare", "Fyra")
    look(sent, "enhetschef", before=page.earlier or (sent.now - timedelta(minutes=1), uuid4()))
    assert [len(told(sent, "enhetschef")), read.count()] == [1, 3]


def test_p8_a_reminder_says_nothing_and_comes_once_while_unread(sent):
    say(sent, "handlaggare")
    say(sent, "handlaggare", "Och tisdag?")
    (row,) = Notis.objects.filter(typ="meddelande")
    words = {str(getattr(row, one.attname)) for one in row._meta.concrete_fields}
    assert not any(part in word for word in words for part in ("måndag", "Astrid", "tisdag"))


def test_w3_who_takes_over_is_told_though_the_first_never_read(sent):
    say(sent, "enhetschef", "Vi är på väg.")
    first = who(sent, "handlaggare").user_id
    RoleGrant.objects.filter(user_id=first).update(valid_to=sent.now.date() - timedelta(days=1))
    for text in ("Är ni kvar?", "Hallå?"):
        say(sent, "enhetschef", text)
    rows = Notis.objects.filter(typ="meddelande", last=None).order_by("skapad", "roll")
    assert [(row.mottagare_id, row.roll) for row in rows] == [(first, ""), (None, "handlaggare")]


def test_sent_twice_it_is_one_message(sent):
    assert say(sent, "handlaggare", key="a") == say(sent, "handlaggare", key="a")
    assert Meddelande.objects.count() == 1
    with pytest.raises(IdempotencyConflictError):
        say(sent, "handlaggare", "Något annat", key="a")
    say(sent, "enhetschef", key="a")
    assert Meddelande.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "key", "code"),
    [(" \n", "a", "text_missing"), ("x" * (LONGEST + 1), "a", "text_too_long"), ("x", " ", "")],
)
def test_what_is_no_message_is_refused_in_words(sent, text, key, code):
    if not code:
        assert say(sent, "handlaggare", text, key=key)
        return
    with pytest.raises(AnswersInvalidError) as refusal:
        say(sent, "handlaggare", text, key=key)
    assert refusal.value.errors["text"][0] == code
    assert not Meddelande.objects.exists()


def test_k7_another_provider_learns_nothing_and_the_attempt_is_written_down(sent):
    say(sent, "handlaggare")
    look(sent, "enhetschef")
    other = place("utforare", "Omsorg Björken", "privat", "enhetschef")
    stranger = other.users["enhetschef"]
    for ref in (sent.ids["uppdrag"], uuid4()):
        with database_role("app"), pytest.raises(NotFoundError):
            order(stranger, ref, now=sent.now)
        with database_role("app"), pytest.raises(NotFoundError):
            send_message(ref, "Hej", key="x", actor=stranger, now=sent.now)
    with database_role("app"), access_context(stranger):
        assert [model.objects.count() for model in OURS] == [0, 0, 0]
    with database_role("app"):
        assert orders(stranger, now=sent.now, choice=Choice.ALL).counts["alla"] == 0
    (row,) = NekadLasning.objects.filter(vad="uppdrag")
    assert (row.user_id, row.arende_id) == (stranger.user_id, sent.arende)


def test_k7_a_row_cannot_be_put_where_the_uppdrag_is_not(sent):
    """The database refuses what a program gets wrong: holder, side, level, writer."""
    say(sent, "handlaggare")
    good = Meddelande.objects.get()
    other = place("utforare", "Omsorg Björken", "privat", "enhetschef")
    chef = who(sent, "enhetschef")
    for change in (
        {"unit_id": other.unit.pk},
        {"delad_med_id": other.unit.pk},
        {"delad_med_id": None},
        {"secrecy": 1},
        {"sida": "myndighet", "forfattare_id": chef.user_id},
        {"sida": "utforare", "forfattare_id": who(sent, "handlaggare").user_id},
    ):
        row = Meddelande.objects.get(pk=good.pk)
        row.pk, row.nyckel, row.sida, row.forfattare_id = uuid4(), "b", "utforare", chef.user_id
        for name, value in change.items():
            setattr(row, name, value)
        with (
            database_role("app"),
            pytest.raises(DatabaseError),
            access_context(chef),
            transaction.atomic(),
        ):
            row.save(force_insert=True)
    assert Meddelande.objects.count() == 1


@pytest.mark.parametrize("program", ["app", "worker", "default"])
def test_a_message_is_never_changed_or_removed(sent, program):
    say(sent, "handlaggare")
    look(sent, "enhetschef")
    actor = who(sent, "handlaggare")
    for model in OURS:
        for change in (
            lambda rows: rows.update(secrecy=2),
            lambda rows: rows._raw_delete("default"),
        ):
            with (
                database_role(program),
                pytest.raises(DatabaseError),
                access_context(actor),
                transaction.atomic(),
            ):
                change(model.objects.all())
    assert [model.objects.count() for model in OURS] == [1, 1, 1]


def test_w3_the_first_opening_is_written_once(sent):
    (line,) = listed(sent, "handlaggare", Choice.WAITING).rows
    assert line.state == OrderState.NEW
    assert line.limit.day == sent.now.date() + timedelta(days=1)
    look(sent, "handlaggare")
    assert not UppdragOppning.objects.exists()
    look(sent, "enhetschef")
    sent.later(hours=2)
    look(sent, "personal")
    row = UppdragOppning.objects.get()
    assert row.oppnad_av_id == who(sent, "enhetschef").user_id
    (line,) = listed(sent, "handlaggare", Choice.WAITING).rows
    assert line.state == OrderState.OPENED
    assert line.row.oppning.oppnad == sent.now - timedelta(hours=2)


def test_l34_everybody_who_reads_an_offered_uppdrag_is_written_down(sent):
    """Also who comes after the first: of her no opening tells."""
    for role in ("enhetschef", "personal"):
        look(sent, role)
    rows = ListLasning.objects.filter(vad="uppdrag", unit=sent.provider.unit).order_by("pk")
    assert {row.user_id for row in rows} == {
        who(sent, role).user_id for role in ("enhetschef", "personal")
    }
    assert [row.arenden for row in rows] == [[sent.arende]] * 2


def test_k8_a_declined_uppdrag_takes_the_thread_out_of_sight(sent):
    say(sent, "enhetschef", "Vi har ont om folk.")
    look(sent, "enhetschef")
    sent.later(minutes=1)
    say(sent, "handlaggare")
    assert open_to(sent, "enhetschef")
    assert len(told(sent, "handlaggare")) == 2, "one to each side"
    form = {"avbojandeskal": "Ingen personal."}
    sent.call("uppdrag.avboj", by="enhetschef", form=form, uppdrag=sent.ids["uppdrag"])
    with pytest.raises(NotFoundError):
        look(sent, "enhetschef")
    assert not open_to(sent, "enhetschef")
    (left,) = told(sent, "handlaggare")
    assert left.delad_med_id == sent.authority.unit.pk
    with database_role("app"), access_context(who(sent, "enhetschef")):
        assert [model.objects.count() for model in OURS] == [0, 0, 0]
    page = look(sent, "handlaggare")
    assert page.line.state == OrderState.DECLINED
    assert [one.text for one in page.messages] == ["Vi har ont om folk.", ASKED]
    with pytest.raises(ThreadClosedError):
        say(sent, "handlaggare")


def decline(chain, reason="Ingen personal."):
    form = {"avbojandeskal": reason}
    chain.call("uppdrag.avboj", by="enhetschef", form=form, uppdrag=chain.ids["uppdrag"])


def declined_by(chain, role, program="app"):
    with database_role(program):
        return declined(who(chain, role), now=chain.now)


def test_k8_the_provider_sees_that_it_declined_and_nothing_of_whom(sent):
    other = place("utforare", "Omsorg Björken", "privat", "enhetschef")
    assert declined_by(sent, "enhetschef") == []
    decline(sent)
    (row,) = declined_by(sent, "enhetschef")
    number = Uppdrag.objects.get().nummer
    assert (row.number, row.reason, row.sender) == (number, "Ingen personal.", "Myndighet Norr")
    assert row.answered == sent.now
    assert "Astrid" not in str(row)
    assert declined_by(sent, "handlaggare") == [], "hers is the list of what she has sent"
    with database_role("app"):
        assert declined(other.users["enhetschef"], now=sent.now) == []
        with access_context(other.users["enhetschef"]), connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM records_declined(%s, 9)", [[sent.provider.unit.pk]]
            )
            assert cursor.fetchone() == (0,), "the database asks whose units they are"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('kedja.restamp', 'on', true)")
        Uppdrag.objects.update(secrecy=1)
    assert declined_by(sent, "enhetschef") == []


@pytest.mark.parametrize("reason", ["Vi kan inte ta emot {}.", "Gäller 194003652387."])
def test_k8_a_reason_that_names_the_person_is_not_shown(sent, reason):
    decline(sent, reason.format(Uppdrag.objects.get().person_kopia["efternamn"].upper()))
    (row,) = declined_by(sent, "enhetschef")
    assert row.reason == ""


def test_k8_only_who_answered_sees_why_an_uppdrag_was_declined(sent):
    """Free text tells more than names: an address, a relative, an event."""
    address = Uppdrag.objects.get().person_kopia["adress"]
    reason = f"{address} ligger utanför vårt område, och sonen Erik är hotfull."
    decline(sent, reason)
    (row,) = declined_by(sent, "enhetschef")
    assert (row.own, row.reason) == (True, reason)
    for role in ("personal", "utsedd_kontakt"):
        (row,) = declined_by(sent, role)
        assert (row.own, row.reason, row.by) == (False, "", "Enhetschef Norr")
        assert row.answered == sent.now
        with (
            database_role("app"),
            access_context(who(sent, role)),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT skal FROM records_declined(%s, 9)", [[sent.provider.unit.pk]])
            assert cursor.fetchall() == [(None,)], "the database asks who answered"
    assert look(sent, "handlaggare").uppdrag.avbojandeskal == reason


def test_r198_the_thread_follows_an_akt_that_is_handed_over(sent):
    say(sent, "handlaggare")
    look(sent, "enhetschef")
    other = place("utforare", "Omsorg Björken", "privat", "enhetschef")
    Uppdrag.objects.update(delad_med_id=other.unit.pk)
    for model in OURS:
        assert {row.delad_med_id for row in model.objects.all()} == {other.unit.pk}


def test_p1_nothing_is_sent_about_a_protected_person(sent):
    sent.accepted()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT records_protect(%s, 'sekretessmarkering', 1, %s, %s)",
            [sent.arende, who(sent, "handlaggare").user_id, sent.now],
        )
    assert Uppdrag.objects.get().secrecy == 1
    with pytest.raises((ThreadClosedError, NotFoundError)):
        say(sent, "handlaggare")
    assert not Meddelande.objects.exists()


def test_l34_a_protected_uppdrag_in_the_list_is_a_reading_of_it(sent):
    """Her name is left out; what she gets is not."""
    sent.accepted()
    chef = who(sent, "enhetschef").user_id
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT records_protect(%s, 'sekretessmarkering', 1, %s, %s)",
            [sent.arende, chef, sent.now],
        )
    RoleGrant.objects.filter(user_id=chef).update(secrecy=1)
    user = get_user_model().objects.get(pk=chef)
    sent.provider.users["enhetschef"] = actor_for(user, sent.now)
    (line,) = listed(sent, "enhetschef").rows
    assert (line.protected, line.namn, bool(line.insatser)) == (True, "", True)
    (row,) = ListLasning.objects.filter(vad="uppdrag", user_id=chef)
    assert row.arenden == [sent.arende]


def test_the_states_as_both_sides_see_them(sent):
    sent.accepted()
    assert listed(sent, "handlaggare", Choice.RUNNING).rows[0].state == OrderState.RECEIVED
    sent.started()
    for role in ("handlaggare", "enhetschef"):
        page = listed(sent, role, Choice.RUNNING)
        assert [line.state for line in page.rows] == [OrderState.RUNNING]
        assert page.counts == {"vantar": 0, "olasta": 0, "pagar": 1, "slut": 0, "alla": 1}
    assert listed(sent, "myndighetschef", Choice.RUNNING, own=True).rows == []


@pytest.mark.parametrize(("granted", "count"), [(True, 1), (False, 0)])
def test_r163_the_table_says_who_sees_delay_without_content(sent, monkeypatch, granted, count):
    """Not the name of a role in the program: the edition's ``atkomst`` decides."""
    path, chief, action = "dmn/atkomst.dmn", b', "verksamhetsansvarig"', b'"lasa_oversikt"'
    rules = with_calendar().files[path].split(b"</rule>")
    told = [rule if granted or action not in rule else rule.replace(chief, b"") for rule in rules]
    edition = Bundle({**with_calendar().files, path: b"</rule>".join(told)})
    monkeypatch.setattr("cases.bundles.newest_hash", lambda _day: f"delay {granted}")
    monkeypatch.setattr("cases.bundles.compiled", lambda _hash: edition)
    chef = get_user_model().objects.get(pk=who(sent, "enhetschef").user_id)
    RoleGrant.objects.filter(user=chef).update(role="verksamhetsansvarig")
    sent.provider.users["enhetschef"] = actor_for(chef, sent.now)
    page = listed(sent, "enhetschef")
    assert page.counts["alla"] == len(page.rows) == count
    assert [line.content for line in page.rows] == [False] * count


def test_art15_the_register_holds_the_messages_of_both_sides():
    assert {"Meddelande", "UppdragOppning"} <= {model.__name__ for model in tables()}
    assert "uppdrag__arende__person" in ways(Meddelande)


class TestAtOnce:
    """Two connections: the database decides, not who asked first."""

    def test_one_message_sent_twice_at_once_is_one(self, chain):
        chain.opened().investigated().decided().ordered().sent()

        def send():
            return say(chain, "handlaggare", key="a", program="default")

        first, second = at_once(send, send)
        assert first == second == Meddelande.objects.get().pk

    def test_two_who_write_at_once_both_do(self, chain):
        chain.opened().investigated().decided().ordered().sent()
        both = at_once(
            lambda: say(chain, "handlaggare", "Ett", program="default"),
            lambda: say(chain, "enhetschef", "Två", program="default"),
        )
        assert {row.pk for row in Meddelande.objects.all()} == set(both)

    def test_two_who_open_at_once_are_one_first_opening(self, chain):
        chain.opened().investigated().decided().ordered().sent()
        at_once(
            lambda: look(chain, "enhetschef", program="default"),
            lambda: look(chain, "personal", program="default"),
        )
        assert UppdragOppning.objects.count() == 1

    def one_within_the_other(self, first, second):
        """The second begins when the first has done all but commit, and may have to wait for it."""
        done, over = Event(), Event()

        def before():
            with transaction.atomic():
                first()
                done.set()
                over.wait(timeout=2)

        def after():
            assert done.wait(timeout=20)
            try:
                return second()
            finally:
                over.set()

        return at_once(before, after)[1]

    @pytest.mark.parametrize("reading_first", [False, True])
    def test_p8_what_is_written_while_the_page_is_read_leaves_a_reminder(
        self, chain, reading_first
    ):
        chain.opened().investigated().decided().ordered().sent()
        say(chain, "handlaggare", program="default")
        both = [
            lambda: say(chain, "handlaggare", "Och tisdag?", program="default"),
            lambda: look(chain, "enhetschef", program="default"),
        ]
        self.one_within_the_other(*(both[::-1] if reading_first else both))
        read = MeddelandeLasning.objects.values_list("meddelande__text", flat=True)
        assert list(read) == [ASKED]
        assert Notis.objects.filter(typ="meddelande", last=None).count() == 1, "one is unread"
        look(chain, "enhetschef", program="default")
        assert not Notis.objects.filter(typ="meddelande", last=None).exists()

    @pytest.mark.parametrize("saving_first", [False, True])
    def test_w5_a_saving_within_the_sending_keeps_nothing(self, chain, saving_first):
        chain.opened().investigated().decided().ordered().sent()
        draft = Draft(answers={"text": ASKED}, revision=0, read_at=chain.now)

        def save():
            return save_message_draft(
                Uppdrag.objects.get().pk,
                draft,
                key="a",
                actor=who(chain, "handlaggare"),
                now=chain.now,
            )

        both = [lambda: say(chain, "handlaggare", key="a", program="default"), save]
        ended = self.one_within_the_other(*(both[::-1] if saving_first else both))
        assert saving_first or ended == "message_sent"
        assert Meddelande.objects.count() == 1
        assert not Utkast.objects.exists(), "it would be offered again, under another key"


def test_the_thread_is_a_handling_of_both_akter_and_in_both_extracts(paper_chain):
    chain = paper_chain.running()
    say(chain, "handlaggare", program="default")
    chain.later(minutes=5)
    look(chain, "enhetschef", program="default")
    say(chain, "enhetschef", "Ja, klockan åtta.", program="default")
    for role in ("handlaggare", "enhetschef"):
        unit = chain.actor(role)[0].unit
        seen, shared = everything_of(unit.organisation_id, unit.pk)
        ask = Ask(
            ref=chain.arende,
            arende=chain.arende,
            seen=seen,
            shared=shared,
            bundle=chain.bundle,
            now=chain.now,
        )
        (first,) = threads(ask)
        made = make_paper(replace(ask, ref=first.pk), "meddelanden")
        told = made.found.underlag.meddelanden
        assert [one.text for one in told] == [ASKED, "Ja, klockan åtta."]
        assert told[0].last[0].startswith("Enhetschef Norr 20")
        extract = {group.rubrik: group for group in register(ask).underlag.grupper}
        rows = extract["Meddelanden om uppdrag"].poster
        words = {one.varde for row in rows for one in row.uppgifter}
        assert {ASKED, "Ja, klockan åtta."} <= words
        assert len(rows) == 2
        assert not any("nyckel" in one.namn.lower() for row in rows for one in row.uppgifter)
