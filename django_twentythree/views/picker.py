"""The views of the picker: rows as JSON and two HTML fragments. Reading views use only the database."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from itertools import islice
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.log import log_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from django_twentythree.ids import read_id
from django_twentythree.kinds import ObjectKind
from django_twentythree.pickers.access import find_filters, get_listed, get_visible, may_look
from django_twentythree.pickers.describe import DEFERRED, describe, describe_all, say_count
from django_twentythree.pickers.dialog import get_details_context, get_dialog_context
from django_twentythree.pickers.live_lookup import Asker, NoResultError
from django_twentythree.pickers.options import PickerOptions
from django_twentythree.pickers.query import find_page
from django_twentythree.pickers.search import SUGGESTED, suggest
from django_twentythree.pickers.sorts import CursorError

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]
_MAX_DESCRIBED = 100


def refuse(sentence: str, status: int) -> JsonResponse:
    """Return an error response with a message."""
    return JsonResponse({"error": sentence}, status=status)


def for_pickers(view: View) -> View:
    """Require the permission to see the model in the address. Responses hold tokens, so they stay private.

    The view does not redirect to a login, because the calling script could not show the form.
    """

    @wraps(view)
    @login_not_required
    def guarded(request: HttpRequest, model: str, **kwargs: Any) -> HttpResponse:
        response = _refuse_user(request, model) or view(request, PickerOptions.from_query(model, request.GET), **kwargs)
        response["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["Cookie"])
        return response

    return guarded


def _refuse_user(request: HttpRequest, model: str) -> JsonResponse | None:
    if model not in set(ObjectKind):
        return refuse(_("There is nothing of this kind to choose from."), 404)
    if not request.user.is_active:  # Django takes inactive users for nobody, too
        return refuse(_("Please log in to choose."), 401)
    if not may_look(request.user, model):
        return refuse(_("You may not see these objects. Ask an administrator for permission."), 403)
    return None


@require_GET
@for_pickers
def picker(request: HttpRequest, options: PickerOptions) -> HttpResponse:
    """Return a page of objects to choose from."""
    try:
        albums = find_filters(PickerOptions(model=ObjectKind.ALBUM), request.user)
        page = find_page(get_listed(options, request.user), request.GET, DEFERRED, albums=albums)
    except CursorError:
        return refuse(_("The list has changed. Please search again."), 400)
    answer: dict[str, Any] = {
        "results": describe_all(page.rows, options, request.user),
        "next": page.next or None,
    }
    if page.count is not None:
        answer |= {
            "count": page.count,
            "count_label": say_count(page.count, options, is_capped=page.is_count_capped),
            "is_count_capped": page.is_count_capped,
        }
    return JsonResponse(answer)


@require_GET
@for_pickers
def picker_dialog(request: HttpRequest, options: PickerOptions) -> HttpResponse:
    """Return the dialog as HTML in the language of the request."""
    return render(request, "twentythree/picker/dialog.html", get_dialog_context(options, request.user))


@require_GET
@for_pickers
def picker_describe(request: HttpRequest, options: PickerOptions) -> HttpResponse:
    """Answer what is told of the objects with these keys, in the order asked for, gone ones too."""
    given = filter(None, map(read_id, request.GET.getlist("id")))
    keys = list(dict.fromkeys(islice(given, _MAX_DESCRIBED)))
    rows = get_visible(options, request.user).filter(pk__in=keys).select_related("workspace").defer(*DEFERRED)
    found = {item["pk"]: item for item in describe_all(list(rows), options, request.user)}
    return JsonResponse({"results": [found[key] for key in keys if key in found]})


@require_GET
@for_pickers
def picker_details(request: HttpRequest, options: PickerOptions, pk: int) -> HttpResponse:
    """Return the details of one object as an HTML fragment."""
    row = get_visible(options, request.user).filter(pk=pk).select_related("workspace").first()
    if row is None:
        return refuse(_("It no longer exists, or you may not see it."), 404)
    return render(request, "twentythree/picker/details.html", get_details_context(row, options, request.user))


@require_GET
@for_pickers
def picker_suggest(request: HttpRequest, options: PickerOptions, what: str) -> HttpResponse:
    """Answer albums or tags whose names hold the words of `q`, to filter by."""
    if options.model != ObjectKind.PHOTO or what not in SUGGESTED:
        return refuse(_("There is nothing of this kind to filter by."), 404)
    return JsonResponse({"results": suggest(what, request.GET.get("q", ""), options, request.user)})


@require_POST
@transaction.non_atomic_requests  # no transaction stays open during requests to the platform
@for_pickers
def picker_find(request: HttpRequest, options: PickerOptions) -> HttpResponse:
    """Return the object for a pasted address, embed code or id; sync it first when it is not here yet."""
    return _ask(lambda asker: asker.find(str(request.POST.get("text", ""))), request, options)


@require_POST
@transaction.non_atomic_requests
@for_pickers
def picker_refresh(request: HttpRequest, options: PickerOptions, pk: int) -> HttpResponse:
    """Return an object after refreshing it from TwentyThree."""
    return _ask(lambda asker: asker.refresh(pk), request, options)


@require_POST
@transaction.non_atomic_requests
@for_pickers
def picker_newest(request: HttpRequest, options: PickerOptions) -> HttpResponse:
    """Sync new objects from TwentyThree, and return a message with their number."""
    try:
        message = Asker.for_press(options, request.user).find_newest(str(request.GET.get("workspace", "")))
    except NoResultError as error:
        return report(error, request)
    return JsonResponse({"message": message})


def _ask(question: Callable[[Asker], Any], request: HttpRequest, options: PickerOptions) -> JsonResponse:
    try:
        row = question(Asker.for_press(options, request.user))
    except NoResultError as error:
        return report(error, request)
    return JsonResponse({"result": describe(row, options, request.user)})


def report(error: NoResultError, request: HttpRequest) -> JsonResponse:
    """Return an error response for a missing result."""
    response = refuse(error.sentence, error.status)
    # Mark it as logged, so that a failure of TwentyThree is not mailed as an error of this site. The log already
    # has the reason.
    log_response(
        "%s: %s", response.reason_phrase, request.path, response=response, request=request, logger=logger, level="info"
    )
    return response
