"""Two nodes of one switchboard: each is told what is its own, and one that is away takes nobody else with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from acd import inputs
from acd.model import Line, Place, Shown
from asterisk import channels, wire
from asterisk.channels import Cause
from asterisk.peers import ANSWER
from asterisk.request import Request, Unreachable
from asterisk.wire import ChannelState
from controller.destinations import Outside
from controller.halves import end_orphans
from controller.node import Doors, Node
from kernel.ids import FIRST_NODE, AgentId, CommandId, LineId, NodeId, TrunkName
from numbering.lines import Line as WayOut
from store.trunks import TrunkConfig
from tests.fakes.ari import BORN, FakeAri, FakeChannel, snapshot
from tests.fakes.desk import NO_WAY_OUT, STRAIGHT, Desk, FakeAmi, desk
from tests.fakes.virtual_time import in_jumping_time

OTHER = NodeId("node-2")
ANN, BOB = AgentId("ann"), AgentId("bob")
CHANNEL, ELSEWHERE = "node-1-1700000000.1", "node-2-1700000000.1"
PATIENCE = 60.0
OWN, FAR = TrunkName("own"), TrunkName("far")


@dataclass(slots=True)
class Pair:
    """A desk of two nodes, `there` being the second."""

    here: Desk
    there: FakeAri
    ami: FakeAmi

    @property
    def other(self) -> Node:
        return self.here.board.nodes[OTHER]

    def moves(self, agent: str, up: bool = True) -> None:
        """The phone is registered at the second node, or not any more."""
        status = "Reachable" if up else "Unreachable"
        self.there.tell(wire.PeerStatusChange("PJSIP", agent, status, BORN))

    def calls_there(self, channel: str = ELSEWHERE) -> None:
        """A caller arrives at the second node."""
        self.there.tell(wire.StasisStart(self.there.arrives(channel), ("arrived", STRAIGHT), BORN))


@asynccontextmanager
async def pair(folder: Path, trunks: tuple[TrunkName, ...] = ()) -> AsyncIterator[Pair]:
    """Ann is ready, registered at the first node; both nodes are used. `trunks`: those of the line, of which the second
    node has `FAR` and the first one has `OWN`."""
    there, ami = FakeAri(), FakeAmi()
    outside = Outside((WayOut(LineId("out"), trunks),)) if trunks else NO_WAY_OUT
    async with desk(folder, outside=outside, others=[Doors(OTHER, there, ami)], patience=PATIENCE) as here:
        here.node.trunks.put([TrunkConfig(OWN)])
        here.board.nodes[OTHER].trunks.put([TrunkConfig(FAR)])
        there.on_event = here.board.nodes[OTHER].dispatch.heard
        for node in here.board.nodes.values():
            node.recovery.done = True
        here.box.take(inputs.RecoveryFinished(OTHER))
        here.goes_ready("ann")
        for ari in (here.ari, there):
            ari.phones |= {"ann", "node.node-1", "node.node-2", "trunk.own.0"}
            ari.forget()
        yield Pair(here, there, ami)


def created(ari: FakeAri) -> list[str]:
    """What was dialled there."""
    return [dict(one.query)["endpoint"] for one in ari.asked if one.uri == "channels/create"]


def about(ari: FakeAri, uri: str) -> list[Request]:
    return [one for one in ari.asked if uri in one.uri]


async def test_a_call_is_served_where_its_caller_is_and_the_phone_rung_through_its_own_node(tmp_path: Path) -> None:
    async with pair(tmp_path) as two:
        two.calls_there()
        assert created(two.there)[:1] == ["PJSIP/ann@node.node-1"]
        assert about(two.there, f"channels/{ELSEWHERE}/moh")
        assert not two.here.ari.asked
        leg = next(leg for leg in two.here.floor.legs.values() if leg.agent == ANN)
        assert leg.node == OTHER


async def test_a_phone_at_the_callers_node_is_rung_directly(tmp_path: Path) -> None:
    async with pair(tmp_path) as two:
        two.here.arrives(channel=CHANNEL)
        assert created(two.here.ari)[:1] == ["PJSIP/ann"]
        assert not two.there.asked


async def test_the_agents_of_a_lost_node_are_unreachable_and_the_others_are_not(tmp_path: Path) -> None:
    async with pair(tmp_path) as two:
        two.moves("bob")
        assert two.here.floor.agents[BOB].line is Line.UP
        two.other.went_down("gone")
        assert two.here.floor.agents[BOB].line is Line.DOWN
        assert two.here.floor.agents[ANN].shown is Shown.READY
        assert two.here.floor.nodes == {FIRST_NODE}
        two.here.arrives(channel=CHANNEL)
        assert created(two.here.ari)[:1] == ["PJSIP/ann"]


async def test_who_registers_elsewhere_is_reached_while_his_node_is_lost(tmp_path: Path) -> None:
    async with pair(tmp_path) as two:
        two.here.node.went_down("gone")
        assert two.here.floor.agents[ANN].shown is Shown.UNREACHABLE
        two.moves("ann")
        two.calls_there()
        assert created(two.there)[:1] == ["PJSIP/ann"]


async def test_who_rings_at_a_lost_node_is_left_for_the_next_one(tmp_path: Path) -> None:
    async with pair(tmp_path) as two:
        two.here.goes_ready("bob")
        two.here.ari.phones.add("bob")
        two.calls_there()
        two.there.settle()
        (rung,) = [leg for leg in two.here.floor.legs.values() if leg.agent == ANN]
        two.here.node.went_down("gone")
        two.moves("bob")
        await asyncio.sleep(0)
        assert rung.id not in two.here.floor.legs
        assert channels.hangup(rung.channel) in two.there.asked
        assert two.here.floor.agents[BOB].shown is Shown.OFFERED


def called_out(two: Pair) -> tuple[str, list[str]]:
    """Ann's telephone has dialled somebody outside: the channel to him, and over which trunk he was tried."""
    two.here.ari.settle()
    return two.here.callee(), tried(two)


