"""Why a table decided as it did, and which rule set a time limit."""

from django.db import migrations, models
from django.db.models import Value

from cases.migration import GroupedMigration


def _basis() -> models.JSONField:
    return models.JSONField(default=list, db_default=Value([], models.JSONField()))


class Migration(GroupedMigration):
    dependencies = [("cases", "0002_security")]

    operations = [
        migrations.AddField("event", "explanation", models.JSONField(null=True)),
        migrations.AddField("task", "basis", _basis()),
        migrations.AddField("timer", "basis", _basis()),
    ]
