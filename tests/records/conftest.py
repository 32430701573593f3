"""A municipality with one authority and one provider, and a case in it."""

import pytest

from tests.papers.letters import files
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


@pytest.fixture
def paper_chain(chain, monkeypatch):
    """The chain's edition, with the papers and words of the real one."""
    return with_papers(chain, monkeypatch)


def with_papers(chain, monkeypatch):
    words = ("lagrum", "terms/registerord", "terms/roller", "terms/insatser")
    real = {
        path: data
        for path, data in files().items()
        if path.startswith(("papers/", "forms/", "arkiv/")) or path.removesuffix(".toml") in words
    }
    chain.bundle = type(chain.bundle)({**real, **chain.bundle.files})
    monkeypatch.setattr("cases.bundles.newest_hash", lambda _day: "prov")
    monkeypatch.setattr("cases.bundles.compiled", lambda _hash: chain.bundle)
    return chain
