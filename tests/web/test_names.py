"""A protected person's name, number and address in every page and file there is.

Her case is walked until a plan is in force before she is protected, so that the lists of both
sides hold it; that they do is asserted too, else nothing could ever be found in them.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from itertools import islice

import pytest
from django.urls import reverse

from cases.models import Incident, Task, Utkast
from config import clock
from records.models import Arende, Person, Uppdrag
from tests import quality_town
from tests.municipality import user
from tests.open_town import linden
from tests.papers.reading import Pdf, squeezed
from tests.protected import STREET, protect
from tests.web.drafted import a_draft
from tests.web.places import IDS, PATTERNS, addresses
from tests.web.test_lexsarah import report
from tests.web.town import NUMBER, astrid, walk_to
from web.overview_lists import LISTS

MET = ("myndighetschef", "enhetschef.norr")
"""Those who name her handläggare: the name stands in her own pages, and in no list."""
STRANGERS = ("handlaggare", "kontakt.norr")
"""They had her case before she was protected, and a draft in it."""
HERS = {"arende_id", "task_id", "uppdrag_id", "draft_id"}
TRIED = 2  # addresses of each pattern: the database holds one case
MORE: Mapping[str, tuple[str, ...]] = {
    "inbox": ("?visa=alla",),
    "cases": ("?status=all",),
    "orders": ("?visa=alla", "?visa=alla&av=alla"),
    "shift": ("?visa=allt",),
    "shift_report": ("?fran=2020-01-01T00:00",),
}
"""Lists that show all they have only when they are asked to."""
LISTED = {"inbox", "cases", "find_case", "orders", "overview_csv", "overview_xlsx"}
HELD = {
    "myndighetschef": LISTED,
    "enhetschef.norr": LISTED | {"shift", "shift_day", "shift_report", "drafts"},
}
"""Lists and files in which her case stands, by its number."""
PAPER, BEGUN = "handlingar", "starta"
OWN = {name for name, one in PATTERNS.items() if HERS & set(one.pattern.converters)}
OWN |= {PAPER, BEGUN}
"""Hers: where her name may stand; in a paper her number too."""
FILES = [("overview_csv", what) for what in LISTS]
FILES += [("overview_xlsx", what) for what in ("oppna-uppgifter", "arenden-hos")]
LINKED = re.compile(r'href="(/arenden/[0-9a-f-]{36}/(handlingar|starta)/([\w-]+)/[^"#?]*)')
"""What only a page of hers leads to: papers, and what is begun in the case."""


@pytest.fixture
def her(edition, monkeypatch):
    """A protected person whose plan is in force, and something behind every other address."""
    case = walk_to("Task_FoljUppPlan", astrid(adress=STREET))
    for name in (*STRANGERS, "enhetschef.norr"):
        a_draft(name)
    tasks = Task.objects.filter(status="open", arende_id=case).order_by("created_at")
    places = {"task_id": tasks, "draft_id": Utkast.objects.all()}
    for part, rows in places.items():
        found = [str(row.pk) for row in rows]
        monkeypatch.setitem(IDS, part, lambda found=found: found)
    quality_town.everything()
    linden()
    report()
    Incident.objects.create(
        organisation_id=user("systemforvaltare").grants.first().organisation_id,
        kind="job",
        code="capability_failed",
        opened_at=clock.now(),
    )
    protect(case)
    return Person.objects.get(arenden=case)


def pages(client) -> Iterator[tuple[str, str, str]]:
    """Every page and file that the person gets: its name, its address, what it says."""
    linked: dict[tuple[str, str], str] = {}
    for name, pattern in PATTERNS.items():
        hers = HERS & set(pattern.pattern.converters)
        tried = list(islice(addresses(name), None if hers else TRIED))
        assert tried, f"{name} is looked at by nobody: the town needs what it is an address of"
        for address in tried + [tried[0] + more for more in MORE.get(name, ())]:
            answer = client.get(address)
            if answer.get("Content-Type", "").startswith("text/html"):
                said = answer.content.decode()
                linked |= {tuple(kind): there for there, *kind in LINKED.findall(said)}
                yield name, address, said
    for (name, _), address in linked.items():
        answer = client.get(address)
        assert answer.status_code == 200, address
        yield name, address, text_of(answer)
    for name, what in FILES:
        address = reverse(f"web:{name}", args=[what])
        answer = client.get(address)
        if answer.status_code == 200:
            yield name, address, text_of(answer)


def text_of(answer) -> str:
    """What a page or a file says; of a paper without blanks, as its lines break anywhere."""
    match answer["Content-Type"].partition(";")[0]:
        case "application/pdf":
            return squeezed(Pdf(answer.content).text())
        case kind if kind.endswith(".sheet"):
            book = zipfile.ZipFile(io.BytesIO(answer.content))
            return "".join(book.read(part).decode() for part in book.namelist())
        case _:
            return answer.content.decode()


def test_p2_no_page_has_a_protected_persons_name_but_where_she_is_met(client_of, her):
    street = {STREET, squeezed(STREET)}
    hidden = street | {NUMBER, f"{NUMBER[2:8]}-{NUMBER[8:]}"}
    numbers = {Uppdrag.objects.get().nummer, Arende.objects.get().nummer}
    for who in STRANGERS:
        client, seen = client_of(who), set()
        for name, address, said in pages(client):
            seen.add(name)
            assert not [word for word in (*hidden, her.efternamn) if word in said], (who, address)
        assert len(seen) > 20, who
    for who in MET:
        client, held, met = client_of(who), set(), set()
        for name, address, said in pages(client):
            not_there = street if name == PAPER else hidden
            assert not [word for word in not_there if word in said], (who, address)
            if her.efternamn in said:
                met.add(name)
            elif any(number in said for number in numbers):
                held.add(name)
        assert met <= OWN, (who, met - OWN)
        assert met >= {"case", "task", "order", PAPER}, who
        assert held >= HELD[who], (who, HELD[who] - held)
