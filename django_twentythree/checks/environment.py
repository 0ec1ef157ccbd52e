"""Checks of what is around the package: the project's URLs and its database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Warning
from django.db import connections, router
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from django_twentythree.conf import get_given_settings
from django_twentythree.models import Notification

NOTIFY = "twentythree:notify"


def check_urls(**kwargs: Any) -> list[CheckMessage]:
    """Check that the notification URL exists where it is used, and is the same in every language."""
    workspaces = _get_workspaces()
    if not workspaces or not getattr(django_settings, "ROOT_URLCONF", None):
        return []
    try:
        urls = set(_iter_notification_urls())
    except NoReverseMatch:
        uses_door = any(
            isinstance(given, Mapping) and given.get("NOTIFICATION_SECRETS") for given in workspaces.values()
        )
        return [_report_absence()] if uses_door else []
    return [_report_variation()] if len(urls) > 1 else []


def _get_workspaces() -> Mapping[str, Any]:
    workspaces = get_given_settings().get("WORKSPACES", {})
    return workspaces if isinstance(workspaces, Mapping) else {}


def _iter_notification_urls() -> Iterator[str]:
    for language in dict.fromkeys([django_settings.LANGUAGE_CODE, *(code for code, _ in django_settings.LANGUAGES)]):
        with translation.override(language):
            yield reverse(NOTIFY, args=["alias", "secret"])


def _report_absence() -> CheckMessage:
    return Warning(
        "NOTIFICATION_SECRETS are set, but the URLs of django_twentythree are not included.",
        hint='Add path("twentythree/", include("django_twentythree.urls")) to the root URLconf.',
        id="twentythree.W005",
    )


def _report_variation() -> CheckMessage:
    return Warning(
        "The notification URL is another one in each language, and TwentyThree calls only one of them.",
        hint='Take include("django_twentythree.urls") out of i18n_patterns.',
        id="twentythree.W004",
    )


def check_database(**kwargs: Any) -> list[CheckMessage]:
    """Check that SQLite is set up for a web server and a worker that write at the same time."""
    connection = connections[router.db_for_write(Notification)]
    if connection.vendor != "sqlite" or not _get_workspaces() or _is_in_memory(connection.settings_dict):
        return []
    options = connection.settings_dict.get("OPTIONS", {})
    missing = [
        *(["'transaction_mode': 'IMMEDIATE'"] if not _locks_at_once(options) else []),
        *(["'timeout': 20"] if "timeout" not in options else []),
        *(["'init_command': 'PRAGMA journal_mode=WAL;'"] if not _writes_ahead(options) else []),
    ]
    if not missing:
        return []
    return [
        Warning(
            "SQLite is set up so that a sync run and the site can meet 'database is locked'.",
            hint=f"Add to the OPTIONS of the database: {', '.join(missing)}.",
            id="twentythree.W006",
        )
    ]


def _locks_at_once(options: Mapping[str, Any]) -> bool:
    return str(options.get("transaction_mode", "")).upper() in {"IMMEDIATE", "EXCLUSIVE"}


def _writes_ahead(options: Mapping[str, Any]) -> bool:
    command = "".join(str(options.get("init_command", "")).lower().split())
    return "journal_mode=wal" in command or "journal_mode(wal)" in command


def _is_in_memory(database: Mapping[str, Any]) -> bool:
    name = str(database.get("NAME", ""))
    return name == ":memory:" or "mode=memory" in name
