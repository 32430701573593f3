"""Something of everything in the quality work of the demo municipality."""

from datetime import date, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from cases.models import Bundle, Instance, Task, Unit
from config import clock
from records.models import (
    Atgard,
    Avvikelse,
    Delbeslut,
    DelbeslutHandelse,
    Dokument,
    Egenkontroll,
    EgenkontrollAkt,
    EgenkontrollPunkt,
    HandelseLank,
    Handlingsplan,
    Klagomal,
    Kvalitetsberattelse,
    KvalitetsberattelseNamnd,
    KvalitetsberattelseTal,
    KvalitetsberattelseText,
    KvalitetsSteg,
    Kvartalsrapport,
    LoggBedomning,
    Loggkontroll,
    LoggRad,
    Person,
    ReadLog,
    Risk,
    Riskanalys,
    RiskSkattning,
    Verksamhetsdel,
)
from records.uppdrag_content import GRANTED
from tests.municipality import user

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NORR, SODER, BJORKEN = "Hemtjänst Norr", "Hemtjänst Söder", "Björken hemtjänst"
SECRET = "Rapporten skrevs av nattpersonalen."


def now():
    return clock.now().astimezone(STOCKHOLM)


def days_ago(number):
    return now().date() - timedelta(days=number)


def held(name=NORR):
    unit = Unit.objects.get(name=name)
    return {"organisation_id": unit.organisation_id, "unit_id": unit.pk}


def chief(name=NORR):
    return user("enhetschef.bjorken" if name == BJORKEN else "enhetschef.norr")


def form(name=NORR):
    return Dokument.objects.create(**held(name), form_id="prov", answers={}, skapad=now())


def deviation(number, name=NORR, *, days=3, klass="", **changes):
    """A deviation that came ``days`` ago."""
    moment = now() - timedelta(days=days)
    judged = {"klassad": moment, "klassad_av": chief(name)} if klass else {}
    fields = {
        "nummer": f"A-2026-{number}",
        "kategori": "lakemedel",
        "handelse": "Dosen delades ut för sent.",
        "handelse_datum": moment.date(),
        "konsekvens": "liten",
        "krav": ["insatsen_ges"],
        "rapporterad": moment,
        "rapportor": user("personal.norr"),
        "foreslagen_klass": klass,
        "klass": klass,
        **judged,
    }
    return Avvikelse.objects.create(**held(name), **(fields | changes))


def complaint(number, name=NORR, *, days=3, **changes):
    fields = {
        "nummer": f"K-2026-{number}",
        "typ": "klagomal",
        "kanal": "telefon",
        "kategori": "bemotande",
        "anonym": False,
        "kontakt": "Anna Anhörig, 070-000 00 00",
        "text": "Ingen ringde tillbaka.",
        "inkom_datum": days_ago(days),
        "registrerad": now() - timedelta(days=days),
    }
    return Klagomal.objects.create(**held(name), **(fields | changes))


def stage(kalla, row, step, **changes):
    fields = {"gjort": True, "registrerad": now(), "registrerad_av": chief()} | changes
    where = {"organisation_id": row.organisation_id, "unit_id": row.unit_id}
    return KvalitetsSteg.objects.create(**where, kalla=kalla, kalla_id=row.pk, steg=step, **fields)


def measure(number, kalla, row, *, late=0, **changes):
    """A measure that should have been ready ``late`` days ago; before its day when negative."""
    fields = {
        "nummer": f"Å-2026-{number}",
        "vad": "Skriv om rutinen.",
        "ansvarig": chief(),
        "klar_senast": days_ago(late),
        "effektmatt": "Inga sena doser.",
        "beslutad": now(),
    }
    where = {"organisation_id": row.organisation_id, "unit_id": row.unit_id}
    return Atgard.objects.create(**where, kalla=kalla, kalla_id=row.pk, **(fields | changes))


def done(row, *, days):
    """A measure that was done ``days`` ago and is to be followed up."""
    row.status, row.utford_datum = "utford", days_ago(days)
    row.save()
    return row


def part(namn="Natt", name=NORR):
    return Verksamhetsdel.objects.create(
        **held(name),
        namn=namn,
        giltig_fran=date(2025, 1, 1),
        registrerad=now(),
        registrerad_av=chief(name),
    )


def analysis(number, of):
    return Riskanalys.objects.create(
        organisation_id=of.organisation_id,
        unit_id=of.unit_id,
        nummer=f"R-2026-{number}",
        verksamhetsdel=of,
        version=number,
        anledning="arlig",
        omfattning="Hela natten.",
        deltagare="Enhetschef, nattpersonal",
        dokument=form(of.unit.name),
        inledd=now(),
        inledd_av=chief(of.unit.name),
    )


