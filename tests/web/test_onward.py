"""What happens next, and the drawing as a list, in the words of the diagrams."""

from functools import cache

from django.conf import settings

from engine.bundle import Bundle
from web.onward import Next, next_steps, outline


@cache
def edition():
    return Bundle.from_directory(settings.PROCESSES_DIR, "demo")


def role(name):
    return name.upper()


def after(process, element):
    return next_steps(edition().definition(process), element, role)


def test_both_ways_of_a_gateway_are_told_with_the_answer_that_leads_there():
    assert after("aktualisera", "Task_KontrolleraAnsokan") == (
        Next("Är ansökan komplett? Nej", "Komplettera ansökan", ""),
        Next(
            "Är ansökan komplett? Ja",
            "Besluta om utredning ska inledas",
            "HANDLAGGARE",
        ),
    )


def test_what_the_system_does_on_the_way_is_passed_over_and_gateways_add_up():
    found = after("besluta", "Task_FattaBeslut")
    assert found[0].text == "Starta bevakning per delbeslut"
    chief = next(step for step in found if step.text == "Fatta beslut (chef)")
    assert chief.when == "Ska någon annan besluta? Ja · Vem får besluta? Chef"
    assert all("Spara" not in step.text for step in found)


def test_an_end_is_told_as_one():
    (end,) = after("besluta", "Task_PersonAvliden") or after("utreda", "Task_AvbrytDodsfall")
    assert end.ends
    assert after("utreda", "Finns inte") == ()


def test_the_list_has_every_step_of_every_drawing_once():
    for entry in edition().manifest.process:
        definition = edition().definition(entry.key)
        listed = [step.id for step in outline(definition, role)]
        named = {
            found.id
            for found in definition.elements.values()
            if found.name and not found.kind.endswith("Gateway")
        }
        assert len(listed) == len(set(listed)), entry.key
        assert set(listed) == named, entry.key


def test_the_list_goes_by_the_flows_and_says_what_belongs_where():
    steps = {step.id: step for step in outline(edition().definition("utreda"), role)}
    order = list(steps)
    assert order.index("Task_PlaneraUtredning") < order.index("Task_KartlaggLivsomraden")
    assert order.index("Task_KartlaggLivsomraden") < order.index("Task_SattMal")
    parts = [step for step in steps.values() if step.part_of]
    assert parts, "what is inside a part of the drawing says so"
    assert not any(step.next and step.id.startswith("End_") for step in steps.values())
