"""What the two sides of an uppdrag write to each other, and when it was first opened.

The ordering unit holds the rows and the receiving unit sees them, as with the uppdrag itself
(K-7). ``delad_med`` follows the uppdrag's: the database moves it when the akt is handed over and
empties it when the uppdrag is declined or the provider's akt destroyed (K-8).
"""

from django.db import models
from django.db.models import Q

from records.models.owned import Shared, unique, user_key
from records.models.uppdrag import Uppdrag


class Sida(models.TextChoices):
    """Which side of an uppdrag somebody is on."""

    MYNDIGHET = "myndighet", "Myndigheten"
    UTFORARE = "utforare", "Utföraren"


class UppdragOppning(Shared):
    """Who at the receiving unit opened a sent uppdrag first, and when. Never changed."""

    uppdrag = models.OneToOneField(Uppdrag, on_delete=models.PROTECT, related_name="oppning")
    oppnad = models.DateTimeField()
    oppnad_av = user_key(null=False)

    def __str__(self) -> str:
        return f"{self.oppnad:%Y-%m-%d}"


class Meddelande(Shared):
    """One message about an uppdrag, from one side to the other. Never changed (append-only).

    ``nyckel`` is the sender's own word for it: sent twice it is one message.
    """

    uppdrag = models.ForeignKey(Uppdrag, on_delete=models.PROTECT, related_name="meddelanden")
    sida = models.CharField(max_length=10, choices=Sida.choices)
    text = models.TextField()
    skickat = models.DateTimeField()
    forfattare = user_key(null=False)
    forfattare_namn = models.CharField(max_length=200)
    nyckel = models.CharField(max_length=200)

    class Meta:
        constraints = (
            unique("forfattare", "nyckel", name="meddelande_sent_once"),
            models.CheckConstraint(condition=~Q(text=""), name="meddelande_has_text"),
            models.CheckConstraint(condition=~Q(nyckel=""), name="meddelande_has_key"),
        )
        indexes = (models.Index(fields=["uppdrag", "-skickat"]),)

    def __str__(self) -> str:
        return f"{self.sida} {self.skickat:%Y-%m-%d}"


class MeddelandeLasning(Shared):
    """Somebody on the other side has read a message; once for each reader."""

    uppdrag = models.ForeignKey(Uppdrag, on_delete=models.PROTECT, related_name="+")
    meddelande = models.ForeignKey(Meddelande, on_delete=models.PROTECT, related_name="lasningar")
    last = models.DateTimeField()
    last_av = user_key(null=False)

    class Meta:
        constraints = (unique("meddelande", "last_av", name="meddelande_read_once"),)

    def __str__(self) -> str:
        return f"{self.last:%Y-%m-%d}"
