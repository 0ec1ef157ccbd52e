"""`REFERENCE_FINDERS`: what the project knows of uses that no foreign key shows."""

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
    """One place where a mirrored object is used.

    Attributes:
        object: The row of the site that uses it, to which the view permission applies; None where whoever sees
            the mirrored object may know.
        label: What a person calls the place, such as "Article: Welcome to the new campus".
        url: Where to look at it, "" for nowhere.
    """

    object: Any
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """The answers of the finders.

    Attributes:
        usages: By key of a mirrored object.
        failed: Dotted paths of the finders that gave no answer.
    """

    usages: dict[int, list[Usage]]
    failed: tuple[str, ...]


def ask_finders(objects: Sequence[Any]) -> Told:
    """Return what the finders know of rows of one model. One that fails is logged, and named in the answer."""
    usages: dict[int, list[Usage]] = {}
    failed = []
    for path in get_settings().REFERENCE_FINDERS:
        try:
            answer = _ask(path, objects)
        except Exception:  # whatever a project's own function raises: a page of the admin shows the rest
            logger.exception(
                "TWENTYTHREE['REFERENCE_FINDERS']: %s failed, so the usages that it finds are missing.", path
            )
            failed.append(path)
            continue
        for key, found in answer.items():
            usages.setdefault(key, []).extend(found)
    return Told(usages, tuple(failed))


def _ask(path: str, objects: Sequence[Any]) -> dict[int, list[Usage]]:
    # A query that fails spoils a transaction that is under way, unless it had a savepoint. Outside of one there
    # is nothing to spoil, and a transaction would lock SQLite.
    with transaction.atomic() if transaction.get_connection().in_atomic_block else nullcontext():
        return {int(key): [_read(each) for each in found] for key, found in import_string(path)(objects).items()}


def _read(found: Any) -> Usage:
    if isinstance(found, Usage):
        return found
    # Whatever else it is has a name by which to find it, and that is what counts.
    label, url = getattr(found, "label", found), getattr(found, "url", "")
    return Usage(getattr(found, "object", found), str(label), str(url or ""))
