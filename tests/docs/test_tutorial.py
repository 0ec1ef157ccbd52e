"""The tutorial, followed to the letter in an empty folder."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from django_twentythree.testing import TwentyThreePlatform
from tests.docs.following import (
    ROOT,
    Command,
    File,
    find_free_port,
    find_player,
    read,
    read_blocks,
    write_article,
)
from tests.docs.in_one_process import follow

if TYPE_CHECKING:
    from tests.docs.conftest import OpenTerminal

TEXT = (ROOT / "docs" / "tutorial.md").read_text()
ACTIVATE = Command(". .venv/bin/activate")
SANDBOX = "python manage.py twentythree_sandbox"


def test_tutorial__followed_in_one_process__shows_a_video(
    tmp_path: Path, twentythree_platform: TwentyThreePlatform
) -> None:
    twentythree_platform.fill(30)
    twentythree_platform.add_photo(20481733, title="Sunrise over the north quay")
    text = TEXT.replace("127.0.0.1:8024", twentythree_platform.domain)
    video = f"{twentythree_platform.base_url}/video/20481733"
    article = {"title": "First", "slug": "first", "text": "Text", "video": video}
    html = follow(tmp_path, text, add="/admin/news/article/add/", page="/first/", values=article)
    assert find_player(html)["title"] == "Sunrise over the north quay"


@pytest.mark.long
@pytest.mark.timeout(400)
def test_tutorial__followed_to_the_letter__shows_a_video(open_terminal: OpenTerminal) -> None:
    port, sandbox_port = find_free_port(), find_free_port()
    sandbox, site = f"127.0.0.1:{sandbox_port}", f"http://127.0.0.1:{port}"
    terminal = open_terminal()
    *blocks, last = read_blocks(TEXT)
    for block in blocks:
        if isinstance(block, File):
            replace(block, text=block.text.replace("127.0.0.1:8024", sandbox)).write(terminal.folder)
        elif block == [ACTIVATE, Command(SANDBOX)]:
            second = open_terminal()
            second.follow(ACTIVATE, port)
            second.type(f"{SANDBOX} --port {sandbox_port}")
            assert "control.js" in read(f"http://{sandbox}/sandbox/")
        else:
            for command in block:
                if command.text.endswith(" runserver"):
                    terminal.run("python manage.py check --fail-level WARNING")
                terminal.follow(command, port)
    assert re.search(r"with the slug `first`.*?<http://127\.0\.0\.1:8000/first/>", TEXT, re.DOTALL)
    assert "Page not found" in read(f"{site}/first/")
    platform = TwentyThreePlatform(f"http://{sandbox}")
    photo = platform.add_photo(20481733, title="Sunrise over the north quay")
    third = open_terminal()
    assert isinstance(last, list)
    for command in last:
        third.follow(command, port)
    video = f"http://{sandbox}/video/{photo['photo_id']}"
    write_article(f"{site}/admin/news/article/add/", title="First", slug="first", text="Text", video=video)
    assert find_player(read(f"{site}/first/"))["title"] == "Sunrise over the north quay"
    platform.edit_photo(20481733, title="Sunset over the north quay")
    third.follow(last[-1], port)
    assert find_player(read(f"{site}/first/"))["title"] == "Sunset over the north quay"
