"""The language that a person wants the pages in: her own row, nobody else's."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from cases import rowsecurity
from cases.migration import GroupedMigration

TABLE = "cases_sprakval"


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0012_notiser"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Sprakval",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sprak",
                    models.CharField(choices=[("sv", "Svenska"), ("en", "English")], max_length=5),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("sprak__in", ["sv", "en"])), name="sprakval_known"
                    )
                ],
            },
        ),
        rowsecurity.protect_by_user(TABLE),
        *(
            rowsecurity.revoke(role, "ALL", [TABLE])
            for role in (rowsecurity.APP, rowsecurity.WORKER)
        ),
        rowsecurity.grant(rowsecurity.APP, "SELECT, INSERT, UPDATE", [TABLE]),
    ]
