"""What is seen at the end of the year, and what of it is wrong."""

import gc
import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime, time
from time import process_time
from typing import Any

from django.core.management import call_command
from django.db import connection

from cases.models import Event, Incident, Instance
from cases.use_cases.watching import watchdog
from config.scenarios.seen import STOCKHOLM
from config.scenarios.setting import current_bundle, prepare
from records.models import Arende
from tests.demo_year import counts
from tests.demo_year.year import CLOCK_STARTS_FIRST, Plan, Year, live

MOST = 50
"""At most one act in so many may be left out."""
USERS = 40
"""So many users at least have done something."""
_RARELY = (50_000, 20, 1000)
_USERS = """
select count(*) from auth_user u where exists (select from cases_event e where e.actor = u.username)
"""
_DIGEST = """
select i.process_key, e.element, e.kind, (e.at at time zone 'Europe/Stockholm')::date, count(*)
  from cases_event e join cases_instance i on i.id = e.instance_id
 group by 1, 2, 3, 4 order by 1, 2, 3, 4
"""


def run(cases: int, seed: int, year: int, say: Callable[[str], None]) -> int:
    """Live through a year in the empty database at hand and report; 0 when all is well."""
    call_command("migrate", verbosity=0, interactive=False)
    prepare(datetime.combine(CLOCK_STARTS_FIRST, time(), STOCKHOLM))
    gc.freeze()  # what is loaded by now stays; the rest is short-lived (a fifth of the time)
    gc.set_threshold(*_RARELY)
    lived = live(Plan(cases, seed, year), say)
    for name, value in figures(lived).items():
        say(f"{name:28} {value}")
    wrong = list(problems(lived))
    for line in list(notes(lived))[:60]:
        say(f"note: {line}")
    for line in wrong[:60]:
        say(f"PROBLEM {line}")
    say("demo-year: failed" if wrong else "demo-year: as it must be")
    return 1 if wrong else 0


def figures(lived: Year) -> dict[str, Any]:
    """What the year held."""
    opened = Arende.objects.filter(oppnad__year=lived.plan.year).count()
    used, never = used_processes(), unused_processes()
    return {
        "ärenden begun in the year": opened,
        "ärenden in all": Arende.objects.count(),
        "stories": len(lived.tellings),
        "told to the end": sum(one.act is None for one in lived.tellings),
        "acts of people": lived.town.acts + lived.office.done,
        "users who acted": users_who_acted(),
        "instances": Instance.objects.count(),
        "events": Event.objects.count(),
        "processes used": f"{len(used)}, never: {', '.join(never) or 'none'}",
        "incidents": Incident.objects.count(),
        "left out": sum(len(one.refused) for one in lived.tellings),
        **counts.compared(lived.plan.year),
        "seconds": f"{lived.seconds:.0f}, {process_time():.0f} of processor time here",
        "digest": digest(),
    }


def problems(lived: Year) -> Iterator[str]:
    """What may not be at the end of a year."""
    for incident in Incident.objects.order_by("pk")[:20]:
        yield f"incident {incident.code}"
    for row in watchdog(lived.town.now):
        yield f"watchdog {row.code} {row.ref}"
    yield from (f"the process {key} was never used" for key in unused_processes())
    if (acted := users_who_acted()) < USERS:
        yield f"{acted} users acted, and at least {USERS} must"
    yield from counts.kvalitetsberattelse(lived.plan.year)
    yield from counts.quarters(lived.plan.year)
    yield from counts.gallring()
    out, told = sum(len(one.refused) for one in lived.tellings), lived.town.acts
    if out * MOST > told:
        yield f"{out} of {told} acts were left out"


def notes(lived: Year) -> Iterator[str]:
    """What nobody got done: acts left out of stories, tasks that the office could not answer."""
    for one in lived.tellings:
        for line in one.refused:
            yield f"story {one.story.number} {one.story.tale.scenario.id}: {line}"
    for line, count in lived.office.stuck.most_common():
        yield f"office: {line} ({count} times)"


def used_processes() -> set[str]:
    """The processes that ran, of their own or called by another."""
    found = set(Instance.objects.values_list("process_key", flat=True).distinct())
    called = Event.objects.filter(detail__has_key="called").values_list("detail__called", flat=True)
    return found | set(called.distinct())


def unused_processes() -> list[str]:
    """The processes of the edition that nothing ran or called."""
    return sorted({entry.key for entry in current_bundle().manifest.process} - used_processes())


def users_who_acted() -> int:
    """How many users the events name."""
    with connection.cursor() as cursor:
        cursor.execute(_USERS)
        (found,) = cursor.fetchone()
    return int(found)


def digest() -> str:
    """A hash of what happened on which day; the same seed gives the same."""
    with connection.cursor() as cursor:
        cursor.execute(_DIGEST)
        rows = cursor.fetchall()
    return hashlib.sha256("\n".join(map(str, rows)).encode()).hexdigest()[:16]
