"""METS.xml at the top and in the representation, as E-ARK CSIP and SIP ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from records.export.data import AktData
from records.export.files import PackedFile, xml_id
from records.export.profile import Profile
from records.export.xml import CSIP, METS, SIP, XLINK, XSI, Tree, root

REPRESENTATION: Final = "Representations/rep1"
_NAMESPACES: Final = {None: METS, "csip": CSIP, "sip": SIP, "xlink": XLINK, "xsi": XSI}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A file group; ``pointer``: its one file is the METS.xml of a representation."""

    use: str
    files: Sequence[PackedFile]
    pointer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What one METS.xml lists. ``folder`` is where it lies, "" for the top of the package."""

    object_id: str
    folder: str
    descriptive: PackedFile | None
    preservation: PackedFile
    groups: Sequence[Group]


def mets_xml(akt: AktData, profile: Profile, listing: Listing, now: datetime) -> bytes:
    """One METS.xml.

    Args:
        akt: The akt.
        profile: Agents, specifications, vocabulary values.
        listing: What to list.
        now: When the package is made, aware.
    """
    content = profile.innehall
    tree = root(
        METS,
        "mets",
        _NAMESPACES,
        OBJID=listing.object_id,
        LABEL=akt.titel if not akt.person.skyddad else akt.nummer,
        TYPE=content.kategori,
        csip_OTHERTYPE=content.annan_kategori,
        csip_CONTENTINFORMATIONTYPE=content.informationstyp,
        csip_OTHERCONTENTINFORMATIONTYPE=content.annan_informationstyp,
        PROFILE=profile.uri.csip if listing.folder else profile.uri.sip,
    )
    _header(tree, akt, profile, now, top=not listing.folder)
    if listing.descriptive is not None:
        section = tree.add(
            "dmdSec", ID=_dmd(akt, listing), CREATED=now.isoformat(), STATUS="CURRENT"
        )
        _reference(section, listing.descriptive, listing, now, "OTHER", "ERMS")
    section = tree.add("amdSec").add("digiprovMD", ID=_amd(akt, listing), STATUS="CURRENT")
    _reference(section, listing.preservation, listing, now, "PREMIS", "")
    _files(tree, akt, profile, listing, now)
    _structure(tree, akt, listing)
    return tree.bytes()


def _dmd(akt: AktData, listing: Listing) -> str:
    return xml_id(akt.id, f"dmd/{listing.folder}")


def _amd(akt: AktData, listing: Listing) -> str:
    return xml_id(akt.id, f"amd/{listing.folder}")


def _group_id(akt: AktData, listing: Listing, group: Group) -> str:
    return xml_id(akt.id, f"grp/{listing.folder}{group.use}")


def _header(tree: Tree, akt: AktData, profile: Profile, now: datetime, *, top: bool) -> None:
    header = tree.add(
        "metsHdr", CREATEDATE=now.isoformat(), RECORDSTATUS="NEW", csip_OAISPACKAGETYPE="SIP"
    )
    program = header.add("agent", ROLE="CREATOR", TYPE="OTHER", OTHERTYPE="SOFTWARE")
    program.add("name", profile.program.namn)
    program.add("note", profile.program.version, csip_NOTETYPE="SOFTWARE VERSION")
    if not top:
        return
    owner, receiver = akt.arkivbildare, profile.mottagare
    for role, name, code in (
        ("ARCHIVIST", owner.namn, owner.kod),
        ("CREATOR", owner.namn, owner.kod),
        ("PRESERVATION", receiver.namn, receiver.kod),
    ):
        agent = header.add("agent", ROLE=role, TYPE="ORGANIZATION")
        agent.add("name", name)
        agent.add("note", code or name, csip_NOTETYPE="IDENTIFICATIONCODE")
    if profile.leveransoverenskommelse:
        header.add("altRecordID", profile.leveransoverenskommelse, TYPE="SUBMISSIONAGREEMENT")
    header.add("altRecordID", akt.arendenummer, TYPE="REFERENCECODE")


def _reference(
    tree: Tree, file: PackedFile, listing: Listing, now: datetime, kind: str, other: str
) -> None:
    tree.add(
        "mdRef",
        LOCTYPE="URL",
        xlink_type="simple",
        xlink_href=file.below(listing.folder),
        MDTYPE=kind,
        OTHERMDTYPE=other,
        MIMETYPE=file.format.mime,
        SIZE=file.size,
        CREATED=now.isoformat(),
        CHECKSUM=file.sha256,
        CHECKSUMTYPE="SHA-256",
    )


def _files(tree: Tree, akt: AktData, profile: Profile, listing: Listing, now: datetime) -> None:
    section = tree.add("fileSec", ID=xml_id(akt.id, f"fileSec/{listing.folder}"))
    kind = profile.innehall
    for group in listing.groups:
        found = section.add(
            "fileGrp",
            ID=_group_id(akt, listing, group),
            USE=group.use,
            ADMID=_amd(akt, listing),
            csip_CONTENTINFORMATIONTYPE=kind.informationstyp if group.pointer else "",
            csip_OTHERCONTENTINFORMATIONTYPE=kind.annan_informationstyp if group.pointer else "",
        )
        for file in group.files:
            _file(found, akt, listing, file, now)


def _file(tree: Tree, akt: AktData, listing: Listing, file: PackedFile, now: datetime) -> None:
    found = tree.add(
        "file",
        ID=file.id,
        MIMETYPE=file.format.mime,
        SIZE=file.size,
        CREATED=now.isoformat(),
        CHECKSUM=file.sha256,
        CHECKSUMTYPE="SHA-256",
        OWNERID=file.path,
        ADMID=_amd(akt, listing),
        sip_FILEFORMATNAME=file.format.name,
        sip_FILEFORMATVERSION=file.format.version,
        sip_FORMATREGISTRY="PRONOM",
        sip_FORMATREGISTRYKEY=file.format.pronom,
    )
    found.add("FLocat", LOCTYPE="URL", xlink_type="simple", xlink_href=file.below(listing.folder))


def _structure(tree: Tree, akt: AktData, listing: Listing) -> None:
    name = f"structMap/{listing.folder}"
    structure = tree.add("structMap", ID=xml_id(akt.id, name), TYPE="PHYSICAL", LABEL="CSIP")
    top = structure.add("div", ID=xml_id(akt.id, f"{name}div"), LABEL=listing.object_id)
    metadata = top.add(
        "div",
        ID=xml_id(akt.id, f"{name}metadata"),
        LABEL="Metadata",
        ADMID=_amd(akt, listing),
    )
    if listing.descriptive is not None:
        metadata.element.set("DMDID", _dmd(akt, listing))
    for group in listing.groups:
        ref = _group_id(akt, listing, group)
        division = top.add("div", ID=xml_id(akt.id, f"{name}{group.use}"), LABEL=group.use)
        if group.pointer:
            division.add(
                "mptr",
                LOCTYPE="URL",
                xlink_type="simple",
                xlink_href=group.files[0].below(listing.folder),
                xlink_title=ref,
            )
        else:
            division.add("fptr", FILEID=ref)
