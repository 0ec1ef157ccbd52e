"""The picker asks for no more keys and clicks than what it replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.effort import WAYS, measure

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.site import Site


def test_effort__beside_djangos_widgets__is_no_greater(editor: Page, site: Site) -> None:
    actions = {way: measure(editor, site, way).actions for way in WAYS}
    searching, pasting, recent, autocomplete, raw_id = actions.values()
    assert searching <= autocomplete + 1  # which has the same keys, and no picture to be sure by
    assert searching < raw_id
    assert pasting < searching
    assert recent < searching
