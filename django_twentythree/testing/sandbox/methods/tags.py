"""tag/list and tag/related.

Source: API reference, methods of version 1, section 10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from django_twentythree.testing.sandbox.calls import Answer, method
from django_twentythree.testing.sandbox.refusals import Refusal
from django_twentythree.testing.sandbox.wire import tag_wire

if TYPE_CHECKING:
    from django_twentythree.testing.sandbox.calls import Call

ORDERS = {"tag": lambda pair: pair, "count": lambda pair: (pair[1], pair[0])}


@method("tag/list", level="anonymous")
def list_tags(call: Call) -> Answer:
    """The tags of what everybody may see."""
    words = call.text("search").casefold()
    skip_machine_tags = call.flag("exclude_machine_tags_p")
    found = [
        (tag, count)
        for tag, count in call.site.orders.tags(call.site.library)
        if words in tag.casefold() and not (skip_machine_tags and ":" in tag)
    ]
    found.sort(
        key=ORDERS[call.choice("orderby", ORDERS, "tag")],
        reverse=call.choice("order", {"asc": 0, "desc": 0}, "desc") == "desc",
    )
    page = call.page(found)
    return page.answer("tags", [tag_wire(tag, count) for tag, count in page.items])


@method("tag/related", level="anonymous")
def list_related_tags(call: Call) -> Answer:
    """The tags that stand beside a tag, at most a hundred."""
    tag = call.needed("tag")
    beside: dict[str, None] = {}
    is_known = False
    for photo in call.site.library.photos.values():
        if tag in photo.tags and photo.is_published:
            is_known = True
            beside |= dict.fromkeys(photo.tags)
    if not is_known:
        raise Refusal("no_such_tag", "There is no such tag")
    beside.pop(tag, None)
    related = [{"tag": name, "url": f"/tag/{quote(name)}"} for name in sorted(beside)[:100]]
    return Answer(payload={"relatedtags": related}, total=len(related))