def risk(of, number, score=None, *, klass="", **changes):
    """A risk, assessed with (consequence, probability) and class."""
    where = {"organisation_id": of.organisation_id, "unit_id": of.unit_id}
    fields = {"handelse": "Larmet når ingen.", "krav": ["trygg_och_saker"]} | changes
    made = Risk.objects.create(**where, analys=of, nummer=number, **fields)
    if score is not None:
        assess(made, score, klass)
    return made


def assess(made, score, klass, *, days=0):
    hard, likely = score
    RiskSkattning.objects.create(
        organisation_id=made.organisation_id,
        unit_id=made.unit_id,
        risk=made,
        omgang=made.skattningar.count() + 1,
        sannolikhet=likely,
        konsekvens=hard,
        motivering="Det har hänt.",
        klass=klass,
        dokument=form(made.unit.name),
        registrerad=now() - timedelta(days=days),
        registrerad_av=chief(made.unit.name),
    )


def accept(made):
    made.stangd, made.stangd_som, made.stangd_skal = now(), "accepterad", "Kostar mer än det ger."
    made.stangd_av = chief()
    made.save()


def planned(made):
    return Handlingsplan.objects.create(
        organisation_id=made.organisation_id,
        unit_id=made.unit_id,
        risk=made,
        omgang=1,
        upprattad=True,
        dokument=form(made.unit.name),
        registrerad=now(),
        registrerad_av=chief(made.unit.name),
    )


def control(name=NORR, *, akter=2, cases=()):
    """An egenkontroll under way; the first akt is reviewed and lacks one thing."""
    where = held(name)
    made = Egenkontroll.objects.create(
        **where,
        instance_id=uuid4(),
        period_fran=days_ago(300),
        period_till=days_ago(1),
        motivering="Enheten är liten.",
        utgava="x" * 64,
        fro="frö",
        antal_akter=12,
        antal_skyddade_utanfor=1,
        planerad=now(),
        planerad_datum=days_ago(0),
        planerad_av=chief(name),
        dokument=form(name),
    )
    drawn = [
        EgenkontrollAkt.objects.create(
            **where,
            egenkontroll=made,
            nummer=number,
            akt_id=uuid4(),
            arende_id=cases[number - 1] if number <= len(cases) else uuid4(),
            granskare=user("kontakt.soder"),
        )
        for number in range(1, akter + 1)
    ]
    for point, kind, outcome in (("r092", "ska", "brist"), ("r095", "bor", "ok")):
        EgenkontrollPunkt.objects.create(
            **where,
            granskning=drawn[0],
            punkt=point,
            krav=point.upper(),
            rutin="planera_genomforande",
            modalitet=kind,
            utfall=outcome,
            iakttagelse="Det står inte när." if outcome == "brist" else "",
        )
    drawn[0].granskad = now()
    drawn[0].save()
    return made


def report(name=NORR, year=2025):
    """A kvalitetsberättelse that is written, and one that nämnden has received."""
    where = held(name)
    made = Kvalitetsberattelse.objects.create(
        **where,
        ar=year,
        fran=date(year, 1, 1),
        till=date(year, 12, 31),
        sammanstalld=now(),
    )
    figures = (("avvikelser_rapporterade", 7, 9), ("atgarder_beslutade", 3, 1))
    for number, (matt, antal, forra) in enumerate(figures, start=1):
        KvalitetsberattelseTal.objects.create(
            **where, berattelse=made, nummer=number, matt=matt, antal=antal, forra=forra
        )
    KvalitetsberattelseText.objects.create(
        **where,
        berattelse=made,
        version=1,
        arbetet="Egenkontroll i alla enheter.",
        atgarder="Rutinen för nycklar skrevs om.",
        resultat="Avvikelserna minskade.",
        dokument=form(name),
        skriven=now(),
        skriven_av=chief(name),
    )
    return made


def received(name=NORR, year=2025):
    organisation = Unit.objects.get(name=name).organisation
    return KvalitetsberattelseNamnd.objects.create(
        **held("Myndighet äldre"),
        berattelse_id=uuid4(),
        ar=year,
        fran_organisation=organisation,
        sha256="0" * 64,
        innehall=b"%PDF-1.7 prov",
        mottagen=now(),
    )


