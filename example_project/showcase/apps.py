"""The video site as Django sees it."""

from django.apps import AppConfig


class ShowcaseConfig(AppConfig):
    """Pages for the synced videos, and articles that show them."""

    name = "showcase"
    verbose_name = "Video site"
