"""The README, followed to the letter in an empty folder."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from tests.docs.following import ROOT, File, find_free_port, find_player, read, read_blocks, write_article
from tests.docs.in_one_process import follow

if TYPE_CHECKING:
    from django_twentythree.testing import TwentyThreePlatform
    from tests.docs.conftest import OpenTerminal

TEXT = (ROOT / "README.md").read_text()


def get_section(title: str) -> str:
    """Return the text below a heading."""
    section = re.search(rf"^## {re.escape(title)}\n(.*?)^## ", TEXT, re.MULTILINE | re.DOTALL)
    assert section
    return section[1]


def test_first_video__followed_in_one_process__is_on_the_page(
    tmp_path: Path, twentythree_platform: TwentyThreePlatform
) -> None:
    twentythree_platform.fill(30)
    twentythree_platform.add_photo(20481733, title="Sunrise over the north quay")
    section = get_section("A first video on a page, in five minutes")
    add, page = re.findall(r"<http://127\.0\.0\.1:8000(/\S+)>", section)
    text = section.replace('"video.example.com"', f'"{twentythree_platform.domain}", "SCHEME": "http"')
    video = f"{twentythree_platform.base_url}/video/20481733"
    html = follow(tmp_path, text, add=add, page=page, values={"title": "Dawn", "video": video})
    assert "<h1>Dawn</h1>" in html
    assert find_player(html)["title"] == "Sunrise over the north quay"


@pytest.mark.long
@pytest.mark.timeout(400)
def test_first_video__followed_to_the_letter__is_on_the_page(
    open_terminal: OpenTerminal, twentythree_platform: TwentyThreePlatform
) -> None:
    twentythree_platform.fill(30)
    twentythree_platform.add_photo(20481733, title="Sunrise over the north quay")
    section = get_section("A first video on a page, in five minutes")
    # The sandbox stands in for the site of the reader, and a free port for 8000.
    domain = f'"{twentythree_platform.domain}", "SCHEME": "http"'
    port = find_free_port()
    terminal = open_terminal()
    shown = []
    for block in read_blocks(section):
        if isinstance(block, File):
            replace(block, text=block.text.replace('"video.example.com"', domain)).write(terminal.folder)
            continue
        for command in block:
            terminal.follow(command, port)
            shown += [command.text] if command.printed else []
    assert shown == ["python manage.py twentythree_sync"]
    add, page = re.findall(r"<http://127\.0\.0\.1:8000(/\S+)>", section)
    site = f"http://127.0.0.1:{port}"
    assert "Page not found" in read(f"{site}{page}")
    write_article(f"{site}{add}", title="Dawn", video=f"{twentythree_platform.base_url}/video/20481733")
    html = read(f"{site}{page}")
    assert "<h1>Dawn</h1>" in html
    player = find_player(html)
    assert player["title"] == "Sunrise over the north quay"
    assert "20481733" in requests.get(player["src"].replace("&amp;", "&"), timeout=30).text
    (script,) = re.findall(r'<script [^>]*src="([^"]*)"', html)
    assert "customElements" in read(f"{site}{script}")


def test_try_it__clones_and_runs_what_the_makefile_has(tmp_path: Path) -> None:
    ((clone, cd, demo),) = read_blocks(get_section("Try it"))
    assert clone.text.startswith("git clone ADDRESS-OF-THIS-REPOSITORY ")
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone itself: there is nothing to clone from")
    cloning = clone.text.replace("git clone ADDRESS-OF-THIS-REPOSITORY", f"git clone --quiet '{ROOT}'")
    line = " && ".join([cloning, cd.text, f"{demo.text} --dry-run"])
    done = subprocess.run(line, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "example_project/demo.py" in done.stdout
