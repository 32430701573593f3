"""A unit may be followed up more than once a year, when it is needed (R-207e)."""

from django.db import migrations

from cases.migration import GroupedMigration


class Migration(GroupedMigration):
    dependencies = [("records", "0031_kvalitetsberattelse")]

    operations = [
        migrations.RemoveConstraint(
            model_name="granskning", name="verksamhet_followed_up_once_a_year"
        ),
    ]
