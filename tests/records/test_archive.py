"""From the record to the archive: the whole akt, and nothing that may not leave."""

import io
import zipfile

import pytest

from records.errors import ConfigurationMissingError
from records.export import Gallring, build_package, check_package
from records.models import Akt, Arende, Papper, Person, Skydd
from records.queries.archive import akt_data, personakt_data
from tests.papers.reading import Pdf, squeezed
from tests.records.akter import NOW, profile

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(paper_chain):
    chain = paper_chain.running().planned().established()
    chain.followed_up()
    chain.later(days=30).ended()
    chain.closed()
    return chain


def archived(chain, **changes):
    akt = Akt.objects.get(pk=chain.ids["akt"])
    return akt_data(akt, bundle=chain.bundle, profile=profile(**changes), now=NOW)


def test_r194_a_closed_akt_becomes_a_package_that_holds(closed):
    data = archived(closed)
    package = build_package(data, profile(), NOW)
    assert check_package(package.bytes) == ()
    kinds = [handling.typ for handling in data.handlingar]
    assert kinds.count("handling") >= 3
    assert {"uppdrag", "genomforandeplan", "slutanteckning", "journalutdrag"} <= set(kinds)
    assert data.avslutsorsak == "Behovet har upphört"
    assert (data.gallring.utfall, data.gallring.datum) == ("bevara", data.gallring.datum)
    with zipfile.ZipFile(io.BytesIO(package.bytes)) as archive:
        pdfs = [archive.read(name) for name in archive.namelist() if name.endswith(".pdf")]
    assert all("<pdfaid:part>2</pdfaid:part>" in Pdf(content).metadata for content in pdfs)
    assert any("Stödetgavssomplanerat." in squeezed(Pdf(content).text()) for content in pdfs)


def test_the_same_akt_gives_the_same_package(closed):
    first = build_package(archived(closed), profile(), NOW)
    assert build_package(archived(closed), profile(), NOW).sha256 == first.sha256


def test_what_the_person_got_is_what_is_archived(closed):
    uppdrag = Akt.objects.get(pk=closed.ids["akt"]).uppdrag_id
    closed.call("papper.skapa", by="enhetschef", papper="uppdrag", underlag=uppdrag)
    given = bytes(Papper.objects.get().innehall)
    Person.objects.update(fornamn="Bytt")
    first = next(row for row in archived(closed).handlingar if row.typ == "uppdrag")
    assert first.pdf == given


def test_k7_the_providers_akt_holds_nothing_of_the_utredning(closed):
    for handling in archived(closed).handlingar:
        assert "Behovet kan inte tillgodoses" not in str(handling.innehall)
        assert "Orkar inte." not in str(handling.innehall)


def test_p1_the_archive_of_a_protected_person_has_no_address(closed):
    Person.objects.update(skydd=Skydd.FINGERADE)
    data = archived(closed)
    package = build_package(data, profile(), NOW)
    assert check_package(package.bytes) == ()
    assert b"Testgatan" not in package.bytes
    for handling in data.handlingar:
        assert "Testgatan" not in squeezed(Pdf(handling.pdf).text())


def test_the_authoritys_personakt(closed):
    arende = Arende.objects.get(pk=closed.arende)
    data = personakt_data(
        arende,
        bundle=closed.bundle,
        profile=profile(),
        gallring=Gallring(utfall="bevara"),
        now=NOW,
    )
    package = build_package(data, profile(), NOW)
    assert check_package(package.bytes) == ()
    kinds = {handling.typ for handling in data.handlingar}
    assert {"beslut", "uppdrag", "journalutdrag", "handling"} <= kinds
    [beslut] = [handling for handling in data.handlingar if handling.typ == "beslut"]
    assert beslut.law_version == "SoL 2025:400"
    assert beslut.lagrum[0].startswith("11 kap. 1 § socialtjänstlagen")


def test_private_providers_keep_silence_by_another_rule(closed):
    akt = Akt.objects.get(pk=closed.ids["akt"])
    akt.organisation.driftsform = "privat"
    data = akt_data(akt, bundle=closed.bundle, profile=profile(), now=NOW)
    assert data.restriktioner[0].lagrum.startswith("17 kap. 11 §")


def test_a_profile_without_the_secrecy_is_refused(closed):
    with pytest.raises(ConfigurationMissingError):
        archived(closed, sekretess={})
