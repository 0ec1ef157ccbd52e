"""Checks of the keys of `TWENTYTHREE` itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Error, Warning
from django.utils.module_loading import import_string

from django_twentythree.checks.values import (
    DICTIONARY,
    INTEGER,
    NUMBER,
    OPTIONAL_TEXT,
    TEXT,
    Kind,
    check_kinds,
    check_names,
    describe,
    is_list_of_texts,
)
from django_twentythree.conf import DEFAULT_INTERVALS, SETTING_NAMES
from django_twentythree.rendering.options import OPTION_NAMES, OptionError, read_options

_KINDS: Mapping[str, Kind] = {
    "WORKSPACES": DICTIONARY,
    "BASE_URL": TEXT,
    "TIMEOUT_SECONDS": NUMBER,
    "REQUESTS_IN_FLIGHT": INTEGER,
    "INTERVALS": DICTIONARY,
    "MISSING_LIMIT": NUMBER,
    "EMBED": DICTIONARY,
    "PICKER_FILTER": OPTIONAL_TEXT,
    "IS_PREVIEW": OPTIONAL_TEXT,
    "NOTIFICATION_RETENTION_DAYS": INTEGER,
    "RUN_RETENTION_DAYS": INTEGER,
}
_RANGES: Mapping[str, tuple[float, float]] = {
    "TIMEOUT_SECONDS": (0.1, 300),
    "REQUESTS_IN_FLIGHT": (1, 32),
    "MISSING_LIMIT": (0, 1),
    "NOTIFICATION_RETENTION_DAYS": (1, 3_650),
    "RUN_RETENTION_DAYS": (1, 3_650),
}


def check_site(**kwargs: Any) -> list[CheckMessage]:
    """Check all keys of `TWENTYTHREE` but what is inside `WORKSPACES`."""
    given = getattr(django_settings, "TWENTYTHREE", {})
    if not isinstance(given, Mapping):
        return [
            Error(
                f"TWENTYTHREE must be a dictionary, not {describe(given)}.",
                hint='Write TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "video.example.com"}}}.',
                id="twentythree.E001",
            )
        ]
    return [
        *check_names("TWENTYTHREE", given, SETTING_NAMES, "twentythree.E002"),
        *check_kinds("TWENTYTHREE", given, _KINDS, "twentythree.E003"),
        *_check_reference_finders(given),
        *_check_ranges(given),
        *_check_base_url(given),
        *_check_intervals(given),
        *_check_embed(given),
        *_check_dotted_paths(given),
        *_check_that_there_is_a_workspace(given),
    ]


def _check_reference_finders(given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    if not is_list_of_texts(given.get("REFERENCE_FINDERS", [])):
        yield Error(
            "TWENTYTHREE['REFERENCE_FINDERS'] must be a list of dotted paths.",
            hint='Write ["myproject.references.find"], with brackets also around a single one.',
            id="twentythree.E003",
        )


def _check_ranges(given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    for name, (least, most) in _RANGES.items():
        if name in given and _KINDS[name].accepts(given[name]) and not least <= given[name] <= most:
            yield Error(
                f"TWENTYTHREE['{name}'] is {given[name]}, which is out of range.",
                hint=f"Write a number from {least:g} to {most:g}.",
                id="twentythree.E004",
            )


def _check_base_url(given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    url = given.get("BASE_URL")
    if isinstance(url, str) and url and not _is_base_url(url):
        yield Error(
            "TWENTYTHREE['BASE_URL'] must be the public address of this Django site.",
            hint="Write scheme and host, such as 'https://www.example.com'.",
            id="twentythree.E005",
        )


def _is_base_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_plain = bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return False
    return (
        is_plain and parts.scheme in {"http", "https"} and not (parts.query or parts.fragment or set(url) & set(" ?#"))
    )


def _check_intervals(given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    intervals = given.get("INTERVALS")
    if not isinstance(intervals, Mapping):
        return
    yield from check_names("TWENTYTHREE['INTERVALS']", intervals, DEFAULT_INTERVALS.keys(), "twentythree.E006")
    for name, seconds in intervals.items():
        if name in DEFAULT_INTERVALS and seconds is not None and not (INTEGER.accepts(seconds) and seconds > 0):
            yield Error(
                f"TWENTYTHREE['INTERVALS']['{name}'] must be a positive whole number of seconds, or None.",
                hint="Write seconds, such as 3600; None switches the look at this resource off.",
                id="twentythree.E007",
            )


def _check_embed(given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    options = given.get("EMBED")
    if not isinstance(options, Mapping):
        return
    where = "TWENTYTHREE['EMBED']"
    attributes = {name for name in options if isinstance(name, str) and name.startswith("data_")}
    yield from check_names(where, options, OPTION_NAMES | attributes, "twentythree.E008")
    for name in OPTION_NAMES & options.keys():
        try:
            read_options({name: options[name]}, strict=True)
        except OptionError as error:
            yield Error(
                f"{where}['{name}'] has a value that no embed can have.",
                hint=str(error),
                id="twentythree.E009",
            )


def _check_dotted_paths(given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    named = [(f"['{name}']", given.get(name)) for name in ("PICKER_FILTER", "IS_PREVIEW")]
    finders = given.get("REFERENCE_FINDERS", [])
    if is_list_of_texts(finders):
        named += [(f"['REFERENCE_FINDERS'][{index}]", path) for index, path in enumerate(finders)]
    for where, path in named:
        if not (isinstance(path, str) and path):
            continue
        try:
            problem = "" if callable(import_string(path)) else "is no function"
        except ImportError as error:
            problem = f"cannot be imported ({error})"
        if problem:
            yield Error(
                f"TWENTYTHREE{where}: '{path}' {problem}.",
                hint="Write the dotted path of a function, such as 'myproject.video.may_choose'.",
                id="twentythree.E010",
            )


def _check_that_there_is_a_workspace(given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    workspaces = given.get("WORKSPACES", {})
    if isinstance(workspaces, Mapping) and not workspaces:
        yield Warning(
            "No TwentyThree workspace is configured, so nothing is mirrored.",
            hint='Write TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "video.example.com"}}}, or set'
            " TWENTYTHREE_DOMAIN where settings use workspaces_from_env.",
            id="twentythree.W001",
        )
