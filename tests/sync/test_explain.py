"""What operators read about an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from django_twentythree.coordination.connections import connect
from django_twentythree.coordination.explain import explain
from django_twentythree.exceptions import TwentyThreeError

if TYPE_CHECKING:
    from django_twentythree.testing import TwentyThreePlatform


@pytest.mark.parametrize("message", ["Parameters are malformed.", "Parameters are malformed"])
def test_explain__message_of_the_platform__ends_with_one_full_stop(
    db: None, platform: TwentyThreePlatform, message: str
) -> None:
    platform.fail_next("error", code="invalid_input", message=message)
    with connect("default") as client, pytest.raises(TwentyThreeError) as raised:
        client.call("photo/list")
    assert explain(raised.value, "default").endswith("(invalid_input): Parameters are malformed.")
