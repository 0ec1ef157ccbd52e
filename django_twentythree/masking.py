"""Hides secrets in what the platform sent, before anybody is shown it.

What has no column of its own is kept as received (`extra`, the payload of a notification), and some of it
gives access: tokens of protected videos, the place to send a live signal to, addresses of people.

What arrives may have been written to keep a server busy: the time taken grows with its size, and no faster.

Source: API reference, sections 13 (`protected_token`) and 20 (`publish_server`, `publish_stream`); the other
names are caution, for fields that customers define themselves.
"""

import re
from collections.abc import Iterator
from typing import Any

MASK = "•••"

MAX_DEPTH = 50
"""Deeper nesting is shown as a mask: it would exhaust the stack long before it told anybody anything."""
MAX_SECRETS = 100
"""A value with more secrets is masked whole: each would have to be looked for in all of its texts."""

# In a name without punctuation, anywhere or at its end: a `token_count` is no secret.
_SECRET_STEM = re.compile(
    r"secret|passwor[dt]|passwd|passphrase|passcode|credential|authorization|streamkey"
    r"|(?:token|signature|cookie|sessionid|(?:api|access|private|auth)key|(?:pin|access)code)s?[0-9]*$"
    r"|publish(?:server|stream)s?[0-9]*$"
    r"|(?:rtmps?|ingest|publish)(?:ur[il]|address|endpoint|server)s?[0-9]*$"
)
# The last word of a name. As mere letters these are part of others: "author", "spin".
_SECRET_WORD = re.compile(r"(?:^|_)(?:auth|bearer|jwt|otp|pin|pwd|rtmps?|ingest|sig)s?(?:_?[0-9]+)?$|^pass$")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

# A word, and where it is the name of an address, the host as well. A word is read once, whether or not a host follows:
# to look for the host from each of its letters takes hours for a text that is one word.
_E_MAIL_OR_WORD = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]++(@[\w-]++(?:\.[\w-]++)++)?+")
_PARAMETER = re.compile(r"[?&;](?:amp;)?+([\w.-]++)=")
_PARAMETER_VALUE = re.compile(r"[^&;#\s\"'<>]++")
_SHORTEST_SECRET = 6
"""Shorter secrets are masked in their place only: anywhere else they would blank out ordinary words."""


def is_secret_name(name: str) -> bool:
    """Return whether what goes by this name is masked, however it is spelt (`protectedToken`, `API-KEY`)."""
    words = _WORD.findall(name)
    stem = "".join(words).lower()
    return bool(_SECRET_STEM.search(stem) or _SECRET_WORD.search("_".join(words).lower()))


def mask_secrets(value: Any) -> Any:
    """Return a copy of a JSON value in which secrets and e-mail addresses read `MASK`.

    A secret is masked in its own place and wherever else it turns up, such as within an address. What has a
    secret name is masked whole, be it a list or an object. Empty values stay as they are: that nothing is set
    is worth knowing, and no secret.
    """
    secrets = {secret for secret in _find_secrets(value, 0) if len(secret) >= _SHORTEST_SECRET}
    if len(secrets) > MAX_SECRETS:
        return MASK
    # The longest first, so that a secret which begins with another does not keep its end.
    return _mask(value, sorted(secrets, key=len, reverse=True), 0)


def _find_secrets(value: Any, depth: int, *, is_secret: bool = False) -> Iterator[str]:
    if depth >= MAX_DEPTH:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _find_secrets(inner, depth + 1, is_secret=is_secret or is_secret_name(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _find_secrets(inner, depth + 1, is_secret=is_secret)
    elif is_secret and isinstance(value, str | int):
        yield str(value)


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
    if "@" in text:
        text = _E_MAIL_OR_WORD.sub(lambda found: MASK if found[1] else found[0], text)
    return "".join(_mask_parameters(text))


def _mask_parameters(text: str) -> Iterator[str]:
    """Yield the parts of a text, with a mask in place of the value of every secret parameter of an address."""
    position = 0
    while found := _PARAMETER.search(text, position):
        yield text[position : found.end()]
        position = found.end()
        if is_secret_name(found[1]) and (value := _PARAMETER_VALUE.match(text, position)):
            yield MASK
            position = value.end()
    yield text[position:]
