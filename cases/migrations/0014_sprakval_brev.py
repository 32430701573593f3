"""A letter is in the language of its reader: the worker may see which that is."""

from django.db import migrations

from cases import rowsecurity


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_sprakval")]

    operations = [rowsecurity.grant(rowsecurity.WORKER, "SELECT", ["cases_sprakval"])]
