"""The app as Django sees it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TwentyThreeConfig(AppConfig):
    """Registers checks and receivers; reads no settings and asks no database."""

    name = "django_twentythree"
    label = "twentythree"
    verbose_name = _("TwentyThree")
    default_auto_field = "django.db.models.BigAutoField"
