"""State that sync processes share: leases, circuit breakers, rechecks. No foreign key points here.

It is not on `Workspace`, because on MariaDB inserting a synced row locks its workspace row. Leases there would
make all workers wait for each other.
"""

from django.db import models


class Lease(models.Model):
    """An exclusive right that expires, or one unit of a limit on how often something may happen."""

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
    # The first failure of the current or latest series of failures, and the success after it.
    failing_since = models.DateTimeField(null=True, default=None)
    recovered_at = models.DateTimeField(null=True, default=None)
    # Scheduled requests wait until the first; all requests wait until the second, which the platform set.
    retry_at = models.DateTimeField(null=True, default=None)
    throttled_until = models.DateTimeField(null=True, default=None)
    # A keyed digest of the refused credentials: it shows when they change and reveals nothing about them.
    refused_digest = models.CharField(max_length=64, default="", blank=True)
    reason = models.TextField(default="", blank=True)

    class Meta:
        verbose_name = "workspace condition"

    def __str__(self) -> str:
        return f"{self.workspace_id}: {self.failure_count}"


class Recheck(models.Model):
    """An object that a refresh changed while a listing was being read. It is fetched again afterwards."""

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
