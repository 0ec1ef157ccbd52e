"""The `TWENTYTHREE` setting: its values, and how the environment describes workspaces."""

from django_twentythree.conf.environment import get_env_prefix, workspaces_from_env
from django_twentythree.conf.values import (
    DEFAULT_ALIAS,
    DEFAULT_INTERVALS,
    SETTING_NAMES,
    WORKSPACE_SETTING_NAMES,
    Settings,
    WorkspaceSettings,
    get_aliases,
    get_given_settings,
    get_settings,
    get_workspace_settings,
    is_preview_function,
    picker_filter_function,
)

__all__ = [
    "DEFAULT_ALIAS",
    "DEFAULT_INTERVALS",
    "SETTING_NAMES",
    "WORKSPACE_SETTING_NAMES",
    "Settings",
    "WorkspaceSettings",
    "get_aliases",
    "get_env_prefix",
    "get_given_settings",
    "get_settings",
    "get_workspace_settings",
    "is_preview_function",
    "picker_filter_function",
    "workspaces_from_env",
]
