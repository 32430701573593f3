"""Which lists the overview has: what each is called and says, its builder and its columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop

from records.queries import overview_records as rows
from records.queries import overview_tasks as tasks
from records.queries import overview_times as times
from records.queries import overview_waits as waits
from records.queries.overview import Asked, Builder

NUMBER: Final = ("number", gettext_noop("Ärende"))
PLACE: Final = ("place", gettext_noop("Enhet"))
INSATS: Final = ("insats", gettext_noop("Insats"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One list: its words in Swedish, its builder, its columns as (part of a line, heading)."""

    heading: str
    about: str
    build: Builder
    columns: tuple[tuple[str, str], ...]


def _times(key: str, heading: str, begin: str, end: str) -> Listing:
    return Listing(
        heading=heading,
        about=gettext_noop("De som blev klara i perioden, den längsta tiden först."),
        build=times.STEPS[key],
        columns=(NUMBER, PLACE, ("day", begin), ("end", end), ("days", gettext_noop("Dagar"))),
    )


LEAD_TIMES: Final[Mapping[str, Listing]] = {
    "beslut": _times(
        "beslut", gettext_noop("Ansökan till beslut"), gettext_noop("Inkom"), gettext_noop("Beslut")
    ),
    "uppdrag": _times(
        "uppdrag",
        gettext_noop("Beslut till skickat uppdrag"),
        gettext_noop("Beslut"),
        gettext_noop("Skickat"),
    ),
    "svar": _times(
        "svar",
        gettext_noop("Skickat uppdrag till svar"),
        gettext_noop("Skickat"),
        gettext_noop("Svar"),
    ),
    "verkstallt": _times(
        "verkstallt",
        gettext_noop("Beslut till verkställt"),
        gettext_noop("Beslut"),
        gettext_noop("Verkställt"),
    ),
    "avslut": _times(
        "avslut",
        gettext_noop("Ansökan till avslutat ärende"),
        gettext_noop("Inkom"),
        gettext_noop("Avslutat"),
    ),
    "eget-svar": _times(
        "eget-svar",
        gettext_noop("Mottaget uppdrag till svar"),
        gettext_noop("Mottaget"),
        gettext_noop("Svar"),
    ),
    "plan": _times(
        "plan",
        gettext_noop("Accepterat uppdrag till fastställd plan"),
        gettext_noop("Accepterat"),
        gettext_noop("Plan"),
    ),
    "borjat": _times(
        "borjat",
        gettext_noop("Accepterat uppdrag till påbörjat stöd"),
        gettext_noop("Accepterat"),
        gettext_noop("Påbörjat"),
    ),
}

