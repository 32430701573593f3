"""A part may end, hold again and end on one day: a wrong notice of death (K-2)."""

from django.db import migrations, models
from django.db.models import Q

from cases.migration import GroupedMigration


class Migration(GroupedMigration):
    dependencies = [("records", "0014_skydd")]

    operations = [
        migrations.RemoveConstraint(model_name="delbesluthandelse", name="delbeslut_handelse_once"),
        migrations.AddConstraint(
            model_name="delbesluthandelse",
            constraint=models.UniqueConstraint(
                condition=~Q(slag__in=("upphort", "aterupptaget")),
                fields=("delbeslut", "slag", "datum"),
                name="delbeslut_handelse_once",
            ),
        ),
    ]
