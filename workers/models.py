"""The heartbeat of worker processes, so that others can see that they live."""

from django.db import models
from django.db.models.functions import Now


class Heartbeat(models.Model):
    """One row per running process; ``beat_at`` is real time of the database server."""

    name = models.CharField(primary_key=True, max_length=100)
    parts = models.JSONField(default=list)
    started_at = models.DateTimeField(db_default=Now())
    beat_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "workers_heartbeat"

    def __str__(self) -> str:
        return self.name
