"""`twentythree_call`: one call, for trying things."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command


def test_call__method_with_parameters__prints_the_answer(platform):
    platform.add_photo(7, title="Brücke")
    out = io.StringIO()
    call_command("twentythree_call", "photo/list", "photo_id=7", stdout=out)
    result_key = "photos" if platform.api_version == 1 else "data"
    assert json.loads(out.getvalue())[result_key][0]["title"] == "Brücke"
    assert "Brücke" in out.getvalue()


def test_call__platform_says_no__is_one_line(platform):
    with pytest.raises(CommandError, match=r"photo_not_found|no_such_photo") as caught:
        call_command("twentythree_call", "photo/list", "photo_id=404", stdout=io.StringIO())
    assert caught.value.returncode == 1


def test_call__parameter_without_value__is_wrong_usage(platform):
    with pytest.raises(CommandError, match="key=value") as caught:
        call_command("twentythree_call", "photo/list", "photo_id")
    assert caught.value.returncode == 2
