"""An index over the live part of the queue, for the order of messages."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workers", "0001_heartbeat")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX outbox_live ON cases_outbox (seq)"
            " WHERE state IN ('queued', 'leased', 'sent', 'dead')",
            "DROP INDEX outbox_live",
        ),
    ]
