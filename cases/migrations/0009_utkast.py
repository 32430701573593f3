"""What somebody has written in a form and not sent: hers alone."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from cases import rowsecurity
from cases.migration import GroupedMigration

TABLE = "cases_utkast"
SECRECY = [
    (0, "Ingen markering"),
    (1, "Sekretessmarkering"),
    (2, "Skyddad folkbokföring"),
    (3, "Fingerade personuppgifter"),
]


def _held_by(model: str) -> models.ForeignKey:
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=model,
    )


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0008_inbox"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Utkast",
            fields=[
                ("secrecy", models.PositiveSmallIntegerField(choices=SECRECY, default=0)),
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("process_key", models.CharField(max_length=100)),
                ("nyckel", models.CharField(blank=True, default="", max_length=64)),
                ("arende_id", models.UUIDField(null=True)),
                ("form_id", models.CharField(max_length=200)),
                ("form_hash", models.CharField(max_length=64)),
                ("task_version", models.PositiveIntegerField(default=0)),
                ("answers", models.JSONField()),
                ("revision", models.PositiveIntegerField(default=1)),
                ("read_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField()),
                ("organisation", _held_by("cases.organisation")),
                ("unit", _held_by("cases.unit")),
                (
                    "task",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cases.task",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["saved_at"], name="utkast_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "task", "process_key", "nyckel"),
                        name="utkast_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=Q(task__isnull=False, nyckel="")
                        | Q(task__isnull=True) & ~Q(nyckel=""),
                        name="utkast_place",
                    ),
                ],
            },
        ),
        rowsecurity.protect_by_user(TABLE),
        rowsecurity.grant(rowsecurity.APP, "SELECT, INSERT, UPDATE, DELETE", [TABLE]),
        rowsecurity.grant(rowsecurity.WORKER, "SELECT, DELETE", [TABLE]),
    ]
