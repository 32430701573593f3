"""Two who end parts of one decision at once, or end it while somebody follows it up or orders."""

import pytest
from django.db import connection

from records.models import BeslutUppfoljning, Delbeslut, DelbeslutHandelse, JournalEntry, Uppdrag
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
TURNS = range(3)
FOLLOW_UP = {
    "deltog_enskild": "ja",
    "deltog_utforare": "ja",
    "insatser_givna": "ja",
    "kvalitet": "God.",
    "delaktighet_satt": "Samtal.",
    "synpunkt": "Nöjd.",
    "motsvarar_behov": "nej",
    "utfall": "avsluta",
}


def parts():
    return [str(pk) for pk in Delbeslut.objects.order_by("nummer").values_list("pk", flat=True)]


def ending(chain, part=None, orsak="beslut_upphort"):
    return lambda: chain.call(
        "beslut.upphor",
        by="system:myndighet",
        beslut=chain.ids["beslut"],
        delbeslut=part,
        orsak=orsak,
    )


def ended():
    rows = DelbeslutHandelse.objects.filter(slag="upphort").values_list("delbeslut_id", flat=True)
    return sorted(map(str, rows))


@pytest.mark.parametrize("turn", TURNS)
def test_k12_two_parts_ended_at_once_end_the_decision_exactly_once(chain, turn):
    chain.opened().investigated().decided()
    first, second = parts()
    outcome = at_once(ending(chain, first), ending(chain, second))
    assert ended() == sorted((first, second))
    assert sorted(row["hela_beslutet"] for row in outcome) == [False, True]
    assert sorted(row["inget_stod"] for row in outcome) == [False, True]


@pytest.mark.parametrize("turn", TURNS)
def test_k12_one_part_ended_twice_at_once_is_noted_once(chain, turn):
    chain.opened().investigated().decided()
    first, _ = parts()
    outcome = at_once(ending(chain, first), ending(chain, first, orsak="avliden"))
    assert ended() == [first]
    assert not any(row["hela_beslutet"] for row in outcome)


@pytest.mark.parametrize("turn", TURNS)
def test_k12_the_whole_and_a_part_ended_at_once_name_the_uppdrag_to_end(chain, turn):
    chain.running()
    first, second = parts()
    outcome = at_once(ending(chain), ending(chain, second))
    assert ended() == sorted((first, second))
    told = {str(row) for one in outcome for row in one["avslutas"]}
    assert told == {chain.ids["uppdrag"]}, "nothing is left of it: somebody must be told"


@pytest.mark.parametrize("turn", TURNS)
def test_k6_a_follow_up_that_runs_while_the_decision_ends_is_kept(chain, turn):
    chain.running()

    def follow_up():
        return chain.call(
            "beslut.folj_upp", by="handlaggare", form=FOLLOW_UP, beslut=chain.ids["beslut"]
        )

    outcome = at_once(follow_up, ending(chain))
    assert not any(isinstance(row, str) for row in outcome), outcome
    assert BeslutUppfoljning.objects.count() == 1
    assert JournalEntry.objects.filter(typ="beslut_uppfoljt").count() == 1
    assert ended() == sorted(parts())


@pytest.mark.parametrize("turn", TURNS)
def test_k8_a_recall_and_an_acceptance_at_once_never_both_win(chain, turn):
    chain.opened().investigated().decided().ordered().sent()
    uppdrag = chain.ids["uppdrag"]

    def recall():
        return chain.call(
            "uppdrag.aterkalla", by="system:myndighet", uppdrag=uppdrag, orsak="beslut_upphort"
        )

    def accept():
        return chain.call("uppdrag.acceptera", by="enhetschef", uppdrag=uppdrag)

    outcome = at_once(recall, accept)
    refused = [row for row in outcome if isinstance(row, str)]
    assert len(refused) == 1, outcome
    row = Uppdrag.objects.get()
    assert row.status == ("accepterat" if isinstance(outcome[0], str) else "aterkallat")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM records_akt")
        assert cursor.fetchone() == (int(row.status == "accepterat"),)
