"""The errors that a call to the platform can end with.

The tree answers a caller's questions in the order they are asked; the first is "is it worth trying again?".
Every error survives pickling, because Celery carries errors between processes: unpickling calls the class
with `args`, so each constructor hands on what it must have; flags travel as attributes.
"""

from __future__ import annotations

import re

REQUIRED_LEVEL = re.compile(r"required level: '([a-z]+)'")
LONGEST_DETAIL = 500


class TwentyThreeError(Exception):
    """Anything this package raises on purpose."""


class APIError(TwentyThreeError):
    """No usable answer came from the platform.

    Attributes:
        endpoint: The method that was called, such as "photo/list".
        detail: What happened, in words; never longer than a paragraph.
    """

    endpoint: str
    detail: str

    def __str__(self) -> str:
        return f"{self.endpoint}: {self.detail}"


class TemporaryError(APIError):
    """The same call may well succeed a little later."""


class TransportError(TemporaryError):
    """No answer arrived: name, connection, TLS, time-out, or an answer that broke off.

    Attributes:
        may_have_arrived: Whether the platform may have received, and carried out, the request.
    """

    def __init__(self, endpoint: str, detail: str, *, may_have_arrived: bool = True) -> None:
        super().__init__(endpoint, detail)
        self.endpoint, self.detail, self.may_have_arrived = endpoint, detail, may_have_arrived


