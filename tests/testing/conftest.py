"""Calls to the sandbox as a client of the platform would send them."""

from __future__ import annotations

from typing import Any, Protocol

import pytest
import requests
from requests_oauthlib import OAuth1

from django_twentythree.testing import TwentyThreePlatform

TIMEOUT = 10


class Api(Protocol):
    def __call__(
        self, method: str, level: str | None = None, http_method: str = "GET", **params: Any
    ) -> dict[str, Any]: ...


def sign(platform: TwentyThreePlatform, level: str = "super", **changed: str) -> OAuth1:
    given = platform.credentials_for(level) | changed
    return OAuth1(given["consumer_key"], given["consumer_secret"], given["access_token"], given["access_token_secret"])


@pytest.fixture
def api(twentythree_platform: TwentyThreePlatform) -> Api:
    def call(method: str, level: str | None = None, http_method: str = "GET", **params: Any) -> dict[str, Any]:
        where = "params" if http_method == "GET" else "data"
        response = requests.request(
            http_method,
            f"{twentythree_platform.base_url}/api/{method}",
            auth=sign(twentythree_platform, level) if level else None,
            timeout=TIMEOUT,
            **{where: {"format": "json", "raw": "1", **params}},
        )
        assert response.status_code == 200
        envelope: dict[str, Any] = response.json()
        return envelope

    return call
