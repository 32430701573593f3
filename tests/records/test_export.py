"""The archive package: complete, listed once, checked by its own checksums, in Swedish."""

import hashlib
import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from lxml import etree
from pydantic import ValidationError

from engine.bundle import Bundle
from engine.manifest import Citations, parse_toml
from records.export import (
    ArkivPerson,
    Gallring,
    ProfileError,
    ProtectedAddressError,
    Restriktion,
    build_package,
    check_package,
    load_profile,
)
from records.export.profile import parse_profile
from tests.papers.letters import files
from tests.records.akter import NOW, PDF, PROFILE, akt, handling, profile

METS = "{http://www.loc.gov/METS/}"
PREMIS = "{http://www.loc.gov/premis/v3}"
ERMS = "{https://DILCIS.eu/XML/ERMS}"
HREF = "{http://www.w3.org/1999/xlink}href"


@pytest.fixture
def package():
    return build_package(akt(), profile(), NOW)


def unpacked(package):
    with zipfile.ZipFile(io.BytesIO(package.bytes)) as archive:
        return {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}


def packed(files, name="sip"):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path, content in files.items():
            archive.writestr(f"{name}/{path}", content)
    return target.getvalue()


def tree(package, path):
    return etree.fromstring(unpacked(package)[path])


def test_the_structure_holds(package):
    assert check_package(package.bytes) == ()


def test_r194_every_handling_is_there_as_pdf_and_xml(package):
    files = unpacked(package)
    data = [path for path in files if path.startswith("representations/rep1/data/")]
    assert len(data) == 4
    assert files["representations/rep1/data/0001_beslut.pdf"] == PDF
    xml = etree.fromstring(files["representations/rep1/data/0001_beslut.xml"])
    schema = etree.XMLSchema(etree.fromstring(files["schemas/handling.xsd"]))
    for path in data:
        if path.endswith(".xml"):
            schema.assertValid(etree.fromstring(files[path]))
    said = {item.get("namn"): item.text for item in xml.iter("{urn:kedja:handling:1}falt")}
    assert said["motivering"] == "Behöver stöd <b>&amp; 😀[U+0001] ]]>"
    assert (said["insats"], said["bifall"], said["fran"]) == ("hemtjänst", "true", "2026-03-10")
    assert "tomt" not in said


def test_the_layout_is_csip(package):
    assert {
        "METS.xml",
        "metadata/descriptive/erms.xml",
        "metadata/preservation/premis.xml",
        "representations/rep1/METS.xml",
        "representations/rep1/metadata/preservation/premis.xml",
        "schemas/handling.xsd",
        "documentation/om_paketet.txt",
    } < set(unpacked(package))


def test_every_checksum_is_sha_256_of_the_file(package):
    files = unpacked(package)
    assert hashlib.sha256(package.bytes).hexdigest() == package.sha256
    assert {line.path: line.sha256 for line in package.files} == {
        path: hashlib.sha256(content).hexdigest() for path, content in files.items()
    }
    for folder, path in (
        ("", "METS.xml"),
        ("representations/rep1/", "representations/rep1/METS.xml"),
    ):
        for holder in etree.fromstring(files[path]).iter(f"{METS}file", f"{METS}mdRef"):
            place = holder if holder.tag.endswith("mdRef") else holder[0]
            content = files[folder + place.get(HREF)]
            assert holder.get("CHECKSUMTYPE") == "SHA-256"
            assert holder.get("CHECKSUM") == hashlib.sha256(content).hexdigest()
            assert holder.get("SIZE") == str(len(content))


def test_the_structural_map_leads_to_every_group_and_the_representation(package):
    root = tree(package, "METS.xml")
    labels = [div.get("LABEL") for div in root.iter(f"{METS}div")][1:]
    assert labels == ["Metadata", "Documentation", "Schemas", "Representations/rep1"]
    [pointer] = root.iter(f"{METS}mptr")
    assert pointer.get(HREF) == "representations/rep1/METS.xml"
    assert root.get("PROFILE").startswith("https://earksip.dilcis.eu/")


