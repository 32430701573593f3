"""What stands round every page: menu, log-in and log-out, what is not there, accessibility."""

from django.contrib.sessions.models import Session
from django.test import Client

from tests.web.reading import links, read, text, title
from web import menu


def lines(client):
    page = read(client.get("/rutiner/"))
    return [link.text_content() for link in page.xpath("//header//nav//a")]


def test_the_menu_holds_what_the_role_may(client_of):
    assert "Räkna" in lines(client_of("oppen.personal"))
    assert "Stopp" in lines(client_of("systemforvaltare"))
    staff = lines(client_of("personal.norr"))
    assert "Stopp" not in staff
    assert "Räkna" not in staff
    marked = read(client_of("handlaggare").get("/rutiner/")).xpath("//*[@aria-current='page']")
    assert [link.text_content() for link in marked] == ["Rutiner"]


def test_what_does_not_fit_stands_under_more(client_of, monkeypatch):
    monkeypatch.setattr(menu, "IN_BAR", 2)
    page = read(client_of("handlaggare").get("/rutiner/"))
    more = page.xpath("//header//nav//details")[0]
    assert more.xpath("./summary/text()") == ["Mer"]
    assert more.xpath("./summary/@class") == ["here"]
    assert "Rutiner" in more.text_content()


def test_an_address_that_leads_nowhere_keeps_the_menu(client_of):
    answer = client_of("handlaggare").get("/finns-inte/")
    assert answer.status_code == 404
    assert read(answer).xpath("//header//nav")
    stranger = Client().get("/finns-inte/")
    assert stranger.status_code == 404
    assert "Sidan finns inte" in text(stranger)
    assert not read(stranger).xpath("//header//nav")


def test_logging_out_is_confirmed(client_of):
    answer = client_of("handlaggare").post("/logga-ut/", follow=True)
    assert "Du är utloggad." in text(answer)
    assert title(answer) == "Logga in – Kedja"


def test_a_session_that_has_ended_is_explained_and_leads_back(client_of):
    client = client_of("handlaggare")
    Session.objects.all().delete()
    answer = client.get("/arenden/", follow=True)
    assert "Du har varit borta för länge" in text(answer)
    body = {"username": "handlaggare", "password": "kedja-demo", "next": "/arenden/"}
    assert client.post("/logga-in/", body)["Location"] == "/arenden/"
    assert "borta för länge" not in text(Client().get("/arenden/", follow=True))


def test_the_accessibility_statement_is_open_to_all_and_says_whom_to_ask(client_of):
    for client in (Client(), client_of("personal.norr")):
        answer = client.get("/tillganglighet/")
        said = text(answer)
        assert "delvis förenligt" in said
        assert "2018:1937" in said
        assert "Digg" in said
        assert "socialnamnden@ekviken.example" in said
        assert links(answer, "//footer")["Tillgänglighet"] == "/tillganglighet/"
