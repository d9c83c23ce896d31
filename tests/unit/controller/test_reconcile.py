"""Reconciling believes a listing only about what was known before it was asked for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from acd.model import Place
from controller.living import Living
from tests.fakes.ari import BORN
from tests.fakes.desk import desk
from tests.fakes.virtual_time import in_jumping_time

EARLIER, LATER = BORN - timedelta(hours=1), BORN + timedelta(days=3650)


@in_jumping_time
async def test_a_caller_who_came_while_the_channels_were_being_listed_is_not_taken_for_gone(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.arrives()
        await here.board.reconciler.agree(here.box, Living(frozenset(), {}, {}, EARLIER))
        assert here.call().place is Place.WAITING


@pytest.mark.parametrize(("asterisk_started", "outcome"), [(EARLIER, "abandoned"), (LATER, "platform_failure")])
@in_jumping_time
async def test_a_caller_we_knew_who_is_not_listed_is_gone(
    tmp_path: Path, asterisk_started: object, outcome: str
) -> None:
    async with desk(tmp_path) as here:
        channel = here.arrives()
        await here.board.reconciler.agree(here.box, Living(frozenset({channel}), {}, {}, asterisk_started))
        assert here.floor.calls == {}
        assert here.facts()[-1].body.outcome == outcome
