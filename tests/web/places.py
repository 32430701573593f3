"""Every page there is, read off ``web/urls.py``: a new address is looked at without being listed.

An address is tried as each of ``USERS`` with the ids that the database holds, until one of them
gets a page. An argument of a new name needs a line in ``IDS``; a page that several kinds of people
see differently, a line in ``ALSO``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any
from uuid import UUID

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, reverse

from cases.models import Bundle, Incident, Task
from cases.notices.links import DIGEST, stop_word
from records.models import (
    Arende,
    Avvikelse,
    Egenkontroll,
    InsatsUtanBehov,
    Klagomal,
    Kvalitetsberattelse,
    LexSarah,
    Loggkontroll,
    Risk,
    Uppdrag,
)
from tests.municipality import user
from tests.web.drafted import a_draft
from web.urls import urlpatterns

FILES = frozenset(
    {
        "report_paper",
        "received_report",
        "paper",
        "diagram",
        "task_draft",
        "start_draft",
        "case_start_draft",
        "shift_draft",
        "message_draft",
        "overview_csv",
        "overview_xlsx",
        "calendar",
    }
)
"""Answer with a file, or a script: no page."""
PATTERNS: Mapping[str, URLPattern] = {
    found.name or "": found for found in urlpatterns if found.name not in FILES
}
USERS = (
    "handlaggare",
    "kontakt.norr",
    "enhetschef.norr",
    "personal.norr",
    "mottagning",
    "myndighetschef",
    "ansvarig.ekviken",
    "oppen.personal",
    "utredare.ekviken",
    "systemforvaltare",
    "kvalitet.ekviken",
)
ALSO: Mapping[str, tuple[str, ...]] = {
    "inbox": ("handlaggare", "kontakt.norr", "enhetschef.norr", "myndighetschef"),
    "case": ("handlaggare", "kontakt.norr"),
    "task": ("handlaggare", "kontakt.norr"),
    "cases": ("handlaggare", "enhetschef.norr"),
    "start": ("mottagning", "personal.norr"),
    "quality": ("enhetschef.norr", "myndighetschef"),
    "reports": ("kvalitet.ekviken", "myndighetschef"),
    "exemptions": ("myndighetschef",),
    "log_check": ("enhetschef.norr", "kvalitet.ekviken"),
    "orders": ("handlaggare", "enhetschef.norr", "ansvarig.ekviken"),
    "order": ("handlaggare", "enhetschef.norr"),
}


def ids(rows: Iterable[object]) -> list[str]:
    return [str(row) for row in rows]


IDS: Mapping[str, Callable[[], list[str]]] = {
    "arende_id": lambda: ids(Arende.objects.order_by("oppnad").values_list("pk", flat=True)),
    "task_id": lambda: ids(
        Task.objects.filter(status="open").order_by("created_at").values_list("pk", flat=True)
    ),
    "uppdrag_id": lambda: ids(
        Uppdrag.objects.exclude(skickad=None).order_by("skickad").values_list("pk", flat=True)
    ),
    "insats_id": lambda: ids(InsatsUtanBehov.objects.values_list("pk", flat=True)),
    "lex_sarah_id": lambda: ids(LexSarah.objects.values_list("pk", flat=True)),
    "avvikelse_id": lambda: ids(Avvikelse.objects.order_by("nummer").values_list("pk", flat=True)),
    "klagomal_id": lambda: ids(Klagomal.objects.order_by("nummer").values_list("pk", flat=True)),
    "risk_id": lambda: ids(Risk.objects.order_by("nummer").values_list("pk", flat=True)),
    "egenkontroll_id": lambda: ids(Egenkontroll.objects.values_list("pk", flat=True)),
    "berattelse_id": lambda: ids(Kvalitetsberattelse.objects.values_list("pk", flat=True)),
    "kontroll_id": lambda: ids(
        Loggkontroll.objects.exclude(rader=None).values_list("pk", flat=True).distinct()
    ),
    "incident_id": lambda: ids(Incident.objects.values_list("pk", flat=True)),
    "bundle_hash": lambda: ids(Bundle.objects.values_list("pk", flat=True)),
    "key": lambda: ["aktualisera", "lex_sarah", "avsluta_arende", "utreda"],
    "what": lambda: ["sena-uppgifter", "ledtid-beslut"],
    "word": lambda: [stop_word(UUID(int=0), DIGEST)],
    "draft_id": lambda: [a_draft()],
    # Only ways of doing something, or a file: no page has them.
    "filter_id": lambda: [str(_NOBODY)],
    "notice_id": lambda: [str(_NOBODY)],
    "visit_id": lambda: [str(_NOBODY)],
    "vikariat_id": lambda: [str(_NOBODY)],
    "record": lambda: [str(_NOBODY)],
    "name": lambda: ["journalutdrag"],
}
_NOBODY = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Place:
    """A page in a state: where it is and who looks at it."""

    name: str
    user: str
    address: str
    state: str = ""

    @property
    def label(self) -> str:
        return "-".join(part for part in (self.name, self.user, self.state) if part)


@cache
def session_of(name: str) -> str:
    """A session of the person, valid in this test run's server too; made outside of a test."""
    client = Client()
    client.force_login(user(name))
    return client.cookies["sessionid"].value


def places(name: str) -> list[Place]:
    """The pages behind an address; none where it only takes posts or gives a file.

    Raises:
        AssertionError: Nobody got a page.
    """
    wanted = ALSO.get(name)
    found: list[Place] = []
    for who in wanted or USERS:
        answer = _first(name, who)
        if answer == "posts":
            return []
        if answer:
            found.append(Place(name, who, answer))
            if wanted is None:
                return found
    assert found, f"nobody gets the page {name}: tests/web/places.py must know who and with what"
    return found


def _first(name: str, who: str) -> str:
    client = Client()
    client.cookies["sessionid"] = session_of(who)
    for address in addresses(name):
        answer = _tried(client, address)
        if answer.status_code == 405:
            return "posts"
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            return address
    return ""


def _tried(client: Client, address: str) -> Any:
    """The answer, without what the reading wrote: the server would wait for the test's locks."""
    with transaction.atomic():
        answer = client.get(address)
        transaction.set_rollback(True)
    return answer


def addresses(name: str) -> Iterator[str]:
    """What a pattern is an address of, with the ids that the database holds."""
    parts = PATTERNS[name].pattern.converters
    missing = set(parts) - set(IDS)
    assert not missing, f"tests/web/places.py does not know what to put for {sorted(missing)}"
    for values in product(*(IDS[part]() for part in parts)):
        yield reverse(f"web:{name}", kwargs=dict(zip(parts, values, strict=True)))
