"""Errors as sentences for operators: what was asked, what came back, what to do, and what keeps working."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format

from django_twentythree.conf import get_env_prefix, get_workspace_settings
from django_twentythree.exceptions import (
    AuthenticationError,
    ConfigurationError,
    PermissionDeniedError,
    TemporaryError,
    TwentyThreeError,
)
from django_twentythree.models import SyncRun, Workspace


def explain(error: TwentyThreeError, alias: str) -> str:
    """Return one line about an error that ended work on the workspace `alias`."""
    since = describe_last_success(alias)
    if isinstance(error, ConfigurationError):
        return str(error)
    if isinstance(error, AuthenticationError):
        return _explain_refusal(error, alias, since)
    if isinstance(error, PermissionDeniedError):
        if get_workspace_settings(alias).is_anonymous and error.actual_level == "none":
            return _explain_refusal(error, alias, since)
        granted = error.actual_level or "none"
        return (
            f"TwentyThree does not allow {error.endpoint} to '{alias}': it needs level"
            f" '{error.required_level or 'above ' + granted}', the credentials have '{granted}'.{since}"
            " Create an application of a higher level under Settings → API & Applications."
        )
    domain = get_workspace_settings(alias).DOMAIN
    reason = f"{str(error).rstrip('.')}."  # some of the platform's messages end with a full stop
    if isinstance(error, TemporaryError):
        return f"TwentyThree ({domain}) could not be asked for '{alias}': {reason}{since}"
    return f"TwentyThree ({domain}) gave '{alias}' an answer that cannot be used: {reason}{since}"


def _explain_refusal(error: AuthenticationError | PermissionDeniedError, alias: str, since: str) -> str:
    settings = get_workspace_settings(alias)
    prefix = get_env_prefix(alias)
    if settings.is_anonymous:
        return (
            f"TwentyThree does not answer '{alias}' without credentials ({error.code}): the site is closed.{since}"
            f" Create some under Settings → API & Applications and set {prefix}CONSUMER_KEY,"
            f" {prefix}CONSUMER_SECRET, {prefix}ACCESS_TOKEN and {prefix}ACCESS_TOKEN_SECRET; or, with"
            f" {prefix}API_VERSION=2, {prefix}BEARER_TOKEN."
        )
    clock = " This machine's clock may be wrong." if "clock" in error.detail else ""
    names = f"{prefix}ACCESS_TOKEN and {prefix}ACCESS_TOKEN_SECRET"
    if settings.BEARER_TOKEN:
        names = f"{prefix}BEARER_TOKEN"
    return (
        f"TwentyThree refused the credentials of '{alias}' ({error.code}).{since}{clock}"
        f" Create new ones under Settings → API & Applications, set {names}, restart web and workers,"
        " which then try at once."
    )


def describe_last_success(alias: str) -> str:
    """Return the sentence that says from when the rows are, "" when there never were any."""
    finished_at = (
        SyncRun.objects.filter(workspace__in=Workspace.objects.filter(alias=alias), state=SyncRun.State.SUCCEEDED)
        .order_by("-finished_at")
        .values_list("finished_at", flat=True)
        .first()
    )
    if finished_at is None:
        return ""
    moment = timezone.localtime(finished_at)
    is_today = moment.date() == timezone.localdate()
    return f" Pages keep working with data from {date_format(moment, 'H:i' if is_today else 'Y-m-d H:i')}."
