"""`Tag`, a word that describes videos."""

from hashlib import sha256
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from django_twentythree.models.workspace import Workspace


def digest_tag(name: str) -> str:
    """Return the identity of a tag: the hex SHA-256 of its UTF-8.

    The digest compares bytes on every database. Some collations treat "café" and "cafe" as equal.
    """
    return sha256(name.encode()).hexdigest()


class TagManager(models.Manager["Tag"]):
    """Finds tags by their natural key."""

    def get_by_natural_key(self, alias: str, digest: str) -> "Tag":
        return self.get(workspace__alias=alias, digest=digest)


class Tag(models.Model):
    """A tag of a workspace."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="tags", verbose_name=_("workspace"))
    name = models.TextField(_("name"))
    digest = models.CharField(max_length=64, editable=False)

    objects = TagManager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("workspace", "digest"), name="twentythree_tag_unique"),)

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: Any) -> None:
        self.digest = self.digest or digest_tag(self.name)
        super().save(**kwargs)

    def natural_key(self) -> tuple[str, str]:
        return (Workspace.objects.get_cached(self.workspace_id).alias, self.digest)

    natural_key.dependencies = ("twentythree.workspace",)  # type: ignore[attr-defined] # how serializers order models
