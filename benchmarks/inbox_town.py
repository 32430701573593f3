"""A town with many open tasks: 100 units, 1,000 users, and as many tasks as are asked for.

People and places are written once, into a template; each size is a copy of it, filled by a few
INSERT ... SELECT. The tasks are the kinds that the edition has, as many of each; a seed makes
every filling the same.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection

from cases.models import Bundle as BundleRow
from cases.models import Organisation, RoleGrant, Sekretessforbindelse, Unit
from engine.bundle import Bundle
from records.demo import load_people

BEGAN = date(2020, 1, 1)
OWN_REGIME = 40
PRIVATE = 8
# organisation -> (kind, units); together 100 units.
PLACES = [("Myndigheten", "myndighet", 20), ("Egen regi", "utforare", OWN_REGIME)] + [
    (f"Utförare {number}", "utforare", 5) for number in range(1, PRIVATE + 1)
]
CREW = {
    "myndighet": {"handlaggare": 12, "mottagning": 2, "arbetsledare": 1},
    "utforare": {"enhetschef": 1, "utsedd_kontakt": 4, "personal": 3},
}
ABOVE = {
    "myndighet": {"myndighetschef": 3, "registrator": 2, "verksamhetsansvarig": 1},
    "utforare": {"verksamhetsansvarig": 2, "kvalitetsansvarig": 1},
}


def settle(now: datetime) -> Bundle:
    """Write the edition, the demo's people and the 1,000 users."""
    bundle = Bundle.from_directory(settings.PROCESSES_DIR, "demo")
    BundleRow.objects.create(
        hash=bundle.hash,
        edition=bundle.manifest.utgava.id,
        valid_from=bundle.manifest.utgava.valid_from,
        deployed_at=now,
        files={path: content.decode() for path, content in bundle.files.items()},
    )
    load_people(now - timedelta(days=500))  # their roles began before the cases they walk
    organisations: list[Organisation] = []
    units: list[Unit] = []
    held: list[tuple[str, Organisation | Unit]] = []
    for name, kind, size in PLACES:
        organisations.append(Organisation(name=name, kind=kind))
        own = [Unit(organisation=organisations[-1], name=f"{name} {n}") for n in range(size)]
        units += own
        held += [(role, unit) for unit in own for role in _several(CREW[kind])]
        held += [(role, organisations[-1]) for role in _several(ABOVE[kind])]
    Organisation.objects.bulk_create(organisations)
    Unit.objects.bulk_create(units)
    users = [User(username=f"b{n:04}", last_name=f"Nr {n}") for n in range(len(held))]
    User.objects.bulk_create(users)
    pairs = list(zip(users, held, strict=True))
    RoleGrant.objects.bulk_create([_grant(user, role, place) for user, (role, place) in pairs])
    Sekretessforbindelse.objects.bulk_create(
        Sekretessforbindelse(
            user=user, organisation_id=_organisation(place), kind="papper", signed_on=BEGAN,
            recorded_at=now,
        )
        for user, (_role, place) in pairs
    )  # fmt: skip
    return bundle


def _several(crew: dict[str, int]) -> Iterator[str]:
    return (role for role, number in crew.items() for _ in range(number))


def _organisation(place: Organisation | Unit) -> Any:
    return place.organisation_id if isinstance(place, Unit) else place.pk


def _grant(user: User, role: str, place: Organisation | Unit) -> RoleGrant:
    return RoleGrant(
        user=user,
        role=role,
        organisation_id=_organisation(place),
        unit=place if isinstance(place, Unit) else None,
        valid_from=BEGAN,
    )


def kinds(bundle: Bundle) -> list[dict[str, Any]]:
    """Every user task of the edition: where it is done, by whom, in an ärende or not."""
    found = []
    for entry in bundle.manifest.process:
        for element in bundle.definition(entry.key).elements.values():
            groups = element.groups or element.role or ""
            if element.kind == "userTask" and groups and not groups.startswith("="):
                row = {
                    "process": entry.key,
                    "element": element.id,
                    "name": element.name,
                    "in_case": entry.needs_case,
                    "groups": [part.strip() for part in groups.split(",")],
                }
                sides = [side for side in CREW if entry.runs_in(side)]
                found += [row | {"side": side} for side in sides]
    return found


def fill(number: int, bundle: Bundle, now: datetime, *, first: int = 0) -> None:
    """Write so many open tasks, each of an instance of its own, and the ärenden they belong to.

    Args:
        number: How many tasks.
        bundle: The edition.
        now: The moment, aware.
        first: Number of the first ärende: what is filled again goes on from there.
    """
    document = json.dumps(kinds(bundle))
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        values: dict[str, Any] = {
            "n": number,
            "first": first,
            "now": now,
            "kinds": document,
            "bundle": bundle.hash,
        }
        for statement in STATEMENTS:
            cursor.execute(statement, values)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute(f"ANALYZE {table}")


