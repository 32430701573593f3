"""Risk analyses, their risks, plans and the parts of the operation (R-030 to R-036)."""

import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cases import rowsecurity
from cases.migration import GroupedMigration
from records import guards

CHANGED = (
    "records_verksamhetsdel",
    "records_riskanalys",
    "records_risk",
)
FROZEN = (
    "records_riskskattning",
    "records_handlingsplan",
    "records_riskomedelbart",
    "records_utgavasedd",
)
OWNED = (*CHANGED, *FROZEN)
CLOSED = ("stangd", "stangd_av_id", "stangd_som", "stangd_skal")


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0005_protection"),
        ("records", "0025_kontroller"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Riskanalys",
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
                ("nummer", models.CharField(max_length=20)),
                ("version", models.PositiveSmallIntegerField()),
                ("anledning", models.CharField(default=None, max_length=100)),
                ("anledning_text", models.TextField(blank=True, default="")),
                ("omfattning", models.TextField()),
                ("deltagare", models.TextField()),
                ("inledd", models.DateTimeField()),
                ("faststalld", models.DateTimeField(null=True)),
                ("slutsats", models.TextField(blank=True, default="")),
                (
                    "dokument",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.dokument",
                    ),
                ),
                (
                    "faststalld_av",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "inledd_av",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.organisation",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Risk",
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
                ("handelse", models.TextField()),
                ("orsak", models.TextField(blank=True, default="")),
                (
                    "krav",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), default=list, size=None
                    ),
                ),
                ("stangd", models.DateTimeField(null=True)),
                ("stangd_som", models.CharField(blank=True, default="", max_length=100)),
                ("stangd_skal", models.TextField(blank=True, default="")),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.organisation",
                    ),
                ),
                (
                    "stangd_av",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tidigare",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="senare",
                        to="records.risk",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
                    ),
                ),
                (
                    "analys",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="risker",
                        to="records.riskanalys",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RiskOmedelbart",
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
                ("omgang", models.PositiveSmallIntegerField()),
                ("atgard", models.TextField()),
                ("registrerad", models.DateTimeField()),
                (
                    "dokument",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.dokument",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.organisation",
                    ),
                ),
                (
                    "registrerad_av",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "risk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="omedelbart",
                        to="records.risk",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RiskSkattning",
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
                ("omgang", models.PositiveSmallIntegerField()),
                ("sannolikhet", models.CharField(default=None, max_length=100)),
                ("konsekvens", models.CharField(default=None, max_length=100)),
                ("motivering", models.TextField()),
                ("klass", models.CharField(default=None, max_length=100)),
                ("atgardsforslag", models.TextField(blank=True, default="")),
                ("registrerad", models.DateTimeField()),
                (
                    "dokument",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.dokument",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.organisation",
                    ),
                ),
                (
                    "registrerad_av",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "risk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="skattningar",
                        to="records.risk",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UtgavaSedd",
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
                ("utgava", models.CharField(max_length=100)),
                ("sedd", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.organisation",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Verksamhetsdel",
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
                ("namn", models.CharField(max_length=200)),
                ("beskrivning", models.TextField(blank=True, default="")),
                ("giltig_fran", models.DateField()),
                ("registrerad", models.DateTimeField()),
                ("giltig_till", models.DateField(null=True)),
                ("avslut_skal", models.TextField(blank=True, default="")),
                (
                    "avslutad_av",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.organisation",
                    ),
                ),
                (
                    "registrerad_av",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="riskanalys",
            name="verksamhetsdel",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="riskanalyser",
                to="records.verksamhetsdel",
            ),
        ),
        migrations.CreateModel(
            name="Handlingsplan",
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
                ("omgang", models.PositiveSmallIntegerField()),
                ("upprattad", models.BooleanField()),
                ("skal", models.TextField(blank=True, default="")),
                ("registrerad", models.DateTimeField()),
                (
                    "dokument",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.dokument",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.organisation",
                    ),
                ),
                (
                    "registrerad_av",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.unit",
                    ),
                ),
                (
                    "risk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planer",
                        to="records.risk",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("risk", "omgang"), name="handlingsplan_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("upprattad", True),
                            models.Q(("skal", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="handlingsplan_skipped_has_reason",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="risk",
            constraint=models.UniqueConstraint(
                fields=("analys", "nummer"), name="risk_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="risk",
            constraint=models.CheckConstraint(
                condition=models.Q(("krav__len__gte", 1)), name="risk_names_krav"
            ),
        ),
        migrations.AddConstraint(
            model_name="risk",
            constraint=models.CheckConstraint(
                condition=models.Q(("handelse", ""), _negated=True), name="risk_says_what"
            ),
        ),
        migrations.AddConstraint(
            model_name="risk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stangd_som", "accepterad"), _negated=True),
                    models.Q(
                        models.Q(("stangd_skal", ""), _negated=True), ("stangd_av__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="risk_accepted_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="riskomedelbart",
            constraint=models.UniqueConstraint(
                fields=("risk", "omgang"), name="risk_omedelbart_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="riskomedelbart",
            constraint=models.CheckConstraint(
                condition=models.Q(("atgard", ""), _negated=True), name="risk_omedelbart_says_what"
            ),
        ),
        migrations.AddConstraint(
            model_name="riskskattning",
            constraint=models.UniqueConstraint(
                fields=("risk", "omgang"), name="risk_skattning_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="riskskattning",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sannolikhet", ""), _negated=True),
                    models.Q(("konsekvens", ""), _negated=True),
                    models.Q(("motivering", ""), _negated=True),
                    models.Q(("klass", ""), _negated=True),
                ),
                name="risk_skattning_has_both_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="utgavasedd",
            constraint=models.UniqueConstraint(
                fields=("organisation", "utgava"), name="utgava_sedd_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="verksamhetsdel",
            constraint=models.UniqueConstraint(
                condition=models.Q(("giltig_till__isnull", True)),
                fields=("unit", "namn"),
                name="verksamhetsdel_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="verksamhetsdel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("giltig_till__isnull", True),
                    models.Q(
                        models.Q(("avslut_skal", ""), _negated=True), ("avslutad_av__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="verksamhetsdel_ended_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="riskanalys",
            constraint=models.UniqueConstraint(
                fields=("organisation", "nummer"), name="riskanalys_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="riskanalys",
            constraint=models.UniqueConstraint(
                fields=("verksamhetsdel", "version"), name="riskanalys_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="riskanalys",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("faststalld__isnull", True),
                    models.Q(
                        ("faststalld_av__isnull", False), models.Q(("slutsats", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="riskanalys_faststalld_by_person",
            ),
        ),
        guards.functions(Path(__file__).parent / "sql" / "risk.sql"),
        *(rowsecurity.protect(table) for table in OWNED),
        *(rowsecurity.append_only(table) for table in FROZEN),
        *guards.set_once("records_verksamhetsdel", "giltig_till", "avslut_skal", "avslutad_av_id"),
        *guards.set_once("records_riskanalys", "faststalld", "faststalld_av_id", "slutsats"),
        *guards.set_once("records_risk", *CLOSED),
        guards.trigger(
            "records_riskanalys",
            "guard",
            "BEFORE INSERT OR UPDATE",
            "records_riskanalys_guard()",
        ),
        guards.trigger(
            "records_risk", "in_analysis", "BEFORE INSERT", "records_risk_in_analysis()"
        ),
        guards.trigger("records_risk", "closed", "BEFORE UPDATE", "records_risk_closed()"),
        guards.trigger(
            "records_riskskattning", "assessed", "BEFORE INSERT", "records_risk_assessed()"
        ),
        *guards.rights(OWNED, FROZEN),
    ]
