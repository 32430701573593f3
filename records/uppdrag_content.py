"""What travels in an uppdrag: chosen parts of decision and utredning, as copies (K-7, R-082)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from cases.models import Unit
from records.answers import Answers
from records.models import (
    Beslut,
    Byte,
    ByteStatus,
    Delbeslut,
    LivsomradeBedomning,
    Mal,
    Uppdrag,
    UppdragAndring,
    UppdragInsats,
    UppdragMal,
    UppdragStatus,
)
from records.writing import Holder

GRANTED = ("bifall", "delvis")
LIVING = (UppdragStatus.UTKAST, UppdragStatus.SKICKAT, UppdragStatus.ACCEPTERAT)
UNCLEAR = "uppdrag_without_need_or_goal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What an uppdrag says in one version: its text, its insatser by code, its goals by number.

    ``change`` is None where it stands as it was first sent.
    """

    text: Uppdrag | UppdragAndring
    change: UppdragAndring | None
    insatser: tuple[UppdragInsats, ...]
    mal: tuple[UppdragMal, ...]

    @property
    def number(self) -> int:
        """1 as it was first sent."""
        return 1 if self.change is None else self.change.version


def copy_parts(
    uppdrag: Uppdrag,
    parts: Sequence[Delbeslut],
    goals: Sequence[Mal],
    stamp: Holder,
    *,
    version: int = 1,
    delad_med: UUID | None = None,
) -> None:
    """Insert the copies of one version of an uppdrag.

    Args:
        uppdrag: Whose parts they are.
        parts: The granted insatser.
        goals: The chosen goals with their needs.
        stamp: The holder's columns.
        version: 1 while it is a draft; later ones change an accepted uppdrag.
        delad_med: The receiving unit, where it sees the version at once.
    """
    own = {**stamp, "uppdrag": uppdrag, "version": version, "delad_med_id": delad_med}
    UppdragInsats.objects.bulk_create(
        UppdragInsats(
            **own,
            insats=part.insats,
            delbeslut_id=part.pk,
            lagrum=part.lagrum,
            omfattning=part.omfattning,
            giltig_fran=part.giltig_fran,
            giltig_till=part.giltig_till,
        )
        for part in parts
    )
    assessed = _assessed(goals)
    UppdragMal.objects.bulk_create(
        UppdragMal(
            **own,
            nummer=number,
            kalla_mal_id=goal.pk,
            insats=goal.insats,
            livsomrade=goal.livsomrade,
            behov=goal.behov,
            mal=goal.mal,
            maltyp=goal.maltyp,
            avsett=goal.avsett,
            maldatum=goal.maldatum,
            bedomd=assessed.get(goal.livsomrade),
        )
        for number, goal in enumerate(goals, start=1)
    )


def current_text(uppdrag: Uppdrag) -> Uppdrag | UppdragAndring:
    """What holds scope, period and what is important to know: the newest change, else the uppdrag.

    Every place that shows them asks here: a text of before a change may lack a danger (R-083).
    """
    return max(uppdrag.andringar.all(), key=lambda row: row.version, default=uppdrag)


def current_version(uppdrag: Uppdrag) -> Version:
    """The newest version of an uppdrag, of those of its rows that are prefetched or in sight."""
    text = current_text(uppdrag)
    change = text if isinstance(text, UppdragAndring) else None
    number = 1 if change is None else change.version
    insatser = [row for row in uppdrag.insatser.all() if row.version == number]
    goals = [row for row in uppdrag.mal.all() if row.version == number]
    return Version(
        text=text,
        change=change,
        insatser=tuple(sorted(insatser, key=lambda row: row.insats)),
        mal=tuple(sorted(goals, key=lambda row: row.nummer)),
    )


def current_goals(uppdrag_id: UUID) -> dict[str, UppdragMal]:
    """The goals of the newest version of an uppdrag, by number."""
    rows = UppdragMal.objects.filter(uppdrag=uppdrag_id).order_by("version", "nummer")
    newest = max((row.version for row in rows), default=1)
    return {str(row.nummer): row for row in rows if row.version == newest}


def current_insatser(uppdrag_id: UUID) -> dict[str, UppdragInsats]:
    """The insatser of the newest version of an uppdrag, by code."""
    rows = UppdragInsats.objects.filter(uppdrag=uppdrag_id).order_by("version", "insats")
    newest = max((row.version for row in rows), default=1)
    return {row.insats: row for row in rows if row.version == newest}


