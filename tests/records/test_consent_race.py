"""Withdrawal against sending on two connections with row-level security: no leak, no deadlock."""

import threading

import pytest
from django.db import connections, transaction

from records.models import (
    Dokument,
    Samtycke,
    SamtyckeAterkallelse,
    SamtyckeDel,
    Utlamnande,
)
from tests.records.secrecy import asked, consent, prepared, reviewed

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])

SEND = "UPDATE records_utlamnande SET status = 'skickad', skickad = %(now)s WHERE id = %(row)s"
WITHDRAW = """INSERT INTO records_samtyckeaterkallelse
  (id, organisation_id, unit_id, secrecy, samtycke_id, del_av_id, datum, lamnad_av, registrerad)
  SELECT gen_random_uuid(), organisation_id, unit_id, secrecy, id, %(part)s, %(day)s,
         'den_enskilde', %(now)s FROM records_samtycke WHERE id = %(consent)s"""


@pytest.fixture
def chain(program_chain):
    chain = prepared(program_chain).opened()
    chain.call("samtycke.spara", by="handlaggare", form=consent(chain.now.date()))
    chain.call("journal.anteckna_egen", by="handlaggare", form=asked(), typ="kontakt")
    begaran = str(Dokument.objects.get(answers__has_key="mottagare").pk)
    made = chain.call("utlamnande.prova", by="handlaggare", form=reviewed(), begaran=begaran)
    chain.ids["utlamnande"] = made["utlamnande"]
    return chain


def values(chain, part=None):
    consented = Samtycke.objects.get()
    return {
        "now": chain.now,
        "day": chain.now.date(),
        "row": chain.ids["utlamnande"],
        "consent": consented.pk,
        "part": part,
        "units": str(chain.authority.unit.pk),
    }


def at_once(*statements):
    """Each statement as a program does it, on a connection of its own; how each of them ended."""
    gate = threading.Barrier(len(statements))
    ended = {}

    def run(number, statement, given):
        try:
            with transaction.atomic(using="app"), connections["app"].cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('kedja.units', %(units)s, true),"
                    " set_config('kedja.secrecy', '3', true)",
                    given,
                )
                gate.wait(10)
                cursor.execute(statement, given)
                ended[number] = "done" if cursor.rowcount == 1 else "nothing"
        except Exception as error:  # noqa: BLE001 - the kind of error is what is asked about
            ended[number] = str(error).split(":")[0]
        finally:
            connections["app"].close()

    threads = [
        threading.Thread(target=run, args=(number, statement, given))
        for number, (statement, given) in enumerate(statements)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return [ended.get(number, "still waiting") for number in range(len(statements))]


@pytest.mark.parametrize("turn", range(6))
def test_r154_sending_and_withdrawing_at_once_never_both_win(chain, turn):
    given = values(chain)
    pair = [(SEND, given), (WITHDRAW, given)]
    ended = at_once(*(pair if turn % 2 else reversed(pair)))
    ended = ended if turn % 2 else list(reversed(ended))
    row = Utlamnande.objects.get()
    assert ended[1] == "done"
    assert ended[0] in {"done", "consent_missing", "disclosure_settled"}
    assert row.status == ("skickad" if ended[0] == "done" else "stoppad")


@pytest.mark.parametrize("turn", range(4))
def test_r154_withdrawals_at_once_do_not_wait_for_each_other(chain, turn):
    parts = list(SamtyckeDel.objects.order_by("nummer").values_list("pk", flat=True))
    statements = [(WITHDRAW, values(chain, part)) for part in (None, *parts)]
    assert at_once(*statements, (SEND, values(chain)))[:4] == ["done"] * 4
    assert SamtyckeAterkallelse.objects.count() == 4
    assert Utlamnande.objects.get().status in {"stoppad", "skickad"}


def test_r154_a_sender_that_waits_for_a_withdrawal_sees_it(chain):
    given = values(chain)
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(WITHDRAW, given)
        waiting = threading.Thread(target=lambda: outcome.extend(at_once((SEND, given))))
        outcome: list[str] = []
        waiting.start()
        waiting.join(1)
        assert waiting.is_alive()
    waiting.join(20)
    assert outcome[0] in {"consent_missing", "disclosure_settled"}
    assert Utlamnande.objects.get().status == "stoppad"


def test_r154_another_unit_withdraws_nothing(chain):
    given = values(chain) | {"units": str(chain.provider.unit.pk)}
    assert at_once((WITHDRAW, given)) == ["nothing"]
    assert at_once((SEND, given)) == ["nothing"]
