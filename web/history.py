"""What has happened in a case, in the words of the diagrams."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext, gettext_noop

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
    "akt.stangd": gettext_noop("Akten stängdes"),
    "arende.avslutat": gettext_noop("Ärendet avslutades"),
    "arende.oppnat": gettext_noop("Ärendet öppnades"),
    "behov": gettext_noop("Förändrat behov antecknades"),
    "behov.kvitterat": gettext_noop("Förändrat behov kvitterades"),
    "beslut": gettext_noop("Beslut fattades"),
    "beslut.delgivet": gettext_noop("Den enskilde fick del av beslutet"),
    "beslut.uppfoljt": gettext_noop("Beslutet följdes upp"),
    "kontakt": gettext_noop("Kontakt utsågs"),
    "livsomraden": gettext_noop("Livsområdena sparades"),
    "mal": gettext_noop("Målen sparades"),
    "meddelande": gettext_noop("Ett meddelande om uppdraget skickades"),
    "namnd.listad": gettext_noop("Fördes upp på listan till nämnden"),
    "paminnelse": gettext_noop("Påminnelse skickades"),
    "person.avliden": gettext_noop("Dödsfall registrerades"),
    "person.avliden_aterford": gettext_noop("Registrerat dödsfall togs tillbaka"),
    "plan.ej_aktuell": gettext_noop("Planen är inte längre aktuell"),
    "plan.faststalld": gettext_noop("Planen fastställdes"),
    "plan.uppfoljd": gettext_noop("Planen följdes upp"),
    "plan.utkast": gettext_noop("Utkast till plan sparades"),
    "slutanteckning": gettext_noop("Slutanteckningen signerades"),
    "uppdrag": gettext_noop("Uppdraget utformades"),
    "uppdrag.andrat": gettext_noop("Uppdraget ändrades"),
    "uppdrag.aterkallat": gettext_noop("Uppdraget återkallades"),
    "uppdrag.avbojt": gettext_noop("Uppdraget avböjdes"),
    "uppdrag.avslutat": gettext_noop("Uppdraget avslutades"),
    "uppdrag.mottaget": gettext_noop("Uppdraget togs emot"),
    "uppdrag.skickat": gettext_noop("Uppdraget skickades"),
    "uppfoljning.nytt_datum": gettext_noop("Nytt uppföljningsdatum sattes"),
    "utredning.avslutad": gettext_noop("Utredningen avslutades"),
    "utredning.inledd": gettext_noop("Utredningen inleddes"),
    "verkstallighet": gettext_noop("Stödets början registrerades"),
    "verkstallighet.andrad": gettext_noop("Stödets början ändrades"),
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
    said = gettext("%(who)s, som vikarie för %(colleague)s")
    return said % {"who": who, "colleague": names.get(colleague, colleague)}


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
    text = gettext("Tid för ”%(task)s”") % {"task": _name(_element(event))}
    return Line(at=event.at, text=text, who="", limit=limit)


def _element(event: Event) -> ElementInfo | None:
    return element_of(event.instance, event.element, str(event.detail.get("called", "")))


def _name(element: ElementInfo | None) -> str:
    return element.name if element is not None else ""


def _text(event: Event) -> str:
    instance = event.instance
    bundle = bundles.compiled(instance.bundle_id)
    if event.kind == "nodoppning":
        return gettext("Ärendet öppnades i nödfall, för läsning")
    if event.kind == "reassigned":
        return _moved(event, bundle)
    if event.kind == "recorded":
        said = RECORDED.get(str(event.detail.get("record", "")), "")
        return gettext(said) if said else ""
    if event.kind in ("started", "ended"):
        began = event.kind == "started"
        said = gettext("%(process)s började") if began else gettext("%(process)s är klar")
        return said % {"process": shown.process_name(bundle, instance.process_key)}
    element = _element(event)
    name = _name(element)
    if event.kind == "completed":
        done = element and name and element.kind == "userTask"
        return gettext("%(task)s: utfört") % {"task": name} if done else ""
    if not name or (element is not None and element.kind == "startEvent"):
        return ""  # the line that the process began says it
    said = gettext("Besked skickat") if event.kind == "thrown" else gettext("Besked kom")
    return f"{said}: {name[:1].lower()}{name[1:]}"


def _moved(event: Event, bundle: Bundle) -> str:
    """That a task was given to somebody else, and why, where a reason was given."""
    name, reason = _name(_element(event)), str(event.detail.get("reason", ""))
    if not name or not reason:
        return ""
    said = str((event.explanation or {}).get("text", ""))
    why = Words(bundle).flyttorsak(reason)
    moved = gettext("%(task)s: lämnad till någon annan. Orsak: %(why)s")
    return moved % {"task": name, "why": why} + (f". ”{said}”" if said else "")


def _full_names(usernames: set[str]) -> dict[str, str]:
    return names_of(usernames - {"", "system"})
