"""Receipts between the two sides, reminders, the list to the nämnd."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from records.models.arende import Arende, Beslut
from records.models.owned import Shared, code_field, user_key
from records.models.uppdrag import Akt

UPPHOR_LENGTH = 120
NOTIS_KEY = ("akt", "handelse_id", "typ", "niva", "roll", "mottagare", "forfallen_datum")


class Kvittens(Shared):
    """Changed need told to the counterpart, until she has received it (R-097)."""

    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="kvittenser")
    akt = models.ForeignKey(Akt, on_delete=models.PROTECT, null=True, related_name="kvittenser")
    riktning = code_field()
    beskrivning = models.TextField(blank=True, default="")
    behov_datum = models.DateField(null=True)
    skickad = models.DateTimeField()
    skickad_av = user_key()
    kvitterad = models.DateTimeField(null=True)
    kvitterad_av = user_key()

    def __str__(self) -> str:
        return self.riktning


class Notis(Shared):
    """A reminder to a role or a user: a type and ids, never what the case is about.

    ``delad_med`` is the receiving unit where it is the other side's; ``handelse_id`` the uppdrag
    that it is about where that has no akt yet, or that there is a message about; where there is no
    ärende the deviation, complaint or measure. There each unit is reminded on its own: a reminder
    is once per ärende, or once per sending and receiving unit, for as long as it has not ended.

    ``last``: somebody has put it away. ``klar`` and ``klar_genom``: what it asked for has come to
    its end, and through what (``uppgift``, ``uppgift_avbruten``, ``process``, ``process_avbruten``,
    ``uppdrag``, ``plan``, ``uppfoljning``, ``akt``; ``last_allt``: see ``records.routines``).
    Triggers of the database write that, for
    ``instans`` (the process that sent it) and by the words of ``upphor_med``, which the edition
    said when it was sent (``terms/notiser.toml``). Without a word it waits to be put away.
    """

    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, null=True, related_name="+")
    akt = models.ForeignKey(Akt, on_delete=models.PROTECT, null=True, related_name="+")
    handelse_id = models.UUIDField(null=True)
    typ = code_field()
    niva = code_field(blank=True)
    roll = code_field(blank=True)
    mottagare = user_key()
    forfallen_datum = models.DateField(null=True)
    skapad = models.DateTimeField()
    last = models.DateTimeField(null=True)
    instans = models.UUIDField(null=True)
    upphor_med = ArrayField(
        models.CharField(max_length=UPPHOR_LENGTH),
        default=list,
        blank=True,
    )
    klar = models.DateTimeField(null=True)
    klar_genom = code_field(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["arende", *NOTIS_KEY],
                condition=models.Q(arende__isnull=False) & models.Q(klar__isnull=True),
                nulls_distinct=False,
                name="notis_once",
            ),
            models.UniqueConstraint(
                fields=["unit", "delad_med", *NOTIS_KEY],
                condition=models.Q(arende__isnull=True) & models.Q(klar__isnull=True),
                nulls_distinct=False,
                name="notis_once_per_unit",
            ),
        )
        indexes = (
            models.Index(fields=["unit", "roll", "-skapad"]),
            models.Index(
                fields=["instans"],
                condition=models.Q(instans__isnull=False) & models.Q(klar__isnull=True),
                name="notis_from",
            ),
            models.Index(
                fields=["handelse_id"],
                condition=models.Q(handelse_id__isnull=False) & models.Q(klar__isnull=True),
                name="notis_about",
            ),
        )

    def __str__(self) -> str:
        return f"{self.typ} {self.niva}"


class NamndListning(Shared):
    """Something so late that the nämnd shall know: ids and dates, never content (domain §3.5)."""

    typ = code_field()
    arende = models.ForeignKey(Arende, on_delete=models.PROTECT, related_name="+")
    akt = models.ForeignKey(Akt, on_delete=models.PROTECT, null=True, related_name="namndlistor")
    beslut = models.ForeignKey(
        Beslut, on_delete=models.PROTECT, null=True, related_name="namndlistor"
    )
    forfallen_datum = models.DateField()
    listad = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["typ", "arende", "akt", "beslut", "forfallen_datum"],
                nulls_distinct=False,
                name="namnd_once_per_due_date",
            ),
        )

    def __str__(self) -> str:
        return f"{self.typ} {self.forfallen_datum}"
