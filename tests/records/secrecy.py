"""Forms about consent and disclosure, and a chain that knows their code lists."""

from datetime import timedelta

from tests.papers.letters import files

CARE = "Ekvikens vårdcentral"
WORDS = ("uppgiftskategorier", "samtyckesmottagare", "anteckningstyper")


def prepared(chain):
    """Give the chain's edition the real lists and citations."""
    paths = {f"terms/{word}.toml" for word in WORDS} | {"lagrum.toml"}
    real = {path: data for path, data in files().items() if path in paths}
    chain.bundle = type(chain.bundle)({**chain.bundle.files, **real})
    return chain


def consent(day, **changes):
    """A whole consent: a care giver, a relative and an expert, for 90 days."""

    def part(kind, who, why, *what):
        return {"mottagare_typ": kind, "mottagare": who, "syfte": why, "uppgifter": list(what)}

    return {
        "lamnas": "ja",
        "lamnat_datum": day,
        "galler_till": day + timedelta(days=90),
        "form": "muntligt",
        "lamnat_av": "den_enskilde",
        "formaga_bedomd": "Förstår frågan och återger den.",
        "delar": [
            part("vardgivare", CARE, "planera stödet", "halsa", "vardag"),
            part("narstaende", "Tea Testberg", "vara med", "vardag"),
            part("sakkunnig", "Syn Testdal", "bedöma hjälpmedel", "halsa"),
        ],
    } | changes


def withdrawal(chain, ref):
    return {
        "samtycke": ref,
        "datum": chain.now.date(),
        "lamnad_av": "den_enskilde",
        "satt": "muntligt",
    }


def asked():
    """A request, stored through a note."""
    return {
        "text": "Vårdcentralen ber om uppgifter.",
        "mottagare_typ": "vardgivare",
        "mottagare": CARE,
        "syfte": "planera stödet",
        "uppgifter": ["halsa"],
    }


def reviewed(**changes):
    """A review that lets it go, on the consent's first part."""
    return {
        "utfall": "lamnas_ut",
        "uppgifter": ["halsa"],
        "grund": "samtycke",
        "samtycke_del": "1.1",
        "skal": "Den enskilde har samtyckt.",
    } | changes
