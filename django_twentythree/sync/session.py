"""A conversation with one workspace: how each resource is asked for there, and which answers are its own.

Nothing is fetched for the mirror without one, so that no answer of another site becomes a row.
"""

from __future__ import annotations

import time
from typing import Any, Final, Self

from django_twentythree.api import Client, Listing, Response
from django_twentythree.api.levels import get_freshness, get_level_class
from django_twentythree.conf import WorkspaceSettings, get_workspace_settings
from django_twentythree.coordination.identity import build_identity_error, identify
from django_twentythree.exceptions import APIError
from django_twentythree.models import Workspace
from django_twentythree.sync.resources import RESOURCES, OneEntry

CONFIRMED_SECONDS: Final = 30.0
"""Seconds for which the site stays confirmed; within them an answer that names no site is accepted."""


class LevelChangedError(APIError):
    """The permission level changed meanwhile: what is absent may only be invisible."""

    def __init__(self, endpoint: str, before: str, after: str) -> None:
        super().__init__(endpoint, before, after)
        self.endpoint = endpoint
        self.detail = f"the permission level changed from '{before}' to '{after}' halfway; nothing was marked as gone"


class Session:
    """One connection to a workspace, with what the workspace was known to be when it began.

    Attributes:
        client: The connection.
        workspace: Whose answers are accepted.
        settings: The settings of the workspace.
        level: The permission level at which everything is asked; answers at another class of levels are not accepted.
    """

    def __init__(self, client: Client, workspace: Workspace, settings: WorkspaceSettings, level: str) -> None:
        self.client = client
        self.workspace = workspace
        self.settings = settings
        self.level = level
        self._confirmed_at = float("-inf")

    @classmethod
    def begin(cls, client: Client, workspace: Workspace) -> Self:
        """Return a session that has asked which site this is, and at what level it answers.

        Raises:
            IdentityError: Another site answers, or another alias already mirrors this one.
            LevelError: The platform did not take the configured credentials into account.
            APIError: No usable answer.
        """
        session = cls(client, workspace, get_workspace_settings(workspace.alias), workspace.permission_level)
        session.confirm()
        session.level = workspace.permission_level
        return session

    @classmethod
    def resume(cls, client: Client, workspace: Workspace) -> Self:
        """Return a session of a workspace that is known; the first one of all begins as `begin` says."""
        if not workspace.permission_level or workspace.site_id is None:
            return cls.begin(client, workspace)
        return cls(client, workspace, get_workspace_settings(workspace.alias), workspace.permission_level)

    def parameters(self, resource: str) -> dict[str, Any]:
        """Return what to send so that everything this level may see comes, and comes fresh."""
        return RESOURCES[resource].get_parameters(self.level) | get_freshness(self.client)

    def list_(self, resource: str, *, in_flight: int = 1, **wanted: Any) -> Listing[Any]:
        """Return the pages of a resource. Each is to be accepted before it is used.

        Args:
            resource: A `SyncRun.Resource` that is listed.
            in_flight: How many pages may be under way at once.
            **wanted: Further parameters of the platform.
        """
        return RESOURCES[resource].list_(self.client, in_flight=in_flight, **(self.parameters(resource) | wanted))

    def fetch_one(self, resource: str, remote_id: int) -> OneEntry:
        """Return one object, asked for without its token, and the answer, which is to be accepted before it is used.

        May be called in any thread.

        Raises:
            APIError: No usable answer, or the answer was no.
        """
        fetch = RESOURCES[resource].fetch_one
        assert fetch is not None  # noqa: S101 - players are only ever listed
        return fetch(self.client, remote_id, **self.parameters(resource))

    def accepts(self, answer: Response) -> bool:
        """Return whether an answer is this site's, at the class of levels of this session.

        An answer that does not name its site, as those of version 2, is its own if the site was confirmed just now;
        otherwise the site is asked for. Only the thread that uses the database may ask this.

        Raises:
            IdentityError: Another site has answered, so that nothing may be written any more.
            APIError: The site had to be asked for, and gave no usable answer.

        Source: v2 section 4 (no `site` in the envelope).
        """
        if answer.site_id is None:
            self.ensure_confirmed()
        elif answer.site_id != self.workspace.site_id:
            raise build_identity_error(self.workspace, answer.site_id)
        else:
            self._confirmed_at = time.monotonic()
        return get_level_class(answer.permission_level) == get_level_class(self.level)

    def require(self, endpoint: str, answer: Response) -> None:
        """Do nothing if an answer is accepted.

        Args:
            endpoint: What was asked, for the message.
            answer: What came.

        Raises:
            IdentityError: Another site has answered.
            LevelError: The platform does not take the credentials into account any more.
            LevelChangedError: The answer is at another class of levels; the next session knows of it.
        """
        if not self.accepts(answer):
            self.confirm()
            raise LevelChangedError(endpoint, self.level, answer.permission_level)

    def ensure_level(self, level: str) -> None:
        """Look into it if an answer that says no was given at another class of levels than this session's.

        Raises:
            LevelError: The platform does not take the credentials into account any more.
            IdentityError: Another site answers.
        """
        if get_level_class(level or self.level) != get_level_class(self.level):
            self.confirm()

    def ensure_confirmed(self) -> None:
        """Confirm the site, unless that was done just now.

        Raises:
            IdentityError: As of `confirm`.
            LevelError: Likewise.
            APIError: Likewise.
        """
        if time.monotonic() - self._confirmed_at > CONFIRMED_SECONDS:
            self.confirm()

    def confirm(self) -> None:
        """Ask which site this is, and note what it says of itself; the level of this session stays.

        An answer that says no never names its site: before rows are marked by it, this is asked.

        Raises:
            IdentityError: Another site answers, or another alias already mirrors this one.
            LevelError: The platform did not take the configured credentials into account.
            APIError: No usable answer.
        """
        site, answer = self.client.fetch_site_response(**get_freshness(self.client))
        identify(self.workspace, self.settings, site, answer)
        self._confirmed_at = time.monotonic()
