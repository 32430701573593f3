"""Which lists the overview has: what each is called and says, its builder and its columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from records.queries import overview_records as rows
from records.queries import overview_tasks as tasks
from records.queries import overview_times as times
from records.queries import overview_waits as waits
from records.queries.overview import Asked, Builder

NUMBER: Final = ("number", "Ärende")
PLACE: Final = ("place", "Enhet")
INSATS: Final = ("insats", "Insats")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One list: its words, its builder, its columns as (part of a line, heading)."""

    heading: str
    about: str
    build: Builder
    columns: tuple[tuple[str, str], ...]


def _times(key: str, heading: str, begin: str, end: str) -> Listing:
    return Listing(
        heading=heading,
        about="De som blev klara i perioden, den längsta tiden först.",
        build=times.STEPS[key],
        columns=(NUMBER, PLACE, ("day", begin), ("end", end), ("days", "Dagar")),
    )


LEAD_TIMES: Final[Mapping[str, Listing]] = {
    "beslut": _times("beslut", "Ansökan till beslut", "Inkom", "Beslut"),
    "uppdrag": _times("uppdrag", "Beslut till skickat uppdrag", "Beslut", "Skickat"),
    "svar": _times("svar", "Skickat uppdrag till svar", "Skickat", "Svar"),
    "verkstallt": _times("verkstallt", "Beslut till verkställt", "Beslut", "Verkställt"),
    "avslut": _times("avslut", "Ansökan till avslutat ärende", "Inkom", "Avslutat"),
    "eget-svar": _times("eget-svar", "Mottaget uppdrag till svar", "Mottaget", "Svar"),
    "plan": _times("plan", "Accepterat uppdrag till fastställd plan", "Accepterat", "Plan"),
    "borjat": _times("borjat", "Accepterat uppdrag till påbörjat stöd", "Accepterat", "Påbörjat"),
}

