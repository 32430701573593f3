"""Makes a database ready for the chain: migrations, the edition, the demo municipality, tokens.

Prints the tokens as JSON, user name to token.
"""

import json
import sys
from datetime import UTC, datetime, timedelta

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from rest_framework.authtoken.models import Token  # noqa: E402

from cases import use_cases  # noqa: E402
from config.processes import read_directory  # noqa: E402
from records.demo import load_people  # noqa: E402


def main() -> None:
    """Run as the owner of the database."""
    now = datetime.now(UTC)
    call_command("migrate", verbosity=0)
    use_cases.deploy(read_directory(settings.PROCESSES_DIR), now=now, municipality="demo")
    load_people(now - timedelta(days=500))
    users = get_user_model().objects.all()
    tokens = {user.username: Token.objects.create(user=user).key for user in users}
    sys.stdout.write(json.dumps(tokens) + "\n")


if __name__ == "__main__":
    main()
