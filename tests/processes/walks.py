"""The first steps that many walks have in common."""

from datetime import date

from tests.processes import answers
from tests.processes.town import Town


def investigated(day: date) -> Town:
    """A town with one application, investigated and waiting for a decision."""
    town = Town(day)
    town.start("aktualisera", answers.ansokan(day))
    town.complete("Task_KontrolleraAnsokan", {"komplett": "ja"})
    town.complete("Task_BeslutaInledaUtredning", {"inledning": "inleda", "beslutsdatum": day})
    town.complete("Task_PlaneraUtredning", answers.PLANERA_UTREDNING)
    town.complete("Task_KartlaggLivsomraden", answers.kartlaggning())
    town.complete("Task_SattMal", answers.MAL)
    town.complete("Task_BedomOchForesla", answers.FORSLAG)
    return town


def decided(day: date, *, till: date | None = None) -> Town:
    """… and granted."""
    town = investigated(day)
    town.complete("Task_FattaBeslut", answers.beslut(day, till=till))
    town.complete("Task_UnderrattaOmBeslut", answers.delgivet(day))
    return town


def sent(day: date, *, till: date | None = None) -> Town:
    """… and the uppdrag sent."""
    town = decided(day, till=till)
    town.complete("Task_UtformaUppdrag", answers.uppdrag(day))
    return town


def executed(day: date, *, till: date | None = None) -> Town:
    """… and accepted and begun the same day, no plan yet."""
    town = sent(day, till=till)
    town.complete("Task_BekraftaUppdrag", {"kan_verkstallas": "ja", "start_datum": day})
    contact = {"utsedd_kontakt": "kim", "typ": "fast_omsorgskontakt", "onskemal": "Inga."}
    town.complete("Task_UtseKontakt", contact)
    town.complete("Task_RegistreraVerkstallighet", {"verkstalld_datum": day})
    return town


def planned(day: date, *, months: int = 6, till: date | None = None) -> Town:
    """… and with a plan fastställd the same day."""
    town = executed(day, till=till)
    plan(town, day, months)
    return town


def plan(town: Town, day: date, months: int = 6) -> None:
    """Make and establish the plan."""
    town.complete("Task_PlaneraMedDenEnskilde", answers.plan(months))
    town.complete("Task_FaststallPlan", {"godkand": "ja", "faststalld_datum": day})


def close_provider(town: Town, day: date, orsak: str = "behov_upphort") -> None:
    """The provider's closing up to the final note, not itself."""
    confirmed = {"avslutsorsak": orsak, "avslutsdatum": day, "kalla": "handlaggare"}
    town.complete("Task_BekraftaAvslut", confirmed)
    done = {"aktiviteter_avslutade": True, "personal_informerad": True}
    town.complete("Task_AvslutaAktiviteter", done)
