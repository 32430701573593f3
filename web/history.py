"""What has happened in a case, in the words of the diagrams."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cases import bundles
from cases.explained import element_of
from cases.models import Event
from cases.repository import ON_BEHALF
from cases.user_names import names_of
from engine.bundle import Bundle
from engine.definition import ElementInfo
from records.queries import REASONED, ReasonsByStep
from web import explained, shown
from web.explained import LimitShown, Why
from web.words import Words

KINDS = (
    "started",
    "completed",
    "ended",
    "received",
    "thrown",
    "recorded",
    "decision",
    "deadline",
    "nodoppning",
    "reassigned",
)
RECORDED: Mapping[str, str] = {
    "akt.stangd": "Akten stängdes",
    "arende.avslutat": "Ärendet avslutades",
    "arende.oppnat": "Ärendet öppnades",
    "behov": "Förändrat behov antecknades",
    "behov.kvitterat": "Förändrat behov kvitterades",
    "beslut": "Beslut fattades",
    "beslut.delgivet": "Den enskilde fick del av beslutet",
    "beslut.uppfoljt": "Beslutet följdes upp",
    "kontakt": "Kontakt utsågs",
    "livsomraden": "Livsområdena sparades",
    "mal": "Målen sparades",
    "meddelande": "Ett meddelande om uppdraget skickades",
    "namnd.listad": "Fördes upp på listan till nämnden",
    "paminnelse": "Påminnelse skickades",
    "person.avliden": "Dödsfall registrerades",
    "person.avliden_aterford": "Registrerat dödsfall togs tillbaka",
    "plan.ej_aktuell": "Planen är inte längre aktuell",
    "plan.faststalld": "Planen fastställdes",
    "plan.uppfoljd": "Planen följdes upp",
    "plan.utkast": "Utkast till plan sparades",
    "slutanteckning": "Slutanteckningen signerades",
    "uppdrag": "Uppdraget utformades",
    "uppdrag.andrat": "Uppdraget ändrades",
    "uppdrag.aterkallat": "Uppdraget återkallades",
    "uppdrag.avbojt": "Uppdraget avböjdes",
    "uppdrag.avslutat": "Uppdraget avslutades",
    "uppdrag.mottaget": "Uppdraget togs emot",
    "uppdrag.skickat": "Uppdraget skickades",
    "uppfoljning.nytt_datum": "Nytt uppföljningsdatum sattes",
    "utredning.avslutad": "Utredningen avslutades",
    "utredning.inledd": "Utredningen inleddes",
    "verkstallighet": "Stödets början registrerades",
    "verkstallighet.andrad": "Stödets början ändrades",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the history; ``who`` is empty where no person did it.

    ``why`` explains a decision, ``limit`` tells a time limit with its sources.
    """

    at: datetime
    text: str
    who: str
    why: Why | None = None
    limit: LimitShown | None = None
    reasons: tuple[tuple[str, str], ...] = ()


def lines(events: Iterable[Event], reasons: ReasonsByStep) -> list[Line]:
    """Tell events as sentences; those that mean nothing to a reader are left out.

    Args:
        events: With their instances, in the order they are to be shown.
        reasons: Why something that *bör* be done was not.
    """
    known = list(events)
    names = _full_names({who for event in known for who in (event.actor, _stood_for(event))})
    told = ((event, _line(event, _who(event, names))) for event in known)
    return [
        replace(line, reasons=_reasons(event, reasons))
        for event, line in told
        if line is not None and line.text
    ]


def told(event: Event) -> str:
    """One event in words; empty where it means nothing to a reader. Decisions have no words."""
    return "" if event.kind in ("decision", "deadline") else _text(event)


def _reasons(event: Event, reasons: ReasonsByStep) -> tuple[tuple[str, str], ...]:
    """The label of each field that was passed by, and why."""
    found = reasons.get((event.instance_id, event.task_id)) if event.kind in REASONED else None
    if found is None:
        return ()
    words = Words(bundles.compiled(event.instance.bundle_id))
    return tuple((words.field(found.form_id, path), text) for path, text in found.given.items())


def _stood_for(event: Event) -> str:
    """Username of whom the actor did it for as a substitute."""
    return str(event.detail.get(ON_BEHALF, "")) if event.detail else ""


def _who(event: Event, names: Mapping[str, str]) -> str:
    who, colleague = names.get(event.actor, ""), _stood_for(event)
    if not who or not colleague:
        return who
    return f"{who}, som vikarie för {names.get(colleague, colleague)}"


def _line(event: Event, who: str) -> Line | None:
    if event.kind == "decision":
        return _decision(event)
    if event.kind == "deadline":
        return _deadline(event)
    return Line(at=event.at, text=_text(event), who=who)


def _decision(event: Event) -> Line | None:
    """A table decided: what it gave stands in the line, why beside it."""
    told = explained.decision_told(event)
    if told is None:
        return None
    result, why = told
    name = _name(_element(event)) or event.element
    return Line(at=event.at, text=f"{name}: {result}", who="", why=why)


def _deadline(event: Event) -> Line | None:
    """A task got its last day; days that only the system waits for are not told here."""
    limit = explained.limit_told(event)
    if limit is None or not event.task_id:
        return None
    text = f"Tid för ”{_name(_element(event))}”"
    return Line(at=event.at, text=text, who="", limit=limit)


def _element(event: Event) -> ElementInfo | None:
    return element_of(event.instance, event.element, str(event.detail.get("called", "")))


def _name(element: ElementInfo | None) -> str:
    return element.name if element is not None else ""


def _text(event: Event) -> str:
    instance = event.instance
    bundle = bundles.compiled(instance.bundle_id)
    if event.kind == "nodoppning":
        return "Ärendet öppnades i nödfall, för läsning"
    if event.kind == "reassigned":
        return _moved(event, bundle)
    if event.kind == "recorded":
        return RECORDED.get(str(event.detail.get("record", "")), "")
    if event.kind in ("started", "ended"):
        verb = "började" if event.kind == "started" else "är klar"
        return f"{shown.process_name(bundle, instance.process_key)} {verb}"
    element = _element(event)
    name = _name(element)
    if event.kind == "completed":
        return f"{name}: utfört" if element and name and element.kind == "userTask" else ""
    if not name or (element is not None and element.kind == "startEvent"):
        return ""  # the line that the process began says it
    verb = "Besked skickat" if event.kind == "thrown" else "Besked kom"
    return f"{verb}: {name[:1].lower()}{name[1:]}"


def _moved(event: Event, bundle: Bundle) -> str:
    """That a task was given to somebody else, and why, where a reason was given."""
    name, reason = _name(_element(event)), str(event.detail.get("reason", ""))
    if not name or not reason:
        return ""
    said = str((event.explanation or {}).get("text", ""))
    why = Words(bundle).flyttorsak(reason)
    return f"{name}: lämnad till någon annan. Orsak: {why}" + (f". ”{said}”" if said else "")


def _full_names(usernames: set[str]) -> dict[str, str]:
    return names_of(usernames - {"", "system"})