def current_decision(uppdrag: Uppdrag) -> UUID:
    """Id of the decision that an uppdrag carries out now: a renewed one counts."""
    newest = uppdrag.andringar.order_by("-version").values_list("beslut_id", flat=True).first()
    return newest or uppdrag.beslut_id


def receiver(answers: Answers) -> Unit:
    """The provider's unit that the form names, by id or name.

    Raises:
        AnswersInvalidError: No such unit, or several of the name.
    """
    wanted = answers.needed("mottagare_enhet", "receiver_unknown", "Välj utförare.")
    units = Unit.objects.filter(organisation__kind="utforare")
    found = [unit for unit in units if wanted in (str(unit.pk), unit.name)]
    if len(found) != 1:
        answers.refuse("mottagare_enhet", "receiver_unknown", "Välj en utförare i listan.")
        answers.check()
    return found[0]


def granted(
    answers: Answers,
    beslut: Beslut,
    free: Sequence[str] | None = None,
    usual: Sequence[str] = (),
) -> list[Delbeslut]:
    """The granted insatser to order: those the form names, else the usual, else all that are free.

    Problems are noted.

    Args:
        answers: The form.
        beslut: The decision.
        free: Insatser that no uppdrag carries out; all where it does not matter.
        usual: What is ordered when the form names none.
    """
    found = {part.insats: part for part in beslut.delbeslut.filter(utfall__in=GRANTED)}
    wanted = answers.codes("insatser") or usual or tuple(found if free is None else free)
    if not wanted or set(wanted) - set(found):
        answers.refuse("insatser", "not_granted", "Välj bara insatser som är beviljade.")
    elif free is not None and set(wanted) - set(free):
        answers.refuse("insatser", "already_ordered", "Välj insatser som inte har ett uppdrag.")
    return [found[code] for code in wanted if code in found]


def unordered(beslut: Beslut, *, besides: Uppdrag | None = None) -> list[str]:
    """Granted insatser without a living uppdrag; ``besides`` is one that does not count."""
    taken = ordered(beslut, besides=besides)
    parts = beslut.delbeslut.filter(utfall__in=GRANTED).order_by("nummer")
    return [part.insats for part in parts if part.insats not in taken]


def ordered(beslut: Beslut, *, besides: Uppdrag | None = None) -> set[str]:
    """Insatser of a decision that an uppdrag which is alive carries out.

    One that a change of provider has taken over is only being closed.
    """
    others = Q() if besides is None else ~Q(uppdrag=besides)
    left = Byte.objects.filter(arende_id=beslut.arende_id, status=ByteStatus.GENOMFORT)
    others &= ~Q(uppdrag__in=left.values("uppdrag"))
    rows = UppdragInsats.objects.filter(
        others,
        uppdrag__arende_id=beslut.arende_id,
        uppdrag__status__in=LIVING,
        delbeslut_id__in=beslut.delbeslut.values("pk"),
    )
    return set(rows.values_list("insats", flat=True))


def chosen(answers: Answers, beslut: Beslut, parts: Sequence[Delbeslut]) -> list[Mal]:
    """The goals of the chosen livsområden that belong to an insats in the uppdrag."""
    codes = answers.codes("livsomraden_med")
    insatser = {part.insats for part in parts}
    goals = [goal for goal in goals_of(beslut) if goal.livsomrade in codes]
    chosen = [goal for goal in goals if goal.insats in insatser]
    lacking = sorted(insatser - {goal.insats for goal in chosen})
    if lacking:
        answers.refuse(
            "livsomraden_med",
            UNCLEAR,
            f"Ta med minst ett behov och ett mål för: {', '.join(lacking)}.",
        )
    return chosen


def goals_of(beslut: Beslut) -> Sequence[Mal]:
    """The goals of the utredning that a decision rests on."""
    utredning = beslut.utredning
    if utredning is None or utredning.mal_dokument_id is None:
        return []
    return list(Mal.objects.filter(dokument_id=utredning.mal_dokument_id).order_by("nummer"))


def _assessed(goals: Sequence[Mal]) -> dict[str, int | None]:
    """The grade of each chosen livsområde, so that a result can be followed (R-086)."""
    saved = goals[0].utredning.livsomraden_dokument_id if goals else None
    if saved is None:
        return {}
    areas = LivsomradeBedomning.objects.filter(dokument_id=saved)
    return dict(areas.values_list("livsomrade", "bedomd"))
