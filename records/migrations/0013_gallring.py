"""Gallring: hold, decision by two persons, package, protocol, and the one way to destroy."""

import uuid
from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cases import rowsecurity
from cases.migration import GroupedMigration
from records import guards

FROZEN = ("records_gallringstart", "records_gallringsbeslut")
OWNED = (*FROZEN, "records_gallringsparr", "records_externforvaring")
PROTOCOL = "records_gallringsprotokoll"
PROGRAMS = (rowsecurity.APP, rowsecurity.WORKER)
CALLED = (
    "records_forstor(uuid, timestamptz)",
    "records_gallring_hinder(uuid, uuid, timestamptz)",
    "records_other_akter(uuid, timestamptz)",
)


class Migration(GroupedMigration):
    dependencies = [
        ("cases", "0004_start_timer"),
        ("records", "0012_byte"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Arkivpaket",
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
                (
                    "slag",
                    models.CharField(
                        choices=[
                            ("arkiv", "Till arkivet"),
                            ("personakt", "Till personakten"),
                            ("mottaget", "Mottaget i personakten"),
                        ],
                        max_length=12,
                    ),
                ),
                ("profil", models.CharField(blank=True, default="", max_length=100)),
                ("namn", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("storlek", models.PositiveIntegerField()),
                ("antal_filer", models.PositiveIntegerField(default=0)),
                ("innehall", models.BinaryField()),
                ("samrad_datum", models.DateField(null=True)),
                ("samrad_kvittens", models.CharField(blank=True, default="", max_length=200)),
                ("skapad", models.DateTimeField()),
                ("levererad_datum", models.DateField(null=True)),
                ("leveranssatt", models.CharField(blank=True, default="", max_length=100)),
                ("leverans_skal", models.TextField(blank=True, default="")),
                ("kvittens", models.CharField(blank=True, default="", max_length=200)),
                ("kvitterad", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ExternForvaring",
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
                ("typ", models.CharField(default=None, max_length=100)),
                ("plats", models.CharField(max_length=200)),
                ("registrerad", models.DateTimeField()),
                ("avslutad", models.DateTimeField(null=True)),
                ("avslutad_som", models.CharField(blank=True, default="", max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name="Gallringsbeslut",
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
                ("instance_id", models.UUIDField()),
                (
                    "utfall",
                    models.CharField(
                        choices=[
                            ("bevara", "Bevaras hos arkivet"),
                            ("gallra", "Gallras"),
                            ("overlamna_namnd", "Överlämnas till nämnden"),
                        ],
                        max_length=20,
                    ),
                ),
                ("gallringsdatum", models.DateField()),
                ("regel", models.TextField(blank=True, default="")),
                ("lagrum", models.CharField(blank=True, default="", max_length=100)),
                ("law_version", models.CharField(blank=True, default="", max_length=40)),
                ("foreslagen", models.DateTimeField()),
                ("foreslagen_roll", models.CharField(blank=True, default="", max_length=100)),
                ("godkand", models.DateTimeField()),
                ("godkand_roll", models.CharField(blank=True, default="", max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name="GallringSparr",
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
                ("skal", models.TextField()),
                ("omprovas", models.DateField(null=True)),
                ("satt", models.DateTimeField()),
                ("havd", models.DateTimeField(null=True)),
                ("havd_skal", models.TextField(blank=True, default="")),
            ],
        ),
        migrations.CreateModel(
            name="Gallringsprotokoll",
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
                ("nummer", models.CharField(max_length=40)),
                ("utfall", models.CharField(max_length=20)),
                ("forstord", models.DateTimeField()),
                ("antal_rader", models.PositiveIntegerField(default=0)),
                ("innehall", models.JSONField(default=dict)),
                ("sha256", models.CharField(blank=True, default="", max_length=64)),
                ("pagar", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="GallringStart",
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
                ("gallringsdatum", models.DateField()),
                ("startad", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="akt",
            name="akt_closed_has_final_note",
        ),
        migrations.AddField(
            model_name="akt",
            name="gallrad",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="akt",
            name="ivo_till",
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name="akt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("gallrad__isnull", True), ("stangd__isnull", True), ("status", "oppen")
                    ),
                    models.Q(
                        ("slutanteckning__isnull", False),
                        ("stangd__isnull", False),
                        ("status", "stangd"),
                    ),
                    models.Q(
                        ("gallrad__isnull", False), ("stangd__isnull", False), ("status", "stangd")
                    ),
                    _connector="OR",
                ),
                name="akt_closed_has_final_note",
            ),
        ),
        migrations.AddField(
            model_name="arkivpaket",
            name="akt",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.akt"
            ),
        ),
        migrations.AddField(
            model_name="arkivpaket",
            name="arende",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.arende"
            ),
        ),
        migrations.AddField(
            model_name="arkivpaket",
            name="delad_med",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.unit",
            ),
        ),
        migrations.AddField(
            model_name="arkivpaket",
            name="kvitterad_av",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="arkivpaket",
            name="levererad_av",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="arkivpaket",
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
            model_name="arkivpaket",
            name="skapad_av",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="arkivpaket",
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
            model_name="externforvaring",
            name="arende",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.arende"
            ),
        ),
        migrations.AddField(
            model_name="externforvaring",
            name="avslutad_av",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="externforvaring",
            name="dokument",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.dokument",
            ),
        ),
        migrations.AddField(
            model_name="externforvaring",
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
            model_name="externforvaring",
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
            model_name="externforvaring",
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
            model_name="gallringsbeslut",
            name="akt",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.akt"
            ),
        ),
        migrations.AddField(
            model_name="gallringsbeslut",
            name="arende",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.arende"
            ),
        ),
        migrations.AddField(
            model_name="gallringsbeslut",
            name="foreslagen_av",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="gallringsbeslut",
            name="godkand_av",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="gallringsbeslut",
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
            model_name="gallringsbeslut",
            name="paket",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.arkivpaket",
            ),
        ),
        migrations.AddField(
            model_name="gallringsbeslut",
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
            model_name="gallringsparr",
            name="arende",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.arende"
            ),
        ),
        migrations.AddField(
            model_name="gallringsparr",
            name="havd_av",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="gallringsparr",
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
            model_name="gallringsparr",
            name="satt_av",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="gallringsparr",
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
            model_name="gallringsprotokoll",
            name="akt",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="gallringsprotokoll",
                to="records.akt",
            ),
        ),
        migrations.AddField(
            model_name="gallringsprotokoll",
            name="arende",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.arende"
            ),
        ),
        migrations.AddField(
            model_name="gallringsprotokoll",
            name="beslut",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="protokoll",
                to="records.gallringsbeslut",
            ),
        ),
        migrations.AddField(
            model_name="gallringsprotokoll",
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
            model_name="gallringsprotokoll",
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
            model_name="gallringstart",
            name="akt",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.akt"
            ),
        ),
        migrations.AddField(
            model_name="gallringstart",
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
            model_name="gallringstart",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.unit",
            ),
        ),
        migrations.AddIndex(
            model_name="arkivpaket",
            index=models.Index(fields=["akt", "slag"], name="records_ark_akt_id_92f72f_idx"),
        ),
        migrations.AddConstraint(
            model_name="arkivpaket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("slag", "arkiv"), _negated=True),
                    models.Q(
                        ("samrad_datum__isnull", False),
                        models.Q(("samrad_kvittens", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="paket_archive_consulted",
            ),
        ),
        migrations.AddConstraint(
            model_name="arkivpaket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("leveranssatt__in", ("", "digital")),
                    models.Q(("leverans_skal", ""), _negated=True),
                    _connector="OR",
                ),
                name="paket_not_digital_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="arkivpaket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kvitterad__isnull", True),
                    models.Q(
                        models.Q(("kvittens", ""), _negated=True),
                        ("levererad_datum__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="paket_receipt_after_delivery",
            ),
        ),
        migrations.AddConstraint(
            model_name="externforvaring",
            constraint=models.CheckConstraint(
                condition=models.Q(("plats", ""), _negated=True), name="forvaring_has_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="externforvaring",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("avslutad__isnull", True),
                    models.Q(("avslutad_som", ""), _negated=True),
                    _connector="OR",
                ),
                name="forvaring_ended_how",
            ),
        ),
        migrations.AddConstraint(
            model_name="gallringsbeslut",
            constraint=models.CheckConstraint(
                condition=models.Q(("foreslagen_av", models.F("godkand_av")), _negated=True),
                name="gallring_two_persons",
            ),
        ),
        migrations.AddIndex(
            model_name="gallringsparr",
            index=models.Index(
                condition=models.Q(("havd", None)), fields=["arende", "unit"], name="sparr_live"
            ),
        ),
        migrations.AddConstraint(
            model_name="gallringsparr",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("orsak", ""), _negated=True), models.Q(("skal", ""), _negated=True)
                ),
                name="sparr_set_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="gallringsparr",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("havd__isnull", True),
                    models.Q(
                        ("havd_av__isnull", False), models.Q(("havd_skal", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="sparr_lifted_with_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="gallringsprotokoll",
            index=models.Index(
                condition=models.Q(("pagar", None), _negated=True),
                fields=["pagar"],
                name="gallring_under_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="gallringstart",
            constraint=models.UniqueConstraint(
                fields=("akt", "gallringsdatum"), name="gallring_started_once"
            ),
        ),
        migrations.RunSQL(
            (Path(__file__).parent / "sql" / "gallring.sql").read_text(encoding="utf-8"),
            migrations.RunSQL.noop,
        ),
        *(rowsecurity.protect(table) for table in (*OWNED, PROTOCOL)),
        *guards.protect_shared("records_arkivpaket"),
        *(rowsecurity.append_only(table) for table in FROZEN),
        *guards.set_once("records_gallringsparr", "havd", "havd_av_id", "havd_skal"),
        *guards.set_once("records_externforvaring", "avslutad", "avslutad_av_id", "avslutad_som"),
        *guards.set_once(
            "records_arkivpaket",
            "levererad_datum",
            "leveranssatt",
            "leverans_skal",
            "levererad_av_id",
            "kvittens",
            "kvitterad",
            "kvitterad_av_id",
            "delad_med_id",
        ),
        migrations.RunSQL(
            "DROP TRIGGER records_akt_gate ON records_akt;"
            "CREATE TRIGGER records_akt_gate BEFORE INSERT ON records_akt"
            " FOR EACH ROW EXECUTE FUNCTION records_akt_gate();"
            "CREATE TRIGGER records_akt_gate_kept BEFORE UPDATE ON records_akt"
            " FOR EACH ROW WHEN (NEW.gallrad IS NULL AND OLD.gallrad IS NULL)"
            " EXECUTE FUNCTION records_akt_gate();"
            "CREATE TRIGGER records_akt_gone BEFORE UPDATE ON records_akt"
            " FOR EACH ROW WHEN (NEW.gallrad IS NOT NULL OR OLD.gallrad IS NOT NULL)"
            " EXECUTE FUNCTION records_akt_gone()",
            migrations.RunSQL.noop,
        ),
        guards.trigger("records_journalentry", "in_akt", "BEFORE INSERT", "records_note_in_akt()"),
        guards.trigger("records_gallringsparr", "set", "BEFORE INSERT", "records_hold_set()"),
        guards.trigger(
            "records_gallringsbeslut", "decided", "BEFORE INSERT", "records_gallring_decided()"
        ),
        guards.trigger(
            PROTOCOL, "guard", "BEFORE INSERT OR UPDATE OR DELETE", "records_protokoll_guard()"
        ),
        *guards.rights((*OWNED, "records_arkivpaket"), FROZEN),
        *(rowsecurity.revoke(role, "ALL", (PROTOCOL,)) for role in PROGRAMS),
        *(rowsecurity.grant(role, "SELECT", (PROTOCOL,)) for role in PROGRAMS),
        migrations.RunSQL(
            f"REVOKE ALL ON FUNCTION {', '.join(CALLED)} FROM PUBLIC;"
            + "".join(
                rowsecurity.for_role(
                    role, f"GRANT EXECUTE ON FUNCTION {', '.join(CALLED)} TO {role};"
                )
                for role in PROGRAMS
            ),
            migrations.RunSQL.noop,
        ),
    ]
