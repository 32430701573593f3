"""The package against the official schemas, where ``ci/fetch_xsd`` could fetch them."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from records.export import build_package
from tests.records.akter import NOW, akt, profile

FOLDER = os.environ.get("KEDJA_XSD", "")
METS_WITH = ("xlink.xsd", "mets.xsd", "DILCISExtensionMETS.xsd", "DILCISExtensionSIPMETS.xsd")
SPACES = {
    "xlink.xsd": "http://www.w3.org/1999/xlink",
    "mets.xsd": "http://www.loc.gov/METS/",
    "DILCISExtensionMETS.xsd": "https://DILCIS.eu/XML/METS/CSIPExtensionMETS",
    "DILCISExtensionSIPMETS.xsd": "https://DILCIS.eu/XML/METS/SIPExtensionMETS",
}
pytestmark = pytest.mark.long


class Beside(etree.Resolver):
    """Imports are read from the folder, whatever address they name."""

    def resolve(self, url, _id, context):
        path = Path(FOLDER) / Path(url).name
        return self.resolve_filename(str(path), context) if path.is_file() else None


def schema(*names):
    missing = [name for name in names if not (Path(FOLDER) / name).is_file()]
    if not FOLDER or missing:
        pytest.skip(f"run ci/fetch_xsd and set KEDJA_XSD; missing: {', '.join(missing or names)}")
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Beside())
    if len(names) == 1:
        return etree.XMLSchema(etree.parse(str(Path(FOLDER) / names[0]), parser))
    imports = "".join(f'<xs:import namespace="{SPACES[n]}" schemaLocation="{n}"/>' for n in names)
    source = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'
    return etree.XMLSchema(etree.fromstring(source, parser, base_url=f"{FOLDER}/"))


def documents(name):
    content = build_package(akt(), profile(), NOW).bytes
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [etree.fromstring(archive.read(p)) for p in archive.namelist() if p.endswith(name)]


@pytest.mark.parametrize(
    ("name", "count", "schemas"),
    [
        ("METS.xml", 2, METS_WITH),
        ("premis.xml", 2, ("premis.xsd",)),
        ("erms.xml", 1, ("ERMS.xsd",)),
    ],
)
def test_the_official_schemas_accept_it(name, count, schemas):
    official = schema(*schemas)
    found = documents(name)
    assert len(found) == count
    for document in found:
        official.assertValid(document)
