"""A municipality with one authority and one provider, and a case in it."""

import pytest

from tests.records.chain import Chain, place


@pytest.fixture
def authority():
    return place(
        "myndighet", "Myndighet Norr", "myndighet", "mottagning", "handlaggare", "myndighetschef"
    )


@pytest.fixture
def provider():
    return place(
        "utforare",
        "Hemtjänst Norr",
        "egen_regi",
        "enhetschef",
        "utsedd_kontakt",
        "personal",
    )


@pytest.fixture
def chain(authority, provider):
    """Runs as the owner of the tables: for rules of the record itself."""
    return Chain(authority, provider)


@pytest.fixture
def program_chain(authority, provider):
    """Runs as web and worker do, with row-level security; needs a transactional test."""
    return Chain(authority, provider, program="app")
