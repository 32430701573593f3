"""Why an uppdrag was declined is shown only to whoever wrote it: it is free text (K-8)."""

from pathlib import Path

from django.db import migrations

from cases.migration import GroupedMigration

SQL = Path(__file__).parent / "sql"


class Migration(GroupedMigration):
    dependencies = [("records", "0041_readlog_unit")]

    operations = [
        migrations.RunSQL(
            (SQL / "declined_2.sql").read_text(encoding="utf-8"),
            (SQL / "declined.sql").read_text(encoding="utf-8"),
        )
    ]
