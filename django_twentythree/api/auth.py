"""Sign requests: an OAuth 1.0a signature or a bearer token, from the credentials given."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import astuple, dataclass, field

from oauthlib.oauth1 import SIGNATURE_HMAC_SHA1, SIGNATURE_TYPE_AUTH_HEADER
from requests import PreparedRequest
from requests_oauthlib import OAuth1

Signer = Callable[[PreparedRequest], PreparedRequest]


@dataclass(frozen=True, slots=True)
class OAuth1Credentials:
    """The four secrets of an application on the platform.

    Source: README section 15. A site owner makes all four at once under Settings → API & Applications.
    """

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    token: str = field(repr=False)
    token_secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if not all(isinstance(value, str) and value for value in astuple(self)):
            raise ValueError("OAuth 1.0a takes four non-empty texts: consumer key and secret, token and secret.")


# What a header can carry and OAuth 2 calls a token (RFC 6750, section 2.1); anything else is a pasting mistake.
_BEARER_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*", re.ASCII)


def is_bearer_token(value: object) -> bool:
    """Return whether a value has the form of a bearer token."""
    return isinstance(value, str) and _BEARER_TOKEN.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class BearerToken:
    """A token of the platform's back end, for version 2 of the API.

    Source: v2 section 3. A site owner copies it from Settings → API.
    """

    token: str = field(repr=False)

    def __post_init__(self) -> None:
        if not is_bearer_token(self.token):
            raise ValueError("A bearer token is one word of letters, digits and -._~+/=, without 'Bearer' before it.")


Credentials = OAuth1Credentials | BearerToken | None


VERSIONS = (1, 2)
"""The versions of the API."""


def takes_token(version: int) -> bool:
    """Return whether a version of the API takes a bearer token. All versions take the four OAuth values, or nothing.

    Source: v2 section 3.
    """
    return version == 2


def choose_version(given: int | None, credentials: Credentials) -> int:
    """Return the version of the API to speak with these credentials: the given one, else the first that takes them.

    Raises:
        ValueError: There is no such version, or it does not take the credentials.
    """
    has_token = isinstance(credentials, BearerToken)
    if given is None:
        return next(version for version in VERSIONS if takes_token(version) or not has_token)
    if given not in VERSIONS:
        raise ValueError(f"There is no version {given} of the API; there are {' and '.join(map(str, VERSIONS))}.")
    if has_token and not takes_token(given):
        raise ValueError("Bearer tokens are for version 2 of the API; version 1 takes the four OAuth values.")
    return given


def signer_for(credentials: Credentials) -> Signer:
    """Return what signs one request in its `Authorization` header; without credentials, what leaves it alone.

    Multipart bodies stay out of the signature, as the platform wants it, because they are not form-encoded.
    A signer made here is for one attempt: the platform refuses a nonce it has seen.

    Source: README section 15.
    """
    if credentials is None:
        # Never None: `requests` would look for a password of this host in the user's .netrc.
        return _unsigned
    if isinstance(credentials, BearerToken):
        return _BearerSigner(credentials)
    signer: Signer = OAuth1(
        credentials.consumer_key,
        client_secret=credentials.consumer_secret,
        resource_owner_key=credentials.token,
        resource_owner_secret=credentials.token_secret,
        signature_method=SIGNATURE_HMAC_SHA1,
        signature_type=SIGNATURE_TYPE_AUTH_HEADER,
    )
    return signer


def secrets_of(credentials: Credentials) -> tuple[str, ...]:
    """Return every text that must not appear in a message."""
    return () if credentials is None else astuple(credentials)


@dataclass(frozen=True, slots=True)
class _BearerSigner:
    """Not a `partial`, whose `repr` tells the token to every report of an error that shows variables."""

    credentials: BearerToken

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.credentials.token}"
        return request


def _unsigned(request: PreparedRequest) -> PreparedRequest:
    return request
