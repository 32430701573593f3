"""Settings of every program of the small walk: the product's, with our capabilities."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as _APPS

INSTALLED_APPS = [app for app in _APPS if app != "records"] + ["tests.chaos.small"]