def tried(two: Pair) -> list[str]:
    return [fact.body.trunk for fact in two.here.facts() if fact.type == "DialTried"]


async def test_a_call_out_that_rings_over_a_trunk_of_a_lost_node_is_tried_over_the_next(tmp_path: Path) -> None:
    async with pair(tmp_path, (FAR, OWN)) as two:
        two.here.dials("ann", "0312340000")
        first, trunks = called_out(two)
        assert trunks == ["far"]
        two.here.ari.tell(wire.ChannelStateChange(snapshot(first, ChannelState.RINGING), BORN))
        two.other.went_down("gone")
        await asyncio.sleep(0)
        two.here.ari.settle()
        assert channels.hangup(first) in two.here.ari.asked
        assert tried(two) == ["far", "own"]
        two.here.answers(two.here.callee())
        assert two.here.call().place is Place.TALKING
        assert created(two.here.ari) == ["PJSIP/trunk.far.0~+81312340000@node.node-2", "PJSIP/+81312340000@trunk.own.0"]


@pytest.mark.parametrize(("trunks", "ends"), [((FAR,), "platform_failure"), ((FAR, OWN), "")])
async def test_over_the_last_trunk_it_is_waited_for_until_the_node_is_known_to_have_died(
    tmp_path: Path, trunks: tuple[TrunkName, ...], ends: str
) -> None:
    """It may be the link alone. A controller that died with the node goes on with the next trunk as late as that."""
    async with pair(tmp_path, trunks) as two:
        two.here.dials("ann", "0312340000")
        first, _ = called_out(two)
        if len(trunks) == 1:
            two.other.went_down("gone")
            await asyncio.sleep(0)
            assert (two.here.callee(), two.here.call().ending) == (first, "")
        two.other.recovery.done, two.other.recovery.started = True, BORN + timedelta(seconds=1)
        two.here.node.recovery.started = BORN
        await end_orphans(two.other, [two.here.node], two.here.board.index)
        two.here.ari.settle()
        over = [fact.body.outcome for fact in two.here.facts() if fact.type == "CallEnding"]
        assert (over, tried(two)) == (([ends] if ends else []), [str(trunk) for trunk in trunks])


async def test_who_talks_through_a_lost_node_is_left_alone_until_no_sound_comes(tmp_path: Path) -> None:
    async with pair(tmp_path) as two:
        two.calls_there()
        two.there.settle()
        (leg,) = [leg for leg in two.here.floor.legs.values() if leg.agent == ANN]
        up = replace(snapshot(leg.channel, ChannelState.UP), name="PJSIP/node.node-1-00000001")
        two.there.tell(wire.ChannelStateChange(up, BORN))
        two.here.node.went_down("gone")
        await asyncio.sleep(0)
        (call,) = two.here.floor.calls.values()
        assert call.place is Place.TALKING
        two.there.tell(wire.ChannelDestroyed(up, BORN, 44, "", None))
        assert (call.place, call.ending) == (Place.WAITING, "")


def talks_through(two: Pair) -> str:
    """A caller of the second node talks with Ann, who is at the first one; the channel that leads to her."""
    two.calls_there()
    two.there.settle()
    (leg,) = [leg for leg in two.here.floor.legs.values() if leg.agent == ANN]
    two.there.channels[leg.channel].state = ChannelState.UP
    two.there.tell(wire.ChannelStateChange(snapshot(leg.channel, ChannelState.UP), BORN))
    two.there.flows[leg.channel] = (20, 0)
    two.ami.contacts["lives.node-1"] = "Unreachable"
    return leg.channel


async def is_lost(two: Pair, seconds: float) -> Place:
    """What becomes of the only call when the first node has not been reached for so long."""
    two.here.ari.up = False
    two.here.node.went_down("gone")
    await asyncio.sleep(seconds)
    (call,) = two.here.floor.calls.values()
    return call.place