TABLES = (
    "records_person",
    "records_arende",
    "cases_instance",
    "cases_task",
    "cases_event",
)
_NUMBERED = "row_number() OVER (PARTITION BY {} ORDER BY {}) - 1"
STATEMENTS = (
    "SELECT setseed(0.42)",
    """CREATE TEMP TABLE b_kind AS SELECT side, process, element, name, in_case, groups,
 row_number() OVER (PARTITION BY side ORDER BY process, element) - 1 AS n,
 count(*) OVER (PARTITION BY side) AS many
 FROM jsonb_to_recordset(%(kinds)s::jsonb)
 AS k(side text, process text, element text, name text, in_case boolean, groups varchar[])""",
    """CREATE TEMP TABLE b_unit AS SELECT o.kind AS side, u.id AS unit, o.id AS organisation,
 row_number() OVER (PARTITION BY o.kind ORDER BY o.name, u.name) - 1 AS n,
 count(*) OVER (PARTITION BY o.kind) AS many
 FROM cases_unit u JOIN cases_organisation o ON o.id = u.organisation_id
 WHERE o.name LIKE 'Myndigheten' OR o.name LIKE 'Egen regi' OR o.name LIKE 'Utförare %%'""",
    """CREATE TEMP TABLE b_crew AS SELECT unit_id AS unit, role, array_agg(user_id ORDER BY user_id)
 AS users FROM cases_rolegrant WHERE unit_id IN (SELECT unit FROM b_unit) GROUP BY 1, 2""",
    # A third as many ärenden as tasks; one in a hundred under sekretessmarkering.
    """CREATE TEMP TABLE b_case AS SELECT i AS n, gen_random_uuid() AS id,
 gen_random_uuid() AS person, u.unit, u.organisation, (i %% 100 = 0)::int AS secrecy
 FROM generate_series(%(first)s, %(first)s + greatest(%(n)s / 3, 20)) i
 JOIN b_unit u ON u.side = 'myndighet' AND u.n = i %% 20""",
    """INSERT INTO records_person (id, organisation_id, unit_id, secrecy, personnummer,
 utan_id_skal, fornamn, efternamn, sortnamn, adress, postnummer, postort, telefon, skydd,
 tolk_sprak, skapad)
 SELECT person, organisation, unit, secrecy, '0000' || lpad(n::text, 8, '0'), '', 'Namn',
 'Nr ' || n, '', '', '', '', '', CASE secrecy WHEN 0 THEN 'ingen' ELSE 'sekretessmarkering' END,
 '', %(now)s FROM b_case""",
    """INSERT INTO records_arende (id, organisation_id, unit_id, secrecy, nummer, person_id, status,
 lagrum, tjansteomrade, inkom_datum, satt, slag, foretradare_namn, foretradare_behorighet, oppnad)
 SELECT id, organisation, unit, secrecy, '1999-' || lpad(n::text, 7, '0'), person, 'oppet', '',
 '', (%(now)s::timestamptz - interval '30 days')::date, 'muntligt', 'ansokan', '', '',
 %(now)s::timestamptz - random() * interval '90 days' FROM b_case""",
    "ANALYZE b_case",
    """CREATE TEMP TABLE b_task AS WITH drawn AS MATERIALIZED (
 SELECT i, CASE WHEN random() < 0.6 THEN 'myndighet' ELSE 'utforare' END AS side,
 floor(random() * 1e6)::int AS a, floor(random() * 1e6)::int AS b, floor(random() * 1e6)::int AS c,
 random() AS claimed, random() AS late FROM generate_series(1, %(n)s) i)
 SELECT d.i, gen_random_uuid() AS id, gen_random_uuid() AS instance, k.process, k.element, k.name,
 k.groups, CASE WHEN k.in_case THEN c.id END AS arende,
 CASE WHEN k.in_case THEN c.secrecy ELSE 0 END AS secrecy,
 CASE WHEN k.in_case AND d.side = 'myndighet' THEN c.unit ELSE u.unit END AS unit,
 CASE WHEN k.in_case AND d.side = 'myndighet' THEN c.organisation ELSE u.organisation END
 AS organisation, d.c, d.claimed,
 CASE WHEN d.late > 0.05 THEN %(now)s::timestamptz + (d.late * 130 - 10) * interval '1 day' END
 AS due, %(now)s::timestamptz - d.c %% 90 * interval '1 day' AS created
 FROM drawn d
 JOIN (SELECT side, max(many) AS kinds FROM b_kind GROUP BY 1) x USING (side)
 JOIN (SELECT side, max(many) AS units FROM b_unit GROUP BY 1) y USING (side)
 JOIN b_kind k ON k.side = d.side AND k.n = d.a %% x.kinds
 JOIN b_unit u ON u.side = d.side AND u.n = d.b %% y.units
 JOIN b_case c ON c.n = %(first)s + d.c %% (SELECT count(*) FROM b_case)""",
    """INSERT INTO cases_instance (id, organisation_id, unit_id, secrecy, bundle_id, process_key,
 business_key, arende_id, status, version, state, started_at)
 SELECT instance, organisation, unit, secrecy, %(bundle)s, process, coalesce(arende::text, ''),
 arende, 'running', 1, ''::bytea, created FROM b_task""",
    # Six of ten are taken by somebody of the role in the unit.
    """INSERT INTO cases_task (id, instance_id, organisation_id, unit_id, secrecy, arende_id,
 process_key, element, name, role, groups, form_id, status, version, claimed_by_id, due,
 created_at)
 SELECT t.id, t.instance, t.organisation, t.unit, t.secrecy, t.arende, t.process, t.element,
 t.name, t.groups[1], t.groups, '', 'open', 1,
 CASE WHEN t.claimed < 0.6 THEN c.users[1 + t.c %% cardinality(c.users)] END, t.due, t.created
 FROM b_task t LEFT JOIN b_crew c ON c.unit = t.unit AND c.role = t.groups[1]""",
    """INSERT INTO cases_event (instance_id, organisation_id, unit_id, secrecy, version, seq,
 arende_id, kind, element, task_id, cause, actor, at, detail)
 SELECT instance, organisation, unit, secrecy, 1, 1, arende, 'started', '', '', 'start', 'system',
 created, '{}' FROM b_task""",
    "DROP TABLE b_task, b_case, b_crew, b_unit, b_kind",
)
