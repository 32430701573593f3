"""The pages in English: for whoever has asked for it, and for nobody else."""

from django.test import Client

from cases.models import Sprakval
from tests.municipality import user
from tests.web.reading import read


def language(answer):
    return read(answer).xpath("/html/@lang")[0]


def logged_in(name):
    client = Client()
    client.post("/logga-in/", {"username": name, "password": "kedja-demo"})
    return client


def choose(client, code, onward="/rutiner/"):
    return client.post("/sprak/", {"sprak": code, "till": onward})


def test_swedish_is_the_language_whatever_the_browser_prefers(edition):
    english = {"HTTP_ACCEPT_LANGUAGE": "en-GB,en;q=0.9"}
    assert language(Client(**english).get("/logga-in/")) == "sv"
    client = Client(**english)
    client.force_login(user("handlaggare"))
    answer = client.get("/rutiner/")
    assert language(answer) == "sv"
    assert answer["Content-Language"] == "sv"
    assert client.get("/finns-inte/").status_code == 404


def test_a_person_chooses_and_the_choice_is_hers_alone(edition):
    client = logged_in("handlaggare")
    page = read(client.get("/rutiner/?sida=1"))
    form = page.xpath("//form[@class='language']")[0]
    assert form.xpath("./button/text()") == ["In English"]
    assert form.xpath("./button/@lang") == ["en"]
    assert form.xpath("./input[@name='till']/@value") == ["/rutiner/?sida=1"]
    assert choose(client, "en", "/rutiner/?sida=1")["Location"] == "/rutiner/?sida=1"
    answer = client.get("/rutiner/")
    assert language(answer) == answer["Content-Language"] == "en"
    back = read(answer).xpath("//form[@class='language']/button")[0]
    assert (back.text, back.get("lang"), back.get("value")) == ("På svenska", "sv", "sv")
    client.post("/logga-ut/")
    assert language(client.get("/logga-in/")) == "en"
    body = {"username": "personal.norr", "password": "kedja-demo"}
    client.post("/logga-in/", body)
    assert language(client.get("/rutiner/")) == "sv", "whoever comes next has her own language"
    client.post("/logga-ut/")
    assert language(client.get("/logga-in/")) == "sv"
    assert language(logged_in("handlaggare").get("/rutiner/")) == "en"


def test_the_choice_can_be_taken_back(edition):
    client = logged_in("handlaggare")
    choose(client, "en")
    choose(client, "sv")
    assert language(client.get("/rutiner/")) == "sv"
    assert Sprakval.objects.get().sprak == "sv"


def test_a_stranger_chooses_for_the_pages_before_the_log_in(edition):
    client = Client()
    choose(client, "en", "/logga-in/")
    assert language(client.get("/logga-in/")) == "en"
    assert language(client.get("/finns-inte/")) == "en"
    assert not Sprakval.objects.exists()


def test_only_a_known_language_and_only_an_address_of_ours(edition):
    client = logged_in("handlaggare")
    for bad in (
        "//annan.example/",
        "https://annan.example/",
        "/\\annan.example/",
        "javascript:x",
        "",
    ):
        assert choose(client, "de", bad)["Location"] == "/"
    assert not Sprakval.objects.exists()
    assert language(client.get("/rutiner/")) == "sv"
    assert client.get("/sprak/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/sprak/", {"sprak": "en", "till": "/"}).status_code == 403


def test_the_page_of_a_refused_post_leads_back_to_where_it_was_asked(edition):
    client = logged_in("handlaggare")
    origin = {"HTTP_REFERER": "http://testserver/notiser/?x=1"}
    answer = client.post("/notiser/adress/", {"adress": "fel"}, **origin)
    assert answer.status_code == 422
    form = read(answer).xpath("//form[@class='language']")[0]
    assert form.xpath("./input[@name='till']/@value") == ["/notiser/?x=1"]
