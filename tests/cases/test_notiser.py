"""Letters: told in the act's own transaction, sent at most once, without case data (issue 6)."""

import os
import signal
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from django.db import connections, transaction
from django.db.models import F
from django.utils import timezone

from cases import bundles, use_cases
from cases.actor import Actor
from cases.context import access_context
from cases.models import (
    Bundle,
    Epostadress,
    Notisinstallning,
    Notisval,
    Nyhet,
    RoleGrant,
    Task,
    Utskick,
)
from cases.notices import sending
from cases.notices.digests import plan_digests
from cases.notices.sending import Fate, send_due, tidy
from cases.notices.spreading import spread
from cases.notices.terms import terms_at
from cases.queries_notices import bad_addresses
from tests.cases.conftest import DAY, MARKED, NOW, begin, database_role, finish, open_task, person
from tests.mailserver import Mailbox, mail_server
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
GATHERED = NOW + timedelta(minutes=5)
STOCKHOLM = ZoneInfo("Europe/Stockholm")
PROCESSES = Path(django_settings.PROCESSES_DIR)


@pytest.fixture
def post(settings: Any) -> Any:
    """A mail server, and Kedja set up to use it."""
    with mail_server() as box:
        settings.KEDJA_MAIL = True
        settings.KEDJA_PUBLIC_URL = "https://kedja.example"
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        settings.EMAIL_TIMEOUT = 20
        yield box


@pytest.fixture
def town(world: SimpleNamespace, post: Mailbox) -> SimpleNamespace:
    """Anna and Bo take letters; Disa of the other unit too."""
    row = Bundle.objects.get()
    files = ("terms/notiser.toml", "dmn/notistid.dmn")
    Bundle.objects.create(
        hash="n" * 64,
        edition="prov2",
        valid_from=row.valid_from,
        deployed_at=row.deployed_at + timedelta(seconds=1),
        files=row.files | {path: (PROCESSES / path).read_text() for path in files},
    )
    bundles.compiled.cache_clear()
    for who in (world.anna, world.bo, world.disa):
        takes_letters(who)
    world.post = post
    return world


def takes_letters(who: Actor) -> Epostadress:
    return Epostadress.objects.create(
        user_id=who.user_id or 0, adress=f"{who.username}@prov.example", tillstand="god", sedan=NOW
    )


def given_to(who: Actor, world: SimpleNamespace) -> Task:
    """A task that chef has given to somebody."""
    task = open_task(begin(world, world.chef).instance_id, "A")
    use_cases.reassign(task.pk, to_user=who.user_id, actor=world.chef, now=NOW)
    return task


def worker(action: Any, now: datetime) -> Any:
    """Do something under the worker's own database role."""
    with database_role("worker"):
        return action(now)


def states() -> list[str]:
    return list(Utskick.objects.order_by("skapad", "pk").values_list("tillstand", flat=True))


def long_ago() -> None:
    Utskick.objects.filter(begard__isnull=False).update(begard=F("begard") - timedelta(hours=1))


