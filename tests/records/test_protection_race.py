"""Two level changes at once, and reading the vault meanwhile (P-1, P-3, P-7): on real connections.

Nothing may wait for ever, no address and no change may be lost, and no row may end at another
level than its person.
"""

import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError, OperationalError, connections, transaction

from cases import capabilities
from cases.capabilities import CapabilityContext
from cases.context import access_context
from cases.errors import CaseError
from cases.models import Bundle, Instance, RoleGrant
from cases.repository import lock_instance
from records import vault
from records.models import (
    JournalEntry,
    Person,
    SkyddadUppgift,
    Skyddsandring,
    ValvLasning,
)
from tests.records.chain import database_role
from tests.records.test_protection import ADDRESS, appointed, levels, protected

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])
LEVEL = {"ingen": 0, "sekretessmarkering": 1, "skyddad_folkbokforing": 2, "fingerade": 3}


@pytest.fixture
def chain(program_chain):
    RoleGrant.objects.update(secrecy=3)
    return program_chain.running()


def at_once(*actions):
    """Each on a thread and a connection of its own, at the same time; how each of them ended."""
    ended = {}

    def run(number, action):
        try:
            ended[number] = action() or "done"
        except CaseError as error:
            ended[number] = error.code
        except (OperationalError, IntegrityError) as error:
            ended[number] = str(error).split(":")[0].splitlines()[0]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return [ended.get(number, "still waiting") for number in range(len(actions))]


def change(chain, level, gate, *, instance=None, **inputs):
    """A level change as a program does it; ``instance``: its own row, locked first."""
    where, actor = chain.actor("handlaggare")
    form = {"skydd": level, "kalla": "folkbokforing", "beslutsdatum": chain.now.date()}
    context = CapabilityContext(
        now=chain.now,
        actor=actor,
        bundle=chain.bundle,
        process_key="andra_skydd",
        instance_id=instance or uuid4(),
        arende_id=chain.arende,
        organisation=where.unit.organisation_id,
        unit=where.unit.pk,
        secrecy=chain.secrecy,
        element="Task_AndraSkydd",
    )

    def act():
        with database_role("app"), access_context(actor):
            if instance is not None:
                lock_instance(instance)
            document = chain.document(context, form)
            gate.wait(20)
            capabilities.call("skydd.andra", context, {"dokument": document, **inputs})

    return act


def instances(chain, number):
    """Running instances of the case, as they stand when somebody is to confirm."""
    unit = chain.authority.unit
    bundle = Bundle.objects.create(
        hash="0" * 64, edition="prov", valid_from=chain.now.date(), deployed_at=chain.now, files={}
    )
    return sorted(
        Instance.objects.create(
            bundle=bundle,
            process_key="andra_skydd",
            business_key=str(chain.arende),
            arende_id=chain.arende,
            organisation=unit.organisation,
            unit=unit,
            state=b"",
            started_at=chain.now,
            secrecy=chain.secrecy,
        ).pk
        for _ in range(number)
    )


def consistent(chain):
    """Every row stands at the person's level, and the address is where it belongs, once."""
    (skydd,) = set(Person.objects.values_list("skydd", flat=True))
    wanted = LEVEL[skydd]
    assert set(Person.objects.values_list("secrecy", flat=True)) == {wanted}
    assert {name: seen for name, seen in levels().items() if seen - {wanted}} == {}
    assert set(Person.objects.values_list("adress", flat=True)) == {"" if wanted else ADDRESS}
    assert SkyddadUppgift.objects.filter(adress=ADDRESS).count() == Person.objects.count()
    rows = {row.fran: row.till for row in Skyddsandring.objects.all()}
    assert len(rows) == Skyddsandring.objects.count(), "two changes began from the same level"
    seen = "ingen"
    while seen in rows:
        seen = rows.pop(seen)
    assert (seen, rows) == (skydd, {}), "each change begins where the one before it ended"
    return skydd


@pytest.mark.parametrize("turn", range(3))
def test_p1_two_who_raise_at_once_end_at_one_level_and_lose_no_change(chain, turn):
    gate = threading.Barrier(2)
    pair = [change(chain, level, gate) for level in ("skyddad_folkbokforing", "fingerade")]
    ended = at_once(*(pair if turn % 2 else reversed(pair)))
    assert set(ended) <= {"done", "protection_changed"}
    assert "done" in ended
    assert consistent(chain) in {"skyddad_folkbokforing", "fingerade"}, "the other was told"


