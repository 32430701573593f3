"""One case step by step through the capabilities, as a diagram would call them."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections

from cases import capabilities
from cases.actor import SYSTEM, Actor, actor_for
from cases.capabilities import CapabilityContext
from cases.context import access_context
from cases.models import Organisation, RoleGrant, Unit
from engine.bundle import Bundle, read_files
from engine.variables import pack
from tests.signing import sign

STOCKHOLM = ZoneInfo("Europe/Stockholm")
T0 = datetime(2026, 8, 3, 9, 0, tzinfo=STOCKHOLM)
ASTRID = "194003652387"
DEATH_CASE = "193501852382"
AREAS = (
    "larande",
    "uppgifter",
    "kommunikation",
    "forflyttning",
    "personlig_vard",
    "hemliv",
    "relationer",
    "utbildning",
    "samhallsgemenskap",
    "trygghet",
    "personligt_stod",
)
REASONS = """
[[avslutsorsak]]
id = "avliden"
namn = "Avliden"
[[avslutsorsak]]
id = "behov_upphort"
namn = "Behovet har upphört"
[[avslutsorsak]]
id = "annat"
namn = "Annat"
min_text = 20
"""
NOTE_TYPES = """
[[anteckningstyp]]
id = "handelse_av_betydelse"
namn = "Händelse av betydelse"
[[anteckningstyp]]
id = "faktisk_omstandighet"
namn = "Faktisk omständighet"
[[anteckningstyp]]
id = "slutanteckning"
namn = "Slutanteckning"
"""


def bundle() -> Bundle:
    """The edition's own tables, with code lists that these tests know."""
    files = read_files(Path(settings.PROCESSES_DIR), "demo")
    tables = {path: content for path, content in files.items() if path.startswith("dmn/")}
    areas = "".join(f'[[livsomrade]]\nid = "{code}"\nnamn = "{code}"\n' for code in AREAS)
    return Bundle(
        tables
        | {
            "terms/livsomraden.toml": areas.encode(),
            "terms/avslutsorsaker.toml": REASONS.encode(),
            "terms/anteckningstyper.toml": NOTE_TYPES.encode(),
        }
    )


@dataclass
class Place:
    """A unit with the users that work there."""

    unit: Unit
    users: dict[str, Actor] = field(default_factory=dict)


def place(kind: str, name: str, driftsform: str, *roles: str, secrecy: int = 0) -> Place:
    organisation = Organisation.objects.create(name=f"{name} AB", kind=kind, driftsform=driftsform)
    unit = Unit.objects.create(organisation=organisation, name=name, tjansteomrade="hemtjanst")
    made = Place(unit)
    for role in roles:
        user = get_user_model().objects.create_user(f"{role}_{name.rsplit(maxsplit=1)[-1].lower()}")
        user.first_name, user.last_name = role.capitalize(), name.rsplit(maxsplit=1)[-1]
        user.save()
        RoleGrant.objects.create(
            user=user,
            role=role,
            organisation=organisation,
            unit=unit,
            secrecy=secrecy,
            valid_from=T0.date() - timedelta(days=365),
        )
        sign(user, organisation)
        made.users[role] = actor_for(user, T0)
    return made


@contextmanager
def database_role(alias: str):
    """Let Django's default connection be the one of a program: ``app`` or ``worker``."""
    own = connections["default"]
    connections["default"] = connections[alias]
    try:
        yield
    finally:
        connections["default"] = own


