"""The seat ledger says what the floor says, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from acd import inputs
from acd.config import Limits, SeatPool
from kernel.ids import AgentId
from reports.seat_ledger import SeatEntry, SeatEvent, SeatPoolUse, holders, ledger, pools
from tests.fakes.world import World
from tests.stories import agent, open_floor, queue, sign_in, sign_out

LIMITS = Limits((SeatPool("", 1, "clause 1"), SeatPool("plus", 1, "clause 2")), seat_grace=30.0)
STAFF = (agent("ann", "q"), agent("bob", "q"), replace(agent("cho", "q"), licence="plus"))


def day() -> World:
    """Ann and Cho come, Bob is refused, Ann leaves, Cho goes home without a word."""
    world = open_floor(*STAFF, limits=LIMITS)
    sign_in(world, "ann")
    sign_in(world, "cho")
    sign_in(world, "bob")
    sign_out(world, "ann")
    world.run(30)
    return world


def test_each_line_names_agent_kind_used_limit_and_why() -> None:
    told = [replace(line, seq=0, at=datetime.min.replace(tzinfo=UTC)) for line in ledger(day().facts)]
    start = datetime.min.replace(tzinfo=UTC)
    ann, bob, cho = map(AgentId, ("ann", "bob", "cho"))
    assert told == [
        SeatEntry(0, start, SeatEvent.TAKEN, ann, "", 1, 1),
        SeatEntry(0, start, SeatEvent.TAKEN, cho, "plus", 1, 1),
        SeatEntry(0, start, SeatEvent.REFUSED, bob, "", 1, 1, clause="clause 1"),
        SeatEntry(0, start, SeatEvent.RETURNED, ann, "", 0, 1, why="signed_out"),
        SeatEntry(0, start, SeatEvent.RETURNED, cho, "plus", 0, 1, why="absent"),
    ]


def test_lines_stand_in_the_order_of_their_facts() -> None:
    lines = ledger(day().facts)
    assert [line.seq for line in lines] == sorted(line.seq for line in lines)
    assert (lines[-1].at - lines[1].at).total_seconds() == 30.0


def test_the_ledger_and_the_floor_hold_the_same_seats_at_every_moment() -> None:
    world = open_floor(*STAFF, limits=LIMITS)
    for name in ("ann", "bob", "cho"):
        sign_in(world, name)
        assert holders(ledger(world.facts)) == world.floor.seats
    world.take(inputs.UseConfig((queue("q"),), STAFF[1:], LIMITS))
    assert holders(ledger(world.facts)) == world.floor.seats == {AgentId("cho"): "plus"}


def test_pools_name_what_was_bought_and_what_is_in_use() -> None:
    world = open_floor(*STAFF, limits=LIMITS)
    sign_in(world, "cho")
    assert pools(world.floor) == (SeatPoolUse("", 0, 1, "clause 1"), SeatPoolUse("plus", 1, 1, "clause 2"))
    world.take(inputs.UseConfig((queue("q"),), STAFF, Limits(LIMITS.seats[:1])))
    assert pools(world.floor)[1] == SeatPoolUse("plus", 1, 0, "")


def test_without_limits_everything_is_one_pool_without_end() -> None:
    world = open_floor(agent("ann", "q"))
    assert pools(world.floor) == (SeatPoolUse("", 0, None, ""),)
    sign_in(world, "ann")
    assert pools(world.floor) == (SeatPoolUse("", 1, None, ""),)
