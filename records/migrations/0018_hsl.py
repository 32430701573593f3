"""Health care keeps a journal of its own: no such note in the social one (R-171)."""

from django.db import migrations, models

from cases.migration import GroupedMigration


class Migration(GroupedMigration):
    dependencies = [("records", "0017_byte_journal")]

    operations = [
        migrations.AddConstraint(
            model_name="journalentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("typ__startswith", "hsl"), _negated=True),
                name="entry_no_hsl",
            ),
        ),
    ]
