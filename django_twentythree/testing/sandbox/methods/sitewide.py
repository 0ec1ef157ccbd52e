"""Methods about the site as a whole: site/get, echo, license/list, comment/list, user/list.

Source: API reference, methods of version 1, sections 6, 11 to 13 and 15.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_twentythree.testing.sandbox.calls import Answer, method
from django_twentythree.testing.sandbox.requestlog import without_secrets

if TYPE_CHECKING:
    from django_twentythree.testing.sandbox.calls import Call

LICENSES = (
    ("0", "All rights reserved", ""),
    ("100", "Public domain", "https://creativecommons.org/publicdomain/mark/1.0/"),
    ("1", "CC BY-NC-SA 3.0", "https://creativecommons.org/licenses/by-nc-sa/3.0/"),
)


@method("site/get", level="anonymous")
def get_site(call: Call) -> Answer:
    """The name, the id and the domain of the site."""
    site = call.site.site_wire(call.base_url.partition("://")[2])
    keys = ("site_id", "site_name", "product_key", "allow_signup_p", "site_key", "license_id", "domain")
    return Answer(payload={"site": {key: site[key] for key in keys}})


@method("echo", level="none")
def echo(call: Call) -> Answer:
    """The parameters of the call, those of the signature left out."""
    shape = {"format", "raw", "callback", "varname"}
    return Answer(payload={k: v for k, v in without_secrets(call.params).items() if k not in shape})


@method("license/list", level="anonymous")
def list_licenses(call: Call) -> Answer:
    """The licences a video can have."""
    found = [{"license_id": number, "name": name, "url": url} for number, name, url in LICENSES]
    return Answer(payload={"licenses": found}, page=len(found), size=len(found), total=len(found))


@method("comment/list", level="anonymous")
def list_comments(call: Call) -> Answer:
    """The comments; nobody writes any here."""
    return call.page([]).answer("comments", [])


@method("user/list", level="anonymous")
def list_users(call: Call) -> Answer:
    """The people who upload."""
    page = call.page([author for author in call.site.library.authors if author.username != "__hidden"])
    return page.answer(
        "users",
        [
            {
                "user_id": str(author.user_id),
                "username": author.username,
                "display_name": author.display_name,
                "url": f"/user/{author.username}/",
                "about_abstract": "",
            }
            for author in page.items
        ],
    )
