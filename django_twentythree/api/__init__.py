"""The platform's API: a client, records and errors. No Django in it; usable from any Python program."""

from django_twentythree.api.answers import Response
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
from django_twentythree.api.uploads import UploadMetadata, UploadTicket, fetch_upload_ticket
from django_twentythree.api.webhooks import (
    fetch_webhook_events,
    fetch_webhook_sample,
    fetch_webhooks,
    subscribe_webhook,
    unsubscribe_webhook,
)

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
    "fetch_upload_ticket",
    "fetch_webhook_events",
    "fetch_webhook_sample",
    "fetch_webhooks",
    "subscribe_webhook",
    "unsubscribe_webhook",
]
