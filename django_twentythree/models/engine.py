"""The engine's state between processes: leases, circuit breakers, rechecks. Nothing points at these tables.

Kept off `Workspace`: inserting a mirrored row locks its workspace row on MariaDB, so leases there would
make every worker wait for every other.
"""

from django.db import models


class Lease(models.Model):
    """An exclusive right until a moment, or a budget of how often something may be done until then."""

    key = models.CharField(max_length=64, unique=True)
    holder = models.CharField(max_length=36)
    until = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "lease"

    def __str__(self) -> str:
        return self.key


class WorkspaceCondition(models.Model):
    """The circuit breaker of one workspace."""

    workspace_id = models.BigIntegerField(unique=True)
    failure_count = models.PositiveIntegerField(default=0)
    # Of the failures in a row that last until now, or of the latest that ended: the first one, and the success after.
    failing_since = models.DateTimeField(null=True, default=None)
    recovered_at = models.DateTimeField(null=True, default=None)
    # In trouble: nothing scheduled is asked before. And until when the platform itself asked everybody to wait.
    retry_at = models.DateTimeField(null=True, default=None)
    throttled_until = models.DateTimeField(null=True, default=None)
    # Keyed, of the credentials that were refused: tells that there are others now, and nothing about them.
    refused_digest = models.CharField(max_length=64, default="", blank=True)
    reason = models.TextField(default="", blank=True)

    class Meta:
        verbose_name = "workspace condition"

    def __str__(self) -> str:
        return f"{self.workspace_id}: {self.failure_count}"


class Recheck(models.Model):
    """An object that a refresh changed while a listing was being read: looked at once more afterwards."""

    workspace_id = models.BigIntegerField()
    resource = models.CharField(max_length=16)
    remote_id = models.BigIntegerField()

    class Meta:
        verbose_name = "recheck"
        constraints = (
            models.UniqueConstraint(
                fields=("workspace_id", "resource", "remote_id"), name="twentythree_recheck_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.resource} {self.remote_id}"
