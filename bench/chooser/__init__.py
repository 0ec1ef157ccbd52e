"""Wagtail's generic chooser over the rows that the picker is measured with; an app of the site that measures."""

from importlib.util import find_spec
from typing import Final

# What it needs of Wagtail. Nothing where Wagtail is not installed.
APPS: Final = (
    [
        "bench.chooser",
        "wagtail.users",
        "wagtail.admin",
        "wagtail.search",
        "wagtail",
        "taggit",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
    ]
    if find_spec("wagtail")
    else []
)
