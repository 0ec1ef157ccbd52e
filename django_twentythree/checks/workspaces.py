"""Checks of each entry of `TWENTYTHREE["WORKSPACES"]`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from ipaddress import ip_address
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Error, Warning

from django_twentythree.api.auth import VERSIONS, is_bearer_token
from django_twentythree.checks.values import (
    BOOLEAN,
    INTEGER,
    LIST,
    OPTIONAL_TEXT,
    TEXT,
    Kind,
    check_kinds,
    check_names,
    describe,
    is_list_of_texts,
)
from django_twentythree.conf import WORKSPACE_SETTING_NAMES, get_given_settings
from django_twentythree.credentials import CREDENTIAL_KEYS, find_mistakes
from django_twentythree.hosts import DEFAULT_PORTS, read_host
from django_twentythree.ids import LARGEST_ID

SHORT_SECRET = 16
"""A notification secret with fewer characters can be guessed by trying."""

_KINDS: Mapping[str, Kind] = {
    "DOMAIN": TEXT,
    "SCHEME": TEXT,
    **dict.fromkeys(CREDENTIAL_KEYS, TEXT),
    "API_VERSION": INTEGER,
    "EMBED_UNPUBLISHED": BOOLEAN,
    "EXTRA_FIELDS": LIST,
    "TIME_ZONE": OPTIONAL_TEXT,
}
_ENDANGERED_IN_URLS = re.compile(r"[/\\?#%\s\x00-\x1f\x7f]")


def check_workspaces(**kwargs: Any) -> list[CheckMessage]:
    """Check every workspace, and that no two of them are the same site."""
    workspaces = get_given_settings().get("WORKSPACES", {})
    if not isinstance(workspaces, Mapping):
        return []  # check_site says so
    messages = [message for alias, given in workspaces.items() for message in _check_workspace(alias, given)]
    return [*messages, *_check_that_sites_differ(workspaces)]


def _check_workspace(alias: Any, given: Any) -> Iterator[CheckMessage]:
    where = f"TWENTYTHREE['WORKSPACES']['{alias}']"
    if not (isinstance(alias, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,50}", alias)):
        yield Error(
            f"{where}: the alias is no slug.",
            hint="Use letters, digits, hyphens and underscores, 50 at most.",
            id="twentythree.E011",
        )
    if not isinstance(given, Mapping):
        yield Error(
            f"{where} must be a dictionary, not {describe(given)}.",
            hint='Write {"DOMAIN": "video.example.com"}.',
            id="twentythree.E012",
        )
        return
    yield from check_names(where, given, WORKSPACE_SETTING_NAMES, "twentythree.E013")
    yield from check_kinds(where, given, _KINDS, "twentythree.E014")
    well_typed = {name: value for name, value in given.items() if name not in _KINDS or _KINDS[name].accepts(value)}
    yield from _check_domain(where, given, well_typed)
    yield from _check_scheme(where, well_typed)
    yield from _check_credentials(where, well_typed)
    yield from _check_api_version(where, well_typed)
    yield from _check_extra_fields(where, well_typed)
    yield from _check_notification_secrets(where, given)
    yield from _check_player_and_zone(where, well_typed)


def _check_domain(where: str, given: Mapping[str, Any], well_typed: Mapping[str, Any]) -> Iterator[CheckMessage]:
    domain = well_typed.get("DOMAIN", "")
    if not domain and not given.get("DOMAIN"):
        yield Error(
            f"{where} has no DOMAIN.",
            hint="Write the host of the TwentyThree site, such as 'video.example.com'.",
            id="twentythree.E015",
        )
    elif domain and read_host(domain) is None:
        yield Error(
            f"{where}['DOMAIN'] must be a host, or host:port, {_say_what_else(domain)}.",
            hint="Write 'video.example.com', without 'https://', path, user name and blanks.",
            id="twentythree.E016",
        )


def _say_what_else(domain: str) -> str:
    if "@" in domain:
        return "without a user name"
    if "://" in domain:
        return "not a URL"
    if "/" in domain:
        return "without a path"
    if re.search(r"\s", domain):
        return "without blanks"
    return "and this is neither"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _check_scheme(where: str, given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    scheme = given.get("SCHEME", "https")
    host = read_host(given.get("DOMAIN", ""))
    if scheme not in DEFAULT_PORTS:
        yield Error(
            f"{where}['SCHEME'] must be 'https' or 'http'.",
            hint="Write 'https', or leave it out; 'http' is for a platform on this machine only.",
            id="twentythree.E017",
        )
    elif scheme == "http" and host and not _is_loopback(host.name):
        problem = f"{where} would send credentials over the network in the clear (SCHEME 'http')."
        hint = "Write 'https', or leave SCHEME out; 'http' is for a platform on this machine only."
        if django_settings.DEBUG:
            yield Warning(problem, hint=hint, id="twentythree.W002")
        else:
            yield Error(problem, hint=hint, id="twentythree.E018")


def _check_credentials(where: str, given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    for mistake in find_mistakes(given):
        yield Error(f"{where} {mistake.problem}", hint=mistake.hint, id=mistake.id)
    blank = [name for name in CREDENTIAL_KEYS if given.get(name, "") != given.get(name, "").strip()]
    if blank:
        yield Error(
            f"{where}: blanks or line breaks around {', '.join(blank)}.",
            hint="Remove them; a secret read from a file often ends in a line break.",
            id="twentythree.E020",
        )
    token = given.get("BEARER_TOKEN", "")
    if token and token == token.strip() and not is_bearer_token(token):
        yield Error(
            f"{where}['BEARER_TOKEN'] is not the form of a bearer token.",
            hint="Write the token alone, without 'Bearer' before it: one word of letters, digits and -._~+/=.",
            id="twentythree.E030",
        )


def _check_api_version(where: str, given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    if given.get("API_VERSION", 1) not in VERSIONS:
        yield Error(
            f"{where}['API_VERSION'] must be 1 or 2.",
            hint="Write 2 with a BEARER_TOKEN; with OAuth keys or without credentials either will do.",
            id="twentythree.E023",
        )


def _check_extra_fields(where: str, given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    names = given.get("EXTRA_FIELDS", [])
    if not is_list_of_texts(names) or any(re.search(r"[,\s]", name) for name in names):
        yield Error(
            f"{where}['EXTRA_FIELDS'] must be a list of names, without commas and blanks.",
            hint='Write ["campaign", "department"]: the keys of custom variables, as the platform sends them.',
            id="twentythree.E031",
        )


def _check_notification_secrets(where: str, given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    secrets = given.get("NOTIFICATION_SECRETS", [])
    if not is_list_of_texts(secrets):
        yield Error(
            f"{where}['NOTIFICATION_SECRETS'] must be a list of texts, none of them empty.",
            hint='Write ["the secret"], with brackets also around a single one.',
            id="twentythree.E024",
        )
        return
    for number, secret in enumerate(secrets, start=1):
        if _ENDANGERED_IN_URLS.search(secret) or secret in {".", ".."}:
            yield Error(
                f"{where}['NOTIFICATION_SECRETS']: secret {number} does not survive as a part of a URL.",
                hint="Use letters, digits, '-' and '_' only, for example from secrets.token_urlsafe(32).",
                id="twentythree.E025",
            )
        elif len(secret) < SHORT_SECRET:
            yield Warning(
                f"{where}['NOTIFICATION_SECRETS']: secret {number} has fewer than {SHORT_SECRET} characters.",
                hint="Use a longer one, for example from secrets.token_urlsafe(32).",
                id="twentythree.W003",
            )


def _check_player_and_zone(where: str, given: Mapping[str, Any]) -> Iterator[CheckMessage]:
    player_id = given.get("PLAYER_ID")
    if player_id is not None and not (INTEGER.accepts(player_id) and 0 < player_id <= LARGEST_ID):
        yield Error(
            f"{where}['PLAYER_ID'] must be the id of a player, or None.",
            hint="Write a whole number without quotes; None stands for the default player of the site.",
            id="twentythree.E026",
        )
    zone = given.get("TIME_ZONE")
    if zone and zone not in _get_zones():
        yield Error(
            f"{where}['TIME_ZONE'] is no time zone that this system knows.",
            hint="Write a name such as 'Europe/Copenhagen', or None for the TIME_ZONE of this site.",
            id="twentythree.E027",
        )


@cache
def _get_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _check_that_sites_differ(workspaces: Mapping[Any, Any]) -> Iterator[CheckMessage]:
    aliases: dict[tuple[str, int | None], list[str]] = defaultdict(list)
    for alias, given in workspaces.items():
        domain = given.get("DOMAIN") if isinstance(given, Mapping) else None
        if isinstance(domain, str) and (host := read_host(domain)):
            aliases[host.name, host.port or DEFAULT_PORTS.get(str(given.get("SCHEME", "https")))].append(str(alias))
    for (name, _), names in aliases.items():
        if len(names) > 1:
            yield Error(
                f"TWENTYTHREE['WORKSPACES']: {', '.join(names)} are all the site {name}.",
                hint="Keep one alias for each TwentyThree site.",
                id="twentythree.E028",
            )
