"""Named people's way into protected cases, and the one exception of rows that never change."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from cases import rowsecurity
from cases.migration import GroupedMigration

TABLE = "cases_caseaccess"
LEVELS = [
    (0, "Ingen markering"),
    (1, "Sekretessmarkering"),
    (2, "Skyddad folkbokföring"),
    (3, "Fingerade personuppgifter"),
]


def _key(to: str, *, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        null=null,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=to,
    )


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0004_start_timer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseAccess",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("arende_id", models.UUIDField(db_index=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("utsedd", "Utsedd"), ("nodoppning", "Nödöppning")], max_length=12
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(choices=LEVELS)),
                ("opened_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", _key(settings.AUTH_USER_MODEL, null=True)),
                ("opened_by", _key(settings.AUTH_USER_MODEL, null=True)),
                ("organisation", _key("cases.organisation")),
                ("unit", _key("cases.unit")),
                ("user", _key(settings.AUTH_USER_MODEL)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=Q(("ended_at__isnull", True)),
                        fields=["user"],
                        name="caseaccess_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("expires_at__isnull", True), ("kind", "utsedd"))
                        | Q(("expires_at__gt", F("opened_at")), ("kind", "nodoppning")),
                        name="caseaccess_emergency_is_short",
                    ),
                    models.UniqueConstraint(
                        condition=Q(("ended_at__isnull", True), ("kind", "utsedd")),
                        fields=("user", "arende_id", "unit"),
                        name="caseaccess_appointed_once",
                    ),
                ],
            },
        ),
        rowsecurity.restamping(),
        rowsecurity.set_once_access(TABLE),
        *(
            rowsecurity.grant(role, "SELECT, INSERT, UPDATE", [TABLE])
            for role in (rowsecurity.APP, rowsecurity.WORKER)
        ),
    ]
