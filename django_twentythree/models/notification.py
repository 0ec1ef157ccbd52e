"""`Notification`, a change notice: one hint from the platform that something changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from django_twentythree.models.workspace import Workspace


class Notification(models.Model):
    """A pingback or webhook as it arrived. It is a hint to fetch the object again, never data."""

    class Source(models.TextChoices):
        """The kind of request that brought it."""

        PINGBACK = "pingback", _("pingback")
        WEBHOOK = "webhook", _("webhook")

    class State(models.TextChoices):
        """The progress of a change notice."""

        PENDING = "pending", _("pending")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    workspace = models.ForeignKey(
        Workspace, on_delete=models.PROTECT, related_name="notifications", verbose_name=_("workspace")
    )
    source = models.CharField(_("source"), max_length=16, choices=Source.choices, default=Source.PINGBACK)
    event = models.TextField(_("event"), default="", blank=True)
    object_type = models.CharField(_("object"), max_length=16, default="", blank=True)
    object_id = models.BigIntegerField(_("TwentyThree id"), null=True, default=None, blank=True)
    payload = models.JSONField(_("payload"), default=dict, blank=True)
    received_at = models.DateTimeField(_("received"), null=True, default=None)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    # The earliest time for the next try, after a failure or while a video is being encoded.
    due_at = models.DateTimeField(null=True, default=None, editable=False)
    processed_at = models.DateTimeField(_("processed"), null=True, default=None)
    error = models.TextField(_("message"), default="", blank=True)

    class Meta:
        verbose_name = _("change notice")
        verbose_name_plural = _("change notices")
        ordering = ("-received_at", "-pk")
        indexes = (models.Index(fields=("workspace", "state", "due_at"), name="twentythree_notice_inbox"),)

    def __str__(self) -> str:
        return f"{self.object_type or self.event or self.source} {self.object_id or ''}".strip()
