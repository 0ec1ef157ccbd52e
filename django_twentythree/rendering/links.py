"""Build addresses on the platform from its base URL and validated ids, tokens and paths.

Source of every form: API reference, sections 5 (tokens), 18 (images) and 21 (players and pages).
"""

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote, urlencode

_TOKEN = re.compile(r"[A-Za-z0-9]{1,128}(?:-[0-9]{1,20})?", re.ASCII)
# Letters of any script, because permalinks come from titles. No quotes, spaces, backslashes, "?" or "#".
_PATH = re.compile(r"(?:/[\w.~%+,:@-]+)+/?")


def clean_token(token: object) -> str:
    """Return the token if it has the form of a token, else ""."""
    return token if isinstance(token, str) and _TOKEN.fullmatch(token) else ""


def clean_path(path: object) -> str:
    """Return a path from the site root, percent-encoded; "" for anything else.

    The result is also "" for a path that leads a browser elsewhere: `//host`, any form of `..`, or a scheme.
    """
    if not isinstance(path, str) or len(path) > 2000 or not _PATH.fullmatch(path):
        return ""
    if any(unquote(segment) in {".", ".."} for segment in path.split("/")):
        return ""
    return quote(path, safe="/%+:@~")


def get_page_url(base_url: str, path: str, fallback: str, token: str) -> str:
    """Return the address of an object's page, without its token.

    Args:
        base_url: The site, such as `https://video.example.com`.
        path: The path from the platform, which is not trusted.
        fallback: The path used when the other one is unsafe or contains the token.
        token: The object's token.
    """
    cleaned = clean_path(path)
    is_secret = cleaned.startswith("/secret/") or (token and token in unquote(cleaned))
    return base_url + (fallback if is_secret or not cleaned else cleaned)


def get_player_url(
    base_url: str,
    player_id: int | None,
    key: str,
    remote_id: int,
    token: str,
    parameters: Iterable[tuple[str, str]],
) -> str:
    """Return the address of a player in the form that the platform's embed codes use.

    Args:
        base_url: The site, such as `https://video.example.com`.
        player_id: The player to use. None: the site's default player, named `v`.
        key: The kind of object: `photo`, `album` or `live`.
        remote_id: The platform's id of the object.
        token: The token of the object; "" leaves it out.
        parameters: Parameters of the player.
    """
    # The platform's embed codes encode the underscore, and tools that recognise them expect that.
    query = [("token", token)] if token else []
    query += [("source", "embed"), (f"{key}_id", str(remote_id)), *parameters]
    encoded = urlencode(query, quote_via=quote).replace(f"{key}_id=", f"{key}%5fid=", 1)
    return f"{base_url}/{player_id or 'v'}.ihtml/player.html?{encoded}"


def get_image_path(tree_id: int | None, photo_id: int | None, token: str, size: str) -> str:
    """Return the path of an image in a named or free size; "" when an identifier is missing or invalid."""
    if not (tree_id and tree_id > 0 and photo_id and photo_id > 0 and clean_token(token)):
        return ""
    return f"/{tree_id}/{photo_id}/{token}/{size}/thumbnail.jpg"


def complete_image_path(path: object) -> str:
    """Return the path from which a rendition can be fetched; "" when it is unsafe.

    API version 1 gives paths that end in the size. Without a file name the platform may not answer.
    """
    cleaned = clean_path(path).rstrip("/")
    if not cleaned or "." in cleaned.rpartition("/")[2]:
        return cleaned
    return f"{cleaned}/thumbnail.jpg"
