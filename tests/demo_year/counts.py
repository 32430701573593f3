# ruff: noqa: S608 - every part of a statement is a constant of this file
"""The same figures counted anew in SQL, without the product's own queries.

Each statement says in its own words what the record's Python says in its; where they differ one of
them is wrong. What was registered after a report was made is not in it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection

DAY = "(%s at time zone 'Europe/Stockholm')::date"
IN_YEAR = "%s between %%(first)s and %%(last)s"


def _days(column: str) -> str:
    return IN_YEAR % column


def _moments(column: str) -> str:
    return IN_YEAR % (DAY % column)


def _count(table: str, when: str, more: str = "") -> str:
    return (
        f"select count(*) from records_{table} where organisation_id = %(organisation)s"
        f" and {when} {more}"
    )


FIGURES: Mapping[str, str] = {
    "avvikelser_rapporterade": _count("avvikelse", _moments("rapporterad")),
    "avvikelser_stangda": _count("avvikelse", _moments("stangd")),
    "klagomal_inkomna": _count("klagomal", _days("inkom_datum"), "and registrerad <= %(counted)s"),
    "klagomal_besvarade": _count("klagomal", _days("svarad_datum")),
    "lex_sarah_rapporter": _count("lexsarah", _moments("rapporterad")),
    "lex_sarah_allvarliga": _count(
        "lexsarah",
        "id in (select lex_sarah_id from records_lexsarahbedomning where utfall = 'allvarligt'"
        f" and registrerad <= %(counted)s and {_days('datum')})",
    ),
    "lex_sarah_anmalda": _count(
        "lexsarahivo", _days("datum"), "and slag = 'anmalan' and registrerad <= %(counted)s"
    ),
    "riskanalyser_faststallda": _count("riskanalys", _moments("faststalld")),
    "risker_stangda": _count("risk", _moments("stangd")),
    "egenkontroller_faststallda": _count(
        "egenkontroll", _days("faststalld_datum"), "and faststalld <= %(counted)s"
    ),
    "akter_granskade": (
        "select count(*) from records_egenkontrollakt a join records_egenkontroll e"
        " on e.id = a.egenkontroll_id where e.organisation_id = %(organisation)s"
        f" and a.granskad is not null and {_days('e.faststalld_datum')}"
        " and e.faststalld <= %(counted)s"
    ),
    "akter_med_ska_brist": (
        "select count(distinct a.id) from records_egenkontrollakt a"
        " join records_egenkontroll e on e.id = a.egenkontroll_id"
        " join records_egenkontrollpunkt p on p.granskning_id = a.id"
        " where e.organisation_id = %(organisation)s and p.utfall = 'brist'"
        f" and p.modalitet = 'ska' and {_days('e.faststalld_datum')}"
        " and e.faststalld <= %(counted)s"
    ),
    "loggkontroller_signerade": _count("loggkontroll", _moments("signerad")),
    "lasningar_obehoriga": _count("loggbedomning", _moments("at"), "and utfall = 'obehorig'"),
    "atgarder_beslutade": _count("atgard", _moments("beslutad")),
    "atgarder_effekt_uppnadd": _count("atgardeffekt", _moments("registrerad"), "and uppnadd"),
    "atgarder_avslutade_anda": _count(
        "atgardeffekt", _moments("registrerad"), "and avslutad and not uppnadd"
    ),
}
"""Code of the figure to a count of it in one organisation, from a first to a last day."""

_QUARTER = """
with known as (
  select * from records_delbesluthandelse
   where datum <= %(last)s and registrerad <= %(counted)s
), part as (
  select d.id, b.beslutsdatum,
         (select max(datum) from known k where k.delbeslut_id = d.id and k.slag = 'avbrott') broken
    from records_delbeslut d join records_beslut b on b.id = d.beslut_id
   where d.organisation_id = %(organisation)s and d.utfall in ('bifall', 'delvis')
     and b.beslutsdatum <= %(last)s and b.registrerad <= %(counted)s
), judged as (
  select id, (coalesce(broken, beslutsdatum) + interval '3 months')::date due,
         (select min(datum) from known k where k.delbeslut_id = part.id and k.slag = 'verkstallt'
             and k.datum >= coalesce(broken, beslutsdatum)) started,
         coalesce((select slag = 'upphort' from known k where k.delbeslut_id = part.id
                      and k.slag in ('upphort', 'aterupptaget')
                    order by registrerad desc limit 1), false) ended
    from part
)
select id::text from judged
 where (started is null and due <= %(last)s and not ended)
    or (started >= %(first)s and started > due)
