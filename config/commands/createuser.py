"""kedja createuser: a user with roles, and a token for the API if wanted."""

import argparse
import datetime as dt
import getpass
import json
import secrets
import sys

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.timezone import localdate
from rest_framework.authtoken.models import Token

from cases.models import Epostadress, Organisation, RoleGrant, Sekretessforbindelse, Unit
from config import clock
from config.errors import SetupError


class UserError(SetupError):
    """The user or the grant cannot be made as asked."""

    code = "user_not_made"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("username")
    parser.add_argument("--first-name", default="", help="given name")
    parser.add_argument("--last-name", default="", help="family name")
    parser.add_argument("--email", help="address for letters; taken as confirmed")
    parser.add_argument("--role", help="id of a role in processes/terms/roller.toml")
    parser.add_argument("--organisation", help="name of the organisation the role is held in")
    parser.add_argument("--unit", help="name of a unit; without it the whole organisation")
    parser.add_argument(
        "--signed-on",
        type=dt.date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="day of a sekretessförbindelse signed on paper; without it the user signs in Kedja"
        " before the role becomes active",
    )
    parser.add_argument("--token", action="store_true", help="print a token for the API")
    parser.add_argument(
        "--generate-password", action="store_true", help="make and print a password"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Make the user, or add a role or token to one that exists."""
    told = {"username": args.username}
    with transaction.atomic():
        user, made = get_user_model().objects.get_or_create(
            username=args.username,
            defaults={"first_name": args.first_name, "last_name": args.last_name},
        )
        if made:
            password = _password(generate=args.generate_password)
            user.set_password(password)
            user.save()
            if args.generate_password:
                told["password"] = password
        if args.role:
            _grant(user.pk, args)
            told["role"] = args.role
        if args.email:
            _write_to(user.pk, args.email)
        if args.token:
            told["token"] = Token.objects.get_or_create(user=user)[0].key
    _tell(told, as_json=args.json)
    return 0


def _password(*, generate: bool) -> str:
    if generate:
        return secrets.token_urlsafe(15)
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    try:
        validate_password(password)
    except ValidationError as error:
        raise UserError(" ".join(error.messages)) from error
    return password


def _grant(user_id: int, args: argparse.Namespace) -> None:
    try:
        organisation = Organisation.objects.get(name=args.organisation)
        unit = Unit.objects.get(organisation=organisation, name=args.unit) if args.unit else None
    except (Organisation.DoesNotExist, Unit.DoesNotExist) as error:
        names = ", ".join(sorted(Organisation.objects.values_list("name", flat=True)))
        raise UserError(f"No such organisation or unit. There are: {names or 'none'}.") from error
    RoleGrant.objects.get_or_create(
        user_id=user_id,
        role=args.role,
        organisation=organisation,
        unit=unit,
        defaults={"valid_from": clock.now().date()},
    )
    if args.signed_on:
        _sign_on_paper(user_id, organisation, args.signed_on)


def _write_to(user_id: int, address: str) -> None:
    """Send letters there from now on: whoever makes users vouches for the address."""
    try:
        validate_email(address)
    except ValidationError as error:
        raise UserError("The address is none. Write one such as anna@kommun.example.") from error
    good = Epostadress.State.GOOD
    told = {"adress": address, "tillstand": good, "sedan": clock.now(), "kod": ""}
    Epostadress.objects.update_or_create(user_id=user_id, defaults=told)


def _sign_on_paper(user_id: int, organisation: Organisation, day: dt.date) -> None:
    """Record what the user signed on paper; a signature that is there stays (R-162)."""
    if day > localdate(clock.now()):
        raise UserError("The day of the signature has not come yet. Give the day it was signed.")
    Sekretessforbindelse.objects.get_or_create(
        user_id=user_id,
        organisation=organisation,
        defaults={
            "kind": Sekretessforbindelse.Kind.PAPER,
            "signed_on": day,
            "recorded_at": clock.now(),
        },
    )


def _tell(told: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(told))
        return
    for name, value in told.items():
        print(f"{name}: {value}")
