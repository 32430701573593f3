"""The language that a person wants the pages in. No case data."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Sprakval(models.Model):
    """One person's own choice; whoever has none gets Swedish."""

    class Language(models.TextChoices):
        """What the pages are written in, by BCP 47."""

        SWEDISH = "sv", "Svenska"
        ENGLISH = "en", "English"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    sprak = models.CharField(max_length=5, choices=Language.choices)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(sprak__in=["sv", "en"]), name="sprakval_known"),
        )

    def __str__(self) -> str:
        return f"{self.sprak} {self.pk}"
