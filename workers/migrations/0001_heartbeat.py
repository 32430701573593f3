"""The heartbeat table: workers write it, the web reads it for ``/healthz``."""

from django.db import migrations, models
from django.db.models.functions import Now

from cases import rowsecurity


class Migration(migrations.Migration):
    initial = True
    dependencies = [("cases", "0002_security")]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("parts", models.JSONField(default=list)),
                ("started_at", models.DateTimeField(db_default=Now())),
                ("beat_at", models.DateTimeField(db_default=Now())),
            ],
            options={"db_table": "workers_heartbeat"},
        ),
        rowsecurity.grant(rowsecurity.APP, "SELECT", ["workers_heartbeat"]),
        rowsecurity.grant(
            rowsecurity.WORKER, "SELECT, INSERT, UPDATE, DELETE", ["workers_heartbeat"]
        ),
    ]
