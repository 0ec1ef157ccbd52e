import copy
import pickle

import pytest
from django.core.exceptions import ImproperlyConfigured

from django_twentythree import exceptions
from django_twentythree.api.exceptions import response_error

ONE_OF_EACH = [
    exceptions.TransportError("photo/list", "refused", may_have_arrived=False),
    exceptions.RateLimitedError("photo/list", 7.5),
    exceptions.RateLimitedError("photo/list"),
    exceptions.ServerError("photo/list", 503, 3.0),
    exceptions.ResponseError("photo/list", 200, "odd_code", "Odd", "read"),
    exceptions.AuthenticationError("photo/list", 200, "invalid_signature", "Wrong.", "none"),
    exceptions.AuthenticationError("photo/list", 200, "token_required", "Closed.", "none"),
    exceptions.PermissionDeniedError("photo/list", 200, "permission_denied", "No (required level: 'read')", "none"),
    exceptions.NotFoundError("photo/list", 200, "no_such_photo", "None", "read"),
    exceptions.InvalidInputError("photo/list", 200, "invalid_input", "Bad", "read"),
    exceptions.UnexpectedResponseError("photo/list", "a page", 200, may_pass=True),
]


@pytest.mark.parametrize("error", ONE_OF_EACH, ids=lambda error: type(error).__name__)
def test_errors__pickled_or_rebuilt_from_args__say_the_same(error):
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(other) is type(error)
        assert vars(other) == vars(error)
        assert str(other) == str(error)
    # Celery keeps class and args only.
    assert str(type(error)(*error.args)) == str(error)
    assert "photo/list" in str(error)


def test_errors__tree__answers_whether_to_try_again():
    temporary = {error for error in ONE_OF_EACH if isinstance(error, exceptions.TemporaryError)}
    assert {type(error).__name__ for error in temporary} == {
        "TransportError",
        "RateLimitedError",
        "ServerError",
    }
    assert all(isinstance(error, exceptions.APIError) for error in ONE_OF_EACH)
    assert issubclass(exceptions.APIError, exceptions.TwentyThreeError)
    configuration = exceptions.ConfigurationError("No workspace 'x'.")
    assert isinstance(configuration, ImproperlyConfigured)
    assert isinstance(configuration, exceptions.TwentyThreeError)
    assert str(pickle.loads(pickle.dumps(configuration))) == "No workspace 'x'."


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("invalid_signature", "AuthenticationError"),
        ("invalid_oauth_site", "AuthenticationError"),
        ("invalid_oauth_user", "AuthenticationError"),
        ("token_required", "AuthenticationError"),
        ("missing_authentication", "AuthenticationError"),
        ("permission_denied", "PermissionDeniedError"),
        ("no_such_photo", "NotFoundError"),
        ("photo_not_found", "NotFoundError"),
        ("no_such_album", "NotFoundError"),
        ("no_such_tag", "NotFoundError"),
        ("no_such_object", "NotFoundError"),
        ("no_such_coodinate", "NotFoundError"),
        ("invalid_input", "InvalidInputError"),
        ("invalid_album", "InvalidInputError"),
        ("invalid_photo_token", "InvalidInputError"),
        ("no_file", "InvalidInputError"),
        ("comment_is_spam", "ResponseError"),
        ("", "ResponseError"),
        ("no_such_method", "ResponseError"),
        ("site_not_found", "ResponseError"),
    ],
)
def test_response_error__code__chooses_the_class(code, kind):
    error = response_error("photo/list", 200, code, "x" * 9999, "read")
    assert type(error).__name__ == kind
    assert error.code == code
    assert len(str(error)) < 1000


@pytest.mark.parametrize(
    ("status", "kind"), [(400, "InvalidInputError"), (401, "AuthenticationError"), (403, "PermissionDeniedError")]
)
def test_response_error__unknown_code__goes_by_the_status(status, kind):
    assert type(response_error("2/photo/list", status, "never_heard_of", "No.", "read")).__name__ == kind


@pytest.mark.parametrize("status", [200, 404, 406, 412])
def test_response_error__unknown_code_and_a_status_that_proves_nothing__is_plain(status):
    assert type(response_error("2/photo/list", status, "never_heard_of", "No.", "read")).__name__ == "ResponseError"


def test_permission_denied__message__tells_the_levels():
    error = exceptions.PermissionDeniedError(
        "player/list", 200, "permission_denied", "You don't have … (required level: 'read')", "anonymous"
    )
    assert (error.required_level, error.actual_level) == ("read", "anonymous")
    assert "'read'" in str(error)
    assert "'anonymous'" in str(error)
    silent = exceptions.PermissionDeniedError("player/list", 200, "permission_denied", "No")
    assert (silent.required_level, silent.actual_level) == ("", "")
