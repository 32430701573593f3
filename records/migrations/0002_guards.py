"""Row-level security, append-only rows, the closing gate and the rights of the roles."""

from pathlib import Path

from cases import rowsecurity
from cases.migration import GroupedMigration
from records import guards

FROZEN = (
    "records_livsomradebedomning",
    "records_mal",
    "records_delbeslut",
    "records_beslutuppfoljning",
    "records_dokument",
    "records_journal",
    "records_plan",
    "records_plandeltagare",
    "records_planmal",
    "records_planaktivitet",
    "records_uppfoljning",
    "records_malresultat",
    "records_nyttuppfoljningsdatum",
    "records_namndlistning",
    "records_readlog",
    "records_uppdragandring",
)
OWNED = (
    "records_person",
    "records_dodsfall",
    "records_arende",
    "records_utredning",
    "records_beslut",
    "records_journalentry",
    "records_akt",
    "records_planversion",
    *(
        table
        for table in FROZEN
        if table not in {"records_namndlistning", "records_uppdragandring"}
    ),
)
SHARED = (
    "records_uppdrag",
    "records_uppdraginsats",
    "records_uppdragmal",
    "records_uppdragandring",
    "records_kvittens",
    "records_notis",
    "records_namndlistning",
)
BOTH = "BEFORE INSERT OR UPDATE"


class Migration(GroupedMigration):
    dependencies = [("records", "0001_initial")]

    operations = [
        guards.functions(Path(__file__).parent / "sql" / "0002_guards.sql"),
        *(rowsecurity.protect(table) for table in OWNED),
        *(operation for table in SHARED for operation in guards.protect_shared(table)),
        *(rowsecurity.append_only(table) for table in FROZEN),
        *guards.set_once("records_journalentry", "signerad", "signerad_av_id"),
        *guards.set_once("records_beslut", "delgiven_datum", "delgivningssatt"),
        *guards.set_once("records_dodsfall", "aterford", "aterford_av_id", "aterford_skal"),
        *guards.set_once("records_kvittens", "kvitterad", "kvitterad_av_id"),
        *guards.set_once("records_notis", "last"),
        *guards.set_once(
            "records_planversion", "faststalld", "faststalld_datum", "faststalld_av_id", "forkastad"
        ),
        *(
            operation
            for table in (
                "records_person",
                "records_arende",
                "records_utredning",
                "records_uppdrag",
                "records_uppdraginsats",
                "records_uppdragmal",
                "records_akt",
            )
            for operation in guards.kept(table)
        ),
        guards.trigger("records_akt", "gate", BOTH, "records_akt_gate()"),
        guards.trigger("records_arende", "gate", BOTH, "records_arende_gate()"),
        guards.trigger("records_uppdrag", "guard", BOTH, "records_uppdrag_guard()"),
        guards.trigger("records_uppdraginsats", "part", BOTH, "records_uppdrag_part()"),
        guards.trigger("records_uppdragmal", "part", BOTH, "records_uppdrag_part()"),
        guards.accepted_has_akt(),
        guards.trigger("records_planversion", "guard", BOTH, "records_plan_guard()"),
        guards.trigger("records_plandeltagare", "part", "BEFORE INSERT", "records_plan_part()"),
        guards.trigger("records_planmal", "part", "BEFORE INSERT", "records_plan_part()"),
        guards.trigger("records_planaktivitet", "part", "BEFORE INSERT", "records_plan_part()"),
        *guards.rights((*OWNED, *SHARED), FROZEN),
    ]
