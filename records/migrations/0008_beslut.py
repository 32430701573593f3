"""Who took part in a decision and why; appeals; decisions not carried out, and their reports."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cases import rowsecurity
from cases.migration import GroupedMigration
from records import guards

FROZEN = (
    "records_delbesluthandelse",
    "records_overklagande",
    "records_overklagandesteg",
    "records_kvartalsrapport",
    "records_kvartalsrapportrad",
    "records_kvartalsrapportutskick",
)


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0004_start_timer"),
        ("records", "0007_insatser"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DelbeslutHandelse",
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
                ("datum", models.DateField()),
                ("orsak", models.CharField(blank=True, default="", max_length=100)),
                ("skal", models.TextField(blank=True, default="")),
                ("avbojda", models.PositiveSmallIntegerField(default=0)),
                ("registrerad", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Kvartalsrapport",
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
                ("ar", models.PositiveSmallIntegerField()),
                ("kvartal", models.PositiveSmallIntegerField()),
                ("fran", models.DateField()),
                ("till", models.DateField()),
                ("minsta_antal", models.PositiveSmallIntegerField()),
                ("law_version", models.CharField(max_length=40)),
                ("sammanstalld", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="KvartalsrapportRad",
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
                ("nummer", models.PositiveIntegerField()),
                ("lag", models.CharField(default=None, max_length=100)),
                ("insats", models.CharField(default=None, max_length=100)),
                ("beslutsdatum", models.DateField()),
                ("avbrott_datum", models.DateField(null=True)),
                ("verkstalld_datum", models.DateField(null=True)),
                ("dagar", models.PositiveIntegerField()),
                ("skal", models.TextField(blank=True, default="")),
                ("avbojda", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="KvartalsrapportUtskick",
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
                ("mottagare", models.CharField(default=None, max_length=100)),
                ("skickad_datum", models.DateField()),
                ("kvittens", models.CharField(blank=True, default="", max_length=200)),
                ("registrerad", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Overklagande",
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
                ("inkom_datum", models.DateField()),
                ("overinstans_datum", models.DateField(null=True)),
                ("fick_del_datum", models.DateField(null=True)),
                ("hanvisning_felaktig", models.BooleanField(default=False)),
                ("law_version", models.CharField(max_length=40)),
                ("registrerad", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OverklagandeSteg",
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
                ("utfall", models.CharField(default=None, max_length=100)),
                ("datum", models.DateField()),
                ("forslag", models.CharField(blank=True, default="", max_length=100)),
                ("skal", models.TextField(blank=True, default="")),
                ("malnummer", models.CharField(blank=True, default="", max_length=60)),
                ("registrerad", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="beslut",
            name="bradska_skal",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="beslut",
            name="deltagare",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="beslut",
            name="overklagandehanvisning",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AddField(
            model_name="beslut",
            name="skiljaktig_mening",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="beslut",
            name="slag",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AddField(
            model_name="delbeslut",
            name="omstandigheter",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="delbeslut",
            name="timmar_manad",
            field=models.DecimalField(decimal_places=1, max_digits=6, null=True),
        ),
        migrations.AddConstraint(
            model_name="beslut",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("slag", "ordforande"), _negated=True),
                    models.Q(("bradska_skal", ""), _negated=True),
                    _connector="OR",
                ),
                name="beslut_urgent_has_reason",
            ),
        ),
        migrations.AddField(
            model_name="delbesluthandelse",
            name="arende",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.arende"
            ),
        ),
        migrations.AddField(
            model_name="delbesluthandelse",
            name="delbeslut",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="handelser",
                to="records.delbeslut",
            ),
        ),
        migrations.AddField(
            model_name="delbesluthandelse",
            name="dokument",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.dokument",
            ),
        ),
        migrations.AddField(
            model_name="delbesluthandelse",
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
            model_name="delbesluthandelse",
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
            model_name="delbesluthandelse",
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
            model_name="kvartalsrapport",
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
            model_name="kvartalsrapport",
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
            model_name="kvartalsrapportrad",
            name="delbeslut",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.delbeslut",
            ),
        ),
        migrations.AddField(
            model_name="kvartalsrapportrad",
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
            model_name="kvartalsrapportrad",
            name="rapport",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rader",
                to="records.kvartalsrapport",
            ),
        ),
        migrations.AddField(
            model_name="kvartalsrapportrad",
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
            model_name="kvartalsrapportutskick",
            name="dokument",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.dokument"
            ),
        ),
        migrations.AddField(
            model_name="kvartalsrapportutskick",
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
            model_name="kvartalsrapportutskick",
            name="rapport",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="utskick",
                to="records.kvartalsrapport",
            ),
        ),
        migrations.AddField(
            model_name="kvartalsrapportutskick",
            name="skickad_av",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="kvartalsrapportutskick",
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
            model_name="overklagande",
            name="arende",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="overklaganden",
                to="records.arende",
            ),
        ),
        migrations.AddField(
            model_name="overklagande",
            name="beslut",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="overklaganden",
                to="records.beslut",
            ),
        ),
        migrations.AddField(
            model_name="overklagande",
            name="dokument",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.dokument"
            ),
        ),
        migrations.AddField(
            model_name="overklagande",
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
            model_name="overklagande",
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
            model_name="overklagande",
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
            model_name="overklagandesteg",
            name="dokument",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.dokument"
            ),
        ),
        migrations.AddField(
            model_name="overklagandesteg",
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
            model_name="overklagandesteg",
            name="overklagande",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="steg",
                to="records.overklagande",
            ),
        ),
        migrations.AddField(
            model_name="overklagandesteg",
            name="registrerad_av",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="overklagandesteg",
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
            model_name="delbesluthandelse",
            constraint=models.UniqueConstraint(
                fields=("delbeslut", "slag", "datum"), name="delbeslut_handelse_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="delbesluthandelse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("slag", "ej_verkstallt"), _negated=True),
                    models.Q(("skal", ""), _negated=True),
                    _connector="OR",
                ),
                name="ej_verkstallt_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="kvartalsrapport",
            constraint=models.UniqueConstraint(
                fields=("organisation", "ar", "kvartal"), name="kvartalsrapport_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="kvartalsrapportrad",
            constraint=models.UniqueConstraint(
                fields=("rapport", "nummer"), name="kvartalsrapport_rad_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="kvartalsrapportrad",
            constraint=models.UniqueConstraint(
                fields=("rapport", "delbeslut"), name="kvartalsrapport_delbeslut_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="kvartalsrapportutskick",
            constraint=models.UniqueConstraint(
                fields=("rapport", "mottagare"), name="kvartalsrapport_sent_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="kvartalsrapportutskick",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("mottagare", "ivo"), _negated=True),
                    models.Q(("kvittens", ""), _negated=True),
                    _connector="OR",
                ),
                name="ivo_report_has_receipt",
            ),
        ),
        migrations.AddConstraint(
            model_name="overklagandesteg",
            constraint=models.UniqueConstraint(
                fields=("overklagande", "nummer"), name="overklagande_steg_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="overklagandesteg",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("steg", "avvisning"), _negated=True),
                    models.Q(("skal", ""), _negated=True),
                    _connector="OR",
                ),
                name="avvisning_has_reason",
            ),
        ),
        *(rowsecurity.protect(table) for table in FROZEN),
        *(rowsecurity.append_only(table) for table in FROZEN),
        migrations.RunSQL(
            "DROP TRIGGER records_beslut_set_once ON records_beslut", migrations.RunSQL.noop
        ),
        guards.trigger(
            "records_beslut",
            "set_once",
            "BEFORE UPDATE",
            "records_set_once('delgiven_datum', 'delgivningssatt', 'overklagandehanvisning')",
        ),
        *guards.rights(FROZEN, FROZEN),
    ]
