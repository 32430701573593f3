"""``python -m workers``: run the worker program."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("KEDJA_ROLE", "worker")
django.setup()

from workers.main import main  # noqa: E402 - models can be imported only after setup

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
