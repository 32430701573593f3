"""Letters, the digest and the calendar reach who stands in, in those days and within her roles."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from cases import use_cases
from cases.actor import Actor, actor_for
from cases.models import Epostadress, Instance, Notisval, RoleGrant, Task, Utskick, Vikariat
from cases.notices import calendar, people
from cases.notices.digests import plan_digests
from cases.notices.sending import send_due
from cases.notices.sources import Reminder
from cases.notices.spreading import spread
from cases.use_cases.notices import new_calendar
from tests.cases.conftest import DAY, NOW, begin, database_role
from tests.cases.test_notiser import GATHERED, given_to, post, town, worker
from tests.cases.test_substitution import appoint

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
__all__ = ["post", "town"]
KIND = "uppgift_vikarie"


def waiting() -> list[tuple[str, str]]:
    rows = Utskick.objects.order_by("user__username", "slag")
    return list(rows.values_list("user__username", "slag"))


def today(who: Actor, at: Any = NOW) -> Actor:
    return actor_for(User.objects.get(pk=who.user_id), at)


def test_the_substitute_is_told_of_what_her_colleague_gets(town: SimpleNamespace) -> None:
    appoint(town)
    task = given_to(town.anna, town)
    worker(spread, NOW)
    assert waiting() == [("anna", "uppgift_mig"), ("bo", KIND)]
    assert worker(send_due, GATHERED) == 2
    hers = next(text for text, to in zip(town.post.texts, town.post.letters, strict=True)
                if to["To"] == "bo@prov.example")  # fmt: skip
    assert "Du har en ny uppgift i Kedja." in hers
    assert "Uppgift till den du är vikarie för" in hers
    whole = "".join(letter.as_string() for letter in town.post.letters)
    assert not [word for word in ("anna ", "Anna", task.name, str(task.pk)) if word in whole]


@pytest.mark.parametrize("why", ["over", "ended", "protected", "role", "taken"])
def test_nobody_is_told_of_what_she_may_not_take(town: SimpleNamespace, why: str) -> None:
    made = appoint(town)
    task = given_to(town.anna, town)
    now = NOW + 3 * DAY if why == "over" else NOW
    match why:
        case "ended":
            use_cases.end_substitution(made.pk, actor=town.chef, now=NOW)
        case "protected":
            Task.objects.filter(pk=task.pk).update(secrecy=1)
            Instance.objects.filter(pk=task.instance_id).update(secrecy=1)
        case "role":
            RoleGrant.objects.filter(user_id=town.bo.user_id).update(valid_to=NOW.date() - 2 * DAY)
        case "taken":
            use_cases.claim(task.pk, actor=today(town.bo), now=NOW)
    worker(spread, now)
    told = [row for row in waiting() if row == ("bo", KIND)]
    assert told == []


def test_her_own_choice_holds_for_what_she_does_for_others(town: SimpleNamespace) -> None:
    appoint(town)
    Notisval.objects.create(user_id=town.bo.user_id, slag=KIND, satt="kedja")
    given_to(town.anna, town)
    worker(spread, NOW)
    assert waiting() == [("anna", "uppgift_mig")], "not told at once"
    plan_digests(NOW)
    assert worker(send_due, NOW + timedelta(hours=1)) >= 1
    assert "bo@prov.example" not in {letter["To"] for letter in town.post.letters}, "nor of the day"
    Notisval.objects.filter(user_id=town.bo.user_id).update(satt="sammandrag")
    plan_digests(NOW + DAY)
    worker(send_due, NOW + DAY)
    [text] = [
        text
        for text, letter in zip(town.post.texts, town.post.letters, strict=True)
        if letter["To"] == "bo@prov.example"
    ]
    assert "Du har en uppgift i Kedja" in text, "as Min dag says it"


@pytest.mark.parametrize(
    ("ways", "said"),
    [
        ({}, 4),
        ({"uppgift_vikarie": "kedja"}, 3),
        ({"uppgift_mig": "kedja"}, 3),
        ({"uppgift_grupp": "kedja"}, 3),
        ({"uppgift_mig": "kedja", "uppgift_grupp": "kedja"}, 2),
        ({"uppgift_grupp": "kedja", "uppgift_vikarie": "kedja"}, 2),
    ],
)
def test_the_digest_counts_each_task_once(
    town: SimpleNamespace, ways: dict[str, str], said: int
) -> None:
    """One her own, one free, one of the colleague's, and one of those that she has taken."""
    appoint(town)
    given_to(town.bo, town)
    begin(town, town.chef)
    given_to(town.anna, town)
    taken = given_to(town.anna, town)
    use_cases.claim(taken.pk, actor=today(town.bo), now=NOW)
    for kind, way in ways.items():
        Notisval.objects.create(user_id=town.bo.user_id, slag=kind, satt=way)
    Epostadress.objects.exclude(user_id=town.bo.user_id).delete()
    Utskick.objects.all().delete()
    plan_digests(NOW)
    worker(send_due, NOW)
    assert f"Du har {said} uppgifter i Kedja" in town.post.texts[0]


def test_a_reminder_by_name_is_also_to_the_substitute(town: SimpleNamespace) -> None:
    made = appoint(town)
    to_anna = Reminder(
        typ="meddelande", niva="", user=town.anna.user_id, role="",
        unit=town.one.pk, organisation=town.one.organisation_id, secrecy=0,
    )  # fmt: skip

    def told(**changes: Any) -> set[int]:
        values = {name: getattr(to_anna, name) for name in Reminder.__dataclass_fields__} | changes
        return people.of_reminder(Reminder(**values), NOW.date())

    both = {town.anna.user_id, town.bo.user_id}
    assert told() == both
    alone = {town.anna.user_id}
    assert told(secrecy=1) == alone, "about somebody protected"
    assert told(own=True) == alone, "what she alone can do"
    assert told(unit=town.two.pk) == alone, "where the substitute does not work"
    assert told(organisation=uuid4()) == alone
    use_cases.end_substitution(made.pk, actor=town.chef, now=NOW)
    assert told() == alone
    assert Vikariat.objects.count() == 1


def test_the_calendar_holds_what_she_may_do_for_her_colleague(town: SimpleNamespace) -> None:
    appoint(town)
    new_calendar(actor=town.bo, now=NOW)
    task, own = given_to(town.anna, town), given_to(town.bo, town)
    secret = given_to(town.anna, town)
    for one in (task, own, secret):
        Task.objects.filter(pk=one.pk).update(due=NOW + DAY)
    for table, key in ((Task, secret.pk), (Instance, secret.instance_id)):
        table.objects.filter(pk=key).update(secrecy=1)

    def feed(who: Actor, at: Any = NOW) -> str:
        with database_role("app"):
            return calendar.feed(today(who, at), at).text.decode()

    text = feed(town.bo)
    assert text.count("BEGIN:VEVENT") == 2
    assert text.count("sista dag (som vikarie)") == 1
    assert "Anna" not in text
    assert feed(town.bo, NOW + 3 * DAY).count("BEGIN:VEVENT") == 1, "not after the last day"
