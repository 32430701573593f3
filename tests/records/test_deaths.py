"""A death concerns every ärende and every holder's copy, once, and leaves no trace when wrong."""

import threading
from datetime import timedelta

import pytest
from django.db import connections

from records.models import Akt, Arende, Dodsfall, JournalEntry, Person, Uppdrag
from tests.records.chain import ASTRID, Chain, place

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])


@pytest.fixture
def other():
    """Another provider, private."""
    return place("utforare", "Omsorg Söder", "privat", "enhetschef", "utsedd_kontakt", "personal")


@pytest.fixture
def two(program_chain, other):
    """The same person in two ärenden of the myndighet, with a provider each."""
    program_chain.running()
    second = Chain(program_chain.authority, other, program="app")
    second.opened().investigated().decided().ordered().sent().accepted()
    return program_chain, second


def died(chain, *, by="handlaggare", **changes):
    return chain.call("person.avliden", by=by, datum=chain.now.date(), kalla="region", **changes)


def notes(typ):
    return {
        (row.journal.arende_id, row.journal.kind)
        for row in JournalEntry.objects.filter(typ=typ).select_related("journal")
    }


def test_k2_all_arenden_and_all_copies_hear_of_it_at_once(two):
    first, second = two
    told = died(first)
    assert set(told["arenden"]) == {str(first.arende), str(second.arende)}
    assert Person.objects.count() == 3
    assert not Person.objects.filter(avliden_datum=None).exists()
    assert notes("dodsfall_registrerat") == {
        (case.arende, kind) for case in two for kind in ("myndighet", "verkstallighet")
    }
    assert Akt.objects.filter(verkstalld_datum=None).count() == 1  # not yet begun: heard too


def test_k2_a_second_message_from_anybody_changes_nothing(two):
    first, second = two
    died(first)
    for chain, role in ((first, "handlaggare"), (second, "handlaggare"), (second, "enhetschef")):
        again = died(chain, by=role)
        assert (again["avliden"], again["arenden"]) == (False, [])
    assert JournalEntry.objects.filter(typ="dodsfall_registrerat").count() == 4
    assert Dodsfall.objects.count() == Person.objects.count() == 3


def test_k2_a_provider_tells_of_it_for_all(two):
    first, second = two
    assert set(died(second, by="enhetschef")["arenden"]) == {str(first.arende), str(second.arende)}


def test_k2_what_has_no_answer_is_taken_back(program_chain):
    chain = program_chain.opened().investigated().decided().ordered().sent()
    died(chain)
    row = Uppdrag.objects.get()
    assert (row.status, row.aterkallad_orsak, row.delad_med) == ("aterkallat", "avliden", None)


def test_k2_a_wrong_registration_leaves_no_stale_note_anywhere(two):
    first, second = two
    died(first)
    first.later(days=1)
    back = first.call("person.avliden_aterfor", by="handlaggare", skal="Fel person.")
    assert set(back["arenden"]) == {str(first.arende), str(second.arende)}
    assert not Person.objects.exclude(avliden_datum=None).exists()
    assert notes("dodsfall_aterfort") == notes("dodsfall_registrerat")
    texts = JournalEntry.objects.filter(typ="dodsfall_aterfort")
    assert [row.text for row in texts if "Fel person." in row.text] != []
    assert not [row for row in texts.exclude(unit=first.authority.unit) if "Fel person" in row.text]
    first.later(days=1)
    assert died(first)["avliden"] is True
    assert JournalEntry.objects.filter(typ="dodsfall_registrerat").count() == 8


def test_k2_a_closed_akt_gets_no_note_and_keeps_its_day_of_gallring(two):
    first, second = two
    first.ended()
    first.closed()
    before = Akt.objects.get(pk=first.ids["akt"]).gallringsdatum
    second.now = first.now + timedelta(days=400)
    died(second)
    assert (first.arende, "verkstallighet") not in notes("dodsfall_registrerat")
    assert Akt.objects.get(pk=first.ids["akt"]).gallringsdatum == before


def test_k2_another_person_is_left_alone(two, program_chain):
    stranger = Chain(program_chain.authority, program_chain.provider, program="app")
    stranger.opened(personnummer="193501852382", fornamn="Signe", efternamn="Exempelsson")
    died(two[0])
    alive = Person.objects.filter(avliden_datum=None)
    assert set(alive.values_list("personnummer", flat=True)) == {"193501852382"}


def test_k2_without_a_number_the_arende_is_what_binds(program_chain):
    chain = program_chain
    chain.opened(personnummer=None, utan_id_skal="Nyanländ, inget nummer än.")
    chain.investigated().decided().ordered().sent().accepted()
    died(chain)
    assert Person.objects.count() == 2
    assert not Person.objects.filter(avliden_datum=None).exists()


@pytest.mark.parametrize("turn", range(3))
def test_k2_two_registrations_at_the_same_time_count_as_one(two, turn):
    first, second = two
    ended = together(lambda: died(first), lambda: died(second, by="enhetschef"))
    assert sorted(row["avliden"] for row in ended) == [False, True]
    assert Dodsfall.objects.count() == Person.objects.count() == 3
    assert JournalEntry.objects.filter(typ="dodsfall_registrerat").count() == 4


@pytest.mark.parametrize("turn", range(3))
def test_k2_a_death_and_an_acceptance_at_the_same_time(program_chain, turn):
    """Either the uppdrag is taken back, or the provider's new copy is flagged; never neither."""
    chain = program_chain.opened().investigated().decided().ordered().sent()
    together(lambda: died(chain), chain.accepted)
    if Uppdrag.objects.get().status == "aterkallat":
        assert not Akt.objects.exists()
    else:
        assert not Person.objects.filter(avliden_datum=None).exists()
    assert Arende.objects.get().person.avliden_datum is not None
    assert Person.objects.filter(personnummer=ASTRID).exists()


def together(*actions):
    """Do the actions at once, each on a connection of its own; return how each ended."""
    ended: dict[int, object] = {}
    gate = threading.Barrier(len(actions))

    def run(number, action):
        try:
            gate.wait(10)
            ended[number] = action()
        except Exception as error:  # noqa: BLE001 - how it ended is the result
            ended[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [ended[number] for number in range(len(actions))]
