"""Where there is no ärende, each unit has reminders of its own."""

from django.db import migrations, models

from cases.migration import GroupedMigration

KEY = ("akt", "handelse_id", "typ", "niva", "roll", "mottagare", "forfallen_datum")


class Migration(GroupedMigration):
    dependencies = [("records", "0032_granskning")]

    operations = [
        migrations.RemoveConstraint(model_name="notis", name="notis_once"),
        migrations.AddConstraint(
            model_name="notis",
            constraint=models.UniqueConstraint(
                fields=("arende", *KEY),
                condition=models.Q(arende__isnull=False),
                name="notis_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="notis",
            constraint=models.UniqueConstraint(
                fields=("unit", "delad_med", *KEY),
                condition=models.Q(arende__isnull=True),
                name="notis_once_per_unit",
                nulls_distinct=False,
            ),
        ),
    ]
