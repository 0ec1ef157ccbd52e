"""The public entry point for every error of this package."""

from django.core.exceptions import ImproperlyConfigured

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

__all__ = [
    "APIError",
    "AuthenticationError",
    "ConfigurationError",
    "InvalidInputError",
    "NotFoundError",
    "PermissionDeniedError",
    "RateLimitedError",
    "ResponseError",
    "ServerError",
    "TemporaryError",
    "TransportError",
    "TwentyThreeError",
    "UnexpectedResponseError",
]


class ConfigurationError(TwentyThreeError, ImproperlyConfigured):
    """A setting is missing or wrong; `manage.py check` names it."""
