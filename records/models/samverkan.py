"""Cooperation of a unit: forums, other parties, and what one shift tells the next (R-021 to R-023).

No row is about a person whom the support is for; the texts are refused with an identity number.
"""

from django.db import models
from django.db.models import Q

from records.models.owned import Kvalitetsrad, code_field, unique, user_key


class Samverkansplan(Kvalitetsrad):
    """One established version of how a unit cooperates; a change is a new version."""

    nummer = models.PositiveSmallIntegerField()
    delaktighet = models.TextField()
    faststalld = models.DateTimeField()
    faststalld_av = user_key(null=False)
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            unique("unit", "nummer", name="samverkansplan_version_once"),
            models.CheckConstraint(
                condition=~Q(delaktighet=""), name="samverkansplan_tells_participation"
            ),
        )

    def __str__(self) -> str:
        return f"version {self.nummer}"


class Forum(Kvalitetsrad):
    """A meeting where staff cooperate: its name, who takes part, how often (R-022)."""

    plan = models.ForeignKey(Samverkansplan, on_delete=models.PROTECT, related_name="forum")
    namn = models.CharField(max_length=200)
    deltagare = models.CharField(max_length=500)
    frekvens = code_field()
    syfte = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            unique("plan", "namn", name="forum_once_per_plan"),
            models.CheckConstraint(
                condition=~Q(namn="") & ~Q(deltagare="") & ~Q(frekvens=""),
                name="forum_says_who_and_how_often",
            ),
        )

    def __str__(self) -> str:
        return self.namn


class ExternPart(Kvalitetsrad):
    """Somebody outside that the unit cooperates with: way of contact and ground to tell (R-023).

    ``sekretessgrund`` is why data may leave: ``samtycke``, ``lagrum`` (then with ``lagrum``),
    ``menprovning`` or ``inga_uppgifter``.
    """

    plan = models.ForeignKey(Samverkansplan, on_delete=models.PROTECT, related_name="parter")
    part = models.CharField(max_length=200)
    kontaktvag = models.CharField(max_length=300)
    sekretessgrund = code_field()
    lagrum = code_field(blank=True)
    nar = models.CharField(max_length=500)
    hur = models.CharField(max_length=500)

    class Meta:
        constraints = (
            unique("plan", "part", name="extern_part_once_per_plan"),
            models.CheckConstraint(
                condition=~Q(kontaktvag="") & ~Q(sekretessgrund=""),
                name="extern_part_has_way_and_ground",
            ),
            models.CheckConstraint(
                condition=~Q(sekretessgrund="lagrum") | ~Q(lagrum=""),
                name="extern_part_names_section",
            ),
        )

    def __str__(self) -> str:
        return self.part


class Samverkansrapport(Kvalitetsrad):
    """What one shift or team tells the next, and who received it: never the same person (R-021).

    It says where to look and what is left to do; what happened to a person stands in the journal.
    """

    lamnad = models.DateTimeField()
    lamnad_av = user_key(null=False)
    forum = models.CharField(max_length=200)
    journal_att_lasa = models.BooleanField()
    punkter = models.JSONField(default=list)
    dokument = models.ForeignKey("records.Dokument", on_delete=models.PROTECT, related_name="+")
    mottagen = models.DateTimeField(null=True)
    mottagen_av = user_key()
    fragor = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(mottagen_av__isnull=True)
                | (Q(mottagen__isnull=False) & ~Q(mottagen_av=models.F("lamnad_av"))),
                name="samverkansrapport_received_by_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.lamnad:%Y-%m-%d}"
