"""What each person on the staff has read. No case data."""

import uuid

from django.conf import settings
from django.db import models


class Laskvittens(models.Model):
    """A user has read one version of an instruction, a routine or a duty; never changed (R-065).

    ``subject`` is its kind and id (``instruktion/Task_X``), ``version`` the SHA-256 (hex) of the
    text: a text that is changed is read anew.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    subject = models.CharField(max_length=200)
    version = models.CharField(max_length=64)
    read_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "subject", "version"), name="laskvittens_once"),
        )

    def __str__(self) -> str:
        return f"{self.subject} {self.pk}"
