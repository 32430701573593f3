"""Who has read which version of a routine (R-065): append-only, each for herself."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cases import rowsecurity
from cases.migration import GroupedMigration

TABLE = "cases_laskvittens"


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0006_sekretessforbindelse"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Laskvittens",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subject", models.CharField(max_length=200)),
                ("version", models.CharField(max_length=64)),
                ("read_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "subject", "version"), name="laskvittens_once"
                    )
                ],
            },
        ),
        rowsecurity.sign_own(TABLE),
        rowsecurity.append_only(TABLE),
        rowsecurity.grant(rowsecurity.APP, "SELECT, INSERT", [TABLE]),
        rowsecurity.grant(rowsecurity.WORKER, "SELECT", [TABLE]),
    ]
