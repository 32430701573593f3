"""A handed over akt: the journal moves before its notes, as a note stands in its own unit's."""

from pathlib import Path

from django.db import migrations

from cases.migration import GroupedMigration


class Migration(GroupedMigration):
    dependencies = [("records", "0016_skyddad_sedan")]

    operations = [
        migrations.RunSQL(
            (Path(__file__).parent / "sql" / "byte_2.sql").read_text(encoding="utf-8"),
            migrations.RunSQL.noop,
        )
    ]
