"""The `TWENTYTHREE` setting: the names of its keys, their types, defaults and meaning.

Read on first use and again after `override_settings`; nothing reads it at import. Values are judged by
`checks/`, which turns each wrong one into a line of `manage.py check`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings as django_settings
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.utils import timezone
from django.utils.module_loading import import_string

from django_twentythree.api.redaction import forgets_variables
from django_twentythree.exceptions import ConfigurationError

if TYPE_CHECKING:
    from datetime import tzinfo


DEFAULT_ALIAS = "default"

DEFAULT_INTERVALS: Mapping[str, int] = {
    "photos": 3_600,
    "newest": 300,
    "albums": 3_600,
    "players": 86_400,
    "livestreams": 300,
    "livestreams_on_air": 60,
    "details": 3_600,
}
"""Seconds between two looks: `newest` is the newest uploads only, `livestreams_on_air` what is on air or to come,
while a live stream is on air or starts within the hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceSettings:
    """The keys of one entry of `TWENTYTHREE["WORKSPACES"]`."""

    DOMAIN: str
    """Host or host:port of the TwentyThree site; never a URL."""
    SCHEME: str = "https"
    """`"http"` only for loopback hosts."""
    CONSUMER_KEY: str = field(default="", repr=False)
    """OAuth 1.0a: all four keys, or none (anonymous: what is public is mirrored)."""
    CONSUMER_SECRET: str = field(default="", repr=False)
    ACCESS_TOKEN: str = field(default="", repr=False)
    ACCESS_TOKEN_SECRET: str = field(default="", repr=False)
    BEARER_TOKEN: str = field(default="", repr=False)
    """Instead of the four keys, with version 2 of the API."""
    API_VERSION: int = 1
    NOTIFICATION_SECRETS: Sequence[str] = field(default=(), repr=False)
    """Secrets of the notification URL: the first is current, the others are still accepted (rotation)."""
    PLAYER_ID: int | None = None
    """Default player of embeds; None: the workspace's own."""
    EMBED_UNPUBLISHED: bool = False
    """Offer, accept and render unpublished objects too."""
    EXTRA_FIELDS: Sequence[str] = ()
    """Custom variables and other properties of videos to keep in `extra` with version 2 of the API, which sends
    what it is asked for; version 1 sends all there are."""
    TIME_ZONE: str | None = None
    """Zone of the platform's zone-less dates, used only where it sends no epoch; None: this site's."""

    @property
    def base_url(self) -> str:
        """The address of the site without a final slash, such as `https://video.example.com`."""
        return f"{self.SCHEME}://{self.DOMAIN}"

    @property
    def is_anonymous(self) -> bool:
        """Whether calls go out without credentials."""
        return not (self.CONSUMER_KEY or self.BEARER_TOKEN)

    @property
    def notification_secrets(self) -> tuple[str, ...]:
        """The secrets that are accepted in the notification URL, the current one first."""
        given: object = self.NOTIFICATION_SECRETS
        # A lone text is a mistake that `checks` reports; taken letter by letter it would let anyone in.
        secrets = (given,) if isinstance(given, str) else given if isinstance(given, Sequence) else ()
        return tuple(secret for secret in secrets if isinstance(secret, str) and secret)

    @property
    def time_zone(self) -> tzinfo:
        """The zone in which to read dates that come without one."""
        return ZoneInfo(self.TIME_ZONE) if self.TIME_ZONE else timezone.get_default_timezone()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The keys of `TWENTYTHREE`."""

    WORKSPACES: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    """The TwentyThree sites to mirror, by alias; the keys of each are in `WorkspaceSettings`."""
    BASE_URL: str = ""
    """Public address of this Django site, for commands that must print or register URLs."""
    TIMEOUT_SECONDS: float = 20.0
    """How long one API call may take, connecting included."""
    REQUESTS_IN_FLIGHT: int = 4
    """How many API calls may run at once for one workspace."""
    INTERVALS: Mapping[str, int | None] = field(default_factory=dict)
    """Seconds between looks at each resource, over `DEFAULT_INTERVALS`; None switches one off."""
    MISSING_LIMIT: float = 0.05
    """Share of rows that may go missing in one run without being accepted by a person."""
    EMBED: Mapping[str, Any] = field(default_factory=dict)
    """Site-wide defaults of the embed options, such as `{"loading": "click"}`."""
    PICKER_FILTER: str | None = None
    """Dotted path of `f(queryset, user) -> queryset`: what a user may choose."""
    IS_PREVIEW: str | None = None
    """Dotted path of `f(request) -> bool`: whether the page is an editor's preview."""
    REFERENCE_FINDERS: Sequence[str] = ()
    """Dotted paths of `f(objects) -> {pk: [Usage]}`."""
    NOTIFICATION_RETENTION_DAYS: int = 7
    RUN_RETENTION_DAYS: int = 90

    def get_interval_seconds(self, name: str) -> int | None:
        """Return how often to look at `name`, None when it is switched off."""
        return {**DEFAULT_INTERVALS, **self.INTERVALS}[name]


