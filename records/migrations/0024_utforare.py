"""Cooperation, approval and follow-up of providers, plans of LSS 10 § and of placed children."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cases import rowsecurity
from cases.migration import GroupedMigration
from records import guards

FROZEN = (
    "records_externpart",
    "records_forum",
    "records_godkannande",
    "records_godkannandekrav",
    "records_godkannandeslut",
    "records_granskning",
    "records_granskningbedomning",
    "records_granskningrad",
    "records_granskningrapport",
    "records_granskningsvar",
    "records_individuellplan",
    "records_placeringsplan",
    "records_samverkansplan",
)
OWNED = (*FROZEN, "records_samverkansrapport")


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0005_protection"),
        ("records", "0023_lexsarah"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Godkannande",
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
                ("utforare", models.CharField(max_length=200)),
                ("enhet_id", models.UUIDField(null=True)),
                ("driftsform", models.CharField(default=None, max_length=100)),
                ("tjansteomrade", models.CharField(default=None, max_length=100)),
                ("grund", models.CharField(default=None, max_length=100)),
                ("bestallning", models.TextField(blank=True, default="")),
                ("avtal", models.CharField(blank=True, default="", max_length=100)),
                ("utfall", models.CharField(default=None, max_length=100)),
                ("villkor", models.TextField(blank=True, default="")),
                ("period_fran", models.DateField(null=True)),
                ("period_till", models.DateField(null=True)),
                ("beslut_ref", models.CharField(max_length=100)),
                ("beslutsdatum", models.DateField()),
                ("registrerad", models.DateTimeField()),
                (
                    "beslutad_av",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dokument",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.dokument",
                    ),
                ),
                (
                    "foregaende",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.godkannande",
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
            name="GodkannandeKrav",
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
                ("krav", models.CharField(max_length=500)),
                ("uppfyllt", models.BooleanField()),
                ("underlag", models.TextField(blank=True, default="")),
                (
                    "godkannande",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="krav",
                        to="records.godkannande",
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
            name="GodkannandeSlut",
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
                ("datum", models.DateField()),
                ("skal", models.TextField(blank=True, default="")),
                ("registrerad", models.DateTimeField()),
                (
                    "godkannande",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="slut",
                        to="records.godkannande",
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
                        null=True,
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
        migrations.CreateModel(
            name="Granskning",
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
                ("kalla", models.CharField(default=None, max_length=100)),
                ("enhet_id", models.UUIDField(null=True)),
                ("enhet", models.CharField(max_length=200)),
                ("driftsform", models.CharField(default=None, max_length=100)),
                ("ar", models.PositiveSmallIntegerField()),
                ("oppnad", models.DateTimeField()),
                (
                    "godkannande",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="granskningar",
                        to="records.godkannande",
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
            name="GranskningBedomning",
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
                ("utfall", models.CharField(default=None, max_length=100)),
                ("sammanfattning", models.TextField()),
                ("bedomd", models.DateTimeField()),
                (
                    "bedomd_av",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dokument",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.dokument",
                    ),
                ),
                (
                    "granskning",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bedomning",
                        to="records.granskning",
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
            name="GranskningRad",
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
                ("krav", models.CharField(max_length=500)),
                ("utfall", models.CharField(default=None, max_length=100)),
                ("iakttagelse", models.TextField(blank=True, default="")),
                (
                    "bedomning",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rader",
                        to="records.granskningbedomning",
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
            name="GranskningRapport",
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
                ("datum", models.DateField()),
                ("protokoll", models.CharField(max_length=100)),
                ("registrerad", models.DateTimeField()),
                (
                    "granskning",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rapport",
                        to="records.granskning",
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
        migrations.CreateModel(
            name="GranskningSvar",
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
                ("granskning_id", models.UUIDField()),
                ("dag", models.DateField()),
                ("antal_akter", models.PositiveIntegerField()),
                ("antal_planer", models.PositiveIntegerField()),
                ("antal_aktuella", models.PositiveIntegerField()),
                ("rutiner", models.BooleanField()),
                ("dokumentation", models.BooleanField()),
                ("tid", models.BooleanField()),
                ("registrerad", models.DateTimeField()),
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
            name="IndividuellPlan",
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
                ("steg", models.CharField(default=None, max_length=100)),
                ("datum", models.DateField()),
                ("insatser", models.TextField(blank=True, default="")),
                ("andras_atgarder", models.TextField(blank=True, default="")),
                ("synpunkt", models.TextField(blank=True, default="")),
                ("skal", models.TextField(blank=True, default="")),
                ("omprovas_senast", models.DateField(null=True)),
                ("registrerad", models.DateTimeField()),
                (
                    "arende",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="individuella_planer",
                        to="records.arende",
                    ),
                ),
                (
                    "dokument",
                    models.OneToOneField(
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
            ],
        ),
        migrations.CreateModel(
            name="Placeringsplan",
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
                ("slag", models.CharField(default=None, max_length=100)),
                ("nummer", models.PositiveSmallIntegerField()),
                ("mal", models.TextField()),
                ("insatser", models.TextField()),
                ("umgange", models.TextField()),
                ("synpunkt_barn", models.TextField()),
                ("synpunkt_vardnadshavare", models.TextField()),
                ("nar_och_hur", models.TextField(blank=True, default="")),
                ("uppfoljning", models.TextField(blank=True, default="")),
                ("andra_huvudman", models.TextField(blank=True, default="")),
                ("kontakt_med_namnden", models.TextField(blank=True, default="")),
                ("upprattad", models.DateTimeField()),
                (
                    "arende",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placeringsplaner",
                        to="records.arende",
                    ),
                ),
                (
                    "dokument",
                    models.OneToOneField(
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
                    "upprattad_av",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Samverkansplan",
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
                ("delaktighet", models.TextField()),
                ("faststalld", models.DateTimeField()),
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
            name="Forum",
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
                ("deltagare", models.CharField(max_length=500)),
                ("frekvens", models.CharField(default=None, max_length=100)),
                ("syfte", models.TextField(blank=True, default="")),
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
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="forum",
                        to="records.samverkansplan",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ExternPart",
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
                ("part", models.CharField(max_length=200)),
                ("kontaktvag", models.CharField(max_length=300)),
                ("sekretessgrund", models.CharField(default=None, max_length=100)),
                ("lagrum", models.CharField(blank=True, default="", max_length=100)),
                ("nar", models.CharField(max_length=500)),
                ("hur", models.CharField(max_length=500)),
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
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parter",
                        to="records.samverkansplan",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Samverkansrapport",
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
                ("lamnad", models.DateTimeField()),
                ("forum", models.CharField(max_length=200)),
                ("journal_att_lasa", models.BooleanField()),
                ("punkter", models.JSONField(default=list)),
                ("mottagen", models.DateTimeField(null=True)),
                ("fragor", models.TextField(blank=True, default="")),
                (
                    "dokument",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.dokument",
                    ),
                ),
                (
                    "lamnad_av",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mottagen_av",
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
        migrations.AddConstraint(
            model_name="godkannande",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("utfall", "avslag"),
                    models.Q(
                        ("period_fran__isnull", False),
                        ("period_till__gte", models.F("period_fran")),
                    ),
                    _connector="OR",
                ),
                name="godkannande_has_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="godkannande",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("utfall", "godkand_med_villkor"), _negated=True),
                    models.Q(("villkor", ""), _negated=True),
                    _connector="OR",
                ),
                name="godkannande_names_conditions",
            ),
        ),
        migrations.AddConstraint(
            model_name="godkannande",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("grund", "upphandling"), _negated=True),
                    models.Q(("bestallning", ""), _negated=True),
                    _connector="OR",
                ),
                name="godkannande_procured_as_ordered",
            ),
        ),
        migrations.AddConstraint(
            model_name="godkannande",
            constraint=models.CheckConstraint(
                condition=models.Q(("beslut_ref", ""), _negated=True),
                name="godkannande_has_decision_reference",
            ),
        ),
        migrations.AddConstraint(
            model_name="godkannandekrav",
            constraint=models.UniqueConstraint(
                fields=("godkannande", "nummer"), name="godkannandekrav_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="godkannandekrav",
            constraint=models.CheckConstraint(
                condition=models.Q(("krav", ""), _negated=True), name="godkannandekrav_says_what"
            ),
        ),
        migrations.AddConstraint(
            model_name="godkannandeslut",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("orsak", "ersatt"), models.Q(("skal", ""), _negated=True), _connector="OR"
                ),
                name="godkannande_ended_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="granskning",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kalla", "verksamhetsuppfoljning")),
                fields=("organisation", "enhet_id", "ar"),
                name="verksamhet_followed_up_once_a_year",
            ),
        ),
        migrations.AddConstraint(
            model_name="granskning",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kalla", "avtalsuppfoljning"), ("godkannande__isnull", False)),
                    models.Q(("kalla", "verksamhetsuppfoljning"), ("enhet_id__isnull", False)),
                    _connector="OR",
                ),
                name="granskning_of_contract_or_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="granskningbedomning",
            constraint=models.CheckConstraint(
                condition=models.Q(("sammanfattning", ""), _negated=True),
                name="granskning_says_what_was_found",
            ),
        ),
        migrations.AddConstraint(
            model_name="granskningrad",
            constraint=models.UniqueConstraint(
                fields=("bedomning", "nummer"), name="granskningrad_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="granskningrad",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("utfall", "brist"), _negated=True),
                    models.Q(("iakttagelse", ""), _negated=True),
                    _connector="OR",
                ),
                name="granskning_brist_has_observation",
            ),
        ),
        migrations.AddConstraint(
            model_name="granskningrapport",
            constraint=models.CheckConstraint(
                condition=models.Q(("protokoll", ""), _negated=True), name="granskning_minuted"
            ),
        ),
        migrations.AddConstraint(
            model_name="granskningsvar",
            constraint=models.UniqueConstraint(
                fields=("organisation", "granskning_id"), name="granskning_answered_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="granskningsvar",
            constraint=models.CheckConstraint(
                condition=models.Q(("antal_aktuella__lte", models.F("antal_planer"))),
                name="granskning_current_plans_are_plans",
            ),
        ),
        migrations.AddConstraint(
            model_name="individuellplan",
            constraint=models.UniqueConstraint(
                fields=("arende", "nummer"), name="individuell_plan_step_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="individuellplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("steg__in", ("upprattad", "omprovad")), _negated=True),
                    models.Q(
                        models.Q(("insatser", ""), _negated=True),
                        models.Q(("synpunkt", ""), _negated=True),
                        ("omprovas_senast__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="individuell_plan_has_content",
            ),
        ),
        migrations.AddConstraint(
            model_name="placeringsplan",
            constraint=models.UniqueConstraint(
                fields=("arende", "slag", "nummer"), name="placeringsplan_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="placeringsplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("mal", ""), _negated=True),
                    models.Q(("insatser", ""), _negated=True),
                    models.Q(("umgange", ""), _negated=True),
                    models.Q(("synpunkt_barn", ""), _negated=True),
                    models.Q(("synpunkt_vardnadshavare", ""), _negated=True),
                ),
                name="vardplan_has_content",
            ),
        ),
        migrations.AddConstraint(
            model_name="placeringsplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("slag", "vardplan"),
                    models.Q(
                        models.Q(("nar_och_hur", ""), _negated=True),
                        models.Q(("uppfoljning", ""), _negated=True),
                        models.Q(("andra_huvudman", ""), _negated=True),
                        models.Q(("kontakt_med_namnden", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="placering_genomforandeplan_has_content",
            ),
        ),
        migrations.AddConstraint(
            model_name="samverkansplan",
            constraint=models.UniqueConstraint(
                fields=("unit", "nummer"), name="samverkansplan_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="samverkansplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("delaktighet", ""), _negated=True),
                name="samverkansplan_tells_participation",
            ),
        ),
        migrations.AddConstraint(
            model_name="forum",
            constraint=models.UniqueConstraint(fields=("plan", "namn"), name="forum_once_per_plan"),
        ),
        migrations.AddConstraint(
            model_name="forum",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("namn", ""), _negated=True),
                    models.Q(("deltagare", ""), _negated=True),
                    models.Q(("frekvens", ""), _negated=True),
                ),
                name="forum_says_who_and_how_often",
            ),
        ),
        migrations.AddConstraint(
            model_name="externpart",
            constraint=models.UniqueConstraint(
                fields=("plan", "part"), name="extern_part_once_per_plan"
            ),
        ),
        migrations.AddConstraint(
            model_name="externpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kontaktvag", ""), _negated=True),
                    models.Q(("sekretessgrund", ""), _negated=True),
                ),
                name="extern_part_has_way_and_ground",
            ),
        ),
        migrations.AddConstraint(
            model_name="externpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sekretessgrund", "lagrum"), _negated=True),
                    models.Q(("lagrum", ""), _negated=True),
                    _connector="OR",
                ),
                name="extern_part_names_section",
            ),
        ),
        migrations.AddConstraint(
            model_name="samverkansrapport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("mottagen_av__isnull", True),
                    models.Q(
                        ("mottagen__isnull", False),
                        models.Q(("mottagen_av", models.F("lamnad_av")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="samverkansrapport_received_by_another",
            ),
        ),
        *(rowsecurity.protect(table) for table in OWNED),
        *(rowsecurity.append_only(table) for table in FROZEN),
        *guards.set_once("records_samverkansrapport", "mottagen", "mottagen_av_id", "fragor"),
        *guards.rights(OWNED, FROZEN),
    ]
