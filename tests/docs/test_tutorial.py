"""The tutorial, done step by step in an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_twentythree.testing import TwentyThreePlatform

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "tutorial.md").read_text()

LOOK = """
from django.test import Client
from django_twentythree.models import Photo
from news.models import Article
video = Photo.objects.get()
Article.objects.create(title="First", slug="first", text="Text", video=video)
html = Client(headers={"host": "localhost"}).get("/first/").content.decode()
print(html)
"""


def find_block(file: str) -> str:
    """Return the first block of code after the sentence that names the file."""
    found = re.search(rf"`{re.escape(file)}`[^`]*?:?\n\n```\w+\n(.*?)```", TEXT, flags=re.DOTALL)
    assert found, file
    return found[1]


def run(folder: Path, *arguments: str) -> str:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    finished = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_tutorial__followed_to_the_letter__shows_a_video(
    tmp_path: Path, twentythree_platform: TwentyThreePlatform
) -> None:
    twentythree_platform.add_photo(20481733, title="Sunrise over the north quay")
    run(tmp_path, "-m", "django", "startproject", "config", ".")
    run(tmp_path, "manage.py", "startapp", "news")
    settings = tmp_path / "config" / "settings.py"
    own = find_block("config/settings.py").replace("127.0.0.1:8024", twentythree_platform.domain)
    settings.write_text(settings.read_text() + own)
    for file in (
        "config/urls.py",
        "news/models.py",
        "news/admin.py",
        "news/views.py",
        "news/templates/news/article.html",
    ):
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(find_block(file))
    run(tmp_path, "manage.py", "check", "--fail-level", "WARNING")
    run(tmp_path, "manage.py", "makemigrations", "news")
    run(tmp_path, "manage.py", "migrate", "--verbosity", "0")
    run(tmp_path, "manage.py", "twentythree_sync")
    html = run(tmp_path, "manage.py", "shell", "--no-imports", "-c", LOOK)
    assert "<iframe" in html
    assert 'title="Sunrise over the north quay"' in html
