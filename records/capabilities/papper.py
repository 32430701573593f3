"""``papper.skapa``: set a paper from the record and keep it as it was given."""

from uuid import UUID

from cases.capabilities import CapabilityContext, capability
from records.answers import case_of
from records.capabilities.shapes import Inputs, Outputs
from records.errors import ConfigurationMissingError, RecordNotFoundError
from records.models import Papper
from records.papers.catalogue import PaperError
from records.queries.paper_reading import MadePaper, everything_of, make_paper
from records.queries.paper_sources import Ask
from records.writing import holder


class PaperInput(Inputs):
    """Which paper (its id in ``papers/``), about which record; ``kopia`` marks it "Kopia"."""

    papper: str
    underlag: UUID
    kopia: bool = False


class PaperOutput(Outputs):
    """The kept paper and the checksum of its bytes."""

    papper: UUID
    sha256: str


@capability("papper.skapa", input=PaperInput, output=PaperOutput)
def make(context: CapabilityContext, data: PaperInput) -> PaperOutput:
    """Set a paper and keep its bytes for ever; a second run finds the first one's.

    Raises:
        ConfigurationMissingError: The edition has no such paper, or nothing gives its data.
        RecordNotFoundError: The record is not of this holder and ärende.
    """
    own, shared = everything_of(context.organisation, context.unit)
    ask = Ask(
        ref=data.underlag,
        arende=case_of(context),
        seen=own,
        shared=shared,
        bundle=context.bundle,
        now=context.now,
    )
    try:
        made = make_paper(ask, data.papper, kopia=data.kopia)
    except PaperError as error:
        raise ConfigurationMissingError(f"papers/{data.papper}") from error
    if made is None:
        raise RecordNotFoundError("Underlag", data.underlag)
    row = _kept(context, data, made)
    context.record("papper", papper=row.pk, underlag=data.underlag)
    return PaperOutput(papper=row.pk, sha256=row.sha256)


def _kept(context: CapabilityContext, data: PaperInput, made: MadePaper) -> Papper:
    row, _ = Papper.objects.get_or_create(
        unit_id=context.unit,
        papper=data.papper,
        underlag_id=data.underlag,
        sha256=made.sha256,
        defaults={
            **holder(context),
            "arende_id": case_of(context),
            "akt_id": made.found.akt,
            "titel": made.paper.titel,
            "mall_hash": made.mall_hash,
            "law_version": made.found.law_version,
            "kopia": data.kopia,
            "storlek": len(made.content),
            "innehall": made.content,
            "skapad": context.now,
            "skapad_av_id": context.actor.user_id,
        },
    )
    return row
