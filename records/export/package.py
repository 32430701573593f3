"""Laying out and packing: the same akt, profile and moment give the same bytes."""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Final

from engine.timers import ZONE
from records.contact_data import contact_fields
from records.export.content import SCHEMA, handling_xml
from records.export.data import AktData
from records.export.erms import erms_xml
from records.export.files import PDF, TEXT, XML, XSD, Format, PackedFile
from records.export.mets import REPRESENTATION, Group, Listing, mets_xml
from records.export.premis import package_premis, representation_premis
from records.export.profile import Profile

REP: Final = "representations/rep1/"
_ZIP_MODE: Final = 0o100644 << 16


class ProtectedAddressError(ValueError):
    """A handling of a protected person holds an address or telephone number (P-1)."""

    code: ClassVar[str] = "protected_address_in_export"

    def __init__(self, ref: object, fields: Sequence[str]) -> None:
        super().__init__(
            f"Handlingen {ref} innehåller {', '.join(fields)}, men personen har skyddade"
            " personuppgifter. Ta bort fälten innan akten exporteras."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One file as a receipt or a gallringsprotokoll names it."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A finished package; ``bytes`` is a ZIP whose checksum is ``sha256`` (hex)."""

    name: str
    bytes: bytes
    sha256: str
    files: tuple[FileLine, ...]
    upplysning: str


def build_package(akt: AktData, profile: Profile, now: datetime) -> Package:
    """Make the archive package of one akt.

    Args:
        akt: The akt, whole, with a PDF/A of every handling.
        profile: The receiver's profile.
        now: When it is made, aware; the one time that the package says it was made.

    Raises:
        ProtectedAddressError: Content of a protected person tells where she is.
        ProfileError: The profile's name pattern cannot be used.
    """
    _refuse_addresses(akt)
    day = now.astimezone(ZONE).date().isoformat()
    name = profile.name(akt.arkivbildare, str(akt.id), str(akt.arende), day)
    data = _data(akt)
    files = [*_top(akt, profile, name, data, now, _representation(akt, profile, data, now)), *data]
    files = sorted(files, key=lambda file: (file.path != "METS.xml", file.path))
    content = _pack(name, files, profile, now)
    return Package(
        name=name,
        bytes=content,
        sha256=hashlib.sha256(content).hexdigest(),
        files=tuple(FileLine(path=f.path, size=f.size, sha256=f.sha256) for f in files),
        upplysning=profile.upplysning,
    )


def _refuse_addresses(akt: AktData) -> None:
    if akt.person.skyddad:
        for handling in akt.handlingar:
            found = sorted(contact_fields(handling.innehall))
            if found:
                raise ProtectedAddressError(handling.id, found)


def _data(akt: AktData) -> list[PackedFile]:
    files: list[PackedFile] = []
    for number, handling in enumerate(akt.handlingar, start=1):
        stem = f"{REP}data/{number:04d}_{handling.typ}"
        files.append(PackedFile(f"{stem}.pdf", handling.pdf, PDF, akt.id, handling))
        files.append(PackedFile(f"{stem}.xml", handling_xml(handling), XML, akt.id, handling))
    return files


def _representation(
    akt: AktData, profile: Profile, data: Sequence[PackedFile], now: datetime
) -> list[PackedFile]:
    """METS.xml and PREMIS of the representation, METS first."""
    premis = _file(
        akt,
        f"{REP}metadata/preservation/premis.xml",
        representation_premis(akt, profile, data, now),
    )
    listing = Listing(
        object_id="rep1",
        folder=REP,
        descriptive=None,
        preservation=premis,
        groups=(Group(use="Data", files=data),),
    )
    return [_file(akt, f"{REP}METS.xml", mets_xml(akt, profile, listing, now)), premis]


def _top(
    akt: AktData,
    profile: Profile,
    name: str,
    data: Sequence[PackedFile],
    now: datetime,
    representation: Sequence[PackedFile],
) -> list[PackedFile]:
    about = _file(akt, "documentation/om_paketet.txt", _about(akt, profile, name), TEXT)
    schema = _file(akt, "schemas/handling.xsd", SCHEMA, XSD)
    erms = (
        _file(akt, "metadata/descriptive/erms.xml", erms_xml(akt, profile, data, now))
        if profile.erms
        else None
    )
    premis = _file(
        akt,
        "metadata/preservation/premis.xml",
        package_premis(akt, profile, [about, schema], now),
    )
    listing = Listing(
        object_id=name,
        folder="",
        descriptive=erms,
        preservation=premis,
        groups=(
            Group(use="Documentation", files=[about]),
            Group(use="Schemas", files=[schema]),
            Group(use=REPRESENTATION, files=[representation[0]], pointer=True),
        ),
    )
    mets = _file(akt, "METS.xml", mets_xml(akt, profile, listing, now))
    return [mets, premis, about, schema, *representation, *([erms] if erms else [])]


def _file(akt: AktData, path: str, content: bytes, kind: Format = XML) -> PackedFile:
    return PackedFile(path, content, kind, akt.id)


def _about(akt: AktData, profile: Profile, name: str) -> bytes:
    rows = (
        f"Arkivpaket {name}",
        "",
        "Innehåll: en akt ur socialtjänstens dokumentation, varje handling som PDF/A och som XML.",
        "Struktur: FGS Paketstruktur 2.0 (E-ARK CSIP och SIP). Beskrivning: FGS",
        "Ärendehantering 2.0 (CITS ERMS) i metadata/descriptive. Bevarande: PREMIS 3.",
        "Kontrollsummor: SHA-256.",
        "XML-handlingarna följer schemas/handling.xsd.",
        f"Arkivbildare: {akt.arkivbildare.namn}. Mottagare: {profile.mottagare.namn}.",
        profile.upplysning,
        "Uppgifterna omfattas av sekretess enligt metadata/descriptive/erms.xml.",
        "",
    )
    return "\n".join(rows).encode()


def _pack(name: str, files: Sequence[PackedFile], profile: Profile, now: datetime) -> bytes:
    method = zipfile.ZIP_STORED if profile.komprimering == "ingen" else zipfile.ZIP_DEFLATED
    moment = now.astimezone(UTC)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for file in files:
            info = zipfile.ZipInfo(f"{name}/{file.path}", moment.timetuple()[:6])
            info.compress_type = method
            info.create_system = 3
            info.external_attr = _ZIP_MODE
            archive.writestr(info, file.content)
    return target.getvalue()
