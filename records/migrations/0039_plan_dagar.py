"""On which days and when in the day an activity of a plan is done; what was written says neither.

The plans that are there keep their free text alone: the columns come empty, and the triggers that
lock an established version are not asked.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from cases.migration import GroupedMigration

DAYS = ["mandag", "tisdag", "onsdag", "torsdag", "fredag", "lordag", "sondag"]
TIMES = ["morgon", "dag", "kvall", "natt"]


class Migration(GroupedMigration):
    dependencies = [("records", "0038_declined")]

    operations = [
        migrations.AddField(
            model_name="planaktivitet",
            name="dagar",
            field=ArrayField(base_field=models.CharField(max_length=100), default=list, size=None),
        ),
        migrations.AddField(
            model_name="planaktivitet",
            name="tider",
            field=ArrayField(base_field=models.CharField(max_length=100), default=list, size=None),
        ),
        migrations.AddConstraint(
            model_name="planaktivitet",
            constraint=models.CheckConstraint(
                condition=models.Q(dagar__contained_by=DAYS, tider__contained_by=TIMES),
                name="plan_aktivitet_days_known",
            ),
        ),
    ]
