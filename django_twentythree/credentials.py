"""Which credentials of a workspace go together, and with which version of the API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django_twentythree.api.auth import VERSIONS, takes_token

OAUTH_KEYS: Final = ("CONSUMER_KEY", "CONSUMER_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET")
"""The settings that are one OAuth 1.0a credential together."""
CREDENTIAL_KEYS: Final = (*OAUTH_KEYS, "BEARER_TOKEN")
"""All settings that vouch for a call."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why settings do not go together; no value of them is in it.

    Attributes:
        id: Of the check that reports it.
        problem: What is wrong, as it goes on after the name of the setting.
        hint: What to do.
    """

    id: str
    problem: str
    hint: str


def find_mistakes(given: Mapping[str, Any]) -> Iterator[Mistake]:
    """Yield what does not go together in the settings of one workspace, what matters most first.

    Args:
        given: Its settings by name, each of the right type; those that are absent count as empty.
    """
    present = [name for name in OAUTH_KEYS if given.get(name)]
    absent = [name for name in OAUTH_KEYS if not given.get(name)]
    has_token = bool(given.get("BEARER_TOKEN"))
    version = given.get("API_VERSION", 1)
    if has_token and present:
        yield Mistake(
            "twentythree.E021",
            "has a BEARER_TOKEN and OAuth keys.",
            "Remove one or the other: a call is vouched for in one way.",
        )
    elif has_token and version in VERSIONS and not takes_token(version):
        yield Mistake(
            "twentythree.E022",
            "has a BEARER_TOKEN, which version 1 of the API does not know.",
            "Set API_VERSION to 2, or use the four OAuth keys instead of the token.",
        )
    if present and absent:
        yield Mistake(
            "twentythree.E019",
            f"has some of the four OAuth keys, but not {', '.join(absent)}.",
            "Write all four, or none of them to mirror only what is public.",
        )
