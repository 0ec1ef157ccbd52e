"""Tests of the rule which credentials go together, and with which version of the API."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest

from django_twentythree.api import BearerToken, Client, OAuth1Credentials
from django_twentythree.api.auth import VERSIONS
from django_twentythree.checks.workspaces import check_workspaces
from django_twentythree.coordination.connections import connect
from django_twentythree.credentials import OAUTH_KEYS, find_mistakes
from django_twentythree.exceptions import ConfigurationError

OAUTH_SETTINGS = [dict.fromkeys(OAUTH_KEYS[:count], "geheim") for count in range(len(OAUTH_KEYS) + 1)]
TOKENS: list[dict[str, str]] = [{}, {"BEARER_TOKEN": "geheim"}]
EVERYTHING = [
    {"DOMAIN": "video.example.com", **oauth, **token, "API_VERSION": version}
    for oauth, token, version in product(OAUTH_SETTINGS, TOKENS, VERSIONS)
]


@pytest.mark.parametrize("given", EVERYTHING)
def test_mistakes__in_any_combination__are_those_that_the_check_and_the_connection_find(
    settings: Any, given: dict[str, Any]
) -> None:
    settings.TWENTYTHREE = {"WORKSPACES": {"default": given}}
    mistakes = list(find_mistakes(given))
    assert [message.id for message in check_workspaces()] == [mistake.id for mistake in mistakes]
    if mistakes:
        with pytest.raises(ConfigurationError, match=re.escape(mistakes[0].problem)), connect("default"):
            pass
        return
    with connect("default") as client:
        assert client.api_version == given["API_VERSION"]


@pytest.mark.parametrize(
    ("credentials", "version"), [(None, 1), (OAuth1Credentials("a", "b", "c", "d"), 1), (BearerToken("geheim"), 2)]
)
def test_client__without_a_version__speaks_the_first_that_takes_its_credentials(credentials: Any, version: int) -> None:
    assert Client("video.example.com", credentials).api_version == version