def test_a_task_becomes_a_letter_that_says_nothing_of_it(town: SimpleNamespace) -> None:
    given_to(town.bo, town)
    with database_role("app"):  # which has no right to what is written for it
        instance = begin(town, town.chef).instance_id
    task = open_task(instance, "A")
    with database_role("app"):
        use_cases.reassign(task.pk, to_user=town.bo.user_id, actor=town.chef, now=NOW)
    assert worker(spread, NOW) == 4, "two were made, and two were given"
    assert worker(send_due, NOW) == 0, "it waits for more to tell"
    Task.objects.filter(pk=task.pk).update(due=NOW - DAY)
    assert worker(send_due, GATHERED) == 1
    (letter,) = town.post.letters
    whole = letter.as_string()
    assert letter["To"] == "bo@prov.example"
    assert "Du har 2 nya uppgifter i Kedja, en är försenad." in town.post.texts[0]
    assert "https://kedja.example/\r\n" in town.post.texts[0]
    stop = letter["List-Unsubscribe"].strip(" <>")
    assert stop.startswith("https://kedja.example/notiser/av/")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (letter["Auto-Submitted"], letter.get_content_type()) == ("auto-generated", "text/plain")
    secret = (MARKED, task.name, "prova", "Enhet", "Utföraren", "Socialförvaltningen", "bo ", "Bo ")
    assert not [word for word in (*secret, str(task.pk), str(task.arende_id)) if word in whole]
    assert worker(send_due, GATHERED + DAY) == 0
    row = Utskick.objects.get()
    assert (row.tillstand, row.slag, row.forsok) == ("sant", "uppgift_mig", 1)
    with database_role("app"):
        with access_context(town.bo):
            assert Utskick.objects.count() == 1
        with access_context(town.anna):
            assert not Utskick.objects.exists(), "hers alone"
    worker(tidy, GATHERED + 91 * DAY)
    assert not Utskick.objects.exists()


def test_what_is_undone_sends_nothing_and_what_is_over_is_not_told(town: SimpleNamespace) -> None:
    with transaction.atomic():
        given_to(town.bo, town)
        assert Nyhet.objects.exists()
        transaction.set_rollback(True)
    assert worker(spread, NOW) == 0
    assert not Utskick.objects.exists()
    # Done, taken back or switched off before it was sent: nothing is left to tell.
    task = given_to(town.bo, town)
    worker(spread, NOW)
    finish(task, town.bo, {"om": False})
    assert worker(send_due, GATHERED) == 0
    given_to(town.bo, town)
    worker(spread, GATHERED)
    Notisval.objects.create(user_id=town.bo.user_id, slag="uppgift_mig", satt="kedja")
    assert worker(send_due, GATHERED + DAY) == 0
    assert states() == ["inget", "inget"]
    # What one has done oneself is no news, nor is anything to who has no address.
    own = open_task(begin(town).instance_id, "A")
    Notisval.objects.create(user_id=town.anna.user_id, slag="uppgift_grupp", satt="direkt")
    use_cases.claim(own.pk, actor=town.anna, now=NOW)
    worker(spread, NOW)
    assert len(states()) == 2


def test_a_group_is_told_where_it_may_see(town: SimpleNamespace) -> None:
    for who in (town.anna, town.bo, town.disa, town.skyddad):
        Notisval.objects.create(user_id=who.user_id, slag="uppgift_grupp", satt="direkt")
    town.book.skydd = "skyddad_folkbokforing"
    takes_letters(town.skyddad)
    begin(town, town.chef)
    worker(spread, NOW)
    told = set(Utskick.objects.values_list("user__username", flat=True))
    levels = set(Task.objects.values_list("secrecy", flat=True))
    expected = {"skyddad"} if levels == {2} else {"anna", "bo", "skyddad"}
    assert told == expected, "of unit one, at the level of the task"


