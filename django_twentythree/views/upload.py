"""The views of uploads: a ticket for each file, its status, and the page that TwentyThree returns to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from django_twentythree.kinds import ObjectKind
from django_twentythree.pickers.access import may_upload
from django_twentythree.pickers.describe import describe, iter_badges
from django_twentythree.pickers.live_lookup import NoResultError
from django_twentythree.pickers.options import PickerOptions
from django_twentythree.pickers.uploading import Uploader
from django_twentythree.views.picker import for_pickers, refuse, report

_RETURN_POLICY = "default-src 'none'; frame-ancestors 'self'"


def for_uploads(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Require the permissions to see and to add videos."""

    @for_pickers
    def guarded(request: HttpRequest, options: PickerOptions) -> HttpResponse:
        if not may_upload(request.user):
            return refuse(_("You may not add videos. Ask an administrator for permission."), 403)
        try:
            return view(request, Uploader(options, request.user), options)
        except NoResultError as error:
            return report(error, request)

    @wraps(view)
    @login_not_required
    def of_photos(request: HttpRequest) -> HttpResponse:
        return guarded(request, ObjectKind.PHOTO)

    return of_photos


@require_POST
@transaction.non_atomic_requests  # no transaction stays open during requests to the platform
@for_uploads
def upload_begin(request: HttpRequest, uploader: Uploader, options: PickerOptions) -> HttpResponse:
    """Return the address for one file and the form fields to send with it."""
    returns = request.POST.get("returns") == "1"
    return_url = request.build_absolute_uri(reverse("twentythree:upload_return")) if returns else ""
    return JsonResponse(asdict(uploader.begin(request.POST, return_url)))


@require_POST
@transaction.non_atomic_requests
@for_uploads
def upload_status(request: HttpRequest, uploader: Uploader, options: PickerOptions) -> HttpResponse:
    """Return the status of an upload on TwentyThree."""
    row = uploader.find(str(request.POST.get("token", "")))
    if row is None:
        return JsonResponse({"state": "waiting", "results": []})
    state = "encoding" if "encoding" in iter_badges(row) else "ready"
    return JsonResponse({"state": state, "results": [describe(row, options, request.user)]})


@csrf_exempt  # the browser comes from TwentyThree, which may use POST for long data
@login_not_required  # the session cookie may be missing then, and the page shows nothing private
@never_cache
@xframe_options_sameorigin
@require_http_methods(["GET", "HEAD", "POST"])
def upload_return(request: HttpRequest) -> HttpResponse:
    """Tell the page around this frame that an upload has ended. The data is not trusted.

    The editor sees an error text as TwentyThree's own. This site itself asks whether the video exists.
    """
    given = request.GET
    # Do not read posted files for anonymous users: look for the values in the address only.
    if "error_message" not in given and request.content_type == "application/x-www-form-urlencoded":
        given = request.POST
    error = str(given.get("error_message", ""))[:500]
    response = render(request, "twentythree/picker/upload_return.html", {"error": error})
    response["Content-Security-Policy"] = _RETURN_POLICY
    return response
