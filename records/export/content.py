"""The content of one handling as XML, in a small schema of our own that travels with it."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from records.export.data import Handling
from records.export.xml import HANDLING, Tree, root

SCHEMA: Final = b"""<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:kedja:handling:1"
           targetNamespace="urn:kedja:handling:1" elementFormDefault="qualified">
  <xs:group name="del">
    <xs:choice>
      <xs:element name="falt"><xs:complexType><xs:simpleContent><xs:extension base="xs:string">
        <xs:attribute name="namn" type="xs:string"/><xs:attribute name="typ" type="xs:string"/>
      </xs:extension></xs:simpleContent></xs:complexType></xs:element>
      <xs:element name="grupp" type="delar"/>
      <xs:element name="lista" type="delar"/>
    </xs:choice>
  </xs:group>
  <xs:complexType name="delar">
    <xs:group ref="del" minOccurs="0" maxOccurs="unbounded"/>
    <xs:attribute name="namn" type="xs:string"/>
  </xs:complexType>
  <xs:element name="handling">
    <xs:complexType>
      <xs:group ref="del" minOccurs="0" maxOccurs="unbounded"/>
      <xs:attribute name="id" type="xs:string" use="required"/>
      <xs:attribute name="typ" type="xs:string" use="required"/>
      <xs:attribute name="titel" type="xs:string" use="required"/>
      <xs:attribute name="upprattad" type="xs:dateTime" use="required"/>
      <xs:attribute name="lagversion" type="xs:string"/>
      <xs:attribute name="kopia" type="xs:boolean"/>
    </xs:complexType>
  </xs:element>
</xs:schema>
"""


def handling_xml(handling: Handling) -> bytes:
    """The content of a handling as an XML file."""
    tree = root(
        HANDLING,
        "handling",
        {None: HANDLING},
        id=str(handling.id),
        typ=handling.typ,
        titel=handling.titel,
        upprattad=handling.upprattad.isoformat(),
        lagversion=handling.law_version,
    )
    if handling.kopia:
        tree.element.set("kopia", "true")
    for name, value in handling.innehall.items():
        _part(tree, str(name), value)
    return tree.bytes()


def _part(parent: Tree, name: str, value: Any) -> None:
    match value:
        case None:
            return
        case Mapping():
            group = parent.add("grupp", namn=name)
            for key, item in value.items():
                _part(group, str(key), item)
        case list() | tuple():
            listed = parent.add("lista", namn=name)
            for item in value:
                _part(listed, "", item)
        case _:
            text, kind = _text(value)
            parent.add("falt", text, namn=name, typ=kind)


def _text(value: object) -> tuple[str, str]:
    match value:
        case bool():
            return str(value).lower(), "sanningsvarde"
        case int() | float() | Decimal():
            return str(value), "tal"
        case datetime():
            return value.isoformat(), "tid"
        case date():
            return value.isoformat(), "datum"
        case _:
            return str(value), ""
