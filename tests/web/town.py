"""Cases of the demo municipality that stand where a test needs them."""

from django.utils.timezone import localdate

from config import clock
from config.scenarios import machinery
from records.demo_cases import walk_cases
from records.demo_data import municipality
from records.models import Arende

NUMBER = "194003652387"
DAYS = 60
APPLICATION = {
    "personnummer": NUMBER,
    "fornamn": "Astrid",
    "efternamn": "Ekholt",
    "skydd": "ingen",
    "satt": "muntligt",
    "framstallning": "Behöver hjälp med morgonbestyr.",
}


def astrid(**changes):
    first = municipality().person[0]
    return first.model_copy(update={"ansokan_for_dagar_sedan": DAYS, **changes})


def walk_to(element, person):
    known = set(Arende.objects.values_list("pk", flat=True))
    cases, stopped = walk_cases(
        [person.model_copy(update={"stanna_vid": element})], clock.now(), machinery.Worker()
    )
    assert (cases, stopped) == (1, 0)
    return Arende.objects.exclude(pk__in=known).get().pk


def application(**changes):
    """A filled start form."""
    day = localdate(clock.now()).isoformat()
    return {**APPLICATION, "inkom_datum": day, **changes}
