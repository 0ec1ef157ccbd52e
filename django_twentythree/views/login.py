"""Where an editor logs in again whose session is over, while the form stays open in the other window."""

from __future__ import annotations

from django.conf import global_settings, settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import NoReverseMatch, Resolver404, ResolverMatch, get_script_prefix, resolve, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@login_not_required  # it sends people to log in by itself, to the page that is meant for them
@never_cache
@require_safe
def logged_in(request: HttpRequest) -> HttpResponse:
    """Answer a page that says that its window can be closed, after a login.

    `from` is the path of the form, which is not led back to: it tells by which page people log in there.
    """
    if not request.user.is_active:
        return redirect_to_login(request.path, _get_login_url(request.GET.get("from", "")))
    return render(request, "twentythree/picker/logged_in.html")


def _get_login_url(path: str) -> str:
    """Return the page to log in for a form: that of its admin, else `LOGIN_URL`, else that of any admin."""
    form = _resolve(path)
    if form is not None and "admin" in form.app_names:
        return reverse("admin:login", current_app=form.namespace)
    try:
        url = resolve_url(settings.LOGIN_URL)
    except NoReverseMatch:
        url = ""
    # Unless set, `LOGIN_URL` names a page that many sites do not have. What is set may be answered by another program.
    if url and (url != global_settings.LOGIN_URL or _resolve(url) is not None):
        return url
    try:
        return reverse("admin:login")
    except NoReverseMatch:
        return url or "/"


def _resolve(path: str) -> ResolverMatch | None:
    """Return what answers at a path of this site, None for nothing."""
    prefix = get_script_prefix()
    try:
        return resolve(f"/{path.removeprefix(prefix)}") if path.startswith("/") else None
    except Resolver404:
        return None
