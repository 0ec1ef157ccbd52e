"""The video site as Django sees it."""

from django.apps import AppConfig


class ShowcaseConfig(AppConfig):
    """Pages for the mirrored videos, and articles that show one."""

    name = "showcase"
    verbose_name = "Video site"
