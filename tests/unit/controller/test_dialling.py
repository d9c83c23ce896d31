"""Calls that agents make, as requests to Asterisk and as facts in the journal."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog

from acd import inputs
from acd.model import Destination, Place, Purpose, Shown, Wish
from asterisk import bridges, channels, wire
from asterisk.request import Request
from asterisk.wire import ChannelState
from bus.commands import PlaceCall
from controller.destinations import Outside
from controller.dialler import TRUNK
from kernel.ids import AgentId, CallId, CommandId, LineId, PersonalId, QueueId, TrunkName
from kernel.refusal import Code, Refused
from numbering.lines import Line
from store.personal import Sealer
from tests.fakes.ari import BORN, snapshot
from tests.fakes.desk import OTHER_OWN, OWN, PROMPTS, Desk, desk
from tests.fakes.virtual_time import in_jumping_time

OUTSIDE = Outside((Line(LineId("l1"), (TrunkName("t1"), TrunkName("t2"))),))
CARRIED = Outside((Line(LineId("l1"), (TrunkName("t1"),), emergency=True),))
THEIRS = "+81312340000"
T1, T2 = "trunk.t1.0", "trunk.t2.0"
"""The endpoints of the trunks."""


def signed_in(here: Desk, *agents: str) -> None:
    here.ari.phones |= {T1, T2}
    for agent in agents:
        here.goes_ready(agent)
    here.ari.settle()
    here.ari.forget()


def of(asked: list[Request], channel: str) -> list[Request]:
    return [one for one in asked if channel in one.uri or ("channelId", channel) in one.query]


def shows(number: str, presentation: str = "allowed_passed_screen") -> list[tuple[str, str]]:
    return [
        ("CALLERID(num)", number),
        ("CALLERID(name)", ""),
        ("CALLERID(num-pres)", presentation),
        ("CALLERID(name-pres)", presentation),
    ]


def shown_on(asked: list[Request], channel: str) -> list[tuple[str, str]]:
    queries = [dict(one.query) for one in asked if one.uri == f"channels/{channel}/variable"]
    return [(query["variable"], query["value"]) for query in queries if query["variable"].startswith("CALLERID")]


@in_jumping_time
async def test_a_dialled_number_is_called_over_the_line_and_shows_a_number_of_the_tenant(tmp_path: Path) -> None:
    async with desk(tmp_path, outside=OUTSIDE) as here:
        signed_in(here, "ann")
        own = here.dials("ann", "03-1234-0000")
        callee = here.callee()
        asked = here.ari.forget()
        assert shown_on(asked, own) == shows(OWN)
        # As he is known again by when he calls.
        assert here.call().mark == Sealer(bytes(32)).mark(here.floor.tenant, "+81312340000")
        made = channels.create(
            callee, f"PJSIP/{THEIRS}@{T1}", "denwaban-00", "ringing", originator=own, variables={TRUNK: "t1"}
        )
        assert of(asked, callee) == [made, channels.dial(callee, caller=own)]
        here.ari.tell(wire.ChannelStateChange(snapshot(callee, ChannelState.RINGING), BORN))
        assert here.ari.forget() == [channels.ring(own)]
        here.answers(callee)
        asked = here.ari.forget()
        assert asked[0] == channels.answer(own)
        assert bridges.add(here.call().conversation or "", (own, callee)) in asked
        assert here.shown("ann") is Shown.ON_CALL
        here.hangs_up(own)
        assert (here.floor.calls, here.shown("ann")) == ({}, Shown.READY)


@in_jumping_time
async def test_whom_an_agent_called_and_gave_to_a_queue_is_given_to_whoever_becomes_ready(tmp_path: Path) -> None:
    async with desk(tmp_path, outside=OUTSIDE) as here:
        signed_in(here, "ann")
        own = here.dials("ann", "0312340000")
        callee = here.callee()
        here.answers(callee)
        here.answers(own)
        given = inputs.InviteParty(
            CommandId("give"), AgentId("ann"), here.call().id, Purpose.TRANSFER, Destination(), queue=QueueId("q")
        )
        here.box.take(inputs.SetWish(CommandId("later"), AgentId("ann"), Wish.PAUSED))
        here.box.take(given)
        here.ari.settle()
        assert here.call().place is Place.WAITING
        here.ari.phones |= {"ann", "bob"}
        here.goes_ready("bob")
        here.ari.settle()
        (rung,) = [leg for leg in here.floor.legs.values() if leg.agent == "bob"]
        assert of(here.ari.asked, rung.channel)[-1] == channels.dial(rung.channel, caller=callee)


@in_jumping_time
async def test_184_withholds_it(tmp_path: Path) -> None:
    async with desk(tmp_path, outside=OUTSIDE) as here:
        signed_in(here, "ann")
        own = here.dials("ann", "1840312340000")
        assert shown_on(here.ari.forget(), own) == shows(OWN, "prohib_passed_screen")


@in_jumping_time
async def test_the_number_of_the_other_party_is_sealed_and_written_nowhere_else(tmp_path: Path) -> None:
    with structlog.testing.capture_logs() as said:
        async with desk(tmp_path, outside=OUTSIDE) as here:
            signed_in(here, "ann")
            here.dials("ann", "0312340000")
            here.hangs_up("1700000000.7")
            here.dials("ann", "0990123456", channel="1700000000.8")
            written = here.journal.path.read_bytes()
    for digits in (b"12340000", b"990123456"):
        assert digits not in written
        assert digits.decode() not in repr(said)
    assert [line["reason"] for line in said if "reason" in line] == [Code.DESTINATION_NOT_ALLOWED]


@in_jumping_time
async def test_503_of_a_trunk_leads_to_the_next_and_486_does_not(tmp_path: Path) -> None:
    async with desk(tmp_path, outside=OUTSIDE) as here:
        signed_in(here, "ann")
        own = here.dials("ann", "0312340000")
        here.refuses(here.callee(), 34, 503)
        tried = [fact.body.trunk for fact in here.facts() if fact.type == "DialTried"]
        assert tried == ["t1", "t2"]
        here.ari.forget()
        here.refuses(here.callee(), 17, 486)
        assert [one for one in here.ari.forget() if one.uri == f"channels/{own}"] == [channels.hangup(own, 17)]
        assert "DialTried" not in here.kinds()[-4:]
        assert here.floor.calls == {}


@in_jumping_time
async def test_a_trunk_that_asterisk_does_not_know_is_passed_over(tmp_path: Path) -> None:
    async with desk(tmp_path, outside=OUTSIDE) as here:
        signed_in(here, "ann")
        here.ari.phones.discard(T1)
        here.dials("ann", "0312340000")
        here.answers(here.callee())
        assert here.call().place is Place.TALKING


@in_jumping_time
async def test_an_emergency_call_without_the_right_is_spoken_to_and_answered_403(tmp_path: Path) -> None:
    with structlog.testing.capture_logs() as said:
        async with desk(tmp_path, outside=OUTSIDE) as here:
            here.ari.phones |= {T1, "ann"}
            own = here.dials("ann", "１１０")
            playback = here.call().playback
            assert playback is not None
            media = [dict(one.query)["media"] for one in here.ari.asked if one.uri.endswith(playback)]
            assert media == [f"sound:{PROMPTS}/emergency_refused"]
            here.ari.tell(wire.PlaybackFinished(playback, f"channel:{own}", False, BORN))
            assert here.ari.asked[-1] == channels.hangup(own, 21)
            assert [fact.body.code for fact in here.facts() if fact.type == "DialRefused"] == [
                Code.EMERGENCY_NOT_AVAILABLE_ON_LINE
            ]
    assert [line["reason"] for line in said if "reason" in line] == [Code.EMERGENCY_NOT_AVAILABLE_ON_LINE]


@in_jumping_time
async def test_an_emergency_call_with_the_right_is_put_through_for_one_who_is_not_signed_in(tmp_path: Path) -> None:
    async with desk(tmp_path, outside=CARRIED, room=lambda: False) as here:
        here.ari.phones |= {T1, "ann"}
        own = here.dials("ann", "184-110")
        made = channels.create(
            here.callee(), f"PJSIP/110@{T1}", "denwaban-00", "ringing", originator=own, variables={TRUNK: "t1"}
        )
        asked = here.ari.asked
        assert made in asked
        assert shown_on(asked, own) == shows(OWN)
        assert here.call().mark == ""


@in_jumping_time
async def test_no_room_for_facts_refuses_a_call_out(tmp_path: Path) -> None:
    async with desk(tmp_path, outside=OUTSIDE, room=lambda: False) as here:
        signed_in(here, "ann")
        own = here.dials("ann", "0312340000")
        assert (here.ari.asked, here.floor.calls) == ([channels.hangup(own, 34)], {})


@in_jumping_time
async def test_a_phone_of_nobody_is_rejected(tmp_path: Path) -> None:
    async with desk(tmp_path, outside=OUTSIDE) as here:
        own = here.dials("stranger", "0312340000")
        assert (here.ari.asked, here.floor.calls) == ([channels.hangup(own, 21)], {})


@in_jumping_time
async def test_an_extension_rings_the_colleague_and_no_trunk(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        signed_in(here, "ann", "bob")
        own = here.dials("ann", "202")
        assert shown_on(here.ari.asked, own) == shows("201")
        made = channels.create(here.callee(), "PJSIP/bob", "denwaban-00", "ringing", originator=own)
        assert made in here.ari.asked
        here.answers(here.callee())
        assert (here.shown("ann"), here.shown("bob")) == (Shown.ON_CALL, Shown.ON_CALL)


def order(here: Desk, to: str, shown: str = "", name: str = "cmd_x") -> Refused | int:
    placed = PlaceCall(CommandId(name), AgentId("ann"), CallId(f"call_{name}"), to, shown)
    return here.node.dialling.place(here.box, placed)


@in_jumping_time
async def test_an_ordered_call_rings_his_phone_with_the_other_number_on_it_then_the_other(tmp_path: Path) -> None:
    async with desk(tmp_path, outside=OUTSIDE) as here:
        signed_in(here, "ann")
        assert isinstance(order(here, "0312340000", "03-1234-5602"), int)
        here.ari.settle()
        assert here.call().id == "call_cmd_x"
        (own,) = here.call().legs
        ringing = channels.create(own, "PJSIP/ann", "denwaban-00", "ringing", formats=("ulaw", "alaw"),
                                  variables={"CONNECTEDLINE(num,i)": THEIRS})  # fmt: skip
        assert of(here.ari.forget(), own) == [ringing, channels.dial(own)]
        here.answers(own)
        asked = here.ari.forget()
        assert shown_on(asked, own) == shows(OTHER_OWN)
        assert channels.dial(here.callee(), caller=own) in asked
        here.answers(here.callee())
        assert here.ari.forget()[0] == channels.ring_stop(own)


@in_jumping_time
async def test_an_ordered_call_to_a_busy_number_ends_with_a_tone(tmp_path: Path) -> None:
    async with desk(tmp_path, outside=OUTSIDE) as here:
        signed_in(here, "ann")
        order(here, "0312340000")
        here.ari.settle()
        (own,) = here.call().legs
        here.answers(own)
        here.refuses(here.callee(), 17, 486)
        media = [dict(one.query)["media"] for one in here.ari.asked if "/play/" in one.uri]
        assert media == ["tone:busy;tonezone=jp"]


@pytest.mark.parametrize(
    ("to", "shown", "code"),
    [
        ("110", "", Code.EMERGENCY_NOT_AVAILABLE_ON_LINE),
        ("0312340000", "+81399999999", Code.CALLER_NUMBER_NOT_OWNED),
        ("+12125550123", "", Code.DESTINATION_NOT_ALLOWED),
        ("nobody", "", Code.UNREADABLE_NUMBER),
    ],
)
@in_jumping_time
async def test_a_refused_order_leaves_no_call_and_no_number(tmp_path: Path, to: str, shown: str, code: Code) -> None:
    async with desk(tmp_path, outside=OUTSIDE) as here:
        signed_in(here, "ann")
        outcome = order(here, to, shown)
        assert isinstance(outcome, Refused)
        assert (outcome.code, here.floor.calls, here.ari.asked) == (code, {}, [])
        assert order(here, to, shown) == outcome
        assert b"\nP" not in here.journal.path.read_bytes()


@in_jumping_time
async def test_numbers_are_forgotten_with_their_calls(tmp_path: Path) -> None:
    async with desk(tmp_path, outside=OUTSIDE) as here:
        signed_in(here, "ann")
        own = here.dials("ann", "0312340000")
        known: dict[PersonalId, str] = here.node.dialler._numbers._numbers
        assert list(known.values()) == [THEIRS]
        here.hangs_up(own)
        here.ari.settle()
        assert (known, here.floor.calls) == ({}, {})
