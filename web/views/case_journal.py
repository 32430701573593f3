"""The journal of a case: write quickly, find again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from cases.context import access_context
from cases.errors import AnswersInvalidError, NotFoundError, NotPermittedError
from records import queries as records
from records.models import JournalEntry, UppdragMal
from records.notes import add_note
from records.queries import NoteFilter
from records.terms import livsomraden
from records.uppdrag_content import current_goals
from web.case_frame import CasePage, case_page
from web.notes import NoteForm, kinds_offered
from web.posted import day_of, moment_of
from web.words import Words

PAGE = 30
FINAL = "slutanteckning"
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asked to see, as she wrote it, and where the page begins."""

    typ: str = ""
    mal: str = ""
    fran: str = ""
    till: str = ""
    text: str = ""
    efter: str = ""

    @classmethod
    def of(cls, data: QueryDict, *, text: bool = False) -> "Wanted":
        """Read it; free text only where it was posted, for it may name a person."""
        names = ("typ", "mal", "fran", "till", "efter", *(("text",) if text else ()))
        return cls(**{name: str(data.get(name, "")).strip()[:LONGEST] for name in names})

    def notes(self) -> NoteFilter:
        """As the record takes it; what cannot be read is left out."""
        return NoteFilter(
            kind=self.typ,
            goal=int(self.mal) if self.mal.isdecimal() and len(self.mal) < len("12345") else None,
            first=day_of(self.fran),
            last=day_of(self.till),
            text=self.text.replace("\x00", ""),
        )

    def after(self) -> records.Cursor | None:
        """Where the page before ended."""
        at, _, ref = self.efter.partition("|")
        try:
            moment, note = moment_of(at), UUID(ref)
        except ValueError:
            return None
        return None if moment is None else (moment, note)

    @property
    def address(self) -> str:
        """The filters that may stand in an address."""
        pairs = {name: getattr(self, name) for name in ("typ", "mal", "fran", "till")}
        return urlencode({name: value for name, value in pairs.items() if value})

    @property
    def any(self) -> bool:
        """Whether something is left out."""
        return bool(self.address or self.text)


@case_page
def journal(page: CasePage) -> HttpResponse:
    """Show the notes that were asked for, with the form to write a new one at the top."""
    kind = page.here.request.GET.get("ny", "")
    return _shown(page, Wanted.of(page.here.request.GET), _begun(page, kind))


@case_page
def search(page: CasePage) -> HttpResponse:
    """Search the text of the notes; posted, so that what was searched for is in no address."""
    return _shown(page, Wanted.of(page.here.request.POST, text=True), NoteForm())


@case_page
def note(page: CasePage) -> HttpResponse:
    """Write a signed note in the journal of the person's own unit."""
    here = page.here
    if here.request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = NoteForm.posted(here.request.POST)
    try:
        add_note(page.id, _answers(page, form), actor=here.actor, now=here.now)
    except AnswersInvalidError as refusal:
        return _shown(page, Wanted(), form.refused(refusal.errors), status=422)
    messages.success(here.request, gettext("Anteckningen är skriven och signerad."))
    return redirect("web:journal", page.id)


def _answers(page: CasePage, form: NoteForm) -> dict[str, Any]:
    """With the livsområde of the chosen goal, where she chose no other."""
    goal = _goals(page).get(form.mal)
    known = form.livsomrade or (goal.livsomrade if goal else "")
    return replace(form, livsomrade=known).answers()


def _shown(page: CasePage, wanted: Wanted, form: NoteForm, status: int = 200) -> HttpResponse:
    if not page.reads:
        raise NotPermittedError("journal", page.id)
    rows, after = _notes(page, wanted)
    goals = _goals(page)
    words = Words(page.bundle) if page.bundle else None
    notes = [_note(row, words) for row in rows]
    content = {
        "journal": notes,
        "journals": _journals(notes),
        "wanted": wanted,
        "next": None if after is None else f"{after[0].isoformat()}|{after[1]}",
        "kinds": _all_kinds(page),
        "goals": [(key, f"{key}. {goal.mal}") for key, goal in goals.items()],
        **(_writing(page, form, goals.values()) if page.seen.line.open else {}),
    }
    return page.show("journal.html", content, tab="journal", status=status)


