"""What the kvalitetsberättelse is written from."""

from datetime import date

from records.papers.letter import Plain, Signature


class Kvalitetstal(Plain):
    """One figure of the year beside that of the year before."""

    namn: str
    antal: int
    forra: int


class Kvalitetsatgard(Plain):
    """One measure that was closed in the year (R-063)."""

    nummer: str
    vad: str
    effekt: str
    utford: date | None = None


class KvalitetsberattelseUnderlag(Plain):
    """The yearly kvalitetsberättelse: three sections that must be there, and the figures."""

    ar: int
    fran: date
    till: date
    ansvar: str = ""
    arbetet: str
    atgarder: str
    resultat: str
    mal: str = ""
    tal: tuple[Kvalitetstal, ...]
    atgardslista: tuple[Kvalitetsatgard, ...]
    faststalld_av: Signature
