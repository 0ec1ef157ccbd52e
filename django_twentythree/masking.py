"""Hides secrets in what the platform sent, before anybody is shown it.

What has no column of its own is kept as received (`extra`, the payload of a notification), and some of it
opens doors: tokens of protected videos, the place to send a live signal to, addresses of people.

Source: API reference, sections 13 (`protected_token`) and 20 (`publish_server`, `publish_stream`); the other
names are caution, for fields that customers define themselves.
"""

import re
from collections.abc import Iterator
from typing import Any

MASK = "•••"

MAX_DEPTH = 50
"""Deeper nesting is shown as a mask: it would exhaust the stack long before it told anybody anything."""

_SECRET_NAME = re.compile(
    r"token$|secret|passwor[dt]|passwd|passphrase|credential|authorization|signature$|apikey$|accesskey$|privatekey$"
    r"|^publishserver$|^publishstream$|^streamkey$"
)
_E_MAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
_SECRET_PARAMETER = re.compile(
    r"([?&;](?:amp;)?[\w.-]*(?:token|secret|password|signature)=)[^&;#\s\"'<>]+", re.IGNORECASE
)
_SHORTEST_SECRET = 6
"""Shorter secrets are masked in their place only: anywhere else they would blank out ordinary words."""


def is_secret_name(name: str) -> bool:
    """Return whether what goes by this name is masked, however it is spelt (`protectedToken`, `API-KEY`)."""
    return _SECRET_NAME.search(re.sub(r"[^a-z0-9]", "", name.lower())) is not None


def mask_secrets(value: Any) -> Any:
    """Return a copy of a JSON value in which secrets and e-mail addresses read `MASK`.

    A secret is masked in its own place and wherever else it turns up, such as within an address. Empty values
    stay as they are: that nothing is set is worth knowing, and no secret.
    """
    secrets = {secret for secret in _find_secrets(value, 0) if len(secret) >= _SHORTEST_SECRET}
    # The longest first, so that a secret which begins with another does not keep its end.
    return _mask(value, sorted(secrets, key=len, reverse=True), 0)


def _find_secrets(value: Any, depth: int) -> Iterator[str]:
    if depth >= MAX_DEPTH:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            if is_secret_name(name) and isinstance(inner, str):
                yield inner
            else:
                yield from _find_secrets(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _find_secrets(inner, depth + 1)


def _mask(value: Any, secrets: list[str], depth: int) -> Any:
    if depth >= MAX_DEPTH:
        return MASK
    if isinstance(value, dict):
        return {
            _mask_text(name, secrets): MASK
            if is_secret_name(name) and inner not in ("", None, [], {})
            else _mask(inner, secrets, depth + 1)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_mask(inner, secrets, depth + 1) for inner in value]
    return _mask_text(value, secrets) if isinstance(value, str) else value


def _mask_text(text: str, secrets: list[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, MASK)
    return _SECRET_PARAMETER.sub(rf"\1{MASK}", _E_MAIL.sub(MASK, text))
