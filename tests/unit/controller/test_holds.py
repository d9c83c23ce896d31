"""After a time without us the sound of a conversation tells whose phone holds the others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from acd import inputs
from controller.holds import Holds
from tests.fakes.desk import Desk, desk
from tests.fakes.virtual_time import in_jumping_time

SILENT, MUSIC = (0, 20), (20, 0)


@asynccontextmanager
async def talking(folder: Path) -> AsyncIterator[tuple[Desk, str, str]]:
    """A caller and an agent who hear each other; their channels."""
    async with desk(folder) as here:
        here.goes_ready("ann")
        caller = here.arrives()
        here.ari.settle()
        leg = here.leg()
        here.answers(leg)
        yield here, caller, leg


def said(here: Desk) -> list[str]:
    return [kind for kind in here.kinds() if kind in ("LegHeld", "LegUnheld")]


async def look(here: Desk) -> list[str]:
    """What a look brings to the facts."""
    before = len(said(here))
    await Holds(here.ari, here.node.id).look([here.box])
    return said(here)[before:]


@in_jumping_time
async def test_a_phone_that_is_sent_nothing_while_the_other_party_sends_holds(tmp_path: Path) -> None:
    async with talking(tmp_path) as (here, _, leg):
        assert await look(here) == []
        here.ari.flows[leg] = SILENT
        assert await look(here) == ["LegHeld"]
        assert await look(here) == []
        del here.ari.flows[leg]
        assert await look(here) == ["LegUnheld"]


@in_jumping_time
async def test_where_nobody_sends_nothing_is_known_and_nothing_changes(tmp_path: Path) -> None:
    async with talking(tmp_path) as (here, caller, leg):
        here.ari.flows |= {leg: SILENT, caller: MUSIC}
        assert await look(here) == []
        here.box.take(inputs.LegHeld(next(one.id for one in here.floor.legs.values() if one.channel == leg)))
        assert await look(here) == []


@in_jumping_time
async def test_a_caller_who_holds_is_no_hold_of_ours(tmp_path: Path) -> None:
    async with talking(tmp_path) as (here, caller, _):
        here.ari.flows[caller] = SILENT
        assert await look(here) == []


@in_jumping_time
async def test_what_the_phone_says_while_we_look_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with talking(tmp_path) as (here, _, leg):

        async def meanwhile(_seconds: float) -> None:
            here.box.take(inputs.LegHeld(next(one.id for one in here.floor.legs.values() if one.channel == leg)))

        monkeypatch.setattr("controller.holds.asyncio.sleep", meanwhile)
        # What was sent before he held is no sign that he holds no more.
        assert await look(here) == ["LegHeld"]


@in_jumping_time
async def test_a_channel_that_is_gone_meanwhile_is_passed_over(tmp_path: Path) -> None:
    async with talking(tmp_path) as (here, caller, _):
        del here.ari.channels[caller]
        assert await look(here) == []
