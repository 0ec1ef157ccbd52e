"""`Workspace`, one TwentyThree site, and the cache that saves each embed a query for it."""

from __future__ import annotations

import time
from typing import Any, Final, Self

from django.core.signals import request_started
from django.db import models
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from django_twentythree.conf import WorkspaceSettings, get_workspace_settings
from django_twentythree.exceptions import ConfigurationError

REMEMBERED_SECONDS: Final = 60.0


class WorkspaceManager(models.Manager["Workspace"]):
    """Finds workspaces by alias or key, without a query when this process has cached them."""

    def get_by_natural_key(self, alias: str) -> Workspace:
        return self.get(alias=alias)

    def get_cached(self, pk: int) -> Workspace:
        """Return the workspace with this key from memory, or from the database the first time.

        Rows change rarely: when a site closes or opens, or when somebody renames a workspace. A process notices a
        change when it next loads or saves the row, or with the first request a minute after it last cleared
        its cache.
        """
        if pk not in _cache:
            _cache[pk] = self.get(pk=pk)
        return _cache[pk]

    def find_cached(self, alias: str) -> Workspace | None:
        """Return the workspace with this alias, from memory if it is cached; None when there is none."""
        seen = next((workspace for workspace in _cache.values() if workspace.alias == alias), None)
        # Aliases also come from addresses, and PostgreSQL refuses U+0000.
        return seen or (None if "\x00" in alias else self.filter(alias=alias).first())


class Workspace(models.Model):
    """One TwentyThree site under the alias it has in `TWENTYTHREE["WORKSPACES"]`."""

    class State(models.TextChoices):
        """The state of the connection to the platform."""

        NEW = "new", _("not contacted yet")
        WORKING = "working", _("working")
        UNREACHABLE = "unreachable", _("unreachable")
        REFUSED = "refused", _("credentials refused")
        MISMATCHED = "mismatched", _("a different site answers")

    alias = models.SlugField(_("alias"), unique=True)
    domain = models.CharField(_("domain"), max_length=255, default="", blank=True)
    site_id = models.BigIntegerField(_("site id"), null=True, unique=True, default=None)
    name = models.TextField(_("name"), default="", blank=True)
    permission_level = models.CharField(_("permission level"), max_length=32, default="", blank=True)
    is_closed = models.BooleanField(_("closed to the public"), default=False)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.NEW)
    known_since = models.DateTimeField(default=timezone.now, editable=False)

    objects = WorkspaceManager()

    class Meta:
        verbose_name = _("workspace")
        verbose_name_plural = _("workspaces")
        ordering = ("alias",)

    def __str__(self) -> str:
        return self.name or self.alias

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        workspace = super().from_db(*args, **kwargs)  # Django 6.1 added a parameter, and may add more
        if not workspace.get_deferred_fields():
            _cache[workspace.pk] = workspace
        return workspace

    def natural_key(self) -> tuple[str]:
        return (self.alias,)

    def get_settings(self) -> WorkspaceSettings:
        """Return the settings of this alias, or the last known domain when it is no longer configured."""
        try:
            return get_workspace_settings(self.alias)
        except ConfigurationError:
            return WorkspaceSettings(DOMAIN=self.domain)


_cache: dict[int, Workspace] = {}
_forgotten_at = time.monotonic()


def forget_workspaces() -> None:
    """Clear the cache of this process."""
    global _forgotten_at
    _cache.clear()
    _forgotten_at = time.monotonic()


@receiver(request_started)
def _forget_now_and_then(**kwargs: Any) -> None:
    # Changes that a worker writes, such as a closed site, must reach every web process.
    if time.monotonic() - _forgotten_at > REMEMBERED_SECONDS:
        forget_workspaces()


@receiver(post_save, sender=Workspace)
def _remember(*, instance: Workspace, **kwargs: Any) -> None:
    _cache[instance.pk] = instance


@receiver(post_delete, sender=Workspace)
def _forget(*, instance: Workspace, **kwargs: Any) -> None:
    _cache.pop(instance.pk, None)
