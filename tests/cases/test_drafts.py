"""What somebody writes is kept until she sends it, for her alone (W1, W5)."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError

from cases import queries_drafts, use_cases
from cases.actor import Actor
from cases.context import access_context
from cases.errors import DraftElsewhereError, NotFoundError, TaskAlreadyCompletedError
from cases.models import Task, Utkast
from cases.use_cases import Draft
from engine.bundle import Bundle
from tests.cases.conftest import DAY, NOW, also, begin, database_role, finish, open_task
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])


@pytest.fixture
def task(world: SimpleNamespace) -> Task:
    return open_task(begin(world).instance_id, "A")


def draft(text: str = "Ett utkast", revision: int = 0, **more: Any) -> Draft:
    return Draft(answers={"anteckning": text}, revision=revision, read_at=NOW, **more)


def save(task: Task, actor: Actor, text: str = "Ett utkast", revision: int = 0) -> Any:
    return use_cases.save_draft(task.pk, draft(text, revision, version=1), actor=actor, now=NOW)


def mine(task: Task, actor: Actor) -> str | None:
    with access_context(actor):
        found = queries_drafts.draft_of(task.pk, actor=actor, now=NOW)
    return None if found is None else str(found.answers["anteckning"])


def test_two_people_on_one_task_have_a_draft_each(world: SimpleNamespace, task: Task) -> None:
    with database_role("app"):
        save(task, world.anna, "Annas")
        save(task, world.bo, "Bos")
        assert (mine(task, world.anna), mine(task, world.bo)) == ("Annas", "Bos")
        with access_context(world.bo):
            assert Utkast.objects.count() == 1, "nobody reads what another one is writing"
            assert Utkast.objects.filter(user_id=world.anna.user_id).update(revision=9) == 0


def test_a_draft_outlives_the_task_and_the_session(world: SimpleNamespace, task: Task) -> None:
    save(task, world.bo, "Bos")
    finish(task, world.anna, {"om": True, "anteckning": "Annas"})
    assert mine(task, world.bo) == "Bos"
    assert save(task, world.bo, "Bos, mer", 1).revision == 2
    assert mine(task, world.bo) == "Bos, mer"


def test_who_has_sent_her_answers_leaves_no_draft(world: SimpleNamespace, task: Task) -> None:
    save(task, world.anna)
    finish(task, world.anna, {"om": True})
    use_cases.discard_sent(actor=world.anna, task_id=task.pk)
    with pytest.raises(TaskAlreadyCompletedError):
        save(task, world.anna, "för sent", 1)
    assert not Utkast.objects.exists()


def test_a_second_window_is_told_and_changes_nothing(world: SimpleNamespace, task: Task) -> None:
    save(task, world.anna, "första")
    with pytest.raises(DraftElsewhereError) as refusal:
        save(task, world.anna, "andra")
    assert (refusal.value.revision, refusal.value.saved_at) == (1, NOW)
    assert mine(task, world.anna) == "första"
    assert save(task, world.anna, "andra", 1).revision == 2


def test_of_two_windows_at_the_same_moment_one_is_told(world: SimpleNamespace, task: Task) -> None:
    def both(revision: int) -> list[str]:
        return sorted(
            map(
                str,
                at_once(
                    lambda: save(task, world.anna, "a", revision).revision,
                    lambda: save(task, world.anna, "b", revision).revision,
                ),
            )
        )

    assert both(0) == ["1", "draft_elsewhere"]
    assert both(1) == ["2", "draft_elsewhere"]


def test_a_task_out_of_sight_takes_no_draft(world: SimpleNamespace, task: Task) -> None:
    for stranger in (world.disa, world.eva):
        with pytest.raises(NotFoundError):
            save(task, stranger)
    assert not Utkast.objects.exists()


def test_p2_a_draft_follows_the_protection_of_the_case(world: SimpleNamespace, task: Task) -> None:
    save(task, world.anna, "Adressen är")
    Utkast.objects.update(secrecy=2)
    with database_role("app"):
        assert mine(task, world.anna) is None
    assert {"secrecy", "arende_id"} <= {found.attname for found in Utkast._meta.fields}


def test_start_forms_have_a_draft_for_each_page(world: SimpleNamespace) -> None:
    keys = [uuid4().hex, uuid4().hex]
    with database_role("app"):
        for key in keys:
            use_cases.save_start_draft(
                "prova", key, draft(key), arende_id=None, actor=world.anna, now=NOW
            )
        with access_context(world.anna):
            found = queries_drafts.start_drafts("prova", arende_id=None, actor=world.anna, now=NOW)
        assert {row.nyckel for row in found} == set(keys)
        use_cases.discard_sent(actor=world.anna, process_key="prova", nyckel=keys[0])
    assert [row.nyckel for row in Utkast.objects.all()] == keys[1:]
    for wrong in ("", "å" * 65, "a/b"):
        with pytest.raises(NotFoundError):
            use_cases.save_start_draft(
                "prova", wrong, draft(), arende_id=None, actor=world.anna, now=NOW
            )


def test_it_is_told_what_others_have_done_since(world: SimpleNamespace, task: Task) -> None:
    waiting = also(world, "vanta", task.arende_id)
    other = open_task(waiting.instance_id, "V")
    finish(other, world.bo, now=NOW + DAY)
    finish(task, world.anna, {"om": True}, now=NOW + DAY)
    assert task.arende_id is not None
    with access_context(world.anna):
        rows = queries_drafts.changes_since(
            task.arende_id, NOW + DAY / 2, actor=world.anna, now=NOW + DAY
        )
    assert [(row.kind, row.element, row.actor) for row in rows] == [("completed", "V", "bo")]


def test_old_drafts_go_but_not_of_an_open_task(
    world: SimpleNamespace, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    def days(bundle: Bundle, kind: str) -> timedelta:
        assert bundle.hash == world.bundle
        return DAY * {"uppgift": 90, "start": 14}[kind]

    done = open_task(begin(world).instance_id, "A")
    for row in (task, done):
        save(row, world.bo)
    use_cases.save_start_draft("prova", "sida", draft(), arende_id=None, actor=world.anna, now=NOW)
    finish(done, world.anna, {"om": True})
    assert use_cases.remove_old_drafts(now=NOW + 900 * DAY) == 0, "no table, no removal"
    monkeypatch.setattr("cases.use_cases.drafts._days", days)
    with database_role("worker"):
        assert use_cases.remove_old_drafts(now=NOW + 13 * DAY) == 0
        assert use_cases.remove_old_drafts(now=NOW + 15 * DAY) == 1
        assert use_cases.remove_old_drafts(now=NOW + 89 * DAY) == 0
        assert use_cases.remove_old_drafts(now=NOW + 91 * DAY) == 1
        assert use_cases.remove_old_drafts(now=NOW + 900 * DAY) == 0
    assert [row.task_id for row in Utkast.objects.all()] == [task.pk]


def test_a_draft_holds_no_nul_and_one_place(world: SimpleNamespace, task: Task) -> None:
    odd = Draft(answers={"a\x00": ["\x00b", {"c": "d\x00"}]}, revision=0, read_at=NOW + DAY)
    use_cases.save_draft(task.pk, odd, actor=world.anna, now=NOW)
    kept = Utkast.objects.get()
    assert (kept.answers, kept.read_at) == ({"a": ["b", {"c": "d"}]}, NOW)
    kept.nyckel = "sida"
    with pytest.raises(DatabaseError, match="utkast_place"):
        kept.save()
