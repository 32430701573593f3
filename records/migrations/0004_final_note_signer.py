"""A slutanteckning is signed by a person: a time without a signer is no signature (R-180)."""

from django.db import migrations, models
from django.db.models import Q

from cases.migration import GroupedMigration


class Migration(GroupedMigration):
    dependencies = [("records", "0003_uppdrag_nummer")]

    operations = [
        migrations.AddConstraint(
            model_name="journalentry",
            constraint=models.CheckConstraint(
                condition=~Q(typ="slutanteckning")
                | Q(signerad__isnull=True)
                | Q(signerad_av__isnull=False),
                name="entry_final_note_signed_by_somebody",
            ),
        )
    ]
