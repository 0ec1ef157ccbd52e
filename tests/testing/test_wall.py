"""The sandbox without the demo: the whole platform, with plain videos and no control page."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import Any

import pytest
import requests
from PIL import Image
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from django_twentythree.testing import TwentyThreePlatform
from django_twentythree.testing.sandbox.application import Application
from django_twentythree.testing.sandbox.options import Options
from django_twentythree.testing.sandbox.site import Site


@pytest.fixture
def application() -> Application:
    return Application(Site(Options(photos=3)))


def get(application: Application, path: str, **builder: Any) -> Response:
    answer = application.answer(Request(EnvironBuilder(path, **builder).get_environ()))
    assert isinstance(answer, Response)
    return answer


def test_sandbox__without_the_demo__lists_and_draws_plain_videos(application: Application) -> None:
    listing = json.loads(get(application, "/api/photo/list?format=json&raw").data)
    assert (listing["total_count"], len(listing["photos"])) == ("3", 3)
    image = get(application, listing["photos"][0]["quad100_download"])
    assert Image.open(io.BytesIO(image.data)).size == (100, 100)
    strip = get(application, listing["photos"][0]["quad100_download"].replace("quad100", "100xfr"))
    assert Image.open(io.BytesIO(strip.data)).height == 56 * 24


def test_sandbox__without_the_demo__has_commands_but_no_control_page(application: Application) -> None:
    assert get(application, "/sandbox/").status_code == 404
    assert get(application, "/sandbox/do/delete-photo", method="POST").status_code == 404
    command = {"method": "POST", "json": {"photos": 2}}
    assert json.loads(get(application, "/sandbox/api/fill", **command).data) == {"result": 5}


def test_sandbox__when_imported__brings_no_demo() -> None:
    program = (
        "import sys, django_twentythree.testing.sandbox.run\n"
        "print([name for name in sys.modules if name.startswith('django_twentythree.testing.demo')])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("path", ["/sandbox/files/control.css", "/sandbox/files/..%2f__init__.py", "/files/control.js"])
def test_files__other_names__are_not_found(twentythree_platform: TwentyThreePlatform, path: str) -> None:
    assert requests.get(twentythree_platform.base_url + path, timeout=10).status_code == 404


def test_control_page__script__is_served_by_the_demo(twentythree_platform: TwentyThreePlatform) -> None:
    response = requests.get(f"{twentythree_platform.base_url}/sandbox/files/control.js", timeout=10)
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert "data-ask" in response.text