class Chain:
    """A case; every step stores its form and calls its capability in one transaction."""

    def __init__(self, authority: Place, provider: Place, *, program: str = "default") -> None:
        self.authority = authority
        self.provider = provider
        self.program = program
        self.bundle = bundle()
        self.now = T0
        self.arende: UUID | None = None
        self.ids: dict[str, str] = {}
        self.secrecy = 0
        self.form_id = "prov"
        self.facts: list[object] = []

    def call(self, name, *, by, form=None, now=None, **inputs):
        """Call a capability as a role of its side; ``form`` is stored first."""
        where, actor = self.actor(by)
        context = CapabilityContext(
            now=now or self.now,
            actor=actor,
            bundle=self.bundle,
            process_key="prov",
            instance_id=uuid4(),
            arende_id=self.arende,
            organisation=where.unit.organisation_id,
            unit=where.unit.pk,
            secrecy=self.secrecy,
            element="Task_Prov",
        )
        worker = actor.system and self.program != "default"
        with database_role("worker" if worker else self.program), access_context(actor):
            if form is not None:
                inputs["dokument"] = self.document(context, form)
            result = capabilities.call(name, context, inputs)
        self.facts.extend(context.facts)
        return result

    def actor(self, by):
        side = {"myndighet": self.authority, "utforare": self.provider}
        if by.startswith("system:"):
            return side[by.removeprefix("system:")], SYSTEM
        for where in (self.authority, self.provider):
            if by in where.users:
                return where, where.users[by]
        raise KeyError(by)

    def document(self, context, form):
        answers = {key: pack(value) for key, value in form.items()}
        data = {"form_id": self.form_id, "form_hash": "0" * 64, "answers": answers}
        return capabilities.call("dokument.spara", context, data)["dokument"]

    def later(self, **delta):
        self.now = self.now + timedelta(**delta)
        return self

    # -- the steps ------------------------------------------------------------------------------
    def opened(self, **changes):
        form = {
            "personnummer": ASTRID,
            "fornamn": "Astrid",
            "efternamn": "Ekholt",
            "adress": "Testgatan 1",
            "inkom_datum": self.now.date(),
            "satt": "muntligt",
            "framstallning": "Behöver hjälp hemma.",
        } | changes
        given = {key: value for key, value in form.items() if value is not None}
        result = self.call("arende.oppna", by="mottagning", **given)
        self.arende = UUID(result["arende"])
        self.secrecy = int(result["sekretess"])
        return self

    def investigated(self):
        self.call("utredning.inled", by="handlaggare")
        self.call("livsomraden.spara", by="handlaggare", form=areas())
        self.call("mal.spara", by="handlaggare", form=goals())
        self.call("utredning.avsluta", by="handlaggare")
        return self

    def decided(self, **changes):
        result = self.call("beslut.spara", by="handlaggare", form=decision(**changes))
        self.ids["beslut"] = result["beslut"]
        return self

    def ordered(self, **changes):
        form = {
            "mottagare_enhet": self.provider.unit.name,
            "livsomraden_med": ["personlig_vard", "trygghet"],
        } | changes
        result = self.call("uppdrag.skapa", by="handlaggare", form=form, beslut=self.ids["beslut"])
        self.ids["uppdrag"] = result["uppdrag"]
        return self

    def sent(self):
        self.call("uppdrag.skicka", by="handlaggare", uppdrag=self.ids["uppdrag"])
        return self

    def accepted(self):
        result = self.call("uppdrag.acceptera", by="enhetschef", uppdrag=self.ids["uppdrag"])
        self.ids["akt"] = result["akt"]
        return self

    def started(self, day=None):
        form = {"verkstalld_datum": day or self.now.date()}
        self.call("verkstallighet.registrera", by="personal", form=form, akt=self.ids["akt"])
        return self

    def planned(self, **changes):
        self.call("plan.skapa", by="utsedd_kontakt", form=plan(**changes), akt=self.ids["akt"])
        return self

    def established(self):
        self.call("plan.faststall", by="enhetschef", akt=self.ids["akt"])
        return self

    def followed_up(self, **changes):
        return self.call(
            "plan.folj_upp", by="utsedd_kontakt", form=follow_up(**changes), akt=self.ids["akt"]
        )

    def ended(self, **changes):
        return self.call(
            "journal.slutanteckning", by="personal", form=final_note(**changes), akt=self.ids["akt"]
        )

    def closed(self):
        return self.call("akt.stang", by="enhetschef", akt=self.ids["akt"])

    def running(self):
        """Everything up to an akt that has started."""
        return self.opened().investigated().decided().ordered().sent().accepted().started()


def areas(**statuses):
    current = {"personlig_vard": 3, "trygghet": 2}
    rows = []
    for code in AREAS:
        status = statuses.get(code, "aktuellt" if code in current else "ej_aktuellt")
        row = {"livsomrade": code, "status": status}
        if code in current:
            row |= {"bedomd": current[code], "nulage": "Orkar inte.", "behov": True}
        rows.append(row)
    return {"livsomraden": rows}


def goals():
    return {
        "mal": [
            {
                "livsomrade": "personlig_vard",
                "behov": "Behöver stöd att tvätta sig",
                "mal": "Tvättar sig med stöd varje dag",
                "insats": "hemtjanst_omvardnad",
                "maltyp": "bibehalla",
                "avsett": 2,
            },
            {
                "livsomrade": "trygghet",
                "behov": "Är rädd om natten",
                "mal": "Känner sig trygg",
                "insats": "trygghetslarm",
            },
        ]
    }


def decision(**changes):
    def part(insats):
        return {
            "insats": insats,
            "utfall": "bifall",
            "lagrum": "sol2025.11.1",
            "timmar_manad": None if insats == "trygghetslarm" else Decimal(20),
            "motivering": "Behovet kan inte tillgodoses på annat sätt, och insatsen behövs.",
        } | changes

    return {"delbeslut": [part("hemtjanst_omvardnad"), part("trygghetslarm")]}


def plan(**changes):
    return {
        "deltagare": [{"namn": "Astrid Ekholt", "roll": "den_enskilde"}],
        "delaktig": "ja",
        "delaktighet_satt": "Samtal i hemmet.",
        "onskemal": "Vill duscha på kvällen.",
        "mal": [
            {"uppdragsmal": "1", "mal": "Duschar tre kvällar i veckan"},
            {"uppdragsmal": "2", "mal": "Larmet fungerar"},
        ],
        "aktiviteter": [
            {"mal": 1, "vad": "Dusch", "hur": "Med stöd", "nar": "Kväll", "vem": "Personal"},
            {"mal": 2, "vad": "Larm", "hur": "Prov", "nar": "Månadsvis", "vem": "Kontakt"},
        ],
    } | changes


def follow_up(**changes):
    return {
        "deltog_enskild": "ja",
        "deltog_utforare": "ja",
        "deltog_handlaggare": "nej",
        "deltog_handlaggare_orsak": "Kunde inte delta, får minnesanteckning.",
        "delaktighet_satt": "Samtal vid köksbordet",
        "synpunkt": "Nöjd.",
        "resurser": "Går själv.",
        "behov": "Oförändrat.",
        "resultat": "Målen nås.",
        "formaga_text": "Går själv inomhus, behöver stöd vid dusch.",
        "formaga_livsomrade": "personlig_vard",
        "omgivning_text": "Trösklarna är borttagna.",
        "omgivning_livsomrade": "personlig_vard",
        "omgivningsfaktor": "underlattar",
        "maluppfyllelse": [
            {"mal": 1, "uppfyllelse": "helt", "bedomd_nu": 2},
            {"mal": 2, "uppfyllelse": "delvis"},
        ],
        "forandrat_behov": "nej",
    } | changes


def final_note(**changes):
    return {
        "avslutsorsak": "behov_upphort",
        "avslutsorsak_text": "",
        "sammanfattning": "Stödet gavs som planerat.",
        "signera": True,
    } | changes