SETTING_NAMES = frozenset(f.name for f in fields(Settings))
WORKSPACE_SETTING_NAMES = frozenset(f.name for f in fields(WorkspaceSettings))


def get_given_settings() -> Mapping[str, Any]:
    """Return what the project wrote, `{}` when it wrote nothing or something that is no dictionary."""
    given = getattr(django_settings, "TWENTYTHREE", {})
    return given if isinstance(given, Mapping) else {}


@cache
def get_settings() -> Settings:
    """Return the settings as they are now."""
    # Unknown names are left to `checks/`: a typo is one clear line there, not a traceback here.
    given = get_given_settings()
    return Settings(**{name: given[name] for name in SETTING_NAMES & given.keys()})


@cache
@forgets_variables
def get_workspace_settings(alias: str) -> WorkspaceSettings:
    """Return the settings of one workspace.

    Raises:
        ConfigurationError: There is no such alias, or it has no DOMAIN.
    """
    workspaces = get_settings().WORKSPACES
    if alias not in workspaces:
        known = ", ".join(sorted(workspaces)) or "none"
        raise ConfigurationError(f"There is no workspace '{alias}' in TWENTYTHREE['WORKSPACES'] (configured: {known}).")
    given = workspaces[alias]
    if not given.get("DOMAIN"):
        raise ConfigurationError(
            f"TWENTYTHREE['WORKSPACES']['{alias}'] has no DOMAIN: write the host of the TwentyThree site."
        )
    values: dict[str, Any] = {name: given[name] for name in WORKSPACE_SETTING_NAMES & given.keys()}
    # Only a plain True opens anything: a misspelt word is for `checks` to report, and must not count as yes.
    values["EMBED_UNPUBLISHED"] = values.get("EMBED_UNPUBLISHED") is True
    return WorkspaceSettings(**values)


def get_aliases() -> list[str]:
    """Return the aliases of all configured workspaces, in the order of the setting."""
    return list(get_settings().WORKSPACES)


@cache
def is_preview_function() -> Callable[[Any], bool] | None:
    """Return the function that `IS_PREVIEW` names, None when it names none."""
    path = get_settings().IS_PREVIEW
    return import_string(path) if path else None


@cache
def picker_filter_function() -> Callable[[Any, Any], Any] | None:
    """Return the function that `PICKER_FILTER` names, None when it names none."""
    path = get_settings().PICKER_FILTER
    return import_string(path) if path else None


@receiver(setting_changed)
def _forget_settings(*, setting: str, **kwargs: Any) -> None:
    if setting in {"TWENTYTHREE", "TIME_ZONE"}:
        for function in (get_settings, get_workspace_settings, is_preview_function, picker_filter_function):
            function.cache_clear()
