"""Answers to every form, such as a person would give them."""

from datetime import date
from typing import Any

LIVSOMRADEN = (
    "larande",
    "uppgifter_krav",
    "kommunikation",
    "forflyttning",
    "personlig_vard",
    "hemliv",
    "relationer",
    "utbildning_arbete",
    "samhallsgemenskap",
    "trygghet",
    "stod_narstaende",
)
REASON = "Behovet är styrkt genom samtal och hembesök och kan inte tillgodoses på annat sätt."


def ansokan(inkom: date) -> dict[str, Any]:
    return {
        "personnummer": "194003652387",
        "fornamn": "Astrid",
        "efternamn": "Ekholt",
        "inkom_datum": inkom,
        "satt": "muntligt",
        "framstallning": "Jag behöver hjälp hemma.",
        "skydd": "ingen",
    }


def kartlaggning() -> dict[str, Any]:
    found: dict[str, Any] = {f"{area}_status": "ej_aktuellt" for area in LIVSOMRADEN}
    for area in ("personlig_vard", "hemliv"):
        found |= {
            f"{area}_status": "aktuellt",
            f"{area}_nulage": "Behöver hjälp.",
            f"{area}_bedomd": "3",
            f"{area}_behov": True,
            f"{area}_behov_text": "Stöd varje dag.",
            f"{area}_resurser": "Berättar själv.",
            f"{area}_omgivning": "Bor på markplan.",
            f"{area}_kalla": "Den enskilde",
        }
    return found


PLANERA_UTREDNING = {
    "syfte": "Utreda behovet av stöd i hemmet.",
    "fragestallningar": "Vilket stöd behövs?",
    "informerad_datum": date(2025, 5, 12),
    "tidplan": "Klart inom en månad.",
}
MAL = {
    "mal": [
        {
            "livsomrade": "personlig_vard",
            "behov": "Stöd vid dusch",
            "mal": "Klarar dusch med stöd",
            "insats": "hemtjanst_omvardnad",
            "maltyp": "bibehalla",
        }
    ],
    "delaktig": "ja",
}
FORSLAG = {
    "bedomning": "Behovet av stöd i hemmet är tydligt.",
    "annat_satt": "nej",
    "insats": "hemtjanst_omvardnad",
    "forslag": "bifall",
    "forslag_text": "Hemtjänst varje dag.",
    "barnperspektiv": "Inga barn i hushållet.",
    "kommuniceras": "nej",
    "kommunicering_skal": "Bifall enligt ansökan.",
}


def beslut(
    day: date, *, utfall: str = "bifall", lagrum: str = "sol2025.11.1", till: date | None = None
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "insats": "hemtjanst_omvardnad",
        "utfall": utfall,
        "lagrum": lagrum,
        "motivering": REASON,
    }
    if utfall == "bifall":
        row |= {"giltig_fran": day, "giltig_till": till, "tills_vidare": till is None}
        row["timmar_manad"] = 20
    return {"delbeslut": [row], "beslutsdatum": day}


def delgivet(day: date) -> dict[str, Any]:
    return {"datum_delgiven": day, "satt": "mote", "overklagandehanvisning": True}


def uppdrag(day: date) -> dict[str, Any]:
    return {
        "informerad_om_val": True,
        "val": "utforare",
        "mottagare_enhet": "Hemtjänst Norr",
        "livsomraden_med": ["personlig_vard"],
        "period_fran": day,
    }


def plan(intervall: int = 6) -> dict[str, Any]:
    return {
        "deltagare": [{"namn": "Astrid Ekholt", "roll": "den_enskilde"}],
        "delaktig": "ja",
        "delaktighet_satt": "Samtal hemma.",
        "onskemal": "Hjälp på morgonen.",
        "synpunkter": "Inga.",
        "mal": [{"uppdragsmal": 1, "mal": "Dusch med stöd"}],
        "aktiviteter": [
            {"mal": 1, "vad": "Dusch", "hur": "Stöd", "nar": "Måndagar", "vem": "Personal"}
        ],
        "samverkansbehov": "nej",
        "uppfoljning_intervall": intervall,
    }


def uppfoljning(day: date, *, forandrat: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {
        "uppfoljningsdatum": day,
        "deltog_enskild": "ja",
        "deltog_utforare": "ja",
        "deltog_handlaggare": "nej",
        "deltog_handlaggare_orsak": "Hade förhinder.",
        "delaktighet_satt": "Samtal hemma.",
        "synpunkt": "Nöjd.",
        "resurser": "Som förut.",
        "behov": "Som förut.",
        "resultat": "Målet nås.",
        "maluppfyllelse": [{"mal": 1, "uppfyllelse": "helt"}],
        "forandrat_behov": "ja" if forandrat else "nej",
    }
    return found | ({"beskrivning": "Har fallit."} if forandrat else {})


def beslutsuppfoljning(day: date, utfall: str) -> dict[str, Any]:
    found = {
        "uppfoljningsdatum": day,
        "deltog_enskild": "ja",
        "deltog_utforare": "ja",
        "insatser_givna": "ja",
        "kvalitet": "God.",
        "delaktighet_satt": "Samtal.",
        "motsvarar_behov": "ja",
        "utfall": utfall,
    }
    return found | ({"beskrivning": "Mer stöd."} if utfall == "andra_uppdrag" else {})


def slutanteckning(day: date, orsak: str = "behov_upphort") -> dict[str, Any]:
    return {
        "avslutsorsak": orsak,
        "avslutsdatum": day,
        "sammanfattning": "Stödet har avslutats.",
        "signera": True,
    }
