"""When somebody first read in a unit is asked for on a page: by its own index (L-34)."""

from django.db import migrations, models

from cases.migration import GroupedMigration


class Migration(GroupedMigration):
    dependencies = [("records", "0040_notis_klar")]

    operations = [
        migrations.AddIndex(
            model_name="readlog",
            index=models.Index(fields=["unit", "at"], name="readlog_unit_at"),
        ),
    ]
