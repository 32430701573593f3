"""Every guard lets a changed protection level through again (P-1).

0017 replaced the guard of plans with plain SQL, after ``kedja_let_restamp`` had given every guard
its exception; a person with a plan in force could not be protected.
"""

from django.db import migrations

from cases.migration import GroupedMigration


class Migration(GroupedMigration):
    dependencies = [("records", "0018_hsl")]

    operations = [
        migrations.RunSQL("SELECT kedja_let_restamp()", migrations.RunSQL.noop),
    ]
