"""The descriptive metadata: ärende and handlingar as E-ARK CITS ERMS (FGS Ärendehantering 2.0).

Only elements that mean the same in ERMS 2.1 and 3.0 are used.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from records.export.data import (
    Agent,
    AktData,
    ArkivPerson,
    Gallring,
    Handling,
    Restriktion,
    moment_of,
)
from records.export.files import PackedFile
from records.export.profile import Profile
from records.export.xml import ERMS, Tree, root

_DESCRIBED: Mapping[str, str] = {
    "bevara": "Bevaras",
    "gallra": "Gallras",
    "overlamna_namnd": "Överlämnas till nämnden",
    "jurist": "Avgörs av jurist",
}


def erms_xml(akt: AktData, profile: Profile, files: Sequence[PackedFile], now: datetime) -> bytes:
    """One aggregation (the akt) with one record per handling.

    Args:
        akt: The akt.
        profile: Names the program and the receiver.
        files: The files of the representation, to be pointed at.
        now: When the package is made, aware.
    """
    tree = root(ERMS, "erms", {None: ERMS})
    _control(tree, akt, profile, now)
    aggregation = tree.add("aggregations").add(
        "aggregation", systemIdentifier=str(akt.id), aggregationType="caseFile"
    )
    _head(aggregation, akt)
    for number, handling in enumerate(akt.handlingar, start=1):
        owned = [file for file in files if _belongs(file, handling.id)]
        _record(aggregation, akt, handling, number, owned)
    return tree.bytes()


def _belongs(file: PackedFile, handling: UUID) -> bool:
    return file.handling is not None and file.handling.id == handling


def _control(tree: Tree, akt: AktData, profile: Profile, now: datetime) -> None:
    control = tree.add("control")
    control.add("identification", str(akt.id), identificationType="akt")
    control.add("identification", akt.arendenummer, identificationType="arendenummer")
    kept = control.add("maintenanceInformation")
    kept.add("maintenanceStatus", value="new")
    agency = kept.add("maintenanceAgency")
    if akt.arkivbildare.kod:
        agency.add("agencyCode", akt.arkivbildare.kod, type="lokal")
    agency.add("agencyName", akt.arkivbildare.namn)
    event = kept.add("maintenanceHistory").add("maintenanceEvent")
    event.add("eventType", value="created")
    event.add("eventDateTime", now.isoformat())
    agent = event.add("agent", agentType="creator")
    agent.add("name", f"{profile.program.namn} {profile.program.version}")


def _head(tree: Tree, akt: AktData) -> None:
    tree.add("objectId", akt.nummer)
    tree.add("extraId", str(akt.arende), extraIdType="arende")
    tree.add("extraId", akt.arendenummer, extraIdType="arendenummer")
    tree.add("levelName", akt.typ)
    tree.add("title", akt.titel)
    tree.add("status", value="open" if akt.avslutad is None else "closed")
    for restriction in akt.restriktioner:
        _restriction(tree, restriction)
    _disposal(tree, akt.gallring, akt)
    agents = tree.add("agents")
    _person(agents, akt.person)
    _agent(agents, akt.arkivbildare, "creator")
    if akt.ansvarig is not None:
        _agent(agents, akt.ansvarig, "responsible_person")
    tree.some("description", akt.avslutsorsak and f"Avslutsorsak: {akt.avslutsorsak}")
    _dates(
        tree,
        (
            ("opened", akt.oppnad),
            ("closed", akt.avslutad),
            ("last_addition", akt.sista_anteckning),
        ),
    )


def _record(
    tree: Tree, akt: AktData, handling: Handling, number: int, files: Iterable[PackedFile]
) -> None:
    record = tree.add(
        "record",
        systemIdentifier=str(handling.id),
        recordType=handling.typ,
        recordPhysicalOrDigital="digital",
    )
    record.add("objectId", f"{akt.nummer}:{number}")
    record.add("title", handling.titel)
    record.add("runningNumber", number)
    restrictions = [handling.restriktion] if handling.restriktion else akt.restriktioner
    for restriction in restrictions:
        _restriction(record, restriction)
    _disposal(record, handling.gallring or akt.gallring, akt)
    if handling.upprattad_av:
        _agent(record.add("agents"), Agent(namn=handling.upprattad_av), "creator")
    _dates(record, (("created", handling.upprattad), ("received", handling.inkom)))
    _notes(record, handling)
    extra = record.add("additionalInformation")
    for file in files:
        name = file.path.rsplit("/", 1)[-1]
        extra.add("appendix", name=name, fileFormat=file.format.name, path=f"file:///{file.path}")


def _notes(tree: Tree, handling: Handling) -> None:
    said = [("lagrum", text) for text in handling.lagrum]
    if handling.law_version:
        said.append(("lagversion", handling.law_version))
    if handling.kopia:
        said.append(("kopia", "Kopia"))
    if said:
        notes = tree.add("notes")
        for kind, text in said:
            notes.add("note", text, noteType=kind)


def _restriction(tree: Tree, restriction: Restriktion) -> None:
    found = tree.add("restriction", restrictionType="confidential")
    found.some("explanatoryText", restriction.beskrivning)
    found.add("regulation", restriction.lagrum)
    if restriction.till is not None:
        _dates(found, (("end", restriction.till),))


def _disposal(tree: Tree, gallring: Gallring, akt: AktData) -> None:
    found = tree.add("disposal", disposable=gallring.utfall == "gallra")
    found.some("disposalScheduleId", gallring.regel)
    found.add("disposalAction", gallring.utfall)
    found.some("disposalMandate", gallring.lagrum)
    found.add("disposalDescription", _DESCRIBED[gallring.utfall])
    found.some("supervisingPerson", gallring.beslut)
    dates = found.add("dates")
    first = akt.sista_anteckning or akt.avslutad or akt.oppnad
    dates.add("disposalDate", moment_of(first), dateType="retention_period_start")
    if gallring.datum is not None:
        dates.add("disposalDate", moment_of(gallring.datum), dateType="disposal_date")


def _person(tree: Tree, person: ArkivPerson) -> None:
    agent = tree.add("agent", agentType="other", otherAgentType="den_enskilde")
    agent.add("name", person.namn)
    if person.personnummer:
        agent.add("idNumber", person.personnummer, idNumberType="personnummer")
    agent.add("role", "Den enskilde")
    agent.add("protectedIdentity", str(person.skyddad).lower())


def _agent(tree: Tree, agent: Agent, kind: str) -> None:
    found = tree.add("agent", agentType=kind)
    found.add("name", agent.namn)
    found.some("unitName", agent.enhet)
    if agent.kod:
        found.add("idNumber", agent.kod, idNumberType="lokal")
    found.some("role", agent.roll)


def _dates(tree: Tree, dates: Iterable[tuple[str, date | None]]) -> None:
    known = [(kind, day) for kind, day in dates if day is not None]
    if known:
        listed = tree.add("dates")
        for kind, day in known:
            listed.add("date", moment_of(day), dateType=kind)