@pytest.mark.parametrize("turn", range(3))
def test_p7_raising_and_lowering_at_once_loses_neither_address_nor_protection(chain, turn):
    appointed(protected(chain))
    gate = threading.Barrier(2)
    raises = change(chain, "fingerade", gate, fran="skyddad_folkbokforing")
    lowers = change(chain, "ingen", gate, fran="skyddad_folkbokforing")
    pair = [raises, lowers]
    ended = at_once(*(pair if turn % 2 else reversed(pair)))
    ended = ended if turn % 2 else list(reversed(ended))
    assert sorted(ended) == ["done", "protection_changed"]
    assert consistent(chain) == ("fingerade" if ended[0] == "done" else "ingen")


@pytest.mark.parametrize("turn", range(3))
def test_p7_two_who_confirm_at_once_do_not_lock_each_other_out(chain, turn):
    appointed(protected(chain))
    gate = threading.Barrier(2)
    first, second = instances(chain, 2)
    pair = [
        change(chain, level, gate, instance=own, fran="skyddad_folkbokforing")
        for level, own in (("ingen", first), ("sekretessmarkering", second))
    ]
    ended = at_once(*(pair if turn % 2 else reversed(pair)))
    assert "done" in ended
    assert set(ended) <= {"done", "protection_busy", "protection_changed"}
    assert consistent(chain) in {"ingen", "sekretessmarkering"}


def test_p7_who_starts_waits_for_who_confirms(chain):
    appointed(protected(chain))
    gate = threading.Barrier(2)
    (own,) = instances(chain, 1)
    lowers = change(chain, "ingen", gate, instance=own, fran="skyddad_folkbokforing")
    raises = change(chain, "fingerade", gate, fran="skyddad_folkbokforing")
    ended = at_once(lowers, raises)
    assert "done" in ended
    assert set(ended) <= {"done", "protection_busy", "protection_changed"}
    assert consistent(chain) in {"ingen", "fingerade"}


def test_p7_what_was_weighed_against_a_lower_level_lowers_nothing(chain):
    appointed(protected(chain))
    gate = threading.Barrier(1)
    raised_to_less = change(chain, "sekretessmarkering", gate, fran="ingen")
    assert at_once(raised_to_less) == ["protection_changed"]
    assert set(Person.objects.values_list("skydd", flat=True)) == {"skyddad_folkbokforing"}


def test_p3_an_address_read_while_the_level_changes_is_logged_at_the_new_level(chain):
    protected(chain)
    named = appointed(chain)
    done = []

    def read():
        with database_role("app"):
            found = vault.read_address(chain.arende, "Hembesök", actor=named, now=chain.now)
        done.append(found.adress)

    _, actor = chain.actor("handlaggare")
    with database_role("app"), access_context(actor), connections["app"].cursor() as cursor:
        cursor.execute(
            "SELECT records_protect(%s, 'fingerade', 3, %s, %s)",
            [chain.arende, actor.user_id, chain.now],
        )
        reader = threading.Thread(target=lambda: at_once(read))
        reader.start()
        reader.join(1)
        assert reader.is_alive(), "the reader waits for the change"
    reader.join(20)
    assert done == [ADDRESS]
    assert set(ValvLasning.objects.values_list("secrecy", flat=True)) == {3}


def test_p1_a_note_written_while_the_level_changes_is_not_left_below_it(chain):
    def write():
        form = {"text": "Ringde.", "typ": "handelse_av_betydelse"}
        chain.call("journal.anteckna", by="handlaggare", form=form)

    _, actor = chain.actor("handlaggare")
    with database_role("app"), access_context(actor), connections["app"].cursor() as cursor:
        cursor.execute(
            "SELECT records_protect(%s, 'fingerade', 3, %s, %s)",
            [chain.arende, actor.user_id, chain.now],
        )
        ended: list[str] = []
        writer = threading.Thread(target=lambda: ended.extend(at_once(write)))
        writer.start()
        writer.join(1)
        assert writer.is_alive(), "the writer waits for the change"
    writer.join(20)
    assert ended == ["protection_changed"]
    assert set(JournalEntry.objects.values_list("secrecy", flat=True)) == {3}


def test_p1_an_instance_is_not_born_below_the_level_of_its_case(chain):
    protected(chain)
    chain.secrecy = 0
    with pytest.raises(IntegrityError, match="protection_changed"), transaction.atomic():
        instances(chain, 1)
