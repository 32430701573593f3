"""Papers with row-level security in force, as web and worker read and keep them."""

import pytest

from cases.context import access_context
from cases.errors import NotFoundError
from records.export import Gallring, build_package, check_package
from records.models import Akt, Arende, JournalEntry, PlanVersion
from records.queries import paper_file
from records.queries.archive import akt_data, personakt_data
from tests.records.akter import NOW, profile
from tests.records.chain import database_role
from tests.records.conftest import with_papers

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "app", "worker"])


@pytest.fixture
def chain(program_chain, monkeypatch):
    chain = with_papers(program_chain, monkeypatch)
    chain.running().planned().established()
    chain.later(days=30).followed_up()
    chain.ended()
    chain.closed()
    return chain


def read(chain, by, paper, ref):
    _, actor = chain.actor(by)
    with database_role("app"):
        return paper_file(actor, chain.arende, paper, ref, now=chain.now)


def test_each_side_reads_its_own_papers_and_k7_not_the_others(chain):
    note = JournalEntry.objects.get(typ="slutanteckning")
    own_journal = JournalEntry.objects.filter(journal__kind="myndighet").first().journal_id
    provider = [
        ("genomforandeplan", PlanVersion.objects.get(nummer=1).pk),
        ("slutanteckning", note.pk),
        ("journalutdrag", note.journal_id),
    ]
    authority = [("beslut", chain.ids["beslut"]), ("journalutdrag", own_journal)]
    both = [("uppdrag", chain.ids["uppdrag"]), ("registerutdrag", chain.arende)]
    for mine, other, papers in (
        ("enhetschef", "handlaggare", provider),
        ("handlaggare", "enhetschef", authority),
    ):
        for paper, ref in papers:
            assert read(chain, mine, paper, ref).content.startswith(b"%PDF")
            with pytest.raises(NotFoundError):
                read(chain, other, paper, ref)
    for paper, ref in both:
        for by in ("enhetschef", "handlaggare"):
            assert read(chain, by, paper, ref).content.startswith(b"%PDF")


def test_a_program_keeps_a_paper_and_only_its_side_sees_it(chain):
    for _ in range(2):
        made = chain.call(
            "papper.skapa", by="handlaggare", papper="uppdrag", underlag=chain.ids["uppdrag"]
        )
    own = read(chain, "handlaggare", "uppdrag", chain.ids["uppdrag"])
    assert own.kept
    assert own.sha256 == made["sha256"]
    assert not read(chain, "enhetschef", "uppdrag", chain.ids["uppdrag"]).kept


def test_the_worker_makes_papers_and_archive_data(chain):
    chain.call("papper.skapa", by="system:myndighet", papper="beslut", underlag=chain.ids["beslut"])
    _, system = chain.actor("system:utforare")
    with database_role("worker"), access_context(system):
        akt = Akt.objects.get(pk=chain.ids["akt"])
        data = akt_data(akt, bundle=chain.bundle, profile=profile(), now=NOW)
        arende = Arende.objects.get(pk=chain.arende)
        own = personakt_data(
            arende,
            bundle=chain.bundle,
            profile=profile(),
            gallring=Gallring(utfall="bevara"),
            now=NOW,
        )
    for found in (data, own):
        assert check_package(build_package(found, profile(), NOW).bytes) == ()
    assert not {row.typ for row in data.handlingar} & {"beslut"}
