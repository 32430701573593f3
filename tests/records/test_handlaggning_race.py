"""Two requests for a decision at the same moment: one is tried (FL 12 §)."""

import threading

import pytest
from django.db import connections

from records.errors import AvgorandeAlreadyError
from records.models import AvgorandeBegaran
from tests.records.test_handlaggning import requested

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])


def test_l05_two_requests_at_once_are_tried_once(program_chain):
    program_chain.opened(slag="ansokan")
    gate = threading.Barrier(2)
    outcome: list[object] = []

    def run():
        try:
            gate.wait(10)
            outcome.append(requested(program_chain)["begaran"])
        except AvgorandeAlreadyError as error:
            outcome.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(isinstance(found, AvgorandeAlreadyError) for found in outcome) == 1
    assert AvgorandeBegaran.objects.filter(utfall="prova").count() == 1
