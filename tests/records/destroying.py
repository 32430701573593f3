"""An akt whose day has come, and the two people who decide about it."""

from datetime import timedelta
from uuid import uuid4

from django.db import connections, transaction
from psycopg import sql

from records.models import Akt, Arkivpaket, Gallringsbeslut, GallringSparr


def due(chain, years=5, **person):
    """Close an akt and let its time pass; the chain's clock stands on the day after."""
    chain.opened(**person).investigated().decided().ordered().sent().accepted().started()
    chain.planned().established()
    chain.ended()
    chain.closed()
    chain.call("uppdrag.avsluta", by="system:myndighet", uppdrag=chain.ids["uppdrag"])
    chain.now = chain.now.replace(year=chain.now.year + years) + timedelta(days=1)
    return chain


def akt_of(chain):
    return Akt.objects.get(pk=chain.ids["akt"])


def stamp(chain):
    akt = akt_of(chain)
    return {"organisation_id": akt.organisation_id, "unit_id": akt.unit_id, "secrecy": 0}


def decide(chain, **changes):
    """Write the decision of two persons, as ``gallring.verkstall`` does."""
    akt = akt_of(chain)
    users = chain.provider.users
    values = {
        **stamp(chain),
        "akt": akt,
        "arende_id": akt.arende_id,
        "instance_id": uuid4(),
        "utfall": "gallra",
        "gallringsdatum": akt.gallringsdatum,
        "foreslagen": chain.now,
        "foreslagen_av_id": users["personal"].user_id,
        "godkand": chain.now,
        "godkand_av_id": users["enhetschef"].user_id,
    } | changes
    with transaction.atomic():
        return Gallringsbeslut.objects.create(**values)


def destroy(chain, beslut, alias="default", at=None):
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SELECT records_forstor(%s, %s)", [beslut.pk, at or chain.now])
        return cursor.fetchone()[0]


def hold(chain, **changes):
    values = {
        **stamp(chain),
        "arende_id": chain.arende,
        "orsak": "rattstvist",
        "skal": "Tvist om ersättning.",
        "satt": chain.now,
        "satt_av_id": chain.provider.users["enhetschef"].user_id,
    } | changes
    with transaction.atomic():
        return GallringSparr.objects.create(**values)


def package(chain, **changes):
    day = chain.now.date()
    values = {
        **stamp(chain),
        "akt": akt_of(chain),
        "arende_id": chain.arende,
        "slag": "arkiv",
        "namn": "sip_prov",
        "sha256": "0" * 64,
        "storlek": 3,
        "innehall": b"zip",
        "samrad_datum": day,
        "samrad_kvittens": "SA 1",
        "skapad": chain.now,
        "levererad_datum": day,
        "leveranssatt": "digital",
        "kvittens": "SA 2",
        "kvitterad": chain.now,
    } | changes
    with transaction.atomic():
        return Arkivpaket.objects.create(**values)


def everything_held(unit):
    """Every row of every table that a unit holds, as one text."""
    rows = []
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relkind = 'r' AND a.attname = 'unit_id'"
            " AND (c.relname LIKE 'records\\_%' OR c.relname LIKE 'cases\\_%')"
        )
        for (table,) in cursor.fetchall():
            query = sql.SQL("SELECT string_agg(to_jsonb(t)::text, '') FROM {} t WHERE unit_id = %s")
            cursor.execute(query.format(sql.Identifier(table)), [unit.pk])
            rows.append(f"{table}: {cursor.fetchone()[0]}")
    return "\n".join(rows)
