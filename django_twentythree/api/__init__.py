"""The platform's API: a client, records and errors. No Django in it; usable from any Python program."""

from django_twentythree.api.auth import BearerToken, Credentials, OAuth1Credentials
from django_twentythree.api.client import Client
from django_twentythree.api.entries import Entry
from django_twentythree.api.exceptions import (
    APIError,
    AuthenticationError,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    ResponseError,
    ServerError,
    TemporaryError,
    TransportError,
    TwentyThreeError,
    UnexpectedResponseError,
)
from django_twentythree.api.listing import Listing, Page
from django_twentythree.api.records import (
    AlbumRecord,
    LiveStreamRecord,
    PhotoRecord,
    PlayerRecord,
    Rendition,
    SectionRecord,
    SiteRecord,
    SubtitleRecord,
    TagRecord,
    WebhookRecord,
)
from django_twentythree.api.responses import Response
from django_twentythree.api.uploads import UploadMetadata, UploadTicket

__all__ = [
    "APIError",
    "AlbumRecord",
    "AuthenticationError",
    "BearerToken",
    "Client",
    "Credentials",
    "Entry",
    "InvalidInputError",
    "Listing",
    "LiveStreamRecord",
    "NotFoundError",
    "OAuth1Credentials",
    "Page",
    "PermissionDeniedError",
    "PhotoRecord",
    "PlayerRecord",
    "RateLimitedError",
    "Rendition",
    "Response",
    "ResponseError",
    "SectionRecord",
    "ServerError",
    "SiteRecord",
    "SubtitleRecord",
    "TagRecord",
    "TemporaryError",
    "TransportError",
    "TwentyThreeError",
    "UnexpectedResponseError",
    "UploadMetadata",
    "UploadTicket",
    "WebhookRecord",
]
