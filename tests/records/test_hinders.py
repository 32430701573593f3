"""What hinders the closing of a case: the page's list is the gate's own (K-3)."""

import pytest
from django.db import IntegrityError, transaction

from cases.context import access_context
from records.errors import constraint_of
from records.hinders import final_note_of, hinders, not_begun, unfinished
from records.models import Akt, Arende, Delbeslut, DelbeslutHandelse
from tests.records.test_gate import REASON, close_case

pytestmark = pytest.mark.django_db


def told(chain, by="handlaggare"):
    _where, actor = chain.actor(by)
    with access_context(actor):
        return [(row.kod, row.lage) for row in hinders(chain.arende)]


def gate_says(chain):
    """What the trigger itself refuses for; "" where it would let the closing through."""
    try:
        with transaction.atomic():
            row = Arende.objects.filter(pk=chain.arende)
            row.update(status="avslutat", avslutad=chain.now)
            transaction.set_rollback(True)
    except IntegrityError as error:
        return constraint_of(error)
    return ""


def same(chain, *expected):
    found = told(chain)
    assert found == list(expected)
    assert gate_says(chain) == (found[0][0] if found else "")


def test_k3_the_list_says_what_the_gate_refuses_for_at_every_step(chain):
    chain.opened().investigated()
    same(chain, ("closing_reason_missing", "saknas"))
    chain.decided().ordered().sent()
    same(chain, ("uppdrag_pending", "obesvarat"), ("closing_reason_missing", "saknas"))
    chain.accepted().planned()
    same(chain, ("final_note_missing", "saknas"))
    chain.started()
    assert final_note_of(Akt.objects.get().pk) is None
    chain.ended()
    same(chain, ("final_note_missing", "skriven"))
    chain.closed()
    same(chain)
    close_case(chain, REASON)
    assert told(chain) == []


def test_k7_a_provider_is_told_nothing_of_the_arende(chain):
    chain.running()
    assert told(chain)
    assert told(chain, by="enhetschef") == []
    assert told(chain, by="personal") == []


def test_k12_what_is_granted_and_not_begun_is_named_with_its_report_day(chain):
    chain.opened().investigated().decided()

    def left():
        rows = Delbeslut.objects.select_related("beslut").prefetch_related("handelser")
        return list(not_begun(chain.bundle, rows.order_by("nummer"), chain.now.date()))

    first, second = left()
    assert first.rapporteras > first.part.beslut.beslutsdatum
    assert unfinished(chain.arende, first.part.unit_id) == []
    happened(first.part, "verkstallt", chain.now)
    assert [row.part for row in left()] == [second.part]
    happened(first.part, "avbrott", chain.later(days=9).now)
    assert left()[0].avbrott == chain.now.date()
    happened(second.part, "upphort", chain.now)
    assert [row.part for row in left()] == [first.part]


def happened(part, slag, now):
    DelbeslutHandelse.objects.create(
        organisation_id=part.organisation_id,
        unit_id=part.unit_id,
        arende_id=part.beslut.arende_id,
        delbeslut=part,
        slag=slag,
        datum=now.date(),
        registrerad=now,
    )
