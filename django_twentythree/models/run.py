"""`SyncRun`: one sync run, and the lease by which it is the only one of its kind."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from django_twentythree.models.workspace import Workspace


class SyncRun(models.Model):
    """One sync of one resource of one workspace: what it saw, what it wrote, and how it ended."""

    class Resource(models.TextChoices):
        """The resources of a run, in the order of a full sync."""

        ALBUMS = "albums", _("categories")
        LIVESTREAMS = "livestreams", _("live streams / webinars")
        PLAYERS = "players", _("players")
        PHOTOS = "photos", _("videos")
        DETAILS = "details", _("chapters and subtitles")
        NEWEST = "newest", _("newest videos")
        ON_AIR = "on_air", _("current and upcoming live streams")

    class Trigger(models.TextChoices):
        """The cause of a run."""

        COMMAND = "command", _("command")
        SCHEDULE = "schedule", _("schedule")
        ADMIN = "admin", _("admin")
        TASK = "task", _("task")
        FOLLOW_UP = "follow_up", _("requested during the previous run")

    class State(models.TextChoices):
        """The state of a run."""

        RUNNING = "running", _("running")
        SUCCEEDED = "succeeded", _("succeeded")
        NOT_PERMITTED = "not_permitted", _("not permitted at this level")
        FAILED = "failed", _("failed")
        INTERRUPTED = "interrupted", _("interrupted")

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="runs", verbose_name=_("workspace"))
    resource = models.CharField(_("resource"), max_length=16, choices=Resource.choices)
    trigger = models.CharField(_("requested by"), max_length=16, choices=Trigger.choices, default=Trigger.TASK)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.RUNNING)
    # "<workspace>:<resource>" while running, else null. Unique, because MariaDB has no conditional constraints.
    active_key = models.CharField(max_length=64, null=True, unique=True, default=None, editable=False)  # noqa: DJ001
    lease_until = models.DateTimeField(null=True, default=None, editable=False)
    # For the next run: whether it starts at once, and whether it may mark any number of rows as gone.
    is_rerun_requested = models.BooleanField(default=False, editable=False)
    is_acceptance_requested = models.BooleanField(default=False, editable=False)
    is_held_back = models.BooleanField(
        _("left rows as they were"),
        default=False,
        help_text=_("Too many rows would have been marked as gone, so none was marked. A person must accept this."),
    )
    started_at = models.DateTimeField(_("started"), null=True, default=None)
    finished_at = models.DateTimeField(_("finished"), null=True, default=None)
    permission_level = models.CharField(_("permission level"), max_length=32, default="", blank=True)
    seen = models.PositiveIntegerField(_("seen"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    skipped = models.PositiveIntegerField(_("unreadable"), default=0)
    missing = models.PositiveIntegerField(_("gone"), default=0)
    requests = models.PositiveIntegerField(_("requests"), default=0)
    error = models.TextField(_("message"), default="", blank=True)

    class Meta:
        verbose_name = _("sync run")
        verbose_name_plural = _("sync runs")
        ordering = ("-started_at", "-pk")
        indexes = (models.Index(fields=("workspace", "resource", "-id"), name="twentythree_run_latest"),)

    def __str__(self) -> str:
        if self.started_at is None:
            return self.resource
        return f"{self.get_resource_display()} {timezone.localtime(self.started_at):%Y-%m-%d %H:%M}"

    @property
    def duration_seconds(self) -> float | None:
        """The run's duration; None while it is running."""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()
