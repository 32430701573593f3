"""The archive package: one akt as an E-ARK SIP (CSIP 2.x), which is FGS Paketstruktur 2.0.

Interface (stable; pure functions, no database, no clock, no network)::

    profile = load_profile(bundle, "standard")       # processes/arkiv/profil_standard.toml
    package = build_package(akt_data, profile, now)  # Package(name, bytes, sha256, files)
    problems = check_package(package.bytes)          # () when the structure holds

``akt_data`` is an ``AktData``: plain values, filled from the record by
``records.queries.archive.akt_data(akt, bundle=…, profile=…, now=…)``, for myndighetens personakt
by ``personakt_data(arende, …, gallring=…)``, or by hand in a test. Every ``Handling`` carries its
PDF/A (``pdf``) and its content (``innehall``), which becomes the XML beside it.

The package is one ZIP, and deterministic: the same input and ``now`` give the same bytes, so
``package.sha256`` may be written into a gallringsprotokoll and a receipt be compared with it.
Layout::

    <name>/METS.xml
    <name>/metadata/descriptive/erms.xml          ärende and handlingar, restriction, gallring
    <name>/metadata/preservation/premis.xml       objects, events, agents
    <name>/representations/rep1/METS.xml
    <name>/representations/rep1/metadata/preservation/premis.xml
    <name>/representations/rep1/data/<nnnn>_<typ>.pdf and .xml
    <name>/schemas/handling.xsd, <name>/documentation/om_paketet.txt

Errors: ``ProtectedAddressError`` where the content of a protected person still holds an address
or a telephone number (P-1), ``ProfileError`` where a profile cannot be used.

What the receiver wants is not verified (domain.md §2.7, U): all that depends on it stands in the
profile, and ``profile.verifierad`` is False until the Stadsarkiv has said yes.
"""

from records.export.data import (
    Agent,
    AktData,
    ArkivPerson,
    Gallring,
    Handelse,
    Handling,
    Restriktion,
)
from records.export.package import FileLine, Package, ProtectedAddressError, build_package
from records.export.profile import Profile, ProfileError, load_profile
from records.export.verify import check_package

__all__ = [
    "Agent",
    "AktData",
    "ArkivPerson",
    "FileLine",
    "Gallring",
    "Handelse",
    "Handling",
    "Package",
    "Profile",
    "ProfileError",
    "ProtectedAddressError",
    "Restriktion",
    "build_package",
    "check_package",
    "load_profile",
]
