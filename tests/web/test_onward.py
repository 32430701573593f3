"""What happens next, and the drawing as a list, in the words of the diagrams."""

from functools import cache

from django.conf import settings

from cases.models import Task
from engine.bundle import Bundle
from tests.web.reading import read
from web.onward import LINES, Next, ahead, next_steps, outline


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


def ahead_of(process, element):
    return ahead(edition().definition(process), element, role)


def test_what_comes_next_is_read_in_three_lines_with_the_question_once():
    found = ahead_of("aktualisera", "Task_KontrolleraAnsokan")
    assert found.question == "Är ansökan komplett?"
    assert [(way.when, way.text) for way in found.first] == [
        ("Nej", "Komplettera ansökan"),
        ("Ja", "Besluta om utredning ska inledas"),
    ]
    assert found.rest == ()


def test_of_many_ways_the_short_one_is_seen_and_the_others_are_folded():
    found = ahead_of("besluta", "Task_FattaBeslut")
    assert found.question == "Ska någon annan besluta?"
    assert len(found.first) == 1
    assert found.first[0].when == "Nej"
    assert len(found.rest) == len(after("besluta", "Task_FattaBeslut")) - 1
    assert "Ja · Vem får besluta? Chef" in {way.when for way in found.rest}


def test_no_step_of_any_process_takes_more_than_three_lines():
    for entry in edition().manifest.process:
        for name, found in edition().definition(entry.key).elements.items():
            if found.kind == "userTask":
                seen = ahead_of(entry.key, name)
                assert len(seen.first) + bool(seen.question) <= LINES, (entry.key, name)
                told = {way.text for way in (*seen.first, *seen.rest)}
                assert told == {way.text for way in after(entry.key, name)}, (entry.key, name)


def test_the_page_of_a_task_says_the_question_and_one_way_and_folds_the_others(client_of, case_at):
    case = case_at("Task_FattaBeslut")
    task = Task.objects.get(arende_id=case, element="Task_FattaBeslut", status="open")
    page = read(client_of("handlaggare").get(f"/uppgifter/{task.pk}/"))
    (panel,) = page.xpath("//section[@aria-labelledby='sedan']")
    assert panel.xpath("string(p)") == "Ska någon annan besluta?"
    (way,) = panel.xpath("ul/li")
    assert way.text_content().strip().startswith("Nej: ")
    (folded,) = panel.xpath("details")
    assert folded.get("open") is None
    assert len(folded.xpath("ul/li")) == len(after("besluta", "Task_FattaBeslut")) - 1