def log_check(name=NORR, *, readers=("personal.norr", "enhetschef.norr"), case=None, signed=False):
    """A check of last month with one line for each reader, and a break-glass; the first judged."""
    where = held(name)
    first = (now().date().replace(day=1) - timedelta(days=1)).replace(day=1)
    made = Loggkontroll.objects.create(
        **where,
        instance_id=uuid4(),
        fran=first,
        till=now().date().replace(day=1) - timedelta(days=1),
        fro="frö",
        antal_lasningar=40,
        skapad=now(),
    )
    kinds = [("stickprov", ""), ("skyddad", ""), ("nodoppning", "Hittades inte i hemmet.")]
    lines = [(readers[number % len(readers)], *kind) for number, kind in enumerate(kinds)]
    for number, (who, slag, skal) in enumerate(lines, start=1):
        row = LoggRad.objects.create(
            **where,
            kontroll=made,
            nummer=number,
            slag=slag,
            kalla_id=uuid4(),
            lasare=user(who),
            arende_id=case or uuid4(),
            at=now() - timedelta(days=40),
            vad="arende",
            skal=skal,
            grupp="chefen" if who.startswith("enhetschef") else "ovriga",
        )
        if number == 1 or signed:
            _judge(where, row, name)
    if signed:
        made.signerad, made.signerad_av, made.slutsats = now(), chief(name), "Gått igenom."
        made.save()
    return made


def log_task(made, element="Task_GranskaLasningar", role="enhetschef"):
    """The open task of a check, as the process makes it."""
    where = {"organisation_id": made.organisation_id, "unit_id": made.unit_id}
    instance = Instance.objects.create(
        pk=made.instance_id,
        **where,
        bundle=Bundle.objects.latest("deployed_at"),
        process_key="loggkontroll",
        state=b"",
        started_at=now(),
    )
    return Task.objects.create(
        **where,
        instance=instance,
        process_key="loggkontroll",
        element=element,
        name="Granska läsningarna",
        role=role,
        groups=[role],
        created_at=now(),
    )


def _judge(where, row, name):
    LoggBedomning.objects.create(
        **where,
        rad=row,
        nummer=1,
        utfall="behorig",
        granskare=user("kvalitet.ekviken"),
        at=now(),
        dokument=form(name),
    )


def link(one, kind, other, till):
    return HandelseLank.objects.create(
        organisation_id=one.organisation_id,
        unit_id=one.unit_id,
        fran=kind,
        fran_id=one.pk,
        till=till,
        till_id=other.pk,
        skapad=now(),
    )


def first_read(name=NORR, *, days):
    """Somebody first read in a unit so many days ago."""
    held_by = Person.objects.filter(**held(name)).first() or Person.objects.create(
        **held(name), utan_id_skal="Prov.", fornamn="Prov", efternamn="Provsten", skapad=now()
    )
    return ReadLog.objects.create(
        **held(name),
        user=chief(name),
        person=held_by,
        arende_id=uuid4(),
        vad="arende",
        at=now() - timedelta(days=days),
    )


def not_begun(case):
    """A part of an ärende's decision that was interrupted, and the reports of two quarters."""
    part = Delbeslut.objects.filter(beslut__arende_id=case, utfall__in=GRANTED).first()
    where = {"organisation_id": part.organisation_id, "unit_id": part.unit_id}
    happened = {"delbeslut": part, "arende_id": case, "registrerad": now()}
    for slag, days, more in (
        ("avbrott", 20, {}),
        ("ej_verkstallt", 2, {"skal": "Tackade nej efter sjukhusvistelsen.", "avbojda": 2}),
    ):
        DelbeslutHandelse.objects.create(
            **where, **happened, **more, slag=slag, datum=days_ago(days)
        )
    for year in (2024, 2025):
        Kvartalsrapport.objects.create(
            **where,
            ar=year,
            kvartal=4,
            fran=date(year, 10, 1),
            till=date(year, 12, 31),
            minsta_antal=5,
            law_version="SoL 2025:400",
            sammanstalld=now(),
        )


def waits(row, process, *tasks):
    """Open tasks about a thing, each a name and a role, in a process that a message began."""
    where = {"organisation_id": row.organisation_id, "unit_id": row.unit_id}
    instance = Instance.objects.create(
        **where,
        bundle=Bundle.objects.latest("deployed_at"),
        process_key=process,
        business_key=str(row.pk),
        state=b"",
        started_at=now(),
    )
    for name, role in tasks:
        Task.objects.create(
            **where,
            instance=instance,
            process_key=process,
            element="Task_Prov",
            name=name,
            role=role,
            groups=[role],
            created_at=now(),
            due=now() + timedelta(days=9),
        )


def everything():
    """A row behind each page."""
    late = deviation(901, klass="niva_1", days=45)
    stage("avvikelse", late, "rapportera")
    done(measure(901, "avvikelse", late, late=60), days=60)
    deviation(902)
    link(late, "avvikelse", complaint(901, days=20), "klagomal")
    complaint(902, anonym=True, kontakt="")
    first = analysis(901, part())
    grave = risk(first, 1, ("katastrofal", "liten"), klass="R3")
    planned(grave)
    measure(902, "risk", grave, late=4)
    risk(first, 2, ("mindre", "mycket_liten"), klass="R1")
    risk(first, 3)
    control()
    report()
    received()
    log_check()
