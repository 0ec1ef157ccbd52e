"""The columns that all synced rows share: identity, observation and presence."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from django_twentythree.models.visibility import PRESENT, Visibility
from django_twentythree.models.workspace import Workspace


class MirroredQuerySet(models.QuerySet[Any]):
    """Rows of the platform's objects, including those that are gone."""

    def present(self) -> Self:
        """Return the rows whose object the platform still has."""
        return self.filter(PRESENT.condition)

    def for_workspace(self, alias: str) -> Self:
        """Return the rows of the workspace with this alias."""
        return self.filter(workspace__alias=alias)

    def get_by_natural_key(self, alias: str, remote_id: int) -> Any:
        return self.get(workspace__alias=alias, remote_id=remote_id)


class Mirrored(models.Model):
    """One object of the platform, as last observed. Only `sync.apply` writes its synced columns."""

    visibility: ClassVar[Visibility] = Visibility()

    workspace = models.ForeignKey(
        Workspace, on_delete=models.PROTECT, related_name="%(class)ss", verbose_name=_("workspace")
    )
    remote_id = models.BigIntegerField(_("TwentyThree id"))
    extra = models.JSONField(_("further fields"), default=dict, blank=True)
    observed_at = models.DateTimeField(_("observed"), null=True, default=None, blank=True)
    changed_at = models.DateTimeField(_("changed"), null=True, default=None, blank=True)
    missing_since = models.DateTimeField(
        _("gone from TwentyThree since"), null=True, default=None, blank=True, db_index=True
    )
    # Hashes of the values last written. They are not computed from the columns, because databases change values.
    fingerprint = models.CharField(max_length=96, default="", blank=True, editable=False)
    counters_fingerprint = models.CharField(max_length=96, default="", blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = (
            # The id comes first, because people search for it without a workspace.
            models.UniqueConstraint(fields=("remote_id", "workspace"), name="%(app_label)s_%(class)s_remote"),
        )

    def natural_key(self) -> tuple[str, int]:
        return (self.get_workspace().alias, self.remote_id)

    natural_key.dependencies = ("twentythree.workspace",)  # type: ignore[attr-defined] # how serializers order models

    def get_workspace(self) -> Workspace:
        """Return the workspace, without a query when this process has cached it."""
        loaded = self._state.fields_cache.get("workspace")
        return loaded or Workspace.objects.get_cached(self.workspace_id)

    @property
    def is_missing(self) -> bool:
        """Whether the platform no longer has the object, or this site may no longer see it."""
        return not PRESENT.holds(self)
