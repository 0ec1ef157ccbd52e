"""The methods of the platform that are in use, with typed arguments; lists as iterators."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Any, TypeVar

from django_twentythree.api import version1, version2
from django_twentythree.api.auth import Credentials
from django_twentythree.api.base_client import MAX_ANSWER_BYTES
from django_twentythree.api.entries import Entry
from django_twentythree.api.exceptions import InvalidInputError, NotFoundError, UnexpectedResponseError
from django_twentythree.api.listing import Listing, complete_list
from django_twentythree.api.paging import PAGE_SIZE
from django_twentythree.api.parameters import Call, in_version
from django_twentythree.api.records import (
    AlbumRecord,
    LiveStreamRecord,
    PhotoRecord,
    PlayerRecord,
    SectionRecord,
    SiteRecord,
    SubtitleRecord,
)
from django_twentythree.api.redaction import forgets_variables
from django_twentythree.api.resources import Resource
from django_twentythree.api.responses import Response
from django_twentythree.api.retrying import Counter
from django_twentythree.api.uploads import UploadMethods
from django_twentythree.api.webhooks import WebhookMethods

R = TypeVar("R")

DIALECTS = {1: version1.get_dialect, 2: version2.get_dialect}

logger = logging.getLogger(__name__)


class Client(WebhookMethods, UploadMethods):
    """A TwentyThree site.

    Args:
        domain: Host, or host:port, of the site; never a URL.
        credentials: OAuth credentials or a bearer token; None reads what is public.
        api_version: Version of the API, 1 or 2; None: 2 with a bearer token, else 1.
        scheme: "https", or "http" for platforms on this machine.
        timeout_seconds: How long one attempt may take, from connecting to the last byte.
        time_zone: Zone of the site's dates where the platform sends them without one.
        extra_fields: Names of further properties of photos, such as custom variables, which version 2 sends only
            when asked; version 1 sends all there are.
        max_attempts: How often a call is attempted when the trouble is temporary.
        max_answer_bytes: How large an answer may be, unpacked.
        deadline_seconds: How long all calls together may take, from now on; None: as long as they need.
        sleep: What waits between attempts; by default something that `close` wakes up.
        on_wait: Called now and then while an answer is awaited, only in the thread that makes this client.

    Raises:
        ValueError: The domain is no host, or another argument is impossible.
    """

    def __init__(
        self,
        domain: str,
        credentials: Credentials = None,
        *,
        api_version: int | None = None,
        scheme: str = "https",
        timeout_seconds: float = 20.0,
        time_zone: tzinfo = UTC,
        extra_fields: Sequence[str] = (),
        max_attempts: int = 4,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
        deadline_seconds: float | None = None,
        sleep: Callable[[float], None] | None = None,
        on_wait: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(
            domain,
            credentials,
            api_version=api_version,
            scheme=scheme,
            timeout_seconds=timeout_seconds,
            max_attempts=max_attempts,
            max_answer_bytes=max_answer_bytes,
            deadline_seconds=deadline_seconds,
            sleep=sleep,
            on_wait=on_wait,
        )
        self._dialect = DIALECTS[self.api_version](time_zone, tuple(extra_fields))
        # Whether the platform takes a choice of properties is not certain; once it refused, it is not asked again.
        self._may_choose_fields = True

    # Listings: what a mirror reads. Parameters are the platform's own, and win over the defaults.

    @forgets_variables
    def list_photos(self, /, *, in_flight: int = 1, **parameters: Any) -> Listing[PhotoRecord]:
        """Return all photos, oldest upload first, promoted ones in their place."""
        return self._list(self._dialect.photos, in_flight, parameters)

    @forgets_variables
    def list_albums(self, /, *, in_flight: int = 1, **parameters: Any) -> Listing[AlbumRecord]:
        """Return all albums, oldest first."""
        return self._list(self._dialect.albums, in_flight, parameters)

    @forgets_variables
    def list_livestreams(self, /, *, in_flight: int = 1, **parameters: Any) -> Listing[LiveStreamRecord]:
        """Return all live streams, by creation."""
        return self._list(self._dialect.livestreams, in_flight, parameters)

    @forgets_variables
    def list_players(self, /, *, in_flight: int = 1, **parameters: Any) -> Listing[PlayerRecord]:
        """Return all players. Needs level `read`."""
        return self._list(self._dialect.players, in_flight, parameters)

    def get_result_key(self, method: str) -> str:
        """Return the key under which the answer of a list method, such as "photo/list", has its objects."""
        return self._dialect.get_result_key(in_version(self.api_version, method))

    # Single objects, as they would be in a listing.

    @forgets_variables
    def fetch_photo_entry(self, photo_id: int, /, **parameters: Any) -> tuple[Entry[PhotoRecord] | None, Response]:
        """Return one photo; None when the platform answers with an empty list that announces nothing.

        Raises:
            NotFoundError: There is none, or this level may not see it.
            UnexpectedResponseError: The answer contradicts itself or names others, which proves nothing.
        """
        return self._fetch_entry(self._dialect.photos, photo_id, parameters)

    @forgets_variables
    def fetch_album_entry(self, album_id: int, /, **parameters: Any) -> tuple[Entry[AlbumRecord] | None, Response]:
        """Return one album; otherwise as `fetch_photo_entry`."""
        return self._fetch_entry(self._dialect.albums, album_id, parameters)

    @forgets_variables
    def fetch_livestream_entry(
        self, live_id: int, /, **parameters: Any
    ) -> tuple[Entry[LiveStreamRecord] | None, Response]:
        """Return one live stream; otherwise as `fetch_photo_entry`."""
        return self._fetch_entry(self._dialect.livestreams, live_id, parameters)

    @forgets_variables
    def fetch_sections(
        self, photo_id: int, token: str, /, **parameters: Any
    ) -> tuple[tuple[SectionRecord, ...], int, Response]:
        """Return the sections of a photo, how many could not be read, and the answer."""
        return self._fetch_all(self._dialect.sections, {"photo_id": photo_id, "token": token, **parameters})

    @forgets_variables
    def fetch_subtitles(
        self, photo_id: int, token: str, /, **parameters: Any
    ) -> tuple[tuple[SubtitleRecord, ...], int, Response]:
        """Return the subtitles of a photo, how many could not be read, and the answer."""
        return self._fetch_all(self._dialect.subtitles, {"photo_id": photo_id, "token": token, **parameters})

    @forgets_variables
    def fetch_site_response(self, **parameters: Any) -> tuple[SiteRecord, Response]:
        """Return the site, and the answer, which tells the permission level.

        Args:
            **parameters: Further parameters, such as `time` to pass by the cache of unsigned calls.

        Raises:
            UnexpectedResponseError: The answer names no site.
        """
        method, key = f"{self._dialect.prefix}site/get", self._dialect.site_key
        answer = self._fetch(method, parameters)
        site = answer.envelope.get(key)
        if not isinstance(site, dict):
            raise UnexpectedResponseError(method, f"the answer has no object '{key}'")
        return SiteRecord.from_wire(site), answer

    # For programs that just want the objects.

    @forgets_variables
    def iter_photos(
        self, *, include_unpublished: bool = False, include_hidden: bool = False, **filters: Any
    ) -> Iterator[PhotoRecord]:
        """Yield all photos, oldest upload first, page after page as they are consumed.

        Args:
            include_unpublished: Also what is not published. Needs level `read`.
            include_hidden: Also what lies in hidden albums. Needs level `read`.
            **filters: Parameters of photo/list, such as `album_id` or `search`.
        """
        flags = {"include_unpublished_p": include_unpublished, "include_hidden_p": include_hidden}
        return _records(self.list_photos(**_set(flags), **filters))

    def iter_albums(self, *, include_hidden: bool = False) -> Iterator[AlbumRecord]:
        """Yield all albums, oldest first; hidden ones need level `read`."""
        return _records(self.list_albums(**_set({"include_hidden_p": include_hidden})))

    def iter_livestreams(self, *, include_private: bool = False) -> Iterator[LiveStreamRecord]:
        """Yield all live streams, by creation; private ones need level `read`."""
        return _records(self.list_livestreams(**_set({"include_private_p": include_private})))

    def iter_players(self) -> Iterator[PlayerRecord]:
        """Yield all players. Needs level `read`."""
        return _records(self.list_players())

    @forgets_variables
    def fetch_photo(self, photo_id: int, *, include_unpublished: bool = False) -> PhotoRecord:
        """Return one photo.

        Raises:
            NotFoundError: There is none, or this level may not see it.
        """
        entry, answer = self.fetch_photo_entry(photo_id, **_set({"include_unpublished_p": include_unpublished}))
        if entry is None:
            raise NotFoundError(
                self._dialect.photos.method,
                200,
                "photo_not_found",
                f"photo {photo_id} is not listed",
                answer.permission_level,
            )
        return entry.read()

    def fetch_site(self) -> SiteRecord:
        """Return the site."""
        return self.fetch_site_response()[0]

    def _list(self, resource: Resource[R], in_flight: int, parameters: Mapping[str, Any]) -> Listing[R]:
        asked = resource.choose({**resource.order, "size": PAGE_SIZE, **parameters})

        @forgets_variables
        def fetch_page(number: int, /, *, counter: Counter, is_given_up: Callable[[], bool]) -> Response:
            return self._fetch(resource.method, {**asked, "p": number}, counter=counter, is_given_up=is_given_up)

        return Listing(
            fetch_page,
            method=resource.method,
            result_key=resource.result_key,
            make_entry=lambda item: resource.entry(item, is_chosen=self._may_choose_fields),
            in_flight=in_flight,
            waiter=self.waiter,
        )

    def _fetch_entry(
        self, resource: Resource[R], remote_id: int, parameters: Mapping[str, Any]
    ) -> tuple[Entry[R] | None, Response]:
        asked = resource.choose({**resource.single, **parameters, resource.id_key: remote_id})
        answer = self._fetch(resource.method, asked)
        items = complete_list(answer, resource.method, resource.result_key)
        entries = [resource.entry(item, is_chosen=self._may_choose_fields) for item in items]
        if not entries:
            return None, answer
        for entry in entries:
            if entry.remote_id == remote_id:
                return entry, answer
        # Something is there, so this is no proof that the object is gone.
        raise UnexpectedResponseError(resource.method, f"asked for {resource.id_key} {remote_id}, got others")

    def _fetch_all(self, resource: Resource[R], parameters: Mapping[str, Any]) -> tuple[tuple[R, ...], int, Response]:
        answer = self._fetch(resource.method, resource.choose(parameters))
        records: list[R] = []
        skipped = 0
        for item in complete_list(answer, resource.method, resource.result_key):
            try:
                records.append(resource.read(item if isinstance(item, dict) else {}))
            except UnexpectedResponseError as error:
                skipped += 1
                logger.warning("One object was left out: %s", error)
        return tuple(records), skipped, answer

    def _fetch(
        self,
        method: str,
        parameters: Mapping[str, Any],
        *,
        counter: Counter | None = None,
        is_given_up: Callable[[], bool] = bool,
    ) -> Response:
        def ask(asked: Mapping[str, Any]) -> Response:
            call = Call.build(method, asked)
            return self._ask(call, counter=counter, is_given_up=is_given_up, keep_damaged_text=True)

        rest = {name: value for name, value in parameters.items() if name != "fields"}
        if not self._may_choose_fields or len(rest) == len(parameters):
            return ask(rest)
        try:
            return ask(parameters)
        except InvalidInputError as error:
            logger.info("%s; asking again for all properties", error)
        answer = ask(rest)
        # Only now is it known what was refused.
        self._may_choose_fields = False
        return answer


def _set(flags: Mapping[str, bool]) -> dict[str, int]:
    """Return only the flags that are on: each asks for a level, and so is best not mentioned when off."""
    return {name: 1 for name, is_on in flags.items() if is_on}


def _records(listing: Listing[R]) -> Iterator[R]:
    for page in listing:
        for entry in page.items:
            try:
                yield entry.read()
            except UnexpectedResponseError as error:
                logger.warning("One object was left out: %s", error)
