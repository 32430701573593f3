"""Two handläggare at once, two people editing one plan: row locks and unique rules decide."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from cases.errors import CaseError
from records.models import PlanVersion, Uppdrag
from tests.records.chain import plan

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])


def at_once(*actions: Callable[[], object]) -> list[str]:
    """Run all at the same time, each on a connection of its own; return what became of them."""
    gate = threading.Barrier(len(actions))
    outcome = ["" for _ in actions]

    def run(number: int, action: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=20)
            action()
            outcome[number] = "done"
        except CaseError as error:
            outcome[number] = error.code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(outcome)


def test_r083_two_at_once_order_an_insats_only_once(chain):
    chain.opened().investigated().decided()
    form = {"mottagare_enhet": "Hemtjänst Norr", "livsomraden_med": ["personlig_vard", "trygghet"]}

    def order() -> object:
        return chain.call("uppdrag.skapa", by="handlaggare", form=form, beslut=chain.ids["beslut"])

    assert at_once(order, order) == ["answers_invalid", "done"]
    assert Uppdrag.objects.count() == 1


def test_r110_two_people_editing_one_plan_leave_one_draft_and_both_versions(chain):
    chain.running()

    def draft() -> object:
        return chain.call("plan.skapa", by="utsedd_kontakt", form=plan(), akt=chain.ids["akt"])

    assert at_once(draft, draft) == ["done", "done"]
    versions = PlanVersion.objects.order_by("nummer")
    assert [row.nummer for row in versions] == [1, 2]
    assert [row.forkastad is None for row in versions] == [False, True]


def test_r110_a_plan_is_locked_by_one_of_two(chain):
    chain.running().planned()

    def establish() -> object:
        return chain.call("plan.faststall", by="enhetschef", akt=chain.ids["akt"])

    assert at_once(establish, establish) == ["done", "no_plan"]
    assert PlanVersion.objects.exclude(faststalld=None).count() == 1
