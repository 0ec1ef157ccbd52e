"""A page for editors whose session has ended: they log in here while the form stays open elsewhere."""

from __future__ import annotations

from django.conf import global_settings, settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import NoReverseMatch, Resolver404, ResolverMatch, get_script_prefix, resolve, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@login_not_required  # the view itself sends people to the right login page
@never_cache
@require_safe
def logged_in(request: HttpRequest) -> HttpResponse:
    """Return a page that says the window can be closed, after a login.

    `from` is the path of the form. It selects the login page; the view does not redirect to it.
    """
    if not request.user.is_active:
        return redirect_to_login(request.path, _get_login_url(request.GET.get("from", "")))
    return render(request, "twentythree/picker/logged_in.html")


def _get_login_url(path: str) -> str:
    """Return the login page for a form: the one of its admin, else `LOGIN_URL`, else that of any admin."""
    form = _resolve(path)
    if form is not None and "admin" in form.app_names:
        return reverse("admin:login", current_app=form.namespace)
    try:
        url = resolve_url(settings.LOGIN_URL)
    except NoReverseMatch:
        url = ""
    # The default `LOGIN_URL` does not exist on many sites. A configured one may belong to another program.
    if url and (url != global_settings.LOGIN_URL or _resolve(url) is not None):
        return url
    try:
        return reverse("admin:login")
    except NoReverseMatch:
        return url or "/"


def _resolve(path: str) -> ResolverMatch | None:
    """Return the match for a path of this site; None when nothing responds there."""
    prefix = get_script_prefix()
    try:
        return resolve(f"/{path.removeprefix(prefix)}") if path.startswith("/") else None
    except Resolver404:
        return None
