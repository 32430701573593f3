"""No role is active without a signed sekretessförbindelse (R-162); a signature never changes."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from cases import rowsecurity
from cases.migration import GroupedMigration

TABLE = "cases_sekretessforbindelse"


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0005_protection"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Sekretessforbindelse",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("egen", "Undertecknad i Kedja"),
                            ("papper", "Undertecknad på papper"),
                        ],
                        max_length=10,
                    ),
                ),
                ("signed_on", models.DateField()),
                ("version", models.CharField(blank=True, default="", max_length=64)),
                ("recorded_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.organisation",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "organisation"), name="sekretessforbindelse_once"
                    ),
                    models.CheckConstraint(
                        condition=Q(("kind", "papper"), ("version", ""))
                        | Q(("kind", "egen"), ~Q(("version", ""))),
                        name="sekretessforbindelse_text",
                    ),
                ],
            },
        ),
        rowsecurity.sign_own(TABLE),
        rowsecurity.append_only(TABLE),
        rowsecurity.grant(rowsecurity.APP, "SELECT, INSERT", [TABLE]),
        rowsecurity.grant(rowsecurity.WORKER, "SELECT", [TABLE]),
    ]
