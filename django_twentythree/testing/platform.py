"""The handle on a running sandbox: everything a test can do to the platform, over HTTP."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

from django_twentythree.testing.process import SandboxProcess

if TYPE_CHECKING:
    from types import TracebackType

TIMEOUT_SECONDS: Final = 120.0


class _Remove:
    def __repr__(self) -> str:
        return "REMOVE"


REMOVE: Final = _Remove()
"""As the value of a wire key: the platform leaves the key out."""


class PlatformError(Exception):
    """The sandbox could not do what it was told; the message says why."""


class TwentyThreePlatform:
    """A sandbox platform, driven from a test.

    Wherever `**wire` is accepted, keys and values are those of API version 1, sent as given:
    `add_photo(7, title="Onboarding", video_length="55.248", published_p=0)`. Keys that the platform derives
    something from (flags, tags, albums, dates) have their effect on filters and orders, too.
    """

    api_version: int = 1
    """The version of the API that `workspace` asks for unless told otherwise."""

    def __init__(self, base_url: str, process: SandboxProcess | None = None) -> None:
        """Take hold of the sandbox at an address, such as one that `manage.py twentythree_sandbox` runs."""
        self.base_url = base_url.rstrip("/")
        """Scheme and host, without a slash at the end."""
        self.domain = urlsplit(self.base_url).netloc
        """Host and port, as in the setting `DOMAIN`."""
        self._process = process

    @classmethod
    def start(cls, *, photos: int = 0, seed: int = 23, cache_seconds: int = 0) -> Self:
        """Start a sandbox process on a free port of this machine; it ends with this process.

        Args:
            photos: Size of the invented library.
            seed: Equal seeds give equal libraries.
            cache_seconds: How long unsigned answers are cached; on the real platform it is 1800.

        Raises:
            MissingExtraError: The extra `testing` is not installed.
        """
        process = SandboxProcess(
            "--photos",
            str(photos),
            "--seed",
            str(seed),
            "--cache-seconds",
            str(cache_seconds),
            "--encoding-seconds",
            "-1",
        )
        return cls(process.base_url, process)

    def stop(self) -> None:
        """End the sandbox process, if this handle started one."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    # -- connecting to it

    @property
    def credentials(self) -> dict[str, str]:
        """Consumer key and secret, access token and secret, of the level `super`."""
        return self.credentials_for("super")

    def credentials_for(self, level: str) -> dict[str, str]:
        """Return the credentials of an application of a level: `read`, `write`, `admin` or `super`."""
        return dict(self._do("credentials", level=level))

    def bearer_token_for(self, level: str) -> str:
        """Return the bearer token of a level, for version 2 of the API."""
        return str(self._do("bearer_token", level=level))

    def workspace(self, level: str | None = "super", *, api_version: int | None = None, **extra: Any) -> dict[str, Any]:
        """Return the value for `TWENTYTHREE["WORKSPACES"]["default"]`.

        Args:
            level: Whose credentials it contains; None: none, the site is mirrored anonymously.
            api_version: The version of the API; None: the attribute `api_version` of this handle. With version 2
                the credentials are a bearer token.
            **extra: Further keys of a workspace.
        """
        version = api_version or self.api_version
        found: dict[str, Any] = {"DOMAIN": self.domain, "SCHEME": "http"}
        if version != 1:
            found["API_VERSION"] = version
        if level is not None and version == 1:
            found |= {name.upper(): value for name, value in self.credentials_for(level).items()}
        elif level is not None:
            found["BEARER_TOKEN"] = self.bearer_token_for(level)
        return found | extra

    def revoke_credentials(self) -> None:
        """Refuse all credentials from now on (`invalid_signature`, bearer tokens `missing_authentication`)."""
        self._do("revoke_credentials")

    def restore_credentials(self) -> None:
        """Accept the credentials again."""
        self._do("restore_credentials")

    # -- photos

    def add_photo(self, photo_id: object = None, **wire: Any) -> dict[str, Any]:
        """Add a published, encoded video and return it as `photo/list` shows it from the level `read` up.

        Args:
            photo_id: Its id; None: the next free one. Anything but a number is shown as the id, and only
                listings lead to the object.
            **wire: Keys to differ from the default; `REMOVE` leaves one out.
        """
        return dict(self._do("add_photo", photo_id=photo_id, **_wire(wire)))

    def get_photo(self, photo_id: int) -> dict[str, Any]:
        """Return a photo as `photo/list` shows it from the level `read` up."""
        return dict(self._do("get_photo", photo_id=photo_id))

    def edit_photo(self, photo_id: int, **wire: Any) -> dict[str, Any]:
        """Change a photo; title, content, tags, albums and encoding send a pingback."""
        return dict(self._do("edit_photo", photo_id=photo_id, **_wire(wire)))

    def publish(self, photo_id: int) -> dict[str, Any]:
        """Publish a photo. The platform sends no pingback for it."""
        return self.edit_photo(photo_id, published_p=1)

    def unpublish(self, photo_id: int) -> dict[str, Any]:
        """Take a photo back. The platform sends no pingback for it."""
        return self.edit_photo(photo_id, published_p=0)

    def finish_encoding(self, photo_id: int) -> dict[str, Any]:
        """Make a video that was added with `video_encoded_p=0`, or uploaded, playable; sends a pingback."""
        return dict(self._do("finish_encoding", photo_id=photo_id))

    def delete_photo(self, photo_id: int) -> None:
        """Delete a photo. The platform sends no pingback for it."""
        self._do("delete_photo", photo_id=photo_id)

    # -- albums, live streams, players

    def add_album(self, album_id: int | None = None, **wire: Any) -> dict[str, Any]:
        """Add an album and return it as `album/list` shows it from the level `read` up."""
        return dict(self._do("add_album", album_id=album_id, **_wire(wire)))

    def edit_album(self, album_id: int, **wire: Any) -> dict[str, Any]:
        """Change an album."""
        return dict(self._do("edit_album", album_id=album_id, **_wire(wire)))

    def delete_album(self, album_id: int) -> None:
        """Delete an album; its photos stay."""
        self._do("delete_album", album_id=album_id)

    def add_livestream(self, live_id: int | None = None, **wire: Any) -> dict[str, Any]:
        """Add a live stream, public and off air, and return it as `live/list` shows it from `read` up."""
        return dict(self._do("add_livestream", live_id=live_id, **_wire(wire)))

    def edit_livestream(self, live_id: int, **wire: Any) -> dict[str, Any]:
        """Change a live stream, such as `streaming_p=1, broadcasting_p=1`."""
        return dict(self._do("edit_livestream", live_id=live_id, **_wire(wire)))

    def delete_livestream(self, live_id: int) -> None:
        """Delete a live stream; its recordings stay."""
        self._do("delete_livestream", live_id=live_id)

    def add_player(self, player_id: int | None = None, **wire: Any) -> dict[str, Any]:
        """Add a player and return it as `player/list` shows it."""
        return dict(self._do("add_player", player_id=player_id, **_wire(wire)))

    def edit_player(self, player_id: int, **wire: Any) -> dict[str, Any]:
        """Change a player; `default_p=1` takes that from the others."""
        return dict(self._do("edit_player", player_id=player_id, **_wire(wire)))

    def delete_player(self, player_id: int) -> None:
        """Delete a player."""
        self._do("delete_player", player_id=player_id)

    # -- chapters and subtitles

    def add_section(
        self,
        photo_id: int,
        *,
        title: str = "Chapter",
        start_time: float | str = 0,
        description: str = "",
        section_id: int | None = None,
        **wire: Any,
    ) -> dict[str, Any]:
        """Add a chapter that starts after so many seconds, and return it as `photo/section/list` shows it."""
        return dict(
            self._do(
                "add_section",
                photo_id=photo_id,
                title=title,
                start_time=start_time,
                description=description,
                section_id=section_id,
                **_wire(wire),
            )
        )

    def delete_sections(self, photo_id: int) -> None:
        """Delete the chapters of a video."""
        self._do("delete_sections", photo_id=photo_id)

    def add_subtitle(
        self,
        photo_id: int,
        locale: str = "en_US",
        *,
        kind: str = "general",
        is_default: bool = False,
        is_draft: bool = False,
        lines: list[str] | None = None,
        **wire: Any,
    ) -> dict[str, Any]:
        """Add subtitles, one cue per line, and return them as `photo/subtitle/list` shows them."""
        return dict(
            self._do(
                "add_subtitle",
                photo_id=photo_id,
                locale=locale,
                kind=kind,
                is_default=is_default,
                is_draft=is_draft,
                lines=lines,
                **_wire(wire),
            )
        )

    def delete_subtitles(self, photo_id: int) -> None:
        """Delete the subtitles of a video."""
        self._do("delete_subtitles", photo_id=photo_id)

    # -- the site

    def fill(self, photos: int = 300) -> int:
        """Add the invented library of the demo with this many photos; return how many there are now."""
        return int(self._do("fill", photos=photos))

    def reset(self) -> None:
        """Return to an empty library, valid credentials, three players, no faults, and an empty log."""
        self._do("reset")

    def close_site(self) -> None:
        """Make the site closed: unsigned calls need an id and its token."""
        self.configure(is_closed=True)

    def open_site(self) -> None:
        """Make the site public again."""
        self.configure(is_closed=False)

    def set_cache_seconds(self, seconds: int) -> None:
        """Cache unsigned answers for so long, as the platform does for up to 1800 seconds; 0: not at all."""
        self.configure(cache_seconds=seconds)

    def write_text_numbers(self, *, is_on: bool = True) -> None:
        """Have version 2 write numbers as texts, as it was seen to."""
        self.configure(has_text_numbers=is_on)

    def refuse_concealed(self, code: str = "missing_authentication") -> None:
        """Refuse questions by id and below `read` about what is unpublished, hidden or private.

        Args:
            code: `missing_authentication` (HTTP 401; version 2 only) or `permission_denied` (403). "": nothing is
                refused, they get an empty list as a rule.
        """
        self.configure(concealed_code=code)

    def set_latency_ms(self, milliseconds: int) -> None:
        """Delay each API answer."""
        self.configure(latency_ms=milliseconds)

    def set_site(self, *, site_id: str | None = None, site_name: str | None = None) -> None:
        """Change what the site says it is."""
        given = {"site_id": site_id, "site_name": site_name}
        self.configure(**{name: value for name, value in given.items() if value is not None})

    def configure(self, **settings: Any) -> dict[str, Any]:
        """Change settings of the running sandbox, and return all of them."""
        return dict(self._do("configure", **settings))

    # -- faults and what was asked

    def fail_next(self, kind: str | int, *, times: int = 1, method: str | None = None, **details: Any) -> None:
        """Spoil the next API calls.

        Args:
            kind: An HTTP status (429 with `retry_after=`, 500, 503, …), or `cut`, `html`, `empty`,
                `bad_utf8`, `reset`, `silence` (`seconds=`), `slow` (`seconds=`), `redirect` (`to=`),
                `wrapped`, `jsonp`, `huge` (`megabytes=`), `error` (`code=`, `message=`),
                `drop_level` (`level=`), `ignore` (`names=`).
            times: How many calls.
            method: Only calls of this method, such as `photo/list`.
            **details: What the kind asks for.
        """
        self._do("fail_next", kind=str(kind), times=times, method=method, details=details)

    @property
    def faults(self) -> list[dict[str, Any]]:
        """The faults that no call has met yet."""
        return list(self._do("faults"))

    def clear_faults(self) -> None:
        """Forget the faults that wait."""
        self._do("clear_faults")

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The API calls since the last reset, oldest first, without secrets.

        Each has `method`, `http_method`, `params`, `signed`, `at` (epoch seconds), `ms` and `outcome`
        (`ok`, the code of an error, or `fault: …`).
        """
        return list(self._do("requests"))

    def clear_requests(self) -> None:
        """Forget the calls so far."""
        self._do("clear_requests")

    # -- pingbacks, webhooks and uploads

    def set_pingback_url(self, url: str) -> None:
        """Tell this address about changes of videos; the empty string: nobody."""
        self._do("set_pingback_url", url=url)

    @property
    def pingbacks(self) -> list[dict[str, Any]]:
        """The pingbacks sent, oldest first: `photo_id`, `because`, `status` (or None), `error`, `ms`."""
        return list(self._do("pingbacks"))

    def wait_for_pingbacks(self, seconds: float = 10.0) -> list[dict[str, Any]]:
        """Return the pingbacks sent, once none is under way any more.

        Raises:
            PlatformError: Some are still under way after so many seconds.
        """
        if not self._do("wait_for_pingbacks", seconds=seconds):
            raise PlatformError(f"Pingbacks are still under way after {seconds} seconds.")
        return self.pingbacks

    @property
    def webhooks(self) -> list[dict[str, Any]]:
        """The webhook subscriptions of all applications: `webhook_id`, `event`, `target_url`."""
        return list(self._do("webhooks"))

    @property
    def webhook_deliveries(self) -> list[dict[str, Any]]:
        """The webhooks sent, oldest first: `event`, `webhook_id`, `status` (or None), `error`, `ms`."""
        return list(self._do("webhook_deliveries"))

    def wait_for_webhooks(self, seconds: float = 10.0) -> list[dict[str, Any]]:
        """Return the webhooks sent, once none is under way any more.

        Raises:
            PlatformError: Some are still under way after so many seconds.
        """
        if not self._do("wait_for_webhooks", seconds=seconds):
            raise PlatformError(f"Webhooks are still under way after {seconds} seconds.")
        return self.webhook_deliveries

    def expire_upload_token(self, upload_token: str) -> None:
        """Let the validity of an upload token end now."""
        self._do("expire_upload_token", upload_token=upload_token)

    def _do(self, command: str, **arguments: Any) -> Any:
        connection = http.client.HTTPConnection(self.domain, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(
                "POST",
                f"/sandbox/api/{command}",
                json.dumps(arguments).encode(),
                {"Content-Type": "application/json"},
            )
            response = connection.getresponse()
            body = response.read()
        except OSError as error:
            printed = self._process.error_output if self._process is not None else ""
            raise PlatformError(f"No sandbox answers at {self.base_url}: {error}\n{printed}") from error
        finally:
            connection.close()
        answer = json.loads(body) if response.headers.get_content_type() == "application/json" else {}
        if response.status != http.client.OK:
            raise PlatformError(str(answer.get("error") or f"{command}: HTTP {response.status}"))
        return answer["result"]


def _wire(given: dict[str, Any]) -> dict[str, Any]:
    return {
        "wire": {key: value for key, value in given.items() if value is not REMOVE},
        "remove": [key for key, value in given.items() if value is REMOVE],
    }
