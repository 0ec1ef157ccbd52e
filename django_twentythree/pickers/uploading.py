"""Uploads from the picker: the browser sends the file to TwentyThree, and this site asks for the result.

One upload uses one ticket of the platform for one file. The browser gets the ticket itself, which TwentyThree
accepts instead of credentials, and a copy signed by this site, which allows questions about this upload only.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext as _

from django_twentythree.api import UploadMetadata
from django_twentythree.api.levels import may_write
from django_twentythree.api.redaction import forgets_variables
from django_twentythree.conf import get_aliases
from django_twentythree.ids import read_id
from django_twentythree.kinds import ObjectKind
from django_twentythree.models import Photo, Workspace
from django_twentythree.pickers.access import get_mentionable, get_visible, may_upload
from django_twentythree.pickers.limits import UploadCache, is_within_limit
from django_twentythree.pickers.live_lookup import PATIENCE_SECONDS, NoResultError, connect_for_editor
from django_twentythree.pickers.options import PickerOptions
from django_twentythree.user_context import User

_SALT: Final = "django_twentythree.pickers.uploading"
_VALID_SECONDS: Final = 24 * 3600
"""How long a signed token is valid: longer than a ticket, because encoding continues after the upload."""
_MAX_BEGINNINGS: Final = 60
_BEGINNINGS_SECONDS: Final = 600
_MAX_ASKINGS: Final = 60
_ASKINGS_SECONDS: Final = 60
_PAUSE_SECONDS: Final = 1
_LONGEST_TITLE: Final = 250
_MAX_CHOSEN: Final = 50
_UPLOADED: Final = ("video", "audio", "image")


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadSession:
    """The data that a browser needs to send one file and to ask for the result."""

    url: str
    fields: dict[str, str]
    token: str


def get_writable_workspaces(options: PickerOptions) -> list[Workspace]:
    """Return the workspaces to upload to: those where this site's credentials may write."""
    if options.model != ObjectKind.PHOTO or (options.kinds and not set(_UPLOADED).intersection(options.kinds)):
        return []
    aliases = [alias for alias in get_aliases() if options.workspace in {None, alias}]
    found = [Workspace.objects.find_cached(alias) for alias in aliases]
    return [workspace for workspace in found if workspace is not None and may_write(workspace.permission_level)]


def get_upload_context(options: PickerOptions, user: User) -> dict[str, Any] | None:
    """Return the context of `twentythree/picker/upload.html`; None when the user cannot upload."""
    workspaces = get_writable_workspaces(options) if may_upload(user) else []
    if not workspaces:
        return None
    kinds = [kind for kind in _UPLOADED if kind in (options.kinds or _UPLOADED)]
    allowed = options.allow_unpublished
    if allowed is None:
        allowed = all(workspace.get_settings().EMBED_UNPUBLISHED for workspace in workspaces)
    return {
        "workspaces": [(workspace.alias, str(workspace)) for workspace in workspaces],
        "accept": ",".join(f"{kind}/*" for kind in kinds),
        # An unpublished video could not be chosen afterwards.
        "is_published": not allowed,
    }


