"""A provider sees that it has declined an uppdrag, when and why, and nothing of whom (K-8)."""

from pathlib import Path

from django.db import migrations

from cases.migration import GroupedMigration


class Migration(GroupedMigration):
    dependencies = [("records", "0037_skydd_vikariat")]

    operations = [
        migrations.RunSQL(
            (Path(__file__).parent / "sql" / "declined.sql").read_text(encoding="utf-8"),
            "DROP FUNCTION records_declined(uuid[], int)",
        )
    ]
