"""Clients from settings: the only place where credentials are looked up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.utils.crypto import salted_hmac

from django_twentythree.api import BearerToken, Client, Credentials, OAuth1Credentials
from django_twentythree.api.redaction import forgets_variables
from django_twentythree.conf import WorkspaceSettings, get_settings, get_workspace_settings
from django_twentythree.credentials import CREDENTIAL_KEYS, OAUTH_KEYS, find_mistakes
from django_twentythree.exceptions import ConfigurationError


@contextmanager
def connect(
    alias: str,
    *,
    timeout_seconds: float | None = None,
    is_signed: bool = True,
    max_attempts: int = 4,
    deadline_seconds: float | None = None,
    on_wait: Callable[[], None] | None = None,
) -> Iterator[Client]:
    """Lend a client for the workspace `alias`, and close its connections afterwards.

    Args:
        alias: A key of `TWENTYTHREE["WORKSPACES"]`.
        timeout_seconds: How long one call may take; None: as `TIMEOUT_SECONDS` says.
        is_signed: Whether to use the workspace's credentials, if it has any.
        max_attempts: How often a call is attempted when the trouble is temporary.
        deadline_seconds: How long all calls together may take, from now on; None: as long as they need.
        on_wait: Called now and then while an answer is awaited: to keep what this process holds.

    Raises:
        ConfigurationError: There is no such workspace, or its settings do not go together.
    """
    workspace = get_workspace_settings(alias)
    try:
        client = Client(
            workspace.DOMAIN,
            get_credentials(alias, workspace) if is_signed else None,
            api_version=workspace.API_VERSION,
            scheme=workspace.SCHEME,
            timeout_seconds=timeout_seconds or get_settings().TIMEOUT_SECONDS,
            time_zone=workspace.time_zone,
            extra_fields=workspace.EXTRA_FIELDS,
            max_attempts=max_attempts,
            deadline_seconds=deadline_seconds,
            on_wait=on_wait,
        )
    except ValueError as error:
        raise ConfigurationError(f"TWENTYTHREE['WORKSPACES']['{alias}']: {error}") from error
    with client:
        yield client


@forgets_variables
def get_credentials(alias: str, workspace: WorkspaceSettings) -> Credentials:
    """Return the credentials of a workspace, None when it has none (anonymous).

    Raises:
        ConfigurationError: Some of the four keys are missing, or what is there does not go together.
    """
    where = f"TWENTYTHREE['WORKSPACES']['{alias}']"
    for mistake in find_mistakes({name: getattr(workspace, name) for name in (*CREDENTIAL_KEYS, "API_VERSION")}):
        raise ConfigurationError(f"{where} {mistake.problem} {mistake.hint}")
    if workspace.is_anonymous:
        return None
    if workspace.BEARER_TOKEN:
        return BearerToken(workspace.BEARER_TOKEN)
    return OAuth1Credentials(*(getattr(workspace, name) for name in OAUTH_KEYS))


def digest_access(workspace: WorkspaceSettings) -> str:
    """Return a keyed digest of what a workspace is asked with: it tells that something changed, and nothing else.

    Args:
        workspace: The settings with the credentials; the site's address and the version of its API count as well.
    """
    names = ("SCHEME", "DOMAIN", "API_VERSION", *CREDENTIAL_KEYS)
    facts = json.dumps([str(getattr(workspace, name)) for name in names])
    return salted_hmac("django_twentythree.coordination.connections", facts, algorithm="sha256").hexdigest()
