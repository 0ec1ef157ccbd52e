"""Addresses of the platform as people paste them: pages, players, embed codes, ids; and what they lead to.

Source of the forms: API reference, sections 21.1 (players) and 21.4 (pages).
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from django.db.models import F

from django_twentythree.conf import get_aliases, get_workspace_settings
from django_twentythree.exceptions import ConfigurationError
from django_twentythree.hosts import DEFAULT_PORTS
from django_twentythree.ids import read_id
from django_twentythree.kinds import ObjectKind
from django_twentythree.models import MODELS_BY_KIND, Album, LiveStream, Photo, Workspace
from django_twentythree.rendering import clean_token

MAX_LENGTH = 10_000
"""No address and no embed code is longer; what is, is not read."""

_MAX_FRAMES = 10
_MAX_QUERY_FIELDS = 100
_MAX_PATH_LENGTH = 500

_FRAME = re.compile(r"<iframe\b([^>]{0,4000})", re.IGNORECASE)
_SOURCE = re.compile(r"""(?<![\w-])src\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ENTITY = re.compile(r"&#?\w{1,16};")
_PLAYER_PATH = re.compile(r"/[\w-]{1,64}\.(?:ihtml|html)(?:/player\.html)?", re.ASCII)
_PAGES: tuple[tuple[re.Pattern[str], ObjectKind], ...] = (
    (re.compile(r"/secret/(?P<id>[0-9]+)/(?P<token>[^/]+)/?", re.ASCII), ObjectKind.PHOTO),
    (re.compile(r"/manage/video/(?P<id>[0-9]+)(?:/.*)?", re.ASCII), ObjectKind.PHOTO),
    *((re.compile(rf"/{kind.page}/(?P<id>[0-9]+)(?:/.*)?", re.ASCII), kind) for kind in ObjectKind),
)
_NO_OBJECT = ("tag", "user", "manage", "api", "oembed", "spot")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedAddress:
    """The object that an address names, before the database is asked for it."""

    kind: ObjectKind
    remote_id: int | None = None
    """None: the address has only a permalink."""
    slug: str = ""
    """The permalink of a video without its slash, "" where there is an id."""
    alias: str | None = None
    """The alias of the workspace; None: the address is a mere id, or the host is not in the settings."""
    host: str = ""
    """The host as written, "" of a mere id."""
    token: str = field(default="", repr=False)
    """The token in the address, "" when it has none."""


def parse(text: str) -> ParsedAddress | None:
    """Return what an address, an embed code or an id says, None when it says nothing we know.

    The host must be one of the configured workspaces' `DOMAIN`. Nothing is asked of the database.
    """
    parsed = _read(text)
    return parsed if parsed and (parsed.alias or not parsed.host) else None


def parse_any_host(text: str) -> ParsedAddress | None:
    """Return what an address, an embed code or an id says, also of a host that is no workspace's.

    The alias is found by the `DOMAIN` in the settings, else by the host that a workspace's row goes by; it is
    None where neither knows the host.
    """
    parsed = _read(text)
    if parsed is None or parsed.alias or not parsed.host:
        return parsed
    return replace(parsed, alias=_find_alias(parsed.host))


def resolve(text: str) -> Photo | Album | LiveStream | None:
    """Return the mirrored object that an address, an embed code or an id leads to, None when there is none.

    A mere id is a photo's. The object may be missing from the platform, or not be public: that is for the
    caller to look at.
    """
    parsed = parse_any_host(text)
    return find_row(parsed) if parsed else None


def find_row(address: ParsedAddress, aliases: Sequence[str] | None = None) -> Photo | Album | LiveStream | None:
    """Return the mirrored object that an address means, None when there is none.

    Args:
        address: As `parse_any_host` returns it.
        aliases: For a mere id: the workspaces in which it may be, the likelier first; None: all.
    """
    if address.host and not address.alias:
        return None
    if aliases is None:
        aliases = get_aliases()
    if address.alias:
        aliases = [address.alias]
    rows = MODELS_BY_KIND[address.kind].objects.filter(workspace__alias__in=aliases).select_related("workspace")
    if address.remote_id is not None:
        found = {row.get_workspace().alias: row for row in rows.filter(remote_id=address.remote_id)}
        return next((found[alias] for alias in aliases if alias in found), None)
    paths = {f"/{form}" for form in (address.slug, quote(address.slug))}
    # A permalink may have been taken over from a video that is gone.
    present_first = F("missing_since").desc(nulls_first=True)
    by_path: Photo | None = rows.filter(page_path__in=paths).order_by(present_first, "-pk").first()
    return by_path