def test_two_workers_send_one_letter(town: SimpleNamespace) -> None:
    given_to(town.bo, town)
    assert sum(at_once(lambda: spread(NOW), lambda: spread(NOW))) == 2
    assert states() == ["vantar"]
    for who in (town.anna, town.disa):
        Utskick.objects.create(
            user_id=who.user_id or 0, slag="sammandrag", dag=NOW.date(), nasta=NOW, skapad=NOW
        )
    outcome = at_once(*[lambda: send_due(GATHERED)] * 3)
    assert sum(outcome) == len(town.post.letters)
    assert len({letter["Message-ID"] for letter in town.post.letters}) == len(town.post.letters)
    assert [letter["To"] for letter in town.post.letters].count("bo@prov.example") == 1
    assert not {"vantar", "sander"} & set(states())


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize(("where", "taken"), [("greeting", 0), ("data", 1)])
def test_a_killed_worker_sends_neither_twice_nor_never(
    town: SimpleNamespace, where: str, taken: int
) -> None:
    given_to(town.bo, town)
    spread(NOW)
    town.post.silent_at = where
    connections.close_all()  # two processes never share a connection
    child = os.fork()
    if child == 0:
        try:
            send_due(GATHERED)
        finally:
            os._exit(0)
    assert town.post.reached.wait(20)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert len(town.post.letters) == taken
    town.post.silent_at = ""
    town.post.go_on.set()
    assert states() == ["vantar" if where == "greeting" else "sander"]
    long_ago()
    send_due(GATHERED)
    assert len(town.post.letters) == 1, "once"
    if where == "data":  # nobody can know: the next digest tells, even to who wants none
        assert states() == ["oviss"]
        Notisinstallning.objects.create(user_id=town.bo.user_id, sammandrag=False)
        plan_digests(NOW + DAY)
        send_due(NOW + DAY)
        told = [text for text in town.post.texts if "kan ha försvunnit" in text]
        assert len(told) == 1
        assert "Det gällde en som fortfarande väntar" in told[0]
        plan_digests(NOW + 2 * DAY)
        assert not Utskick.objects.filter(user_id=town.bo.user_id, tas_upp=True).exists()
        assert Utskick.objects.filter(user_id=town.bo.user_id, slag="sammandrag").count() == 1


def test_a_refusal_for_good_stops_letters_and_is_seen(town: SimpleNamespace) -> None:
    town.post.answers["bo@prov.example"] = "550 5.1.1 no such user"
    given_to(town.bo, town)
    spread(NOW)
    assert worker(send_due, GATHERED) == 0
    address = Epostadress.objects.get(user_id=town.bo.user_id)
    assert (address.tillstand, address.kod, address.sedan) == ("dalig", "550", GATHERED)
    given_to(town.bo, town)
    spread(GATHERED)
    assert plan_digests(GATHERED) == 2, "anna and disa"
    assert states().count("vantar") == 2
    manager = person("forvaltare", "systemforvaltare", town.one)
    outsider = person("annan", "systemforvaltare", town.home)
    with database_role("app"):
        for who, seen in ((manager, ["bo@prov.example"]), (outsider, []), (town.anna, [])):
            with access_context(who):
                assert [row.address for row in bad_addresses(who, NOW)] == seen
                assert Epostadress.objects.exclude(user_id=who.user_id or 0).count() == len(seen)


@pytest.mark.parametrize("why", ["", "over", "not_yet", "unsigned", "she_has_left"])
def test_the_database_shows_a_bad_address_to_who_manages_today(
    town: SimpleNamespace, why: str
) -> None:
    manager = person("forvaltare", "systemforvaltare", town.one)
    Epostadress.objects.filter(user_id=town.bo.user_id).update(tillstand="dalig")
    mine = RoleGrant.objects.filter(user_id=manager.user_id or 0)
    today = timezone.localdate()  # the database's own: a policy knows no other
    ended = today - DAY
    match why:
        case "over":
            mine.update(valid_to=ended)
        case "not_yet":
            mine.update(valid_from=today + 2 * DAY)
        case "unsigned":
            mine.update(organisation=town.provider, unit=town.home)
            RoleGrant.objects.filter(user_id=town.bo.user_id).update(
                organisation=town.provider, unit=town.home
            )
        case "she_has_left":
            RoleGrant.objects.filter(user_id=town.bo.user_id).update(valid_to=ended)
    with database_role("app"), access_context(manager):
        seen = Epostadress.objects.exclude(user_id=manager.user_id or 0).count()
    assert seen == (0 if why else 1)


