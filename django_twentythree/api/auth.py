"""The OAuth 1.0a signature, from credentials it is handed."""

from __future__ import annotations

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


Credentials = OAuth1Credentials | None


def signer_for(credentials: Credentials) -> Signer:
    """Return what signs one request in its `Authorization` header; without credentials, what leaves it alone.

    Multipart bodies stay out of the signature, as the platform wants it, because they are not form-encoded.
    A signer made here is for one attempt: the platform refuses a nonce it has seen.

    Source: README section 15.
    """
    if credentials is None:
        # Never None: `requests` would look for a password of this host in the user's .netrc.
        return _unsigned
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


def _unsigned(request: PreparedRequest) -> PreparedRequest:
    return request
