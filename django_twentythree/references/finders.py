"""`REFERENCE_FINDERS`: functions of the project that report usages without a foreign key."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.module_loading import import_string

from django_twentythree.conf import get_settings

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Usage:
    """One place that uses a synced object.

    Attributes:
        object: The row of the site that uses it, to which the view permission applies. None: everybody who may
            see the synced object may know about the usage.
        label: A readable name of the place, such as "Article: Welcome to the new campus".
        url: The address of the place; "" when it has none.
    """

    object: Any
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """The answers of the finders.

    Attributes:
        usages: The usages by key of the synced object.
        failed: Dotted paths of the finders that failed.
    """

    usages: dict[int, list[Usage]]
    failed: tuple[str, ...]


def ask_finders(objects: Sequence[Any]) -> Told:
    """Return the usages that the finders report for rows of one model. A failed finder is logged and named."""
    usages: dict[int, list[Usage]] = {}
    failed = []
    for path in get_settings().REFERENCE_FINDERS:
        try:
            answer = _ask(path, objects)
        except Exception:  # a project's function may raise anything; the admin page shows the other usages
            logger.exception(
                "TWENTYTHREE['REFERENCE_FINDERS']: %s failed, so the usages that it finds are missing.", path
            )
            failed.append(path)
            continue
        for key, found in answer.items():
            usages.setdefault(key, []).extend(found)
    return Told(usages, tuple(failed))


def _ask(path: str, objects: Sequence[Any]) -> dict[int, list[Usage]]:
    # A failed query breaks an open transaction unless it has a savepoint. Outside a transaction no savepoint is
    # needed, and a new transaction would lock SQLite.
    with transaction.atomic() if transaction.get_connection().in_atomic_block else nullcontext():
        return {int(key): [_read(each) for each in found] for key, found in import_string(path)(objects).items()}


def _read(found: Any) -> Usage:
    if isinstance(found, Usage):
        return found
    # Whatever else it is has a name by which to find it, and that is what counts.
    label, url = getattr(found, "label", found), getattr(found, "url", "")
    return Usage(getattr(found, "object", found), str(label), str(url or ""))
