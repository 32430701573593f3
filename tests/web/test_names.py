"""A protected person's name, number and address in the HTML of every page there is."""

from itertools import islice

from records.models import Person
from tests.protected import STREET, protected_case
from tests.web.places import PATTERNS, addresses
from tests.web.town import NUMBER

MET = ("arbetsledare", "myndighetschef")
"""Those who name her handläggare: the name stands in her own pages, and in no list."""
STRANGERS = ("handlaggare", "enhetschef.norr")
HERS = {"arende_id", "task_id"}
TRIED = 2  # addresses of each pattern: the database holds one case


def pages(client):
    """Every page that the person gets by an address, and whether it is about somebody."""
    for name, pattern in PATTERNS.items():
        parts = set(pattern.pattern.converters)
        if "draft_id" in parts:
            continue  # made for a case of its own
        for address in islice(addresses(name), TRIED):
            answer = client.get(address)
            if answer.get("Content-Type", "").startswith("text/html"):
                yield address, answer.content.decode(), bool(parts & HERS)


def test_p2_no_page_has_a_protected_persons_name_but_where_she_is_met(client_of):
    arende = protected_case()
    person = Person.objects.get(arenden=arende)
    number = {NUMBER, f"{NUMBER[2:8]}-{NUMBER[8:]}"}
    told, seen = {person.efternamn, STREET}, 0
    for who in STRANGERS:
        for address, html, _ in pages(client_of(who)):
            seen += 1
            assert not [word for word in told | number if word in html], (who, address)
    assert seen > 20 * len(STRANGERS)
    for who in MET:
        met = 0
        for address, html, hers in pages(client_of(who)):
            assert not [word for word in (*number, STREET) if word in html], (who, address)
            assert hers or person.efternamn not in html, (who, address)
            met += person.efternamn in html
        assert met > 0, who
