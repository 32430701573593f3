"""Acceptance 20: what is planted about a protected person is found nowhere that it should not be.

The real web server and the real worker run; what they write, answer, link to, remind of and pack is
searched for the person's name, number, address and telephone.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.db import connection
from django.test import Client
from django.utils.timezone import localdate

from cases.actor import actor_for
from cases.context import access_context
from config import clock
from records.export import Gallring, build_package
from records.models import Arende, NekadLasning, Notis, Skydd
from records.queries.archive import personakt_data
from tests.acceptance.http_api import Api, RefusedError
from tests.acceptance.programs import Running, programs
from tests.config.running import wait_for
from tests.municipality import settle_in, user
from tests.papers.reading import Pdf, squeezed
from tests.records.akter import profile
from tests.web.reading import read, title

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
PASSWORD = "kedja-demo"
NUMBER = "198809752382"
WHO = ("Skylvhild", "Trasthake", NUMBER)
WHERE = ("Testgatan 1 lgh 9317", "070-1740699")
SECRETS = (*WHO, *WHERE)
OUTSIDE = ("handlaggare", "mottagning", "enhetschef.norr", "handlaggare.fn")
INSIDE = ("handlaggare", "arbetsledare")
"""Who opens the case in an emergency, and the head who is told and names who may work in it."""
REASON = "Larm i natt, ingen utsedd svarar."
TECHNICAL = (
    *("cases_task", "cases_event", "cases_outbox", "cases_incident", "cases_timer"),
    *("cases_subscription", "cases_idempotencykey", "cases_delivery", "records_notis"),
    *("records_nekadlasning", "records_listlasning", "records_readlog", "records_valvlasning"),
)
"""Tables that hold ids and words of the edition, never what a form said about a person."""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    settle_in()
    hashed = make_password(PASSWORD, hasher=PBKDF2PasswordHasher())
    get_user_model().objects.update(password=hashed)
    with programs(tmp_path) as found:
        yield found


def test_acceptance20_a_protected_person_is_in_no_log_link_title_reminder_or_package(
    running: Running,
) -> None:
    api = Api(running.port, PASSWORD)
    arende = _protected(api)
    told = _refused(api, arende)
    _opened_in_an_emergency(api, arende)
    seen = _pages(arende)

    _absent(SECRETS, "refusals", told)
    _absent(SECRETS, "titles and links", seen)
    _absent(SECRETS, "logs", running.logs)
    for table in TECHNICAL:
        _absent(SECRETS, table, _everything_in(table))
    _absent(WHERE, "papers", _papers(api, arende))
    name, content = _package(arende)
    _absent(SECRETS, "the package's name", name)
    _absent(WHERE, "the package", content)


def test_acceptance20_the_search_finds_what_is_there() -> None:
    with pytest.raises(AssertionError, match="9317"):
        _absent(WHERE, "a page", "Bor på Testgatan 1 lgh 9317.")


def _absent(secrets: tuple[str, ...], place: str, text: str) -> None:
    assert text, f"{place}: nothing to look in"
    plain = squeezed(text)
    assert [secret for secret in secrets if squeezed(secret) in plain] == [], place


def _protected(api: Api) -> str:
    """Register a person with her address, begin the utredning, then protect her."""
    today = localdate(clock.now())
    application = {
        "personnummer": NUMBER,
        "fornamn": WHO[0],
        "efternamn": WHO[1],
        "adress": WHERE[0],
        "telefon": WHERE[1],
        "skydd": "ingen",
        "inkom_datum": today,
        "satt": "muntligt",
        "framstallning": "Klarar inte att duscha själv.",
    }
    begun = _start(api, "mottagning", "aktualisera", application)
    arende: str = begun["case"]
    _complete(api, "mottagning", arende, "Task_KontrolleraAnsokan", {"komplett": "ja"})
    decided = {"inledning": "inleda", "beslutsdatum": today}
    _complete(api, "handlaggare", arende, "Task_BeslutaInledaUtredning", decided)
    assert wait_for(lambda: _open(api, "handlaggare", arende, "Task_PlaneraUtredning") != [], 30)
    protection = {"skydd": "sekretessmarkering", "kalla": "folkbokforing", "beslutsdatum": today}
    _start(api, "handlaggare", "andra_skydd", protection, arende)
    assert wait_for(lambda: _level(arende) == Skydd.SEKRETESSMARKERING, 30)
    return arende


def _level(arende: str) -> str:
    return str(Arende.objects.select_related("person").get(pk=arende).person.skydd)


def _start(
    api: Api, who: str, key: str, answers: dict[str, Any], arende: str | None = None
) -> dict[str, Any]:
    body = {"case": arende, "answers": answers}
    found: dict[str, Any] = api.post(who, f"/api/v1/process-definitions/{key}/start/", body)
    return found


def _open(api: Api, who: str, arende: str, element: str) -> list[str]:
    rows = api.get(who, f"/api/v1/tasks/?case={arende}")["results"]
    return [row["id"] for row in rows if row["element"] == element]


def _complete(api: Api, who: str, arende: str, element: str, answers: dict[str, Any]) -> None:
    assert wait_for(lambda: _open(api, who, arende, element) != [], 30), element
    path = f"/api/v1/tasks/{_open(api, who, arende, element)[0]}/"
    body = {"answers": answers, "version": api.get(who, path)["version"]}
    api.post(who, f"{path}complete/", body)


def _refused(api: Api, arende: str) -> str:
    """Do what is not allowed, with the secrets in every place; give what was answered."""
    case = f"/api/v1/cases/{arende}/"
    wrong = {"personnummer": NUMBER[:-1] + "3", "fornamn": WHO[0], "adress": WHERE[0]}
    told = [_refusal(lambda: _start(api, "mottagning", "aktualisera", wrong))]
    for who in OUTSIDE:
        told += [
            _refusal(lambda who=who: api.get(who, case)),
            _refusal(lambda who=who: api.get(who, f"{case}journal/")),
            _refusal(lambda who=who: api.post(who, f"{case}address/", {"reason": WHERE[0]})),
        ]
    assert all(line.startswith("403 not_permitted") for line in told[1:])
    rows = NekadLasning.objects.filter(arende_id=arende).values_list("user__username", "vad")
    assert sorted(rows) == sorted((who, what) for who in OUTSIDE for what in ("arende", "journal"))
    return "\n".join(told)


def _refusal(ask: Any) -> str:
    with pytest.raises(RefusedError) as refusal:
        ask()
    return f"{refusal.value} {refusal.value.errors}"


def _opened_in_an_emergency(api: Api, arende: str) -> None:
    case = f"/api/v1/cases/{arende}/"
    api.post("handlaggare", f"{case}emergency-access/", {"reason": REASON})
    shown = api.get("handlaggare", case)
    assert shown["protected"] == Skydd.SEKRETESSMARKERING
    _absent(WHERE, "the case", json.dumps(shown, ensure_ascii=False))
    found = api.post("handlaggare", f"{case}address/", {"reason": "Bud till bostaden."})
    assert (found["address"], found["phone"]) == WHERE
    assert Notis.objects.filter(arende_id=arende, typ="nodoppning").exists()


def _pages(arende: str) -> str:
    """Titles and addresses of what may be seen by those who meet the case, and the reminders."""
    found: list[str] = []
    for who in (*INSIDE, *OUTSIDE):
        client = Client()
        client.force_login(user(who))
        for address in ("/", "/arenden/", "/starta/", f"/arenden/{arende}/"):
            answer = client.get(address)
            links = read(answer).xpath("//@href | //@action | //@src")
            found += [title(answer), *links, answer.headers.get("Location", "")]
            _absent(WHERE, f"{address} for {who}", answer.content.decode())
            assert NUMBER not in answer.content.decode(), (address, who)
            if who in OUTSIDE and who != "handlaggare":
                _absent(WHO, f"{address} for {who}", answer.content.decode())
        # What is looked for can be found where it may stand.
        assert (WHO[1] in answer.content.decode()) is (who in INSIDE), who
    return "\n".join(found)


def _everything_in(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(json_agg(t), '[]') FROM {table} t")  # noqa: S608
        return json.dumps(cursor.fetchone()[0], default=str, ensure_ascii=False)


def _papers(api: Api, arende: str) -> str:
    """The register extract, as the one who opened the case gets it."""
    client = Client()
    client.force_login(user("handlaggare"))
    answer = client.get(f"/arenden/{arende}/handlingar/registerutdrag/{arende}/")
    assert answer.status_code == 200
    _absent(SECRETS, "the file's name", answer["Content-Disposition"])
    text = squeezed(Pdf(answer.content).text())
    assert squeezed(WHO[1]) in text
    return text


def _package(arende: str) -> tuple[str, str]:
    """Name and content of the archive package of the case."""
    now = clock.now()
    reader = actor_for(user("handlaggare"), now)
    with access_context(reader):
        data = personakt_data(
            Arende.objects.get(pk=arende),
            bundle=settle_in(),
            profile=profile(),
            gallring=Gallring(utfall="bevara"),
            now=now,
        )
    packed = build_package(data, profile(), now)
    with zipfile.ZipFile(io.BytesIO(packed.bytes)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    texts = [
        squeezed(Pdf(content).text()) if name.endswith(".pdf") else content.decode()
        for name, content in parts.items()
    ]
    return "\n".join([packed.name, *parts]), "\n".join(texts)
