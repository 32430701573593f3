"""The kinds of data (``underlag``) that a paper may be written from; one model each.

Field names are what templates read. A kind names in ``Signature`` fields who may sign; a paper's
``undertecknas`` is one of them.
"""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from records.papers.letter import Citation, Plain, Signature
from records.papers.quality import KvalitetsberattelseUnderlag


class Delbeslut(Plain):
    """The decision on one insats."""

    insats: str
    utfall: str
    utfall_kod: str
    lagrum: Citation
    omfattning: str = ""
    giltig_fran: date | None = None
    giltig_till: date | None = None
    omprovningsforbehall: str = ""
    motivering: str
    omstandigheter: str = ""


class BeslutUnderlag(Plain):
    """A decision. ``gar_emot``: some part of it was not granted, so it tells how to appeal.

    ``deltagare`` took part in the final handling without deciding (FL 31 §); a
    ``skiljaktig_mening`` is told to the party with the decision (FL 33 §).
    """

    beslutsdatum: date
    utfall: str
    utfall_kod: str
    gar_emot: bool
    delbeslut: tuple[Delbeslut, ...]
    ansokan_inkom: date | None = None
    foredragande: str = ""
    deltagare: tuple[str, ...] = ()
    skiljaktig_mening: str = ""
    bradska_skal: str = ""
    delgiven_datum: date | None = None
    beslutsfattare: Signature


class UppdragMal(Plain):
    """One need with its goal, as it was chosen for the provider (K-7)."""

    nummer: int
    livsomrade: str
    behov: str
    mal: str
    insats: str
    avsett: int | None = None
    maldatum: date | None = None


class UppdragInsats(Plain):
    """One granted insats: which support, scope, period (K-13)."""

    insats: str
    lagrum: Citation
    omfattning: str = ""
    giltig_fran: date | None = None
    giltig_till: date | None = None


class UppdragUnderlag(Plain):
    """What the provider got: only the parts that the handläggare chose."""

    nummer: str
    version: int = 1
    mottagare: str
    mottagande_enhet: str
    beslutsdatum: date | None = None
    skickat: date | None = None
    bradskande: bool = False
    omfattning: str = ""
    period_fran: date | None = None
    period_till: date | None = None
    viktig_info: str = ""
    insatser: tuple[UppdragInsats, ...]
    mal: tuple[UppdragMal, ...]
    handlaggare: Signature | None = None


class Aktivitet(Plain):
    """What, how, when and by whom (R-092); what it is to reach, and whose assessment of egenvård.

    Staff do their work from it (R-102).
    """

    nummer: int
    vad: str
    hur: str
    nar: str
    vem: str
    dagar: str = ""
    form: str = ""
    aktivitetsmal: str = ""
    egenvard: str = ""


class PlanMal(Plain):
    """A goal of the plan with the goal of the uppdrag that it serves (R-106)."""

    nummer: int
    behov: str
    mal: str
    insatsmal: str = ""
    eget_mal: str = ""
    aktiviteter: tuple[Aktivitet, ...] = ()


class Deltagare(Plain):
    """Who took part, and with what right (R-103)."""

    namn: str
    roll: str
    behorighet: str = ""


class PlanUnderlag(Plain):
    """One version of the genomförandeplan."""

    version: int
    utkast: bool
    faststalld: date | None = None
    delaktig: bool
    delaktighet: str = ""
    onskemal: str = ""
    synpunkter: str = ""
    referenser: str = ""
    hanvisningar: tuple[str, ...] = ()
    samverkan: str = ""
    intervall: int | None = None
    deltagare: tuple[Deltagare, ...] = ()
    mal: tuple[PlanMal, ...]
    kontakt: str = ""
    faststalld_av: Signature | None = None


class SlutanteckningUnderlag(Plain):
    """The signed final note of an akt (R-180, R-181)."""

    uppdrag: str
    enhet: str
    orsak: str
    text: str
    handelsetid: datetime
    registrerad: datetime
    signerad_av: Signature | None = None


