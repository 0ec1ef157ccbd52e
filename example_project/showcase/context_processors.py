"""Context for every page of the site."""

from django.conf import settings
from django.http import HttpRequest


def site_name(request: HttpRequest) -> dict[str, str]:
    """Return the name of the site, for the header and the title of each page."""
    return {"site_name": getattr(settings, "SITE_NAME", "Videos")}