def test_premis_tells_what_happened_and_knows_every_file(package):
    top = tree(package, "metadata/preservation/premis.xml")
    events = [item.findtext(f"{PREMIS}eventType") for item in top.iter(f"{PREMIS}event")]
    assert events == ["created", "closed", "information package creation"]
    names = {item.text for item in top.iter(f"{PREMIS}agentName")}
    assert {"Kedja", "Elsa Enell", "Hemtjänst Ekviken", "Stadsarkivet i Ekviken"} == names
    assert top.findtext(f".//{PREMIS}statuteCitation") == "26 kap. 1 § OSL"
    rep = tree(package, "representations/rep1/metadata/preservation/premis.xml")
    formats = [item.text for item in rep.iter(f"{PREMIS}formatName")]
    assert formats.count("PDF/A-2a") == 2


def test_r193_the_description_has_secrecy_retention_and_person(package):
    root = tree(package, "metadata/descriptive/erms.xml")
    [aggregation] = root.iter(f"{ERMS}aggregation")
    assert aggregation.findtext(f"{ERMS}title") == "Genomförandeakt 2026-00001-1"
    assert aggregation.find(f"{ERMS}disposal").get("disposable") == "false"
    assert aggregation.findtext(f"{ERMS}disposal/{ERMS}disposalAction") == "bevara"
    assert aggregation.findtext(f"{ERMS}restriction/{ERMS}regulation") == "26 kap. 1 § OSL"
    [person] = [x for x in root.iter(f"{ERMS}agent") if x.get("otherAgentType") == "den_enskilde"]
    assert person.findtext(f"{ERMS}idNumber") == "194003652387"
    records = list(root.iter(f"{ERMS}record"))
    assert [record.get("recordType") for record in records] == ["beslut", "journal"]
    assert all(record.find(f"{ERMS}restriction") is not None for record in records)
    notes = {item.get("noteType"): item.text for item in records[1].iter(f"{ERMS}note")}
    assert notes["kopia"] == "Kopia"
    assert notes["lagversion"] == "SoL 2025:400"


def test_a_handlings_own_secrecy_and_retention_win():
    own = handling(
        11,
        restriktion=Restriktion(lagrum="25 kap. 1 § OSL", till=date(2101, 1, 1)),
        gallring=Gallring(utfall="gallra", datum=date(2031, 9, 2), lagrum="LSS 21 c §"),
    )
    made = build_package(akt(handlingar=(own,)), profile(), NOW)
    [record] = tree(made, "metadata/descriptive/erms.xml").iter(f"{ERMS}record")
    assert record.findtext(f"{ERMS}restriction/{ERMS}regulation") == "25 kap. 1 § OSL"
    assert record.find(f"{ERMS}disposal").get("disposable") == "true"
    assert check_package(made.bytes) == ()


def test_the_same_input_gives_the_same_bytes():
    first = build_package(akt(), profile(), NOW)
    assert build_package(akt(), profile(), NOW) == first
    other = datetime(2031, 9, 3, tzinfo=UTC)
    assert build_package(akt(), profile(), other).sha256 != first.sha256


def test_p1_a_protected_persons_address_never_leaves():
    hidden = ArkivPerson(namn="Mirjam Dalhem", personnummer="198809752382", skydd="fingerade")
    bad = handling(11, innehall={"svar": [{"adress": "Testgatan 1"}], "telefon": ""})
    with pytest.raises(ProtectedAddressError) as refusal:
        build_package(akt(person=hidden, handlingar=(bad,)), profile(), NOW)
    assert "adress" in str(refusal.value)
    assert "Testgatan" not in str(refusal.value)
    made = build_package(akt(person=hidden), profile(), NOW)
    root = tree(made, "metadata/descriptive/erms.xml")
    assert root.findtext(f".//{ERMS}protectedIdentity") == "true"
    assert "Genomförandeakt" not in tree(made, "METS.xml").get("LABEL")
    build_package(akt(handlingar=(bad,)), profile(), NOW)


