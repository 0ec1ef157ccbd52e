"""Clients from settings: the only place where credentials are looked up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django_twentythree.api import Client, OAuth1Credentials
from django_twentythree.conf import WorkspaceSettings, get_settings, get_workspace_settings
from django_twentythree.exceptions import ConfigurationError


@contextmanager
def connect(
    alias: str, *, timeout_seconds: float | None = None, is_signed: bool = True, max_attempts: int = 4
) -> Iterator[Client]:
    """Lend a client for the workspace `alias`, and close its connections afterwards.

    Args:
        alias: A key of `TWENTYTHREE["WORKSPACES"]`.
        timeout_seconds: How long one call may take; None: as `TIMEOUT_SECONDS` says.
        is_signed: Whether to use the workspace's credentials, if it has any.
        max_attempts: How often a call is attempted when the trouble is temporary.

    Raises:
        ConfigurationError: There is no such workspace, or its settings do not go together.
    """
    workspace = get_workspace_settings(alias)
    try:
        client = Client(
            workspace.DOMAIN,
            get_credentials(alias, workspace) if is_signed else None,
            scheme=workspace.SCHEME,
            timeout_seconds=timeout_seconds or get_settings().TIMEOUT_SECONDS,
            time_zone=workspace.time_zone,
            max_attempts=max_attempts,
        )
    except ValueError as error:
        raise ConfigurationError(f"TWENTYTHREE['WORKSPACES']['{alias}']: {error}") from error
    with client:
        yield client


def get_credentials(alias: str, workspace: WorkspaceSettings) -> OAuth1Credentials | None:
    """Return the OAuth credentials of a workspace, None when it has none (anonymous).

    Raises:
        ConfigurationError: Some of the four keys are missing, or a kind is asked for that is not available.
    """
    if workspace.BEARER_TOKEN or workspace.API_VERSION != 1:
        raise ConfigurationError(
            f"TWENTYTHREE['WORKSPACES']['{alias}']: version 2 of the API and BEARER_TOKEN are not available in"
            " this release; use the four OAuth keys with API_VERSION 1."
        )
    keys = {
        name: getattr(workspace, name)
        for name in ("CONSUMER_KEY", "CONSUMER_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")
    }
    if not any(keys.values()):
        return None
    if absent := [name for name, value in keys.items() if not value]:
        raise ConfigurationError(
            f"TWENTYTHREE['WORKSPACES']['{alias}'] has some of the four OAuth keys but not {', '.join(absent)}."
        )
    return OAuth1Credentials(*keys.values())
