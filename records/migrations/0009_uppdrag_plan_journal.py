"""Pauses, oral orders, contents of a plan (R-101 to R-107) and of a note (R-123 to R-134)."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cases import rowsecurity
from cases.migration import GroupedMigration
from records import guards

FROZEN = "records_planreferens"
TABLES = (FROZEN, "records_uppehall", "records_muntligtuppdrag")


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0004_start_timer"),
        ("records", "0008_beslut"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MuntligtUppdrag",
            fields=[
                (
                    "secrecy",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Ingen markering"),
                            (1, "Sekretessmarkering"),
                            (2, "Skyddad folkbokföring"),
                            (3, "Fingerade personuppgifter"),
                        ],
                        default=0,
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("mottagare_namn", models.CharField(max_length=200)),
                ("innehall", models.TextField()),
                ("skal", models.TextField()),
                ("lamnat", models.DateTimeField()),
                ("akut", models.BooleanField(default=False)),
                ("registrerad", models.DateTimeField()),
                ("utfall", models.CharField(blank=True, default="", max_length=100)),
                ("utfall_skal", models.TextField(blank=True, default="")),
                ("avslutat", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PlanReferens",
            fields=[
                (
                    "secrecy",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Ingen markering"),
                            (1, "Sekretessmarkering"),
                            (2, "Skyddad folkbokföring"),
                            (3, "Fingerade personuppgifter"),
                        ],
                        default=0,
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("nummer", models.PositiveSmallIntegerField()),
                ("typ", models.CharField(default=None, max_length=100)),
                ("hanvisning", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Uppehall",
            fields=[
                (
                    "secrecy",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Ingen markering"),
                            (1, "Sekretessmarkering"),
                            (2, "Skyddad folkbokföring"),
                            (3, "Fingerade personuppgifter"),
                        ],
                        default=0,
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("orsak", models.CharField(default=None, max_length=100)),
                ("fran", models.DateField()),
                ("vantas_ater", models.DateField(null=True)),
                ("insatser", models.JSONField(default=list)),
                ("registrerad", models.DateTimeField()),
                ("ater_datum", models.DateField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="journalentry",
            name="aktivitet",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.planaktivitet",
            ),
        ),
        migrations.AddField(
            model_name="journalentry",
            name="kalla_relation",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="journalentry",
            name="omgivningsfaktor",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AddField(
            model_name="journalentry",
            name="sen",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="planaktivitet",
            name="aktivitetsmal",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="planaktivitet",
            name="egenvard_underlag",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="planaktivitet",
            name="stodform",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AddField(
            model_name="plandeltagare",
            name="behorighet",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AddField(
            model_name="planmal",
            name="eget_mal",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="planversion",
            name="samverkan_kontakt",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="uppdrag",
            name="foregaende",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="efterfoljande",
                to="records.uppdrag",
            ),
        ),
        migrations.AddConstraint(
            model_name="planaktivitet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("typ", "egenvard"), _negated=True),
                    models.Q(("egenvard_underlag", ""), _negated=True),
                    _connector="OR",
                ),
                name="plan_self_care_has_assessment",
            ),
        ),
        migrations.AddConstraint(
            model_name="plandeltagare",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("roll", "stallforetradare"), _negated=True),
                    models.Q(("behorighet_underlag", ""), _negated=True),
                    _connector="OR",
                ),
                name="plan_representative_has_authority",
            ),
        ),
        migrations.AddConstraint(
            model_name="planversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("samverkansbehov", False),
                    models.Q(("samverkan", ""), _negated=True),
                    _connector="OR",
                ),
                name="plan_cooperation_stated",
            ),
        ),
        migrations.AddField(
            model_name="muntligtuppdrag",
            name="arende",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="muntliga_uppdrag",
                to="records.arende",
            ),
        ),
        migrations.AddField(
            model_name="muntligtuppdrag",
            name="dokument",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.dokument"
            ),
        ),
        migrations.AddField(
            model_name="muntligtuppdrag",
            name="mottagare_unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.unit"
            ),
        ),
        migrations.AddField(
            model_name="muntligtuppdrag",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.organisation",
            ),
        ),
        migrations.AddField(
            model_name="muntligtuppdrag",
            name="registrerad_av",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="muntligtuppdrag",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.unit",
            ),
        ),
        migrations.AddField(
            model_name="uppdrag",
            name="muntligt",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="skrivna",
                to="records.muntligtuppdrag",
            ),
        ),
        migrations.AddField(
            model_name="planreferens",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.organisation",
            ),
        ),
        migrations.AddField(
            model_name="planreferens",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.unit",
            ),
        ),
        migrations.AddField(
            model_name="planreferens",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="referens",
                to="records.planversion",
            ),
        ),
        migrations.AddField(
            model_name="uppehall",
            name="akt",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="uppehall",
                to="records.akt",
            ),
        ),
        migrations.AddField(
            model_name="uppehall",
            name="ater_av",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="uppehall",
            name="dokument",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.dokument"
            ),
        ),
        migrations.AddField(
            model_name="uppehall",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.organisation",
            ),
        ),
        migrations.AddField(
            model_name="uppehall",
            name="registrerad_av",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="uppehall",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="muntligtuppdrag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("utfall", "inte_aktuellt"), _negated=True),
                    models.Q(("utfall_skal", ""), _negated=True),
                    _connector="OR",
                ),
                name="muntligt_dropped_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="planreferens",
            constraint=models.UniqueConstraint(
                fields=("version", "nummer"), name="plan_referens_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="planreferens",
            constraint=models.CheckConstraint(
                condition=models.Q(("hanvisning", ""), _negated=True), name="plan_referens_filled"
            ),
        ),
        migrations.AddIndex(
            model_name="uppehall",
            index=models.Index(fields=["akt", "fran"], name="records_upp_akt_id_874446_idx"),
        ),
        migrations.AddConstraint(
            model_name="uppehall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ater_datum__isnull", True),
                    ("ater_datum__gte", models.F("fran")),
                    _connector="OR",
                ),
                name="uppehall_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="uppehall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("vantas_ater__isnull", True),
                    ("vantas_ater__gte", models.F("fran")),
                    _connector="OR",
                ),
                name="uppehall_expected_after_start",
            ),
        ),
        *(rowsecurity.protect(table) for table in TABLES),
        rowsecurity.append_only(FROZEN),
        *guards.set_once("records_uppehall", "ater_datum", "ater_av_id"),
        *guards.set_once("records_muntligtuppdrag", "utfall", "utfall_skal", "avslutat"),
        guards.trigger(FROZEN, "part", "BEFORE INSERT", "records_plan_part()"),
        *(
            operation
            for role in (rowsecurity.APP, rowsecurity.WORKER)
            for operation in (
                rowsecurity.revoke(role, "ALL", TABLES),
                rowsecurity.grant(role, "SELECT, INSERT, UPDATE", TABLES),
                rowsecurity.revoke(role, "UPDATE", (FROZEN,)),
            )
        ),
    ]