LISTS: Final[Mapping[str, Listing]] = {
    "sena-uppfoljningar": Listing(
        heading=gettext_noop("Sena uppföljningar"),
        about=gettext_noop("Planer och beslut som skulle ha följts upp, den äldsta först."),
        build=tasks.late_reviews,
        columns=(
            NUMBER,
            ("what", gettext_noop("Uppföljning")),
            PLACE,
            ("who", gettext_noop("Utsedd kontakt eller handläggare")),
            ("day", gettext_noop("Skulle vara gjord")),
            ("days", gettext_noop("Dagar sen")),
            ("ladder", gettext_noop("Påmint så långt")),
        ),
    ),
    "utan-uppfoljning": Listing(
        heading=gettext_noop("Planer utan uppföljning"),
        about=gettext_noop("Öppna akter med en fastställd plan som aldrig har följts upp."),
        build=rows.plans_without_review,
        columns=(
            NUMBER,
            PLACE,
            ("who", gettext_noop("Utsedd kontakt")),
            ("day", gettext_noop("Planen fastställdes")),
            ("days", gettext_noop("Dagar sedan dess")),
            ("end", gettext_noop("Räknas inte som aktuell sedan")),
        ),
    ),
    "oppna-uppgifter": Listing(
        heading=gettext_noop("Öppna uppgifter"),
        about=gettext_noop("Det som har kortast tid kvar står först."),
        build=tasks.open_tasks,
        columns=(
            NUMBER,
            ("task", gettext_noop("Uppgift")),
            PLACE,
            ("who", gettext_noop("Hos")),
            ("day", gettext_noop("Klart senast")),
        ),
    ),
    "sena-uppgifter": Listing(
        heading=gettext_noop("Sena uppgifter"),
        about=gettext_noop("Uppgifter vars sista dag har passerat, den äldsta först."),
        build=tasks.late_tasks,
        columns=(
            NUMBER,
            ("task", gettext_noop("Uppgift")),
            PLACE,
            ("who", gettext_noop("Hos")),
            ("day", gettext_noop("Klart senast")),
            ("days", gettext_noop("Dagar sen")),
        ),
    ),
    "blir-sena": Listing(
        heading=gettext_noop("Kan bli sena"),
        about=gettext_noop("Öppna uppgifter med sista dag inom den närmaste tiden."),
        build=tasks.coming_late,
        columns=(
            NUMBER,
            ("task", gettext_noop("Uppgift")),
            PLACE,
            ("who", gettext_noop("Hos")),
            ("day", gettext_noop("Klart senast")),
        ),
    ),
    "arenden-hos": Listing(
        heading=gettext_noop("Ärenden med uppgifter"),
        about=gettext_noop("Ärenden där någon uppgift är öppen, vart och ett en gång."),
        build=tasks.cases_held,
        columns=(NUMBER, PLACE, ("who", gettext_noop("Hos"))),
    ),
    "utsedd-kontakt": Listing(
        heading=gettext_noop("Öppna akter"),
        about=gettext_noop("Utförarens öppna akter och vem som är utsedd kontakt."),
        build=rows.contact_for,
        columns=(
            NUMBER,
            PLACE,
            ("who", gettext_noop("Utsedd kontakt")),
            ("day", gettext_noop("Öppnad")),
        ),
    ),
    "beslut-loper-ut": Listing(
        heading=gettext_noop("Beslut som löper ut"),
        about=gettext_noop("Beviljade delar av beslut som snart går ut, den första dagen först."),
        build=rows.expiring_decisions,
        columns=(
            NUMBER,
            INSATS,
            PLACE,
            ("day", gettext_noop("Gäller till och med")),
            ("days", gettext_noop("Dagar kvar")),
        ),
    ),
    "uppdrag-loper-ut": Listing(
        heading=gettext_noop("Uppdrag som löper ut"),
        about=gettext_noop("Delar av mottagna uppdrag som snart går ut, den första dagen först."),
        build=rows.expiring_orders,
        columns=(
            NUMBER,
            INSATS,
            PLACE,
            ("day", gettext_noop("Gäller till och med")),
            ("days", gettext_noop("Dagar kvar")),
        ),
    ),
    "avvikelser": Listing(
        heading=gettext_noop("Öppna avvikelser"),
        about=gettext_noop("Avvikelser som inte är avslutade, den äldsta först."),
        build=rows.deviations,
        columns=(
            ("number", gettext_noop("Avvikelse")),
            ("code", gettext_noop("Slag")),
            ("class", gettext_noop("Klass")),
            PLACE,
            ("day", gettext_noop("Rapporterad")),
            ("days", gettext_noop("Dagar sedan dess")),
        ),
    ),
    "risker": Listing(
        heading=gettext_noop("Öppna risker"),
        about=gettext_noop("Risker som varken är avslutade eller prövade i en senare analys."),
        build=rows.risks,
        columns=(
            ("number", gettext_noop("Risk")),
            ("class", gettext_noop("Klass")),
            PLACE,
            ("day", gettext_noop("Analysen inleddes")),
            ("days", gettext_noop("Dagar sedan dess")),
        ),
    ),
    "star": Listing(
        heading=gettext_noop("Väntar på någon"),
        about=gettext_noop(
            "Uppgifter som väntar på att bli gjorda, den som har stått längst först."
        ),
        build=tasks.standing,
        columns=(
            NUMBER,
            ("task", gettext_noop("Uppgift")),
            PLACE,
            ("who", gettext_noop("Hos")),
            ("end", gettext_noop("Står sedan")),
            ("days", gettext_noop("Dagar")),
        ),
    ),
    "vantar-dag": Listing(
        heading=gettext_noop("Väntar på en dag"),
        about=gettext_noop("Ärenden som inte går vidare förrän en viss dag."),
        build=waits.waiting_for_day,
        columns=(
            NUMBER,
            ("what", gettext_noop("Steg")),
            PLACE,
            ("day", gettext_noop("Väntar till")),
            ("end", gettext_noop("Stilla sedan")),
            ("days", gettext_noop("Dagar stilla")),
        ),
    ),
    "vantar-besked": Listing(
        heading=gettext_noop("Väntar på besked"),
        about=gettext_noop("Ärenden som inte går vidare förrän ett besked har kommit."),
        build=waits.waiting_for_word,
        columns=(
            NUMBER,
            ("what", gettext_noop("Steg")),
            PLACE,
            ("end", gettext_noop("Stilla sedan")),
            ("days", gettext_noop("Dagar stilla")),
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
