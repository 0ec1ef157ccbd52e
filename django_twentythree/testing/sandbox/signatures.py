"""The signatures of calls, verified by the server side of oauthlib.

Source: API reference, "OAuth 1.0a": version 1.0a and HMAC-SHA1 only, multipart bodies unsigned.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from oauthlib.oauth1 import SIGNATURE_HMAC, RequestValidator, ResourceEndpoint

from django_twentythree.testing.sandbox.refusals import invalid_signature, missing_authentication

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request

LIFETIME_SECONDS: Final = 600
REMEMBERED_NONCES: Final = 200_000


def credentials_of(level: str) -> dict[str, str]:
    """Return the credentials of an application, the same in every sandbox; they open nothing else."""
    return {
        "consumer_key": f"sandbox-{level}-consumer-key",
        "consumer_secret": f"sandbox-{level}-consumer-secret",
        "access_token": f"sandbox-{level}-access-token",
        "access_token_secret": f"sandbox-{level}-access-token-secret",
    }


def bearer_token_of(level: str) -> str:
    """Return the bearer token of a level, the same in every sandbox."""
    return f"sandbox-{level}-bearer-token"


def environment_lines(base_url: str) -> list[str]:
    """Return the environment with which a project mirrors the sandbox at an address."""
    scheme, _, domain = base_url.partition("://")
    given = credentials_of("super")
    return [
        f"TWENTYTHREE_DOMAIN={domain}",
        f"TWENTYTHREE_SCHEME={scheme}",
        *(f"TWENTYTHREE_{name.upper()}={value}" for name, value in given.items()),
    ]


class Validator(RequestValidator):
    """Answers the questions of oauthlib about keys, tokens and nonces."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: dict[str, str] = {}
        """Access token to level; a token that was revoked is not in it."""
        self._consumers: dict[str, str] = {}
        self._token_owners: dict[str, str] = {}
        self._token_secrets: dict[str, str] = {}
        self._nonces: OrderedDict[tuple[str, str, str], None] = OrderedDict()
        for level in ("read", "write", "admin", "super"):
            given = credentials_of(level)
            self._consumers[given["consumer_key"]] = given["consumer_secret"]
            self._token_owners[given["access_token"]] = given["consumer_key"]
            self._token_secrets[given["access_token"]] = given["access_token_secret"]
            self.levels[given["access_token"]] = level
        # Stand-ins that take an unknown key the same way as a known one, to an answer that is no.
        self._no_secret = secrets.token_hex(20)

    enforce_ssl = False  # the sandbox has no certificate
    client_key_length = (1, 200)
    access_token_length = (1, 200)
    nonce_length = (1, 200)
    timestamp_lifetime = LIFETIME_SECONDS
    allowed_signature_methods = (SIGNATURE_HMAC,)
    dummy_client = "nobody"
    dummy_access_token = "nothing"  # noqa: S105  # the name of no token

    def check_client_key(self, client_key: str) -> bool:
        return 0 < len(client_key) <= self.client_key_length[1]

    def check_access_token(self, request_token: str) -> bool:
        return 0 < len(request_token) <= self.access_token_length[1]

    def check_nonce(self, nonce: str) -> bool:
        return 0 < len(nonce) <= self.nonce_length[1]

    def validate_timestamp_and_nonce(
        self,
        client_key: str,
        timestamp: str,
        nonce: str,
        request: Any,
        request_token: str | None = None,
        access_token: str | None = None,
    ) -> bool:
        used = (client_key, timestamp, nonce)
        if used in self._nonces:
            return False
        self._nonces[used] = None
        while len(self._nonces) > REMEMBERED_NONCES:
            self._nonces.popitem(last=False)
        return abs(time.time() - int(timestamp)) <= LIFETIME_SECONDS

    def validate_client_key(self, client_key: str, request: Any) -> bool:
        return client_key in self._consumers

    def validate_access_token(self, client_key: str, token: str, request: Any) -> bool:
        return token in self.levels and self._token_owners[token] == client_key

    def validate_realms(
        self,
        client_key: str,
        token: str,
        request: Any,
        uri: str | None = None,
        realms: list[str] | None = None,
    ) -> bool:
        return True

    def get_client_secret(self, client_key: str, request: Any) -> str:
        return self._consumers.get(client_key, self._no_secret)

    def get_access_token_secret(self, client_key: str, token: str, request: Any) -> str:
        return self._token_secrets.get(token, self._no_secret)


class Signatures:
    """Tells the permission level of a signed call."""

    def __init__(self) -> None:
        self._validator = Validator()
        self._endpoint = ResourceEndpoint(self._validator)

    @property
    def is_revoked(self) -> bool:
        """True while no token is accepted."""
        return not self._validator.levels

    def revoke_all(self) -> None:
        """Refuse the access tokens of all applications from now on."""
        self._validator.levels.clear()

    def restore(self) -> None:
        """Give all applications their access back, and forget which nonces were used."""
        self._validator = Validator()
        self._endpoint = ResourceEndpoint(self._validator)

    def level_of(self, request: Request, url: str) -> str:
        """Return the level of the application that signed a call.

        Args:
            request: The call.
            url: The address as the client wrote it, not decoded.

        Raises:
            Refusal: The signature, the key, the token or the nonce is not accepted.
        """
        is_form = request.mimetype == "application/x-www-form-urlencoded"
        body = request.get_data(cache=True, as_text=True) if is_form else ""
        headers = {"Authorization": request.headers.get("Authorization", "")}
        if is_form:
            headers["Content-Type"] = request.headers.get("Content-Type", "")
        try:
            is_valid, verified = self._endpoint.validate_protected_resource_request(url, request.method, body, headers)
        except ValueError as error:  # a query that is not percent-encoded cannot be what was signed
            raise invalid_signature() from error
        if not is_valid:
            raise invalid_signature()
        return self._validator.levels[verified.resource_owner_key]

    def level_of_bearer(self, request: Request) -> str:
        """Return the level of the bearer token of a call.

        Raises:
            Refusal: The token is not known, or was revoked.
        """
        given = request.headers.get("Authorization", "")[7:].strip()
        for access_token, level in self._validator.levels.items():
            if access_token == credentials_of(level)["access_token"] and given == bearer_token_of(level):
                return level
        raise missing_authentication()


def has_bearer_token(request: Request) -> bool:
    """Return whether a call comes with a bearer token, good or not."""
    return request.headers.get("Authorization", "")[:7].lower() == "bearer "


def is_signed(request: Request, params: Mapping[str, str]) -> bool:
    """Return whether a call claims to be signed, rightly or not."""
    header = request.headers.get("Authorization", "")
    return header[:6].lower() == "oauth " or "oauth_signature" in params or "oauth_consumer_key" in params
