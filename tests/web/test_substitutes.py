"""Vikarier: appointed on a page, seen by both, and told in the history of what is done."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from cases import use_cases
from cases.models import Event, RoleGrant, Task, Vikariat
from cases.queries_staff import Colleague
from config import clock
from tests.municipality import actor, user
from tests.web.reading import links, read, text
from web.views import substitutes as view

ELEMENT = "Task_PlaneraUtredning"


def asked(**more):
    today = localdate(clock.now())
    values = {
        "person": user("handlaggare").pk, "vikarie": user("handlaggare2").pk, "orsak": "ledighet",
        "fran": today.isoformat(), "till": (today + timedelta(days=3)).isoformat(),
    }  # fmt: skip
    return {**values, **more}


@pytest.fixture
def held(case_at):
    """A task that Hanna has."""
    case_at(ELEMENT)
    task = Task.objects.get(status="open", element=ELEMENT)
    use_cases.claim(task.pk, actor=actor("handlaggare", clock.now()), now=clock.now())
    task.refresh_from_db()
    return task


def test_a_substitute_finds_takes_and_does_the_colleagues_task(held, client_of):
    head, hanna, hugo = (client_of(who) for who in ("arbetsledare", "handlaggare", "handlaggare2"))
    assert str(held.pk) not in text_of(hugo.get("/"))
    assert "Som vikarie" not in text(hugo.get("/"))
    page = head.get("/vikarier/")
    names = {found.text.partition(" (")[0] for found in read(page).xpath("//select[1]/option")}
    assert names >= {"Hanna Handlén", "Hugo Handbrant"}
    done = head.post("/vikarier/", asked(), follow=True)
    assert "Hugo Handbrant är vikarie för Hanna Handlén." in text(done)
    mine = text(hugo.get("/"))
    assert "Du är vikarie för Hanna Handlén till och med" in mine
    assert "för Hanna Handlén" in mine
    assert "Hugo Handbrant är din vikarie till och med" in text(hanna.get("/"))
    tab = next(url for name, url in links(hugo.get("/")).items() if name.startswith("Som vikarie"))
    assert str(held.pk) in text_of(hugo.get(tab))
    form = hugo.get(f"/uppgifter/{held.pk}/")
    assert "Ta uppgiften som vikarie för Hanna Handlén" in text(form)
    hugo.post(f"/uppgifter/{held.pk}/ta/", {"version": held.version})
    held.refresh_from_db()
    assert held.claimed_by == user("handlaggare2")
    assert "som vikarie för Hanna Handlén" in text(hugo.get(f"/uppgifter/{held.pk}/"))
    Event.objects.create(
        instance_id=held.instance_id, organisation_id=held.organisation_id, unit_id=held.unit_id,
        arende_id=held.arende_id, version=9_000, seq=1, kind="completed", element=ELEMENT,
        task_id=str(held.pk), cause="complete_task", actor="handlaggare2", at=clock.now(),
        detail={"vikarie_for": "handlaggare"},
    )  # fmt: skip
    history = text(head.get(f"/arenden/{held.arende_id}/historik/"))
    assert "Hugo Handbrant, som vikarie för Hanna Handlén" in history
    row = Vikariat.objects.get()
    ended = hanna.post(f"/vikarier/{row.pk}/avsluta/", follow=True)
    assert "Vikariatet är avslutat. 1 uppgift gick tillbaka." in text(ended)
    held.refresh_from_db()
    assert held.claimed_by == user("handlaggare")
    assert "vikarie" not in text(hugo.get("/")).replace("Vikarier", "")


NAMES = ("person", "vikarie")


def text_of(answer):
    return answer.content.decode()


def test_a_person_appoints_for_herself_and_is_told_what_does_not_fit(held, client_of):
    hanna = client_of("handlaggare")
    page = hanna.get("/vikarier/")
    assert "För dig själv" in text(page)
    assert read(page).xpath("string(//input[@name='person']/@value)") == str(user("handlaggare").pk)
    yesterday = (localdate(clock.now()) - timedelta(days=1)).isoformat()
    for wrong, said in (
        ({"fran": ""}, "Välj den första dagen."),
        ({"fran": yesterday}, "Välj en första dag som inte har varit"),
        ({"vikarie": "x"}, "Välj vem som ska vara vikarie."),
        ({"vikarie": user("handlaggare").pk}, "Välj en annan person som vikarie."),
        ({"vikarie": user("handlaggare.fn").pk}, "en av kollegans roller i samma enhet"),
        ({"orsak": "sjuk"}, "Välj en orsak."),
        ({"person": user("handlaggare2").pk, "vikarie": user("handlaggare").pk}, "Kollegan kan"),
    ):
        answer = hanna.post("/vikarier/", asked(**wrong))
        assert (answer.status_code, said in text(answer)) == (422, True), wrong
        assert read(answer).xpath("//*[@id='felruta']")
    assert hanna.post("/vikarier/", asked()).status_code == 302
    again = hanna.post("/vikarier/", asked())
    assert "har redan en vikarie" in text(again)
    row = Vikariat.objects.get()
    assert client_of("enhetschef.norr").post(f"/vikarier/{row.pk}/avsluta/").status_code == 403
    assert client_of("mottagning").post(f"/vikarier/{row.pk}/avsluta/").status_code == 403
    assert hanna.get(f"/vikarier/{row.pk}/avsluta/").status_code == 405
    assert Vikariat.objects.get().ended_at is None
    held.refresh_from_db()
    assert held.claimed_by == user("handlaggare"), "to be appointed takes nothing"


def test_only_who_can_stand_in_is_offered_and_who_has_nobody_is_named(edition, client_of):
    page = read(client_of("arbetsledare").get("/vikarier/"))
    offered = {name: set(page.xpath(f"//select[@name='{name}']/option/@value")) for name in NAMES}
    both = {str(user(name).pk) for name in ("handlaggare", "handlaggare2")}
    assert offered == {"person": both | {""}, "vikarie": both | {""}}
    said = text(client_of("arbetsledare").get("/vikarier/"))
    alone = ", ".join(user(name).get_full_name() for name in ("arbetsledare", "mottagning"))
    assert f"Ingen annan har samma roll i samma enhet: {alone}." in said
    today = localdate(clock.now()).isoformat()
    assert page.xpath("string(//input[@name='fran']/@value)") == today


def test_a_colleague_of_the_whole_organisation_is_offered_and_can_stand_in(edition, client_of):
    """A role in no unit holds in all of them, for whoever appoints as for whoever is offered."""
    hanna, whole = user("handlaggare"), user("handlaggare.fn")
    own = hanna.grants.get()
    RoleGrant.objects.create(
        user=whole, role=own.role, organisation_id=own.organisation_id, valid_from=own.valid_from
    )
    page = read(client_of("handlaggare").get("/vikarier/"))
    assert str(whole.pk) in page.xpath("//select[@name='vikarie']/option/@value")
    assert client_of("handlaggare").post("/vikarier/", asked(vikarie=whole.pk)).status_code == 302
    assert Vikariat.objects.get().vikarie == whole


class Staff(list):
    """People, and how often somebody goes through them."""

    rounds = 0

    def __iter__(self):
        Staff.rounds += 1
        return super().__iter__()


def test_who_can_stand_in_is_found_without_comparing_everybody(edition, client_of, monkeypatch):
    head, unit = client_of("arbetsledare"), user("handlaggare").grants.get().unit_id
    places = {("handlaggare", unit)}
    many = Staff(
        Colleague(
            id=number, name=f"Nr {number}", roles={"handlaggare"}, units={unit}, places=places
        )
        for number in range(1000, 1200)
    )
    alone = {("mottagning", unit)}
    many.append(Colleague(id=999, name="Nr 999", units={unit}, places=alone))
    monkeypatch.setattr(view, "colleagues", lambda *_: many)
    monkeypatch.setattr(Staff, "rounds", 0)
    page = head.get("/vikarier/")
    assert Staff.rounds < 10
    offered = [read(page).xpath(f"//select[@name='{name}']/option[@value!='']") for name in NAMES]
    assert [len(found) for found in offered] == [200, 200]
    assert "Ingen annan har samma roll i samma enhet: Nr 999." in text(page)


@pytest.mark.usefixtures("edition")
def test_the_page_costs_the_same_for_many(client_of, django_assert_max_num_queries):
    head = client_of("arbetsledare")
    head.post("/vikarier/", asked())
    with django_assert_max_num_queries(25) as few:
        head.get("/vikarier/")
    row = Vikariat.objects.get()
    later = row.to_day
    for _ in range(10):
        later += timedelta(days=1)
        Vikariat.objects.create(
            organisation_id=row.organisation_id, unit_id=row.unit_id, person_id=row.person_id,
            vikarie_id=row.vikarie_id, from_day=later, to_day=later, reason="ledighet",
            appointed_at=row.appointed_at, appointed_by_id=row.appointed_by_id,
        )  # fmt: skip
    with django_assert_max_num_queries(len(few)):
        page = head.get("/vikarier/")
    assert len(read(page).xpath("//tbody/tr")) == 11
