"""The app as Django sees it."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class TwentyThreeConfig(AppConfig):
    """Registers checks and receivers; reads no settings and asks no database."""

    name = "django_twentythree"
    label = "twentythree"
    verbose_name = _("TwentyThree")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be imported only from here on.
        from django_twentythree.checks import ALL_CHECKS

        for check in ALL_CHECKS:
            register(check, "twentythree")