class Uploader:
    """Starts uploads for one editor and finds the uploaded videos."""

    def __init__(self, options: PickerOptions, user: User) -> None:
        self._options = options
        self._user = user
        self._deadline = time.monotonic() + PATIENCE_SECONDS

    @forgets_variables
    def begin(self, form: QueryDict, return_url: str) -> UploadSession:
        """Return a ticket for one file.

        Args:
            form: `title`, `tags` and `albums` (separated by commas), `publish`, `workspace`.
            return_url: The address that the platform redirects to; "" when a script reads the answer.

        Raises:
            NoResultError: The form is incomplete, or the platform gave no ticket.
        """
        workspace = self._get_workspace(str(form.get("workspace", "")))
        metadata = UploadMetadata(
            title=" ".join(str(form.get("title", "")).split())[:_LONGEST_TITLE],
            # The platform takes several tags as words, those of several words in quotation marks.
            tags=_split(str(form.get("tags", "")).replace('"', " ")),
            album_ids=self._get_album_ids(_split(str(form.get("albums", ""))), workspace.alias),
            is_published=form.get("publish") == "1",
        )
        if not metadata.title:
            raise NoResultError(_("Enter a title."), 400)
        if metadata.is_published and not metadata.album_ids:
            raise NoResultError(_("Choose a category. Published videos need one."), 400)
        if not is_within_limit("uploads", self._user, times=_MAX_BEGINNINGS, seconds=_BEGINNINGS_SECONDS):
            raise NoResultError(_("You started many uploads. Continue in a few minutes."), 429)
        with connect_for_editor(workspace.alias, self._deadline) as refresher:
            ticket = refresher.fetch_upload_ticket(metadata, return_url)
        return UploadSession(
            url=ticket.address,
            fields={"upload_token": ticket.upload_token},
            token=signing.dumps([ticket.upload_token, workspace.alias, self._user.pk], salt=_SALT),
        )

    @forgets_variables
    def find(self, token: str) -> Photo | None:
        """Return the synced row of an upload; None while TwentyThree does not have it yet.

        Args:
            token: The token that `begin` signed.

        Raises:
            NoResultError: The token is invalid, foreign or too old, or the request to the platform failed.
        """
        upload_token, alias = self._read(token)
        memory = UploadCache(upload_token)
        # When the browser asks too often, repeat the last known answer.
        if memory.may_ask(_PAUSE_SECONDS) and is_within_limit(
            "upload-status", self._user, times=_MAX_ASKINGS, seconds=_ASKINGS_SECONDS
        ):
            self._get_workspace(alias)
            with connect_for_editor(alias, self._deadline) as refresher:
                row = refresher.find_upload(upload_token)
            if row is None:
                return None
            memory.keep(row.pk)
        pk = memory.get()
        return self._get_visible(pk) if pk is not None else None

    def _read(self, token: str) -> tuple[str, str]:
        try:
            upload_token, alias, pk = signing.loads(token, salt=_SALT, max_age=_VALID_SECONDS)
        except signing.SignatureExpired as error:
            raise NoResultError(_("This upload has expired. Search for the video in the library."), 400) from error
        except signing.BadSignature as error:
            raise NoResultError(_("This upload did not start here."), 400) from error
        if pk != self._user.pk:
            raise NoResultError(_("This upload belongs to another user."), 403)
        return upload_token, alias

    def _get_workspace(self, alias: str) -> Workspace:
        writable = {workspace.alias: workspace for workspace in get_writable_workspaces(self._options)}
        if not writable:
            raise NoResultError(
                _("You cannot upload from here. TwentyThree allows this site to read videos, but not to add them."), 403
            )
        if alias and alias not in writable:
            raise NoResultError(_("You cannot upload to this workspace from here."), 400)
        return writable[alias] if alias else next(iter(writable.values()))

    def _get_album_ids(self, keys: Sequence[str], alias: str) -> list[int]:
        """Return the platform's ids of categories, in the order given, of those that the user may choose."""
        wanted = [key for key in map(read_id, keys) if key]
        rows = get_mentionable(PickerOptions(model=ObjectKind.ALBUM, workspace=alias), self._user)
        found = dict(rows.filter(pk__in=wanted).values_list("pk", "remote_id"))
        if len(found) < len(keys):
            raise NoResultError(_("One of the categories no longer exists. Choose another."), 400)
        return [found[key] for key in wanted]

    def _get_visible(self, pk: int) -> Photo:
        row: Photo | None = get_visible(self._options, self._user).filter(pk=pk).select_related("workspace").first()
        if row is None:
            raise NoResultError(_("It was uploaded, but you may not choose it."))
        return row


def _split(text: str) -> list[str]:
    """Return the parts between commas without repetition, up to a limit."""
    parts = (" ".join(part.split()) for part in text.split(","))
    return list(dict.fromkeys(part for part in parts if part))[:_MAX_CHOSEN]