"""

_RETENTION = """
with due as (
  select a.id, a.person_id, a.gallringsdatum told, a.gallring_utfall outcome,
         o.driftsform = 'privat' and exists (
           select 1 from records_uppdraginsats i
            where i.uppdrag_id = a.uppdrag_id and i.lagrum like 'lss%%') lss,
         coalesce((select max((n.registrerad at time zone 'Europe/Stockholm')::date)
                     from records_journalentry n join records_journal j on j.id = n.journal_id
                    where j.akt_id = a.id), a.sista_anteckning) last
    from records_akt a join cases_organisation o on o.id = a.organisation_id
   where a.status = 'stangd'
)
select d.id::text, d.told, d.outcome,
       (d.last + case when d.lss then interval '2 years' else interval '5 years' end)::date,
       case when p.utan_id_skal <> 'gallrad' then
         not d.lss and (p.fodelsedatum is null or extract(day from p.fodelsedatum) in (5, 15, 25))
       end
  from due d join records_person p on p.id = d.person_id
"""
_BEGUN = """
select akt_id::text, gallringsdatum, (startad at time zone 'Europe/Stockholm')::date
  from records_gallringstart
"""
_COMPARED: Mapping[str, str] = {
    "kvalitetsberättelser": """
select count(distinct b.id) || ' reports, ' || count(*) || ' figures, '
       || count(*) filter (where t.antal > 0) || ' above zero, '
       || sum(t.antal) || ' things counted'
  from records_kvalitetsberattelse b join records_kvalitetsberattelsetal t on t.berattelse_id = b.id
 where b.ar = %(year)s""",
    "quarterly reports": """
select string_agg(format('%%s of %%s parts', name, found), ', ' order by name) from (
  select 'Q' || k.kvartal || ' ' || left(k.organisation_id::text, 4) name, count(r.id) found
    from records_kvartalsrapport k left join records_kvartalsrapportrad r on r.rapport_id = k.id
   where k.ar = %(year)s group by 1) counted""",
    "gallring": """
select count(*) || ' closed akter, ' || count(*) filter (where exists (
         select 1 from records_gallringstart s where s.akt_id = a.id)) || ' begun, '
       || count(gallrad) || ' gone'
  from records_akt a where status = 'stangd'""",
}
"""What the counts compare, so that a year in which there was nothing to count is seen."""


def _rows(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def kvalitetsberattelse(year: int) -> Iterator[str]:
    """Figures of the year's kvalitetsberättelser that another count does not give."""
    reports = _rows(
        "select id, organisation_id, fran, till, sammanstalld"
        " from records_kvalitetsberattelse where ar = %(year)s",
        year=year,
    )
    organisations = _rows("select count(*) from cases_organisation")[0][0]
    if len(reports) != organisations:
        yield f"{organisations} organisations have {len(reports)} kvalitetsberättelser of {year}"
    for report, organisation, first, last, counted in reports:
        told = {
            matt: (antal, forra)
            for matt, antal, forra in _rows(
                "select matt, antal, forra from records_kvalitetsberattelsetal"
                " where berattelse_id = %(report)s",
                report=report,
            )
        }
        for matt, statement in FIGURES.items():
            asked = {"organisation": organisation, "counted": counted}
            now = _rows(statement, first=first, last=last, **asked)[0][0]
            before = _rows(
                statement,
                first=first.replace(year=first.year - 1),
                last=last.replace(year=last.year - 1),
                **asked,
            )[0][0]
            if told.get(matt) != (now, before):
                yield f"kvalitetsberättelse {matt}: told {told.get(matt)}, SQL {(now, before)}"


def quarters(year: int) -> Iterator[str]:
    """Quarterly reports of the year whose parts another count does not give."""
    reports = _rows(
        "select id, kvartal, organisation_id, fran, till, sammanstalld"
        " from records_kvartalsrapport where ar = %(year)s",
        year=year,
    )
    if {row[1] for row in reports} != {1, 2, 3, 4}:
        yield f"the year has reports of the quarters {sorted(row[1] for row in reports)}"
    for report, quarter, organisation, first, last, counted in reports:
        told = _rows(
            "select delbeslut_id::text from records_kvartalsrapportrad where rapport_id = %(id)s",
            id=report,
        )
        found = _rows(_QUARTER, organisation=organisation, first=first, last=last, counted=counted)
        if set(told) != set(found):
            yield (
                f"quarter {quarter}: told {len(told)}, SQL {len(found)},"
                f" {len(set(told) ^ set(found))} differ"
            )


def gallring() -> Iterator[str]:
    """Akter whose day of gallring another count does not give, and nights that missed one."""
    begun = _rows(_BEGUN)
    ever, tonight = {akt for akt, _, _ in begun}, max((at for _, _, at in begun), default=None)
    yield from (f"gallring of akt {akt} began {at}, not due" for akt, day, at in begun if day > at)
    for akt, told, outcome, day, kept in _rows(_RETENTION):
        if told != day:
            yield f"gallring of akt {akt}: told {told}, SQL {day}"
        if kept not in (None, outcome == "bevara"):  # None: who it was is destroyed too
            yield f"gallring of akt {akt}: outcome {outcome}, SQL says kept: {kept}"
        if tonight is not None and day < tonight and akt not in ever:
            yield f"gallring of akt {akt} was due {day} and has not begun"


def compared(year: int) -> Mapping[str, str]:
    """How much there was to count, by what was counted."""
    return {name: str(_rows(text, year=year)[0][0]) for name, text in _COMPARED.items()}