@in_jumping_time
async def test_who_talked_through_a_node_that_is_dead_goes_back_to_his_queue_at_once(tmp_path: Path) -> None:
    async with pair(tmp_path) as two:
        leg = talks_through(two)
        assert await is_lost(two, ANSWER) is Place.TALKING
        await asyncio.sleep(2.0)
        assert two.here.call().place is Place.WAITING
        assert channels.hangup(leg) in two.there.asked
        assert ("qualify", "lives.node-1") in two.ami.told


@in_jumping_time
async def test_a_talk_goes_on_where_the_link_alone_is_broken(tmp_path: Path) -> None:
    """The node answers the other one, or is heard there, or nobody could ask, or it is back meanwhile."""
    for alive in ("answers", "is heard", "not asked", "is back", "began meanwhile"):
        async with pair(tmp_path) as two:
            leg = talks_through(two)
            if alive == "answers":
                two.ami.contacts["lives.node-1"] = "Reachable"
            elif alive == "is heard":
                two.there.flows[leg] = (20, 1)
            elif alive == "not asked":
                two.ami.answer = Unreachable("AMI is not connected")
            elif alive == "is back":
                asyncio.get_running_loop().call_later(2.0, setattr, two.here.ari, "up", True)
            else:
                del two.there.channels[leg]
                two.there.channels["older"] = FakeChannel("older", endpoint="node.node-1")
                later = FakeChannel(leg, ChannelState.UP, "node.node-1")
                asyncio.get_running_loop().call_later(2.0, two.there.channels.__setitem__, leg, later)
            assert await is_lost(two, 7.0) is Place.TALKING, alive
            assert channels.hangup(leg) not in two.there.asked
            two.here.journal.path.unlink()


@in_jumping_time
async def test_a_node_that_dies_after_its_link_is_found_dead_too(tmp_path: Path) -> None:
    async with pair(tmp_path) as two:
        talks_through(two)
        two.ami.contacts["lives.node-1"] = "Reachable"
        assert await is_lost(two, 60.0) is Place.TALKING
        two.ami.contacts["lives.node-1"] = "Unreachable"
        await asyncio.sleep(2 * ANSWER + 4)
        assert two.here.call().place is Place.WAITING
        # Nothing leads there any more: nobody is asked again.
        asked = len(two.ami.told)
        await asyncio.sleep(60.0)
        assert len(two.ami.told) <= asked + 1


async def test_an_ordered_call_begins_where_the_phone_is(tmp_path: Path) -> None:
    async with pair(tmp_path) as two:
        two.moves("ann")
        assert two.here.board.index.lines.rung_at("ann") == ("ann", OTHER)


@in_jumping_time
async def test_a_node_that_stays_away_is_given_up_and_what_it_still_has_ends_when_it_is_back(tmp_path: Path) -> None:
    async with pair(tmp_path) as two:
        two.calls_there()
        two.here.arrives(channel=CHANNEL)
        two.there.up = False
        two.other.went_down("gone")
        await asyncio.sleep(PATIENCE - 1)
        assert len(two.here.floor.calls) == 2
        await asyncio.sleep(2)
        (call,) = two.here.floor.calls.values()
        assert call.place is Place.WAITING
        ended = next(fact.body for fact in two.here.facts() if fact.type == "CallEnded")
        assert ended.outcome == "platform_failure"
        assert two.other.recovery.given_up >= {ELSEWHERE}


@in_jumping_time
async def test_a_node_that_is_back_in_time_keeps_its_calls(tmp_path: Path) -> None:
    async with pair(tmp_path) as two:
        two.calls_there()
        two.other.went_down("gone")
        await asyncio.sleep(PATIENCE / 2)
        two.other._cease_waiting()
        await asyncio.sleep(PATIENCE)
        assert len(two.here.floor.calls) == 1


async def test_a_call_that_is_parked_on_the_other_node_is_not_joined_from_here_but_rings_the_phone_that_dialled(
    tmp_path: Path,
) -> None:
    async with pair(tmp_path) as two:
        two.here.goes_ready("bob")
        two.calls_there()
        two.there.settle()
        leg = next(leg for leg in two.here.floor.legs.values() if leg.agent == ANN)
        two.there.tell(wire.ChannelStateChange(snapshot(leg.channel, ChannelState.UP), BORN))
        call = next(iter(two.here.floor.calls))
        two.here.box.take(inputs.ParkCall(CommandId("park"), ANN, call, ""))
        (place,) = two.here.floor.parked
        dialled = two.here.dials("bob", place)
        assert channels.hangup(dialled, Cause.BUSY) in two.here.ari.asked
        (rung,) = [one for one in two.here.floor.legs.values() if one.agent == BOB]
        assert (rung.node, rung.call) == (OTHER, call)
        assert created(two.there)[-1] == "PJSIP/bob@node.node-1"
