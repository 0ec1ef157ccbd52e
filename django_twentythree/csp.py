"""What a Content Security Policy must allow for players, thumbnails, the picker and uploads.

Nothing of this package is inline, so scripts and styles come from the site itself. But pages frame players and show
pictures of the TwentyThree sites, and where editors upload, their browsers send files there. The directives are plain
lists of texts, as Django's own `SECURE_CSP` and django-csp take them:

```python
from django_twentythree.csp import get_csp_directives

SECURE_CSP = get_csp_directives(TWENTYTHREE["WORKSPACES"])  # Django 6
CONTENT_SECURITY_POLICY = {"DIRECTIVES": get_csp_directives(TWENTYTHREE["WORKSPACES"])}  # django-csp
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django_twentythree.hosts import DEFAULT_PORTS, read_host

NONE: Final = "'none'"
SELF: Final = "'self'"
DELIVERY: Final = "https://delivery.twentythree.com"
"""Where pictures and media of any workspace end: the workspace redirects there, and policies match that too.

Source: API reference, section 25 (addresses of public files with `Expires` and `Signature`).
"""

_DEFAULT: Final[Mapping[str, Sequence[str]]] = {
    "default-src": (SELF,),
    "base-uri": (NONE,),
    "form-action": (SELF,),
    "frame-ancestors": (NONE,),
    "object-src": (NONE,),
}


def get_csp_directives(
    workspaces: Mapping[str, Any], base: Mapping[str, Sequence[str]] = _DEFAULT, *, uploads: bool = True
) -> dict[str, list[str]]:
    """Return the directives of a policy, widened by what the pages of this package need.

    It reads no settings, so that settings can call it. What the policy does not restrict stays unrestricted.

    Args:
        workspaces: `TWENTYTHREE["WORKSPACES"]`.
        base: The site's own directives; unless given, a policy that allows nothing but the site itself.
        uploads: Whether editors may upload: their browsers then send files to TwentyThree, and come back in a frame,
            to a page with a policy of its own.
    """
    platform = list(dict.fromkeys(_iter_origins(workspaces)))
    files = [*platform, DELIVERY] if platform else []
    needed = {
        "script-src": [SELF],
        "style-src": [SELF],
        "connect-src": [SELF, *(platform if uploads else ())],
        "img-src": [SELF, *files],
        "media-src": files,
        "frame-src": [*([SELF] if uploads else ()), *platform],
        "form-action": [SELF, *(platform if uploads else ())],
    }
    directives = {name: list(sources) for name, sources in base.items()}
    for name, sources in needed.items():
        # What is not said of a kind of source goes by default-src; of other things, nothing is said then.
        present = directives.get(name) or (directives.get("default-src") if name.endswith("-src") else None)
        if present is None:
            continue
        widened = list(dict.fromkeys((*present, *sources)))
        if widened != present:
            directives[name] = [source for source in widened if source != NONE]
    return directives


def _iter_origins(workspaces: Mapping[str, Any]) -> Iterator[str]:
    """Yield the address of each site; what is wrong with an entry is for `manage.py check` to say."""
    for workspace in workspaces.values() if isinstance(workspaces, Mapping) else ():
        if not isinstance(workspace, Mapping):
            continue
        scheme = str(workspace.get("SCHEME", "https"))
        host = read_host(str(workspace.get("DOMAIN", "")))
        if scheme not in DEFAULT_PORTS or host is None:
            continue
        try:
            name = host.name.encode("idna").decode()
        except UnicodeError:
            continue
        yield f"{scheme}://{name}:{host.port}" if host.port else f"{scheme}://{name}"
