"""Two handläggare at once, two people editing one plan: row locks and unique rules decide."""

from collections.abc import Callable

import pytest

from records.models import PlanVersion, Uppdrag
from tests.racing import at_once
from tests.records.chain import plan

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])


def done(action: Callable[[], object]) -> Callable[[], str]:
    """The action, told as done whatever it gives."""

    def run() -> str:
        action()
        return "done"

    return run


def ended(*actions: Callable[[], object]) -> list[str]:
    """How actions at the same moment ended, in order of the words."""
    return sorted(at_once(*map(done, actions)))


def test_r083_two_at_once_order_an_insats_only_once(chain):
    chain.opened().investigated().decided()
    form = {"mottagare_enhet": "Hemtjänst Norr", "livsomraden_med": ["personlig_vard", "trygghet"]}

    def order() -> object:
        return chain.call("uppdrag.skapa", by="handlaggare", form=form, beslut=chain.ids["beslut"])

    assert ended(order, order) == ["answers_invalid", "done"]
    assert Uppdrag.objects.count() == 1


def test_r110_two_people_editing_one_plan_leave_one_draft_and_both_versions(chain):
    chain.running()

    def draft() -> object:
        return chain.call("plan.skapa", by="utsedd_kontakt", form=plan(), akt=chain.ids["akt"])

    assert ended(draft, draft) == ["done", "done"]
    versions = PlanVersion.objects.order_by("nummer")
    assert [row.nummer for row in versions] == [1, 2]
    assert [row.forkastad is None for row in versions] == [False, True]


def test_r110_a_plan_is_locked_by_one_of_two(chain):
    chain.running().planned()

    def establish() -> object:
        return chain.call("plan.faststall", by="enhetschef", akt=chain.ids["akt"])

    assert ended(establish, establish) == ["done", "no_plan"]
    assert PlanVersion.objects.exclude(faststalld=None).count() == 1
