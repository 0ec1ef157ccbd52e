"""`WORKSPACES` from environment variables, read with django-environ."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django_twentythree.conf.values import DEFAULT_ALIAS
from django_twentythree.exceptions import ConfigurationError

if TYPE_CHECKING:
    import environ

_ENV_TEXTS = (
    "DOMAIN",
    "SCHEME",
    "CONSUMER_KEY",
    "CONSUMER_SECRET",
    "ACCESS_TOKEN",
    "ACCESS_TOKEN_SECRET",
    "BEARER_TOKEN",
    "TIME_ZONE",
)
_ENV_NUMBERS = ("API_VERSION", "PLAYER_ID")
_ENV_SECRETS = ("NOTIFICATION_SECRETS", "NOTIFICATION_SECRET")
_ENV_KEYS = (*_ENV_TEXTS, *_ENV_NUMBERS, *_ENV_SECRETS, "EMBED_UNPUBLISHED")


_BOOLEANS = {
    **dict.fromkeys(("true", "on", "yes", "y", "1"), True),
    **dict.fromkeys(("false", "off", "no", "n", "0"), False),
}


def workspaces_from_env(env: environ.Env) -> dict[str, dict[str, Any]]:
    """Return `WORKSPACES` as the environment describes it, `{}` without a domain.

    `TWENTYTHREE_DOMAIN`, `TWENTYTHREE_CONSUMER_KEY`, … describe the workspace `default`. With
    `TWENTYTHREE_WORKSPACES=default,intranet` the further aliases are read from `TWENTYTHREE_INTRANET_DOMAIN`
    and so on; a hyphen in an alias becomes an underscore.

    Args:
        env: An `environ.Env` of django-environ.

    Raises:
        ConfigurationError: An alias is no slug, or its variables would be mistaken for those of `default`
            or of another alias.
    """
    aliases = [alias.strip() for alias in env.list("TWENTYTHREE_WORKSPACES", default=[DEFAULT_ALIAS])]
    prefixes = _read_prefixes([alias for alias in aliases if alias])
    found = {alias: _workspace_from_env(env, prefix) for alias, prefix in prefixes.items()}
    return {alias: workspace for alias, workspace in found.items() if workspace.get("DOMAIN")}


def get_env_prefix(alias: str) -> str:
    """Return how the names of the environment variables of a workspace begin."""
    return "TWENTYTHREE_" if alias == DEFAULT_ALIAS else f"TWENTYTHREE_{alias.upper().replace('-', '_')}_"


def _read_prefixes(aliases: list[str]) -> dict[str, str]:
    prefixes: dict[str, str] = {}
    for alias in dict.fromkeys(aliases):
        if not re.fullmatch(r"[A-Za-z0-9_-]+", alias):
            raise ConfigurationError(f"TWENTYTHREE_WORKSPACES: '{alias}' is no slug (letters, digits, - and _).")
        prefix = get_env_prefix(alias)
        own_names = {f"{prefix}{key}" for key in _ENV_KEYS}
        for other, other_prefix in prefixes.items():
            clash = own_names & {f"{other_prefix}{key}" for key in _ENV_KEYS}
            if clash:
                raise ConfigurationError(
                    f"TWENTYTHREE_WORKSPACES: '{alias}' and '{other}' would both be read from {min(clash)};"
                    " choose another alias."
                )
        default_names = {f"TWENTYTHREE_{key}" for key in _ENV_KEYS} | {"TWENTYTHREE_WORKSPACES"}
        # "consumer" would be read from TWENTYTHREE_CONSUMER_KEY, "access" from TWENTYTHREE_ACCESS_TOKEN.
        if alias != DEFAULT_ALIAS and any(taken.startswith(prefix) for taken in default_names):
            raise ConfigurationError(
                f"TWENTYTHREE_WORKSPACES: the alias '{alias}' collides with the variables of 'default'; choose another."
            )
        prefixes[alias] = prefix
    return prefixes


def _workspace_from_env(env: environ.Env, prefix: str) -> dict[str, Any]:
    workspace: dict[str, Any] = {}
    for key in _ENV_TEXTS:
        if value := env.str(prefix + key, default="").strip():
            workspace[key] = value
    for key in _ENV_NUMBERS:
        if value := env.str(prefix + key, default="").strip():
            # What is no number stays as it is, for `manage.py check` to name.
            workspace[key] = int(value) if re.fullmatch(r"-?[0-9]{1,19}", value) else value
    if value := env.str(prefix + "EMBED_UNPUBLISHED", default="").strip():
        # Not `env.bool`, which takes every word that it does not know for "no".
        workspace["EMBED_UNPUBLISHED"] = _BOOLEANS.get(value.lower(), value)
    secrets = [
        secret.strip() for name in _ENV_SECRETS for secret in env.list(prefix + name, default=[]) if secret.strip()
    ]
    if secrets:
        workspace["NOTIFICATION_SECRETS"] = secrets
    return workspace