def test_a_refusal_for_now_is_tried_again(
    town: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.post.answers["bo@prov.example"] = "451 4.3.0 later"
    given_to(town.bo, town)
    spread(NOW)
    assert worker(send_due, GATHERED) == 0
    row = Utskick.objects.get()
    assert (row.tillstand, row.kod, row.nasta) == ("vantar", "451", GATHERED + timedelta(minutes=1))
    assert Epostadress.objects.get(user_id=town.bo.user_id).tillstand == "god"

    # Something new comes while it is on its way: the letter that waits for it takes over both.
    def meanwhile(*_given: object) -> tuple[Fate, str]:
        given_to(town.bo, town)
        spread(GATHERED)
        return Fate.LATER, "451"

    with monkeypatch.context() as patch:
        patch.setattr(sending, "_hand_over", meanwhile)
        send_due(GATHERED + timedelta(minutes=1), limit=1)
    assert sorted(states()) == ["inget", "vantar"]
    town.post.answers.clear()
    assert worker(send_due, GATHERED + DAY) == 1
    assert "Du har 2 nya uppgifter" in town.post.texts[0]


def test_a_letter_that_is_refused_itself_is_no_bad_address(town: SimpleNamespace) -> None:
    town.post.data_answer = "554 5.7.1 policy"
    given_to(town.bo, town)
    spread(NOW)
    send_due(GATHERED)
    assert Epostadress.objects.get(user_id=town.bo.user_id).tillstand == "god"
    assert states() == ["fel"]
    assert Utskick.objects.get().tas_upp, "the next digest tells"
    assert tidy(GATHERED + 90 * DAY - timedelta(hours=1)) == 0
    assert tidy(GATHERED + 91 * DAY) == 1, "nobody is told of it after so long"


def test_without_an_answering_server_everything_waits(town: SimpleNamespace, settings: Any) -> None:
    given_to(town.bo, town)
    spread(NOW)
    settings.EMAIL_PORT = 1
    assert worker(send_due, GATHERED) == 0
    assert states() == ["vantar"]
    settings.EMAIL_PORT = town.post.port
    assert worker(send_due, GATHERED) == 0
    assert worker(send_due, GATHERED + timedelta(minutes=1)) == 1


def test_a_server_that_ends_the_conversation_loses_no_letter(town: SimpleNamespace) -> None:
    for minute, who in enumerate((town.anna, town.bo, town.disa)):
        made = NOW + timedelta(minutes=minute)
        Utskick.objects.create(user_id=who.user_id or 0, slag="bekrafta", nasta=made, skapad=made)
    Epostadress.objects.update(ny_adress="ny@prov.example", ny_ord=F("id"))
    town.post.at_most = 1
    assert worker(send_due, GATHERED) == 1
    assert states() == ["sant", "vantar", "vantar"]
    tries = Utskick.objects.order_by("skapad").values_list("forsok", "kod")
    assert list(tries)[1:] == [(1, "421"), (0, "")], "the third was never begun"
    for later in (timedelta(minutes=1), timedelta(hours=1), DAY):
        worker(send_due, GATHERED + later)
    assert states() == ["sant"] * 3
    assert len(town.post.letters) == 3


def test_who_has_ended_the_digest_is_told_the_doubtful_and_no_more(town: SimpleNamespace) -> None:
    me = {"user_id": town.bo.user_id or 0, "nasta": NOW, "skapad": NOW}
    Notisinstallning.objects.create(user_id=town.bo.user_id, sammandrag=False)
    task, _other = given_to(town.bo, town), given_to(town.bo, town)
    lost = {"slag": "uppgift_mig", "tillstand": "oviss", "tas_upp": True, "klar": NOW}
    Utskick.objects.create(**me, **lost, rader=[["uppgift", str(task.pk)]])
    plan_digests(NOW)
    send_due(NOW)
    (text,) = [letter.get_content() for letter in town.post.letters if "bo@" in letter["To"]]
    assert "Det gällde en som fortfarande väntar" in text
    assert "Du har" not in text, "not the whole day"
    assert "fast du har avslutat sammandraget" in text
    # What it was about is over: no letter.
    Utskick.objects.create(**me, **lost, rader=[["uppgift", str(task.pk)]])
    finish(task, town.bo, {"om": False})
    plan_digests(NOW + DAY)
    send_due(NOW + DAY)
    assert [letter["To"] for letter in town.post.letters].count("bo@prov.example") == 1


def test_a_letter_about_nothing_is_told_in_no_digest(town: SimpleNamespace, settings: Any) -> None:
    me = {"user_id": town.bo.user_id or 0, "nasta": NOW, "skapad": NOW, "slag": "bekrafta"}
    Epostadress.objects.update(ny_adress="ny@prov.example", ny_ord=F("id"))
    Utskick.objects.create(**me)
    town.post.data_answer = "554 5.7.1 policy"
    send_due(NOW)
    Utskick.objects.create(**me, tillstand="sander", begard=NOW)
    long_ago()
    send_due(NOW)
    Utskick.objects.create(**me)
    settings.EMAIL_PORT = 1
    send_due(NOW + 4 * DAY)
    assert sorted(states()) == ["fel", "fel", "oviss"]
    assert not Utskick.objects.filter(tas_upp=True).exists()


def test_one_digest_a_day_at_the_chosen_hour_in_stockholm(town: SimpleNamespace) -> None:
    def at(hour: int, minute: int = 0, day: int = 18) -> datetime:
        return datetime(2026, 8, day, hour, minute, tzinfo=STOCKHOLM)

    Notisinstallning.objects.create(user_id=town.anna.user_id, timme=16)
    Notisinstallning.objects.create(user_id=town.disa.user_id, sammandrag=False)
    task = open_task(begin(town, town.chef).instance_id, "A")
    other = open_task(begin(town, town.chef).instance_id, "A")
    Task.objects.filter(pk=task.pk).update(due=at(12, day=17))
    assert worker(plan_digests, at(6, 59)) == 0
    assert sum(at_once(lambda: plan_digests(at(7)), lambda: plan_digests(at(7)))) >= 1
    assert Utskick.objects.count() == 1, "bo alone"
    assert worker(plan_digests, at(9)) == 0
    use_cases.claim(other.pk, actor=town.anna, now=at(7))
    worker(send_due, at(7, 1))
    assert "Du har en uppgift i Kedja, en är försenad." in town.post.texts[0], "what is open then"
    assert worker(plan_digests, at(16)) == 1
    worker(send_due, at(16))
    assert "Du har 2 uppgifter i Kedja, en är försenad." in town.post.texts[1]
    assert town.post.letters[1]["To"] == "anna@prov.example"
    # A worker that was down all day writes to nobody at night; an hour that is no longer there to
    # choose is the last one that is.
    Notisinstallning.objects.filter(user_id=town.anna.user_id).update(timme=22)
    terms = terms_at(NOW)
    assert terms is not None
    latest = terms.latest
    assert plan_digests(at(latest + 1, day=17)) == 0
    assert plan_digests(at(latest, 59, day=17)) == 2, "bo, and anna who chose 22"
    Utskick.objects.filter(dag=date(2026, 8, 17)).delete()
    # The next day nothing waits: no letter. One that was never sent is dropped for the new one.
    Task.objects.update(status="cancelled")
    worker(plan_digests, at(8, day=19))
    assert worker(send_due, at(8, day=19)) == 0
    worker(plan_digests, at(8, day=20))
    worker(plan_digests, at(8, day=21))
    dropped = Utskick.objects.filter(dag=date(2026, 8, 20)).values_list("tillstand", flat=True)
    assert set(dropped) == {"inget"}


def test_without_e_mail_nothing_is_kept_waiting(town: SimpleNamespace, settings: Any) -> None:
    settings.KEDJA_MAIL = False
    given_to(town.bo, town)
    assert worker(spread, NOW) == 2
    assert worker(plan_digests, NOW) == 0
    assert (Nyhet.objects.count(), Utskick.objects.count()) == (0, 0)
