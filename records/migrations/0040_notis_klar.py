"""A reminder ends when what it asks for is done; one that has ended may be sent anew."""

from pathlib import Path

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from cases.migration import GroupedMigration
from records import guards

KEY = ("akt", "handelse_id", "typ", "niva", "roll", "mottagare", "forfallen_datum")
OPEN = models.Q(klar__isnull=True)
GUARD = "DROP TRIGGER records_notis_set_once ON records_notis"
FORGET = """
DROP TRIGGER records_akt_notis ON records_akt;
DROP TRIGGER records_uppfoljning_notis ON records_uppfoljning;
DROP TRIGGER records_planversion_notis ON records_planversion;
DROP TRIGGER records_uppdrag_notis ON records_uppdrag;
DROP TRIGGER instance_notis ON cases_instance;
DROP TRIGGER task_notis ON cases_task;
DROP FUNCTION records_notis_task(), records_notis_process(), records_notis_uppdrag(),
  records_notis_plan(), records_notis_uppfoljning(), records_notis_akt();
"""


def _once(name: str, fields: tuple[str, ...], condition: models.Q) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=fields, condition=condition, name=name, nulls_distinct=False
    )


class Migration(GroupedMigration):
    dependencies = [("records", "0039_plan_dagar"), ("cases", "0015_trigger_namn")]

    operations = [
        migrations.RemoveConstraint(model_name="notis", name="notis_once"),
        migrations.RemoveConstraint(model_name="notis", name="notis_once_per_unit"),
        migrations.AddField("notis", "instans", models.UUIDField(null=True)),
        migrations.AddField(
            "notis",
            "upphor_med",
            ArrayField(models.CharField(max_length=120), blank=True, default=list),
        ),
        migrations.AddField("notis", "klar", models.DateTimeField(null=True)),
        migrations.AddField(
            "notis", "klar_genom", models.CharField(blank=True, default="", max_length=100)
        ),
        migrations.AddConstraint(
            "notis", _once("notis_once", ("arende", *KEY), models.Q(arende__isnull=False) & OPEN)
        ),
        migrations.AddConstraint(
            "notis",
            _once(
                "notis_once_per_unit",
                ("unit", "delad_med", *KEY),
                models.Q(arende__isnull=True) & OPEN,
            ),
        ),
        migrations.AddIndex(
            "notis",
            models.Index(
                fields=["instans"],
                condition=models.Q(instans__isnull=False) & OPEN,
                name="notis_from",
            ),
        ),
        migrations.AddIndex(
            "notis",
            models.Index(
                fields=["handelse_id"],
                condition=models.Q(handelse_id__isnull=False) & OPEN,
                name="notis_about",
            ),
        ),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
        guards.trigger(
            "records_notis",
            "set_once",
            "BEFORE UPDATE",
            "records_set_once('last', 'klar', 'klar_genom')",
        ),
        migrations.RunSQL(
            (Path(__file__).parent / "sql" / "notis_klar.sql").read_text(encoding="utf-8"), FORGET
        ),
    ]
