"""Each test of this folder runs on the fake and on a real Asterisk."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.asterisk_server import asterisk_server
from tests.contract.controller.switches import FakeSwitch, Switch, real_switch

__all__ = ["asterisk_server"]


@pytest.fixture(params=["fake", "real"])
async def switch(request: pytest.FixtureRequest) -> AsyncIterator[Switch]:
    """One switch, with a registered phone."""
    if request.param == "fake":
        yield FakeSwitch()
        return
    async with real_switch(request.getfixturevalue("asterisk_server")) as real:
        yield real