class RateLimitedError(TemporaryError):
    """The platform asks for fewer requests (HTTP 429).

    Attributes:
        retry_after_seconds: How long it asks to be left alone, if it said so.
    """

    def __init__(self, endpoint: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(endpoint, retry_after_seconds)
        self.endpoint, self.retry_after_seconds = endpoint, retry_after_seconds
        pause = "" if retry_after_seconds is None else f" and asks for a pause of {retry_after_seconds:.0f} s"
        self.detail = f"the platform answered HTTP 429 (too many requests){pause}"


class ServerError(TemporaryError):
    """The platform, or a proxy before it, failed (HTTP 5xx, or 408).

    Attributes:
        status: The HTTP status.
        retry_after_seconds: How long it asks to be left alone, if it said so.
    """

    def __init__(self, endpoint: str, status: int, retry_after_seconds: float | None = None) -> None:
        super().__init__(endpoint, status, retry_after_seconds)
        self.endpoint, self.status, self.retry_after_seconds = endpoint, status, retry_after_seconds
        self.detail = f"the platform answered HTTP {status}, which is trouble on its side; try again later"


class ResponseError(APIError):
    """The platform answered, and the answer was no.

    Attributes:
        status: The HTTP status, 200 as a rule.
        code: The platform's code, such as "invalid_input"; codes that nobody has met yet end here, too.
        actual_level: The permission level the call was granted; "" when the answer did not say.
    """

    def __init__(self, endpoint: str, status: int, code: str, detail: str, actual_level: str = "") -> None:
        super().__init__(endpoint, status, code, detail, actual_level)
        self.endpoint, self.status, self.code = endpoint, status, code
        self.detail, self.actual_level = detail, actual_level

    @property
    def advice(self) -> str:
        """The next step for the reader; "" where there is no general one."""
        return ""

    def __str__(self) -> str:
        answer = f"{self.endpoint} answered HTTP {self.status} ({self.code or 'no code'}): {self.detail}"
        return f"{answer.rstrip('.')}. {self.advice}" if self.advice else answer


class AuthenticationError(ResponseError):
    """The platform refused the credentials, or wants some (a closed site, asked without any).

    Source: README section 7 (codes), section 15 (credentials), section 10 (levels).
    """

    @property
    def advice(self) -> str:
        """The next step for the reader."""
        if self.code == "token_required":
            return "The site is closed: it answers only to credentials."
        return (
            "Check the four OAuth values or the bearer token, that they belong to this site and that this "
            "machine's clock is right; new ones are made on the platform under Settings → API & Applications."
        )


class PermissionDeniedError(ResponseError):
    """The credentials are good, but their level is too low for this call.

    Attributes:
        required_level: The level the platform wants, read from its message; "" when it did not say.
        actual_level: The level the call had; "" when the platform did not say.
    """

    def __init__(self, endpoint: str, status: int, code: str, detail: str, actual_level: str = "") -> None:
        super().__init__(endpoint, status, code, detail, actual_level)
        told = REQUIRED_LEVEL.search(detail)
        self.required_level = told.group(1) if told else ""

    @property
    def advice(self) -> str:
        """The next step for the reader."""
        needed = f"'{self.required_level}'" if self.required_level else "a higher level"
        granted = f"'{self.actual_level}'" if self.actual_level else "less"
        if self.actual_level == "anonymous":
            return f"The call needs {needed} and had {granted}: without credentials only what is public is shown."
        return (
            f"The call needs {needed} and had {granted}; the level of an application is fixed when it is "
            "created, so create another one under Settings → API & Applications."
        )


class NotFoundError(ResponseError):
    """The platform has no such object, or this level may not see it."""


class InvalidInputError(ResponseError):
    """The platform could not accept the parameters."""


class UnexpectedResponseError(APIError):
    """An answer this version cannot read, or an object in it.

    Attributes:
        status: The HTTP status; None when the trouble is with one object of an answer.
        may_pass: Whether a proxy's page or a cut-off body is to blame, so that asking again may help.
    """

    def __init__(self, endpoint: str, detail: str, status: int | None = None, *, may_pass: bool = False) -> None:
        super().__init__(endpoint, detail, status)
        self.endpoint, self.detail, self.status, self.may_pass = endpoint, detail, status, may_pass


# Only codes about an object: "no such method" or "no such site" must never read as "the video is gone".
OBJECTS = (
    "photo|album|tag|user|live|liveevent|stream|player|section|subtitle|attachment|comment|license|action|spot"
    "|schedule|webhook|coodinate|coordinate|object"
)
NOT_FOUND = re.compile(rf"no_such_(?:{OBJECTS})|(?:{OBJECTS})_not_found")
INVALID_INPUT = re.compile(r"invalid_\w+|no_file")
AUTHENTICATION = re.compile(r"invalid_signature|invalid_oauth_\w+|missing_authentication|token_required")


def response_error(
    endpoint: str, status: int, code: str, detail: str, actual_level: str, *, is_strangers_question: bool = False
) -> ResponseError:
    """Return the error that fits the platform's code.

    Args:
        endpoint: The method that was called.
        status: The HTTP status.
        code: The platform's code.
        detail: The platform's words.
        actual_level: The permission level the call was granted.
        is_strangers_question: Whether one object was asked for without credentials.

    Source: README section 7; the list is not closed, and `photo_not_found` is what photo/list really answers.
    v2 section 4: `missing_authentication` and `no_such_object`, and the statuses: 400 is a bad request by whatever
    code. A 404 alone proves nothing: it may as well be the method or the site that is not there. To strangers
    `missing_authentication` at level `anonymous` says of one object what a 403 does; only level
    `none` says that the site is closed.
    """
    kind = ResponseError
    if status == 401 or AUTHENTICATION.fullmatch(code):
        # Any other code, to a call that had no credentials to refuse, is an odd one and proves nothing.
        is_denied = is_strangers_question and actual_level == "anonymous" and code == "missing_authentication"
        kind = PermissionDeniedError if is_denied else AuthenticationError
    elif status == 403 or code == "permission_denied":
        kind = PermissionDeniedError
    elif NOT_FOUND.fullmatch(code):
        kind = NotFoundError
    elif status == 400 or INVALID_INPUT.fullmatch(code):
        kind = InvalidInputError
    return kind(endpoint, status, code, detail[:LONGEST_DETAIL], actual_level)