def test_no_name_or_number_of_the_person_stands_in_a_path(package):
    for line in package.files:
        assert "194003652387" not in line.path
        assert "ekholt" not in f"{package.name}/{line.path}".lower()


def test_person_without_number_or_with_unknown_birth():
    for person in (
        ArkivPerson(namn="Amina Zetterhed", utan_id_skal="Nyligen inflyttad."),
        ArkivPerson(namn="Bror Skoglid", personnummer="191500722390"),
    ):
        assert check_package(build_package(akt(person=person), profile(), NOW).bytes) == ()


def test_an_unverified_profile_says_so(package):
    assert "ej juridiskt verifierad" in package.upplysning
    assert "ej juridiskt verifierad" in unpacked(package)["documentation/om_paketet.txt"].decode()
    assert "ej juridiskt" not in build_package(akt(), profile(verifierad=True), NOW).upplysning


def test_a_receiver_may_do_without_erms():
    made = build_package(akt(), profile(erms=False), NOW)
    assert "metadata/descriptive/erms.xml" not in unpacked(made)
    assert check_package(made.bytes) == ()


def test_a_packed_package_holds_too():
    made = build_package(akt(), profile(komprimering="deflate"), NOW)
    assert check_package(made.bytes) == ()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"representations/rep1/data/0001_beslut.pdf": b"annat"}, "checksum"),
        ({"representations/rep1/data/0001_beslut.pdf": None}, "target_missing"),
        ({"representations/rep1/data/0009_extra.pdf": b"x"}, "listed_0_times"),
        ({"metadata/descriptive/erms.xml": None}, "target_missing"),
        ({"METS.xml": None}, "mets_missing"),
    ],
)
def test_the_check_sees_what_is_wrong(package, change, found):
    files = unpacked(package)
    for path, content in change.items():
        if content is None:
            del files[path]
        else:
            files[path] = content
    assert any(row.startswith(found) for row in check_package(packed(files)))


@pytest.mark.parametrize(
    ("path", "old", "new", "found"),
    [
        ("METS.xml", b'USE="Schemas"', b'USE="Annat"', "not_in_structmap"),
        ("METS.xml", b'ADMID="uuid-', b'ADMID="ingen-', "dangling"),
        ("metadata/preservation/premis.xml", b"linkingAgentIdentifierValue>Kedja",
         b"linkingAgentIdentifierValue>Nej", "dangling"),
        ("metadata/descriptive/erms.xml", b"0001_beslut.pdf\"/>", b"3.pdf\"/>", "target_missing"),
    ],
)  # fmt: skip
def test_the_check_sees_ids_and_pointers_that_hang(package, path, old, new, found):
    files = unpacked(package)
    assert old in files[path]
    files[path] = files[path].replace(old, new, 1)
    assert any(row.startswith(found) for row in check_package(packed(files)))


def test_what_is_no_package_is_told():
    assert check_package(b"inte ett arkiv")[0].startswith("not_a_package")
    assert check_package(packed({"../ut": b"x"}))[0].startswith("not_a_package")


def test_an_akt_without_handlingar_or_secrecy_is_not_archived():
    for change in ({"handlingar": ()}, {"restriktioner": ()}, {"handlingar": (handling(1),) * 2}):
        with pytest.raises(ValidationError):
            akt(**change)


def test_a_profile_is_read_from_the_edition_and_refused_when_wrong():
    content = b'id = "annan"\n'
    with pytest.raises(ProfileError):
        parse_profile(PROFILE, content)

    with pytest.raises(ProfileError, match="profil_saknas"):
        load_profile(Bundle({}), "saknas")
    with pytest.raises(ProfileError):
        build_package(akt(), profile(paketnamn="{namn}"), NOW)


def test_the_profiles_citations_are_known():
    known = parse_toml(Citations, "lagrum.toml", files()["lagrum.toml"])
    assert all(known.get(ref) for ref in profile().sekretess.values())
