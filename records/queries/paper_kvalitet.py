"""The kvalitetsberättelse as paper: three sections, the figures of the year, who fastställde it."""

from records.kvalitetsberattelse import matt_names
from records.models import AtgardStatus, Kvalitetsberattelse
from records.papers.quality import (
    Kvalitetsatgard,
    KvalitetsberattelseUnderlag,
    Kvalitetstal,
)
from records.queries.paper_sources import Ask, Found, signature, source
from records.terms import law_version


@source("kvalitetsberattelse")
def report(ask: Ask) -> Found | None:
    """What was fastställt; before that there is no paper."""
    row = (
        Kvalitetsberattelse.objects.filter(ask.seen, pk=ask.ref, faststalld__isnull=False)
        .select_related("faststalld__text", "faststalld__faststalld_av")
        .first()
    )
    if row is None:
        return None
    done, names = row.faststalld, matt_names(ask.bundle)
    text = done.text
    return Found(
        underlag=KvalitetsberattelseUnderlag(
            ar=row.ar,
            fran=row.fran,
            till=row.till,
            ansvar=text.ansvar,
            arbetet=text.arbetet,
            atgarder=text.atgarder,
            resultat=text.resultat,
            mal=text.mal,
            tal=tuple(
                Kvalitetstal(namn=names.get(one.matt, one.matt), antal=one.antal, forra=one.forra)
                for one in row.tal.order_by("nummer")
            ),
            atgardslista=tuple(
                Kvalitetsatgard(
                    nummer=one.nummer,
                    vad=one.vad,
                    effekt=AtgardStatus(one.effekt).label,
                    utford=one.utford_datum,
                )
                for one in row.atgarder.order_by("nummer")
            ),
            faststalld_av=signature(ask.bundle, done.faststalld_av, day=done.datum),
        ),
        moment=done.faststalld,
        organisation=row.organisation.name,
        enhet=row.unit.name,
        law_version=law_version(ask.bundle, row.till, required=False),
    )
