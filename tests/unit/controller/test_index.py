"""The index follows the facts, and gives the same when it is built from the floor."""

from __future__ import annotations

from pathlib import Path

from acd import inputs
from acd.config import AgentConfig, Limits
from controller.index import Index
from kernel.ids import AgentId
from tests.fakes.desk import QUEUE, desk
from tests.fakes.virtual_time import in_jumping_time


@in_jumping_time
async def test_legs_are_found_while_they_live(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        index = here.board.index
        here.goes_ready("ann")
        caller = here.arrives()
        leg = here.leg()
        known = index.channel(caller)
        assert known is not None
        assert (known.box, known.call()) == (here.box, here.call())
        assert index.channel(leg) is not None
        here.hangs_up(caller)
        assert (index.channel(caller), index.channel(leg)) == (None, None)
        assert (known.find(), known.call()) == (None, None)


@in_jumping_time
async def test_agents_are_found_by_their_phone_until_they_are_removed_or_moved(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        assert here.board.index.agents == {name: (here.box, name) for name in ("ann", "bob")}
        moved = AgentConfig(AgentId("bob"), "bob", "bob-new", (QUEUE.id,), 2)
        here.box.take(inputs.UseConfig((QUEUE,), (moved,), Limits()))
        assert here.board.index.agents == {"bob-new": (here.box, "bob")}


@in_jumping_time
async def test_a_rebuilt_index_is_the_one_that_listened(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.goes_ready("ann")
        here.arrives()
        here.arrives(channel="1700000000.2")
        built = Index()
        built.rebuild(here.box)
        assert (built.legs, built.agents) == (here.board.index.legs, here.board.index.agents)


@in_jumping_time
async def test_an_endpoint_that_changes_hands_is_its_new_owners(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        ann, bob = (AgentConfig(AgentId(name), name, phone, (QUEUE.id,), 2)
                    for name, phone in (("ann", "bob"), ("bob", "ann")))  # fmt: skip
        here.box.take(inputs.UseConfig((QUEUE,), (ann, bob), Limits()))
        assert here.board.index.agents == {"ann": (here.box, "bob"), "bob": (here.box, "ann")}
        here.box.take(inputs.UseConfig((QUEUE,), (), Limits()))
        assert here.board.index.agents == {}
