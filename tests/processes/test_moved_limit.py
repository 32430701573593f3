"""What a limit says: the rule that counts now, also when a decision has moved it (L-04)."""

from datetime import date

import pytest
from django.utils.timezone import localdate

from cases import bundles
from cases.models import Event, Task
from config.scenarios import runner
from config.scenarios.setting import prepare
from config.scenarios.walk import Walk
from tests.processes.town import FOLDER
from web.explained import LimitShown, limit_shown

PROLONGED = 8
"""The step of the scenario in which the arbetsledare decides."""
NEW_DAY = date(2027, 2, 28)
PROCESSES = ("klagomal", "besvara_klagomal")
ASSESSED = 5
"""The step of the scenario in which the complaint is to be assessed."""


@pytest.mark.django_db
def test_l04_a_longer_time_moves_the_open_task_and_the_history_says_why() -> None:
    scenario = runner.read_scenario(FOLDER / "scenarios" / "utreda_barn_forlangd.toml")
    prepare(scenario.start_at)
    walk = Walk(scenario=scenario, now=scenario.start_at)
    before = None
    for step in walk.steps():
        if step.number == PROLONGED:
            break
        before = Task.objects.filter(element="Task_PlaneraUtredning", status="open").first()
    task = Task.objects.get(element="Task_PlaneraUtredning", status="open")
    assert before is not None
    assert (task.pk, task.version) == (before.pk, before.version)
    assert (localdate(before.due), localdate(task.due)) == (date(2027, 1, 1), NEW_DAY)
    (basis,) = task.basis
    assert (basis["decision"], basis["rules"]) == ("handlaggningstid", ["handlaggningstid:9"])
    assert (basis["kalla"], basis["verifierad"]) == ("sol2025.20.3", False)
    line = Event.objects.filter(kind="deadline", task_id=str(task.pk)).order_by("version").last()
    assert line is not None
    assert task.due is not None
    assert line.explanation == {"due": task.due.isoformat(), "basis": task.basis}
    # One transaction: the message, the rule and the new day are of one version.
    same = Event.objects.filter(instance_id=line.instance_id, version=line.version)
    kinds = set(same.values_list("kind", "element"))
    assert {("received", "Sub_Forlangd"), ("decision", "Task_BeraknaNySlutdag")} <= kinds


@pytest.mark.django_db
def test_a_task_says_its_own_day_of_a_rule_that_gives_several() -> None:
    """The table of complaints gives three days; each task rests on one of them."""
    scenario = runner.read_scenario(FOLDER / "scenarios" / "klagomal.toml")
    prepare(scenario.start_at)
    walk = Walk(scenario=scenario, now=scenario.start_at)
    said = {}
    for step in walk.steps():
        for task in Task.objects.filter(status="open", process_key__in=PROCESSES):
            found = shown_of(task)
            if found is not None:
                said[task.element] = (found.sentence.partition(": ")[2], found.rest)
        if step.number == ASSESSED:
            break
    whole = (("Bekräftas inom 2 och besvaras inom 10 arbetsdagar", ()),)
    assert said["Task_BekraftaKlagomal"] == ("bekräftas inom 2 arbetsdagar.", whole)
    assert said["Task_BedomKlagomal"] == ("besvaras inom 10 arbetsdagar.", whole)


def shown_of(task: Task) -> LimitShown | None:
    """The limit as the page of the task shows it."""
    element = bundles.definition(task.instance.bundle_id, task.process_key).elements[task.element]
    return limit_shown(task.due, task.basis, task.instance, element.due)
