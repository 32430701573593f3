"""Our own structural test of a package: what must hold whatever schema is at hand.

Every file is listed once with right size and checksum, every pointer leads somewhere, PREMIS
knows every file, and no id hangs in the air. The official XSDs say the rest (``ci/fetch_xsd``).
"""

import hashlib
import io
import posixpath
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from records.export.xml import ERMS, METS, PREMIS, XLINK

_M: Final = f"{{{METS}}}"
_P: Final = f"{{{PREMIS}}}"
_E: Final = f"{{{ERMS}}}"
_HREF: Final = f"{{{XLINK}}}href"
_REFERENCES: Final = ("ADMID", "DMDID", "FILEID")


def check_package(content: bytes) -> tuple[str, ...]:
    """Say what is wrong with a package; empty when nothing is.

    Args:
        content: The ZIP.
    """
    try:
        files = _unpacked(content)
    except (zipfile.BadZipFile, ValueError) as error:
        return (f"not_a_package: {error}",)
    return tuple(_problems(files))


def _unpacked(content: bytes) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        tops = {name.split("/", 1)[0] for name in names}
        if len(tops) != 1 or any("/" not in name for name in names):
            raise ValueError("more than one top folder")
        if len(set(names)) != len(names):
            raise ValueError("a path stands twice")
        if any(".." in name.split("/") or name.startswith("/") for name in names):
            raise ValueError("a path leads out of the package")
        return {name.split("/", 1)[1]: archive.read(name) for name in names}


def _problems(files: Mapping[str, bytes]) -> Iterator[str]:
    if "METS.xml" not in files:
        yield "mets_missing: METS.xml"
        return
    listed: Counter[str] = Counter()
    for path in sorted(files):
        if posixpath.basename(path) == "METS.xml":
            tree = _read(files[path])
            yield from _mets(path, tree, files, listed)
            yield from _ids(path, tree)
    for path in sorted(set(files) - {"METS.xml"}):
        if listed[path] != 1:
            yield f"listed_{listed[path]}_times: {path}"
    yield from _premis(files)
    yield from _erms(files)


def _read(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(content, parser)


def _mets(
    path: str, tree: etree._Element, files: Mapping[str, bytes], listed: Counter[str]
) -> Iterator[str]:
    folder = posixpath.dirname(path)
    holders = [*tree.iter(f"{_M}mdRef"), *tree.iter(f"{_M}file")]
    for holder in holders:
        place = holder if holder.tag == f"{_M}mdRef" else holder.find(f"{_M}FLocat")
        target = posixpath.join(folder, "" if place is None else place.get(_HREF, ""))
        listed[target] += 1
        if target not in files:
            yield f"target_missing: {path} -> {target}"
            continue
        found = files[target]
        if holder.get("CHECKSUMTYPE") != "SHA-256" or holder.get("CHECKSUM") != _sha256(found):
            yield f"checksum: {path} -> {target}"
        if holder.get("SIZE") != str(len(found)):
            yield f"size: {path} -> {target}"
    for pointer in tree.iter(f"{_M}mptr"):
        target = posixpath.join(folder, pointer.get(_HREF, ""))
        if target not in files:
            yield f"target_missing: {path} -> {target}"
    yield from _covered(path, tree)


def _covered(path: str, tree: etree._Element) -> Iterator[str]:
    """The structural map names every file group."""
    divisions = {div.get("LABEL") for div in tree.iter(f"{_M}div")}
    for group in tree.iter(f"{_M}fileGrp"):
        if group.get("USE") not in divisions:
            yield f"not_in_structmap: {path} {group.get('USE')}"
    if "Metadata" not in divisions:
        yield f"not_in_structmap: {path} Metadata"


def _ids(path: str, tree: etree._Element) -> Iterator[str]:
    ids = Counter(found for item in tree.iter() if (found := item.get("ID")))
    yield from (f"id_twice: {path} {name}" for name, times in ids.items() if times > 1)
    for item in tree.iter():
        for attribute in _REFERENCES:
            for name in (item.get(attribute) or "").split():
                if name not in ids:
                    yield f"dangling: {path} {attribute} {name}"


def _premis(files: Mapping[str, bytes]) -> Iterator[str]:
    known: set[str] = set()
    for path in sorted(files):
        if posixpath.basename(path) == "premis.xml":
            tree = _read(files[path])
            if tree.find(f"{_P}event") is None:
                yield f"no_event: {path}"
            yield from _linked(path, tree)
            yield from _digests(path, tree, files, known)
    for path in sorted(files):
        if "/data/" in f"/{path}" and path not in known:
            yield f"not_in_premis: {path}"


def _digests(
    path: str, tree: etree._Element, files: Mapping[str, bytes], known: set[str]
) -> Iterator[str]:
    for found in tree.iter(f"{_P}object"):
        name = found.findtext(f"{_P}originalName", "")
        digest = found.findtext(f".//{_P}messageDigest")
        if digest is not None:
            known.add(name)
            if name not in files or digest != _sha256(files[name]):
                yield f"premis_digest: {path} {name}"


def _linked(path: str, tree: etree._Element) -> Iterator[str]:
    objects = {item.text for item in tree.iter(f"{_P}objectIdentifierValue")}
    agents = {item.text for item in tree.iter(f"{_P}agentIdentifierValue")}
    for tag, known in (
        ("linkingObjectIdentifierValue", objects),
        ("relatedObjectIdentifierValue", objects),
        ("linkingAgentIdentifierValue", agents),
    ):
        for item in tree.iter(f"{_P}{tag}"):
            if item.text not in known:
                yield f"dangling: {path} {tag} {item.text}"


def _erms(files: Mapping[str, bytes]) -> Iterator[str]:
    path = "metadata/descriptive/erms.xml"
    if path not in files:
        return
    tree = _read(files[path])
    named = Counter(
        item.get("path", "").removeprefix("file:///") for item in tree.iter(f"{_E}appendix")
    )
    for name in sorted(set(named) - set(files)):
        yield f"target_missing: {path} -> {name}"
    for name in sorted(files):
        if "/data/" in name and named[name] != 1:
            yield f"listed_{named[name]}_times: {path} {name}"
    for record in tree.iter(f"{_E}record", f"{_E}aggregation"):
        for part in ("restriction", "disposal"):
            if record.find(f"{_E}{part}") is None:
                yield f"no_{part}: {path} {record.get('systemIdentifier')}"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
