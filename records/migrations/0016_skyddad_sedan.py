"""Since when a person is protected: kept papers from before may tell where she lived (P-1)."""

from pathlib import Path

from django.db import migrations, models

from cases.migration import GroupedMigration
from records import guards


class Migration(GroupedMigration):
    dependencies = [("records", "0015_delbeslut_handelse")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="skyddad_sedan",
            field=models.DateTimeField(null=True),
        ),
        guards.functions(Path(__file__).parent / "sql" / "protection.sql"),
    ]