class Anteckning(Plain):
    """One journal note; ``rattar`` is the number of the note that it corrects."""

    nummer: int
    typ: str
    handelsetid: datetime
    registrerad: datetime
    text: str
    forfattare: str
    utford_av: str = ""
    signerad: bool = False
    rattar: int | None = None
    livsomrade: str = ""
    mal: str = ""


class JournalUnderlag(Plain):
    """The notes of one journal, oldest first."""

    journal: str
    enhet: str
    fran: date | None = None
    till: date | None = None
    anteckningar: tuple[Anteckning, ...]


class Brev(Plain):
    """One message about an uppdrag; ``last`` says who has read it and when, one text for each."""

    nummer: int
    skickat: datetime
    forfattare: str
    enhet: str
    text: str
    last: tuple[str, ...] = ()


class MeddelandenUnderlag(Plain):
    """What the two sides of an uppdrag have written to each other, oldest first."""

    uppdrag: str
    myndighet: str
    utforare: str
    meddelanden: tuple[Brev, ...]


class Uppgift(Plain):
    """One name and value of the register."""

    namn: str
    varde: str


class Post(Plain):
    """One record of the register."""

    rubrik: str
    uppgifter: tuple[Uppgift, ...]


class Registergrupp(Plain):
    """Records of one kind, with what they are used for."""

    rubrik: str
    andamal: str = ""
    poster: tuple[Post, ...]


class RegisterUnderlag(Plain):
    """Everything that the unit holds about a person (GDPR article 15)."""

    begard: date
    grupper: tuple[Registergrupp, ...]


class HandlingUnderlag(Plain):
    """A filled form as it was stored: what was asked, and what was answered."""

    formular: str
    skapad: datetime
    skapad_av: str = ""
    lagrum: tuple[Citation, ...] = ()
    uppgifter: tuple[Uppgift, ...]


class SamtyckeDel(Plain):
    """Who may be told what, for which purpose (R-156 to R-158); withdrawn by itself or not."""

    mottagare: str
    syfte: str
    uppgifter: tuple[str, ...]
    aterkallad: date | None = None


class SamtyckeUnderlag(Plain):
    """A consent: to whom, why, what, until when (R-150 to R-159)."""

    lamnat: date
    galler_till: date
    form: str
    delar: tuple[SamtyckeDel, ...]
    lamnat_av: str = ""
    foretradare: str = ""
    aterkallat: date | None = None
    mottaget_av: Signature | None = None


class GallradAkt(Plain):
    """One akt of a gallringsprotokoll: ids and days, nothing of what it held."""

    nummer: str
    fodelsear: str = ""
    avslutad: date | None = None
    sista_anteckning: date | None = None
    atgard: str
    regel: str
    lagrum: Citation | None = None
    antal_handlingar: int = 0
    kontrollsumma: str = ""
    kvittens: str = ""


class GallringUnderlag(Plain):
    """A gallringsprotokoll: what was destroyed or delivered, by whose decision (two people)."""

    nummer: str
    beslutsdatum: date
    verkstalld: date | None = None
    samrad: str = ""
    akter: tuple[GallradAkt, ...]
    foreslagen_av: Signature
    godkand_av: Signature


KINDS: Mapping[str, type[Plain]] = MappingProxyType(
    {
        "beslut": BeslutUnderlag,
        "gallring": GallringUnderlag,
        "handling": HandlingUnderlag,
        "journal": JournalUnderlag,
        "kvalitetsberattelse": KvalitetsberattelseUnderlag,
        "meddelanden": MeddelandenUnderlag,
        "plan": PlanUnderlag,
        "register": RegisterUnderlag,
        "samtycke": SamtyckeUnderlag,
        "slutanteckning": SlutanteckningUnderlag,
        "uppdrag": UppdragUnderlag,
    }
)
"""The kinds by name; what ``underlag`` in ``papers/<id>.toml`` may be."""