def _read(text: str) -> ParsedAddress | None:
    text = text.strip() if len(text) <= MAX_LENGTH else ""
    if text.isascii() and text.isdecimal():
        return _with_id(ObjectKind.PHOTO, text)
    if "<" not in text and "&lt;" in text:
        text = html.unescape(text)
    if "<" in text:
        found = [parsed for parsed in map(_read_url, _find_frame_sources(text)) if parsed]
        return next((parsed for parsed in found if parsed.alias), found[0] if found else None)
    return _read_url(text)


def _find_frame_sources(snippet: str) -> list[str]:
    attributes = [frame[1] for _, frame in zip(range(_MAX_FRAMES), _FRAME.finditer(snippet), strict=False)]
    found = [_SOURCE.search(each) for each in attributes]
    return [match[1] or match[2] or match[3] or "" for match in found if match]


def _read_url(text: str) -> ParsedAddress | None:
    # Only what ends in a semicolon: "&section_id=7" holds no "§".
    text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text).strip()
    # Browsers drop or turn these, so that what they open is not what we would read.
    if not text or re.search(r"[\x00-\x20\x7f\\\ud800-\udfff]", text):
        return None
    if not re.match(r"(?:https?:)?//", text, re.IGNORECASE):
        text = f"//{text}"
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        return None
    if not url.hostname or "@" in url.netloc:
        return None
    parsed = _read_player(url) if _PLAYER_PATH.fullmatch(url.path) else _read_page(url.path)
    if parsed is None:
        return None
    host = _get_host(url.hostname, port, url.scheme)
    return replace(parsed, host=host, alias=_find_configured_alias(host))


def _get_host(name: str, port: int | None, scheme: str) -> str:
    name = f"[{name}]" if ":" in name else name.rstrip(".")
    default_ports = [DEFAULT_PORTS[scheme]] if scheme else DEFAULT_PORTS.values()
    return name if port is None or port in default_ports else f"{name}:{port}"


def _read_player(url: SplitResult) -> ParsedAddress | None:
    try:
        query = parse_qs(url.query, max_num_fields=_MAX_QUERY_FIELDS)
    except ValueError:
        return None
    token = query.get("token", [""])[0]
    # As the platform reads it: a live stream goes before an album, that before a photo.
    for kind in reversed(ObjectKind):
        if kind.id_key in query:
            return _with_id(kind, query[kind.id_key][0], token)
    return None


def _read_page(path: str) -> ParsedAddress | None:
    path = unquote(path)
    for pattern, kind in _PAGES:
        if match := pattern.fullmatch(path):
            return _with_id(kind, match["id"], match.groupdict().get("token", ""))
    slug = path.strip("/")
    if not slug or len(path) > _MAX_PATH_LENGTH or "\x00" in slug or slug.split("/")[0] in _NO_OBJECT:
        return None
    return ParsedAddress(kind=ObjectKind.PHOTO, slug=slug)


def _with_id(kind: ObjectKind, digits: str, token: str = "") -> ParsedAddress | None:
    remote_id = read_id(digits)
    return ParsedAddress(kind=kind, remote_id=remote_id, token=clean_token(token)) if remote_id else None


def _find_configured_alias(host: str) -> str | None:
    for alias in get_aliases():
        try:
            workspace = get_workspace_settings(alias)
        except ConfigurationError:
            continue
        if _normalise(workspace.DOMAIN, DEFAULT_PORTS.get(workspace.SCHEME)) == host.lower():
            return alias
    return None


def _find_alias(host: str) -> str | None:
    """Return the workspace that calls itself by this host, which may be another than the one configured."""
    rows = Workspace.objects.filter(domain__iexact=host, alias__in=get_aliases())
    return rows.values_list("alias", flat=True).first()


def _normalise(domain: str, default_port: int | None) -> str:
    return domain.lower().removesuffix(f":{default_port}").rstrip(".")
