"""Signals of the mirror. All are sent after commit, with `send_robust`, in batches of at most 1,000 instances.

`sender` is the model (`Photo`, `Album`, `LiveStream`, `Player`; `SyncRun` and `Workspace` for the last two).
A receiver that raises is logged by Django and disturbs neither the mirror nor the other receivers.
"""

from django.dispatch import Signal

mirrored_created = Signal()
"""Rows appeared. `instances`: saved rows; `run`: the `SyncRun`, None after a refresh of single objects."""

mirrored_changed = Signal()
"""Content changed. `instances`, `run` as above; `changed_fields`: `{pk: frozenset of field names}`."""

mirrored_missing = Signal()
"""The platform no longer has these, or this site may no longer see them. `instances`, `run`."""

mirrored_returned = Signal()
"""Rows that had gone missing are back. `instances`, `run`."""

used_objects_unavailable = Signal()
"""Photos, albums or live streams that this site uses have gone missing, or are no longer public where the workspace
does not embed such. `usages`: `{instance: Usages}`, see `django_twentythree.references`; `run`. Where they are used
is asked only if there is a receiver."""

sync_finished = Signal()
"""A run ended, however it ended. `run`."""

workspace_state_changed = Signal()
"""Calls to a workspace began to fail, or work again. `workspace`, `old`, `new` (`Workspace.State`), `reason`."""
