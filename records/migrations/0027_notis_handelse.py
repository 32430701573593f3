"""A reminder may be about a deviation, a complaint or a measure, each one once."""

from django.db import migrations, models

from cases.migration import GroupedMigration


class Migration(GroupedMigration):
    dependencies = [("records", "0025_kontroller")]

    operations = [
        migrations.RemoveConstraint(model_name="notis", name="notis_once"),
        migrations.AddField(
            model_name="notis", name="handelse_id", field=models.UUIDField(null=True)
        ),
        migrations.AddConstraint(
            model_name="notis",
            constraint=models.UniqueConstraint(
                fields=(
                    "arende",
                    "akt",
                    "handelse_id",
                    "typ",
                    "niva",
                    "roll",
                    "mottagare",
                    "forfallen_datum",
                ),
                name="notis_once",
                nulls_distinct=False,
            ),
        ),
    ]
