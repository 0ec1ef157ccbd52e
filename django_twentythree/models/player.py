"""`Player`, a player configured on the platform."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from django_twentythree.models.mirrored import Mirrored, MirroredQuerySet


class Player(Mirrored):
    """A player that embeds can select. The platform's administrators decide how it looks."""

    name = models.TextField(_("name"), default="", blank=True)
    is_default = models.BooleanField(_("default"), default=False)

    objects = models.Manager.from_queryset(MirroredQuerySet)()

    class Meta(Mirrored.Meta):
        verbose_name = _("player")
        verbose_name_plural = _("players")
        ordering = ("-is_default", "pk")

    def __str__(self) -> str:
        return self.name or gettext("Untitled player %(id)s") % {"id": self.remote_id}