LISTS: Final[Mapping[str, Listing]] = {
    "sena-uppfoljningar": Listing(
        heading="Sena uppföljningar",
        about="Planer och beslut som skulle ha följts upp, den äldsta först.",
        build=tasks.late_reviews,
        columns=(
            NUMBER,
            ("what", "Uppföljning"),
            PLACE,
            ("who", "Utsedd kontakt eller handläggare"),
            ("day", "Skulle vara gjord"),
            ("days", "Dagar sen"),
            ("ladder", "Påmint så långt"),
        ),
    ),
    "utan-uppfoljning": Listing(
        heading="Planer utan uppföljning",
        about="Öppna akter med en fastställd plan som aldrig har följts upp.",
        build=rows.plans_without_review,
        columns=(
            NUMBER,
            PLACE,
            ("who", "Utsedd kontakt"),
            ("day", "Planen fastställdes"),
            ("days", "Dagar sedan dess"),
            ("end", "Räknas inte som aktuell sedan"),
        ),
    ),
    "oppna-uppgifter": Listing(
        heading="Öppna uppgifter",
        about="Det som har kortast tid kvar står först.",
        build=tasks.open_tasks,
        columns=(NUMBER, ("task", "Uppgift"), PLACE, ("who", "Hos"), ("day", "Klart senast")),
    ),
    "sena-uppgifter": Listing(
        heading="Sena uppgifter",
        about="Uppgifter vars sista dag har passerat, den äldsta först.",
        build=tasks.late_tasks,
        columns=(
            NUMBER,
            ("task", "Uppgift"),
            PLACE,
            ("who", "Hos"),
            ("day", "Klart senast"),
            ("days", "Dagar sen"),
        ),
    ),
    "blir-sena": Listing(
        heading="Kan bli sena",
        about="Öppna uppgifter med sista dag inom den närmaste tiden.",
        build=tasks.coming_late,
        columns=(NUMBER, ("task", "Uppgift"), PLACE, ("who", "Hos"), ("day", "Klart senast")),
    ),
    "arenden-hos": Listing(
        heading="Ärenden med uppgifter",
        about="Ärenden där någon uppgift är öppen, vart och ett en gång.",
        build=tasks.cases_held,
        columns=(NUMBER, PLACE, ("who", "Hos")),
    ),
    "utsedd-kontakt": Listing(
        heading="Öppna akter",
        about="Utförarens öppna akter och vem som är utsedd kontakt.",
        build=rows.contact_for,
        columns=(NUMBER, PLACE, ("who", "Utsedd kontakt"), ("day", "Öppnad")),
    ),
    "beslut-loper-ut": Listing(
        heading="Beslut som löper ut",
        about="Beviljade delar av beslut som snart går ut, den första dagen först.",
        build=rows.expiring_decisions,
        columns=(
            NUMBER,
            INSATS,
            PLACE,
            ("day", "Gäller till och med"),
            ("days", "Dagar kvar"),
        ),
    ),
    "uppdrag-loper-ut": Listing(
        heading="Uppdrag som löper ut",
        about="Delar av mottagna uppdrag som snart går ut, den första dagen först.",
        build=rows.expiring_orders,
        columns=(
            NUMBER,
            INSATS,
            PLACE,
            ("day", "Gäller till och med"),
            ("days", "Dagar kvar"),
        ),
    ),
    "avvikelser": Listing(
        heading="Öppna avvikelser",
        about="Avvikelser som inte är avslutade, den äldsta först.",
        build=rows.deviations,
        columns=(
            ("number", "Avvikelse"),
            ("code", "Slag"),
            ("class", "Klass"),
            PLACE,
            ("day", "Rapporterad"),
            ("days", "Dagar sedan dess"),
        ),
    ),
    "risker": Listing(
        heading="Öppna risker",
        about="Risker som varken är avslutade eller prövade i en senare analys.",
        build=rows.risks,
        columns=(
            ("number", "Risk"),
            ("class", "Klass"),
            PLACE,
            ("day", "Analysen inleddes"),
            ("days", "Dagar sedan dess"),
        ),
    ),
    "star": Listing(
        heading="Står hos någon",
        about="Uppgifter som väntar på att bli gjorda, den som har stått längst först.",
        build=tasks.standing,
        columns=(
            NUMBER,
            ("task", "Uppgift"),
            PLACE,
            ("who", "Hos"),
            ("end", "Står sedan"),
            ("days", "Dagar"),
        ),
    ),
    "vantar-dag": Listing(
        heading="Väntar på en dag",
        about="Ärenden som inte går vidare förrän en viss dag.",
        build=waits.waiting_for_day,
        columns=(
            NUMBER,
            ("what", "Steg"),
            PLACE,
            ("day", "Väntar till"),
            ("end", "Stilla sedan"),
            ("days", "Dagar stilla"),
        ),
    ),
    "vantar-besked": Listing(
        heading="Väntar på besked",
        about="Ärenden som inte går vidare förrän ett besked har kommit.",
        build=waits.waiting_for_word,
        columns=(
            NUMBER,
            ("what", "Steg"),
            PLACE,
            ("end", "Stilla sedan"),
            ("days", "Dagar stilla"),
        ),
    ),
    **{f"ledtid-{key}": listing for key, listing in LEAD_TIMES.items()},
}

_OF_ONE_SIDE: Final[Mapping[str, frozenset[str]]] = {
    "myndighet": frozenset({"beslut-loper-ut"}),
    "utforare": frozenset({"uppdrag-loper-ut", "utan-uppfoljning", "utsedd-kontakt"}),
}


def lists_for(asked: Asked) -> frozenset[str]:
    """The lists that say something to the person: those of her own side of the chain."""
    roles = (asked.bundle.roles.get(role) for role in asked.actor.roles)
    sides = {role.organisation for role in roles if role is not None}
    other = {what for side, names in _OF_ONE_SIDE.items() if side not in sides for what in names}
    return frozenset(LISTS) - other
