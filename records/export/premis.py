"""The preservation metadata (PREMIS 3): every file with its checksum, and what happened to it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from records.export.data import AktData, Restriktion
from records.export.files import PackedFile, xml_id
from records.export.profile import Profile
from records.export.xml import PREMIS, XLINK, XSI, Tree, root

LOCAL = "local"
_NAMESPACES = {None: PREMIS, "premis": PREMIS, "xlink": XLINK, "xsi": XSI}


def package_premis(
    akt: AktData, profile: Profile, files: Sequence[PackedFile], now: datetime
) -> bytes:
    """PREMIS of the whole: the akt as an intellectual entity, its events, agents and secrecy.

    Args:
        akt: The akt.
        profile: Names the program and the receiver.
        files: The files at the top of the package that are not of a representation.
        now: When the package is made, aware.
    """
    tree = _document()
    whole = tree.add("object", xsi_type="premis:intellectualEntity")
    _identifier(whole, "objectIdentifier", str(akt.id))
    whole.add("originalName", akt.nummer)
    for file in files:
        _file(tree, file, profile, now)
    made = xml_id(akt.id, "event/package")
    for event in akt.handelser:
        _event(
            tree,
            str(event.id),
            event.typ,
            event.tid,
            event.detalj,
            event.utfall,
            event.agent,
            [str(akt.id)],
        )
    _event(
        tree,
        made,
        "information package creation",
        now,
        "Arkivpaketet skapades. " + profile.upplysning,
        "success",
        profile.program.namn,
        [str(akt.id)],
    )
    _agents(tree, akt, profile)
    for number, restriction in enumerate(akt.restriktioner, start=1):
        _rights(tree, akt.id, number, restriction)
    return tree.bytes()


def representation_premis(
    akt: AktData, profile: Profile, files: Sequence[PackedFile], now: datetime
) -> bytes:
    """PREMIS of one representation: its files, and the event that made them."""
    tree = _document()
    rep = tree.add("object", xsi_type="premis:representation")
    _identifier(rep, "objectIdentifier", xml_id(akt.id, "rep1"))
    for file in files:
        relation = rep.add("relationship")
        relation.add("relationshipType", "structural")
        relation.add("relationshipSubType", "has part")
        related = relation.add("relatedObjectIdentifier")
        related.add("relatedObjectIdentifierType", LOCAL)
        related.add("relatedObjectIdentifierValue", file.id)
    for file in files:
        _file(tree, file, profile, now)
    ids = [file.id for file in files]
    _event(
        tree,
        xml_id(akt.id, "event/rep1"),
        "creation",
        now,
        "Handlingarna skrevs som PDF/A och XML ur dokumentationen.",
        "success",
        profile.program.namn,
        ids,
    )
    _event(
        tree,
        xml_id(akt.id, "event/rep1/digest"),
        "message digest calculation",
        now,
        "SHA-256",
        "success",
        profile.program.namn,
        ids,
    )
    _software(tree, profile)
    return tree.bytes()


def _document() -> Tree:
    return root(PREMIS, "premis", _NAMESPACES, version="3.0")


def _identifier(tree: Tree, tag: str, value: str) -> None:
    found = tree.add(tag)
    found.add(f"{tag}Type", LOCAL)
    found.add(f"{tag}Value", value)


def _file(tree: Tree, file: PackedFile, profile: Profile, now: datetime) -> None:
    found = tree.add("object", xsi_type="premis:file")
    _identifier(found, "objectIdentifier", file.id)
    facts = found.add("objectCharacteristics")
    facts.add("compositionLevel", 0)
    fixity = facts.add("fixity")
    fixity.add("messageDigestAlgorithm", "SHA-256")
    fixity.add("messageDigest", file.sha256)
    facts.add("size", file.size)
    kind = facts.add("format")
    named = kind.add("formatDesignation")
    named.add("formatName", file.format.name)
    named.some("formatVersion", file.format.version)
    registry = kind.add("formatRegistry")
    registry.add("formatRegistryName", "PRONOM")
    registry.add("formatRegistryKey", file.format.pronom)
    program = facts.add("creatingApplication")
    program.add("creatingApplicationName", profile.program.namn)
    program.add("creatingApplicationVersion", profile.program.version)
    program.add("dateCreatedByApplication", now.isoformat())
    found.add("originalName", file.path)


def _event(
    tree: Tree,
    ref: str,
    kind: str,
    at: datetime,
    detail: str,
    outcome: str,
    agent: str,
    objects: Iterable[str],
) -> None:
    found = tree.add("event")
    _identifier(found, "eventIdentifier", ref)
    found.add("eventType", kind)
    found.add("eventDateTime", at.isoformat())
    if detail:
        found.add("eventDetailInformation").add("eventDetail", detail)
    found.add("eventOutcomeInformation").add("eventOutcome", outcome)
    _identifier(found, "linkingAgentIdentifier", agent)
    for ref_object in objects:
        _identifier(found, "linkingObjectIdentifier", ref_object)


def _agents(tree: Tree, akt: AktData, profile: Profile) -> None:
    _software(tree, profile)
    known = {profile.program.namn}
    for name, kind in (
        (akt.arkivbildare.namn, "organization"),
        (profile.mottagare.namn, "organization"),
        *((event.agent, "person") for event in akt.handelser),
    ):
        if name not in known:
            known.add(name)
            _agent(tree, name, kind)


def _software(tree: Tree, profile: Profile) -> None:
    found = _agent(tree, profile.program.namn, "software")
    found.add("agentVersion", profile.program.version)


def _agent(tree: Tree, name: str, kind: str) -> Tree:
    found = tree.add("agent")
    _identifier(found, "agentIdentifier", name)
    found.add("agentName", name)
    found.add("agentType", kind)
    return found


def _rights(tree: Tree, akt: UUID, number: int, restriction: Restriktion) -> None:
    statement = tree.add("rights").add("rightsStatement")
    _identifier(statement, "rightsStatementIdentifier", xml_id(akt, f"rights/{number}"))
    statement.add("rightsBasis", "statute")
    statute = statement.add("statuteInformation")
    statute.add("statuteJurisdiction", "Sverige")
    statute.add("statuteCitation", restriction.lagrum)
    statute.some("statuteNote", restriction.beskrivning)
    granted = statement.add("rightsGranted")
    granted.add("act", "disseminate")
    granted.add("restriction", "Sekretess: prövas före utlämnande")
    _identifier(statement, "linkingObjectIdentifier", str(akt))
