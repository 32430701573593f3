"""What every page has in common: who asks, when, and the frame round the content."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext

from cases import access, bundles
from cases.actor import Actor, actor_for
from cases.errors import CaseError, NotFoundError, NotPermittedError, ProcessUnavailableError
from config import clock
from engine.bundle import Bundle
from web.menu import menu_of
from web.refusals import in_words
from web.sentences import SENTENCES

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request by a person: who, when, and the edition of the day."""

    request: HttpRequest
    actor: Actor
    now: datetime
    bundle: Bundle | None

    def page(
        self, template: str, content: Mapping[str, Any], *, here: str = "", status: int = 200
    ) -> HttpResponse:
        """Render a page in the frame.

        Args:
            template: Name below ``web/``.
            content: What the page shows.
            here: Which item of the menu is current.
            status: HTTP status.
        """
        menu = menu_of(self, here)
        frame = {
            "page": here,
            "now": self.now,
            "refused": status >= HTTPStatus.BAD_REQUEST,
            "role_names": sorted(self.role_name(role) for role in self.actor.roles),
            "can_start": menu.leads_to("processes"),
            "menu": menu,
            "unsigned": bool(self.actor.unsigned),
            "edition": self.bundle.manifest.utgava.name if self.bundle else "",
            "virtual_now": self._virtual_now(),
        }
        return render(self.request, f"web/{template}", {**frame, **content}, status=status)

    def role_name(self, role: str) -> str:
        """The Swedish name of a role."""
        found = self.bundle.roles.get(role) if self.bundle else None
        return role if found is None else found.name

    def offers(self, *, in_case: bool = False) -> list[tuple[str, str]]:
        """Return (process key, bundle hash) of what a person of these roles may start.

        Args:
            in_case: What begins in an ärende that is there, instead of what opens or needs none.
                What needs none is never begun in one: its forms are no part of it (R-140).
        """
        found = []
        for key, bundle_hash in bundles.current_editions(localdate(self.now)):
            entry = bundles.compiled(bundle_hash).manifest.entry(key)
            begins = bundles.definition(bundle_hash, key).starts
            # A process that another one calls has a plain start too, but no form.
            by_person = any(begin.kind == "none" and begin.form for begin in begins)
            if entry is None or not by_person:
                continue
            mine = entry.owner in self.actor.roles
            if not mine and not (entry.for_everyone and self._may_start(bundle_hash)):
                continue
            alone = entry.starts_new_case or not entry.needs_case
            if alone is not in_case:
                found.append((key, bundle_hash))
        return found

    def _may_start(self, bundle_hash: str) -> bool:
        """Whether the actor may start something beside the ärenden in any of her units."""
        return any(
            access.allowed(
                self.actor,
                access.Action.START,
                access.Resource(
                    ref=unit,
                    bundle=bundle_hash,
                    organisation=organisation,
                    unit=unit,
                    secrecy=0,
                    in_case=False,
                ),
            )
            for unit, organisation in self.actor.places.items()
        )

    def _virtual_now(self) -> str:
        if not settings.KEDJA_VIRTUAL_CLOCK:
            return ""
        return localtime(self.now).strftime("%Y-%m-%d %H:%M")


def visit(view: Callable[Concatenate[Visit, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Turn a function of a ``Visit`` into a view for logged-in users; refusals become pages.

    Whoever has not signed her sekretessförbindelse comes to that page instead (R-162).
    """
    return _visiting(view, before_signing=False)


def visit_before_signing(
    view: Callable[Concatenate[Visit, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """As ``visit``, but open to who has not signed her sekretessförbindelse."""
    return _visiting(view, before_signing=True)


def _visiting(
    view: Callable[Concatenate[Visit, P], HttpResponse], *, before_signing: bool
) -> Callable[..., HttpResponse]:
    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        now = clock.now()
        here = Visit(request, actor_for(request.user, now), now, edition(now))
        if here.actor.waits_for_signature and not before_signing:
            return redirect("web:undertaking")
        try:
            return view(here, *args, **kwargs)
        except NotFoundError:
            heading = gettext("Sidan finns inte")
            detail = gettext("Den finns inte, eller så har din roll inte del i den.")
            return here.page("refused.html", {"heading": heading, "detail": detail}, status=404)
        except NotPermittedError:
            heading = gettext("Det får din roll inte göra")
            detail = gettext("Fråga den som har gett dig din roll.")
            return here.page("refused.html", {"heading": heading, "detail": detail}, status=403)

    return login_required(inner)


def sentence(error: CaseError) -> str:
    """What a refusal means, for the person who meets it."""
    if error.code in SENTENCES:
        return gettext(SENTENCES[error.code])
    text = str(getattr(error, "svenska", ""))
    if text:
        return in_words(text)
    said = gettext("Det gick inte (%(code)s). Läs ärendet igen eller fråga en kollega.")
    return said % {"code": error.code}


def edition(now: datetime) -> Bundle | None:
    """The edition of the day, or None where none is deployed."""
    try:
        return bundles.compiled(bundles.newest_hash(localdate(now)))
    except ProcessUnavailableError:
        return None
