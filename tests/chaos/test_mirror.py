"""The promises of the mirror, against everything at once.

`CHAOS_STEPS=5000` (or `make chaos`) makes as many steps, of another kind each time, and says how to repeat
what went wrong. Without it there are a few hundred (`CHAOS_LIVES` times twenty), in a process of their own the
same each time; among other tests they differ, because hypothesis picks values from the modules that are loaded.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import run_state_machine_as_test

from tests.chaos.machine import MirrorMachine
from tests.conftest import SECRET

STEPS = int(os.environ.get("CHAOS_STEPS", "0"))
STEPS_PER_LIFE = 20
LIVES = int(os.environ.get("CHAOS_LIVES", "24"))
# Some lives end early: which, and how many, changes with the code, from which hypothesis picks values.
SPARE_LIVES = 1 + LIVES // 4

CALM = hypothesis_settings(
    max_examples=LIVES + SPARE_LIVES,
    stateful_step_count=STEPS_PER_LIFE,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
WILD = hypothesis_settings(
    CALM,
    max_examples=max(1, STEPS // STEPS_PER_LIFE),
    derandomize=False,
    print_blob=True,
)


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(0 if STEPS else 900)
def test_mirror__anything_may_happen__keeps_its_promises(
    settings: Any, twentythree_platform: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    def configure(level: str | None) -> None:
        entry = twentythree_platform.workspace(level=level, NOTIFICATION_SECRETS=[SECRET])
        settings.TWENTYTHREE = {"WORKSPACES": {"default": entry}, "TIMEOUT_SECONDS": 10}

    MirrorMachine.platform = twentythree_platform
    MirrorMachine.configure = staticmethod(configure)
    MirrorMachine.secret = SECRET
    MirrorMachine.steps = MirrorMachine.quiet_syncs = 0
    run_state_machine_as_test(MirrorMachine, settings=WILD if STEPS else CALM)
    with capsys.disabled():
        print(f"\n{MirrorMachine.steps} steps, {MirrorMachine.quiet_syncs} of them full syncs in peace.")  # noqa: T201
    assert MirrorMachine.steps >= (STEPS or LIVES * STEPS_PER_LIFE) * 0.8
