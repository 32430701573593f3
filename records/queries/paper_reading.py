"""One paper as a file: what was kept when it was given, else set now from the record."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from cases import bundles
from cases.access import Action
from cases.actor import Actor
from cases.context import access_context
from cases.errors import NotFoundError
from engine.bundle import Bundle
from records.access import readable
from records.answers import local_date
from records.errors import ConfigurationMissingError
from records.models import Papper, Person, Skydd
from records.papers.catalogue import FOLDER, LAYOUT, Paper, PaperError, load_paper, sender
from records.papers.letter import Letter
from records.papers.render import render
from records.queries.paper_sources import Ask, Found, cited, recipient, sources
from records.queries.papers import person_of, takes_part
from records.queries.reads import log_read, refusals_logged


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFile:
    """A PDF to hand over. The file name holds ids only; ``kept`` when it is what was given."""

    name: str
    content: bytes
    sha256: str
    titel: str
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePaper:
    """A paper just set, with what is kept about it."""

    content: bytes
    paper: Paper
    found: Found
    mall_hash: str

    @property
    def sha256(self) -> str:
        """Checksum of the bytes, hex."""
        return hashlib.sha256(self.content).hexdigest()


def paper_file(
    actor: Actor, case_id: UUID, paper_id: str, ref: UUID, *, now: datetime, task_id: str = ""
) -> PaperFile:
    """One paper about one record of a case; the read is logged.

    What was kept when the paper was given is shown again unchanged. Else it is set from the
    record, which gives the same bytes each time: the record dates it, not the clock.

    Args:
        actor: Who reads.
        case_id: The ärende.
        paper_id: Id of the paper, e.g. ``beslut``.
        ref: Id of the record that it is about.
        now: The moment, aware.
        task_id: The task that is the reason for reading, where there is one.

    Raises:
        NotFoundError: No such paper, no such record, or it is out of sight; the attempt is logged.
        NotPermittedError: Nothing of the case is hers to read; the attempt is logged (R-163).
    """
    bundle = bundles.compiled(bundles.newest_hash(local_date(now)))
    actor = actor.at(case_id)
    with refusals_logged(actor, case_id, "papper", now), access_context(actor):
        seen = readable(actor, now, case=case_id, action=Action.CONTENT)
        shared = readable(actor, now, case=case_id, shared=True, action=Action.CONTENT)
        ask = Ask(ref=ref, arende=case_id, seen=seen, shared=shared, bundle=bundle, now=now)
        person = person_of(case_id, seen)
        kept = kept_paper(ask, paper_id, person)
        found = _set_now(ask, paper_id) if kept is None else _file(kept)
        if found is None:
            part = takes_part(actor, case_id, now)
            raise NotFoundError("paper", ref) if part else NotFoundError("case", case_id)
        if person is not None:
            log_read(actor, person, case_id, f"papper:{paper_id}"[:40], now, task_id)
    return found


def kept_paper(ask: Ask, paper_id: str, person: Person | None) -> Papper | None:
    """The newest kept copy of a paper, or None.

    What was given before the person was protected may tell where she lived (P-1), so it is set
    anew without address; a copy that was kept under protection has none.
    """
    rows = Papper.objects.filter(
        ask.seen, papper=paper_id, underlag_id=ask.ref, arende_id=ask.arende
    )
    if person is not None and person.skydd != Skydd.INGEN:
        since = person.skyddad_sedan or person.skapad
        rows = rows.filter(skapad__gt=since)
    return rows.order_by("-skapad").first()


def _file(row: Papper) -> PaperFile:
    return PaperFile(
        name=_name(row.papper, row.underlag_id),
        content=bytes(row.innehall),
        sha256=row.sha256,
        titel=row.titel,
        kept=True,
    )


def _set_now(ask: Ask, paper_id: str) -> PaperFile | None:
    try:
        made = make_paper(ask, paper_id)
    except (PaperError, ConfigurationMissingError):
        return None
    if made is None:
        return None
    return PaperFile(
        name=_name(paper_id, ask.ref),
        content=made.content,
        sha256=made.sha256,
        titel=made.paper.titel,
        kept=False,
    )


def _name(paper_id: str, ref: UUID) -> str:
    return f"{paper_id}-{ref}.pdf"


def make_paper(ask: Ask, paper_id: str, *, kopia: bool = False) -> MadePaper | None:
    """Set one paper from the record, or None where the record is not within sight.

    Raises:
        PaperError: The edition has no such paper.
        ConfigurationMissingError: Nothing gives the kind of data that the paper needs.
    """
    paper = load_paper(ask.bundle.files, paper_id)
    if paper.underlag not in sources():
        raise ConfigurationMissingError(f"källa för underlaget {paper.underlag}")
    found = sources()[paper.underlag](ask)
    if found is None:
        return None
    letter = Letter(
        ref=ask.ref,
        arende=found.arendenummer,
        upprattad=found.moment,
        law_version=found.law_version,
        person=None if found.person is None else recipient(found.person),
        avsandare=sender(ask.bundle.files, organisation=found.organisation, enhet=found.enhet),
        innehall=found.underlag,
        kopia=kopia or found.kopia,
    )
    lagrum = tuple(cited(ask.bundle, ref) for ref in paper.lagrum)
    content = render(ask.bundle.files, paper, letter, lagrum)
    return MadePaper(
        content=content, paper=paper, found=found, mall_hash=_template_hash(ask.bundle, paper)
    )


def _template_hash(bundle: Bundle, paper: Paper) -> str:
    """SHA-256 of what the paper was set with, so that it can be told which template it was."""
    names = (LAYOUT, f"{FOLDER}/{paper.id}.typ", f"{FOLDER}/{paper.id}.toml")
    digest = hashlib.sha256()
    for name in names:
        digest.update(bundle.files[name])
    return digest.hexdigest()


def everything_of(organisation: UUID, unit: UUID) -> tuple[Q, Q]:
    """The filters of a capability: rows of its own organisation, and those sent to its unit."""
    own = Q(organisation_id=organisation)
    return own, own | Q(delad_med_id=unit)