def _notes(page: CasePage, wanted: Wanted) -> tuple[list[JournalEntry], records.Cursor | None]:
    here = page.here
    if page.seen.arende is None and not page.seen.akter:
        return [], None  # an uppdrag that is not accepted yet has no journal
    try:
        return records.journal(
            here.actor,
            page.id,
            now=here.now,
            wanted=wanted.notes(),
            after=wanted.after(),
            limit=PAGE,
        )
    except (NotFoundError, NotPermittedError):
        return [], None


def _goals(page: CasePage) -> Mapping[str, UppdragMal]:
    """The goals that a note can be tied to: those of the newest akt of the reader's unit."""
    newest = next(iter(page.seen.akter), None)
    if newest is None:
        return {}
    with access_context(page.here.actor):
        return current_goals(newest.uppdrag_id)


def _writing(page: CasePage, form: NoteForm, goals: Iterable[UppdragMal]) -> dict[str, Any]:
    """What the form offers: the areas of the plan before the others."""
    if page.bundle is None:
        return {}
    names = {code: term.namn for code, term in livsomraden(page.bundle).items()}
    own = list(dict.fromkeys(goal.livsomrade for goal in goals if goal.livsomrade in names))
    kinds = kinds_offered(page.bundle, page.seen.line.side)
    address = reverse("web:journal", args=[page.id])
    return {
        "note_form": form,
        "note_kinds": [(kind.id, kind.namn) for kind in kinds],
        "templates": [
            (kind, f"{address}?{urlencode({'ny': kind.id})}#skriv") for kind in kinds if kind.mall
        ],
        "own_areas": [(code, names[code]) for code in own],
        "other_areas": [(code, name) for code, name in names.items() if code not in own],
    }


def _begun(page: CasePage, kind: str) -> NoteForm:
    """A form of a kind that was chosen beforehand, with its headings to write under."""
    offered = kinds_offered(page.bundle, page.seen.line.side) if kind else []
    found = next((one for one in offered if one.id == kind), None)
    return NoteForm() if found is None else NoteForm(typ=found.id, text=found.mall)


def _all_kinds(page: CasePage) -> list[tuple[str, str]]:
    """The kinds that stand in the journals that she reads, by name."""
    words = Words(page.bundle) if page.bundle else None
    used = records.kinds_used(page.here.actor, page.id, now=page.here.now)
    named = [(code, words.anteckningstyp(code) if words else code) for code in used]
    return sorted(named, key=lambda pair: pair[1])


def _note(row: JournalEntry, words: Words | None) -> dict[str, Any]:
    goal = row.uppdragsmal
    return {
        "id": row.pk,
        "final": row.typ == FINAL,
        "journal_id": row.journal_id,
        "typ_name": words.anteckningstyp(row.typ) if words else row.typ,
        "text": row.text,
        "handelsetid": row.handelsetid,
        "registrerad": row.registrerad,
        "forfattare": row.forfattare_namn,
        "signerad": row.signerad,
        "rattar": row.rattar_id,
        "sen": row.sen,
        "mal": f"{goal.nummer}. {goal.mal}" if goal else "",
        "livsomrade": words.livsomrade(row.livsomrade) if words and row.livsomrade else "",
        "kalla": row.kalla,
        "invandningar": [f"{one.datum}: {one.text}" for one in row.invandningar.all()],
        "journal": gettext(row.journal.get_kind_display()),
    }


def _journals(notes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The journals that the notes are of, each once."""
    found = {note["journal_id"]: note["journal"] for note in notes}
    return [{"id": ref, "name": name.lower()} for ref, name in found.items()]
