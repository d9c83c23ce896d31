"""Two robots call each other directly, over real sockets on loopback, with nothing in between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from random import Random

import pytest

from robots.phone import (
    Answer,
    Caller,
    CallOver,
    CallState,
    Credentials,
    Ignore,
    Phone,
    Redirect,
    Reject,
    Side,
    Stage,
    TooLate,
)
from robots.rtp import StreamClosed, level, loudest, tone_in
from robots.transport import Way


@pytest.fixture
def stage() -> Stage:
    return Stage(random=Random(7))


@pytest.fixture
async def phone(stage: Stage) -> AsyncIterator[Phone]:
    credentials = Credentials("100", "unused")
    async with await Phone.open(stage, "100", credentials, ("127.0.0.1", 9), tone_hz=1000) as phone:
        yield phone


@pytest.fixture
async def caller(stage: Stage) -> AsyncIterator[Caller]:
    async with await Caller.open(stage, "127.0.0.2") as caller:
        yield caller


async def test_each_side_hears_the_others_tone_and_not_its_own(phone: Phone, caller: Caller) -> None:
    call = caller.dial("100", to=phone.address, tone_hz=440)
    await call.answered()
    rung = await phone.rung()
    talk = datetime.now(UTC)
    await call.rtp.hears(1000, window=0.5)
    await rung.rtp.hears(440, window=0.5)
    at_caller, at_phone = call.rtp.heard_since(talk), rung.rtp.heard_since(talk)
    assert tone_in(at_caller, 1000) - tone_in(at_caller, 440) >= 40
    assert tone_in(at_phone, 440) - tone_in(at_phone, 1000) >= 40
    assert loudest(at_phone) == pytest.approx(440, abs=5)
    assert level(at_phone) == pytest.approx(-15, abs=0.5)
    call.hang_up()
    await rung.ended()
    assert (call.ended_by, rung.ended_by) == (Side.ROBOT, Side.PEER)
    assert call.rtp.quality.ssrc_changes == 0


async def test_the_log_holds_every_message_of_the_call_in_order(phone: Phone, caller: Caller) -> None:
    call = caller.dial("100", to=phone.address)
    await call.answered()
    assert await call.bye() == 200
    flow = [(seen.direction, seen.method_or_status) for seen in caller.log_of(call)]
    assert flow == [
        (Way.SENT, "INVITE"), (Way.RECEIVED, "100"), (Way.RECEIVED, "180"), (Way.RECEIVED, "200"), (Way.SENT, "ACK"),
        (Way.SENT, "BYE"), (Way.RECEIVED, "200"),
    ]  # fmt: skip
    first = caller.log_of(call)[0]
    assert first.line == f"INVITE sip:100@127.0.0.1:{phone.address[1]} SIP/2.0"
    assert first.at.tzinfo is UTC


async def test_who_hangs_up_as_he_answers_does_so_when_his_answer_is_acknowledged(phone: Phone, caller: Caller) -> None:
    phone.behaviour = Answer(hang_up_after=0.0)
    call = caller.dial("100", to=phone.address)
    await call.ended()
    flow = [(seen.direction, seen.method_or_status) for seen in phone.log_of(await phone.rung())]
    assert flow[flow.index((Way.SENT, "BYE")) - 1] == (Way.RECEIVED, "ACK")


async def test_a_phone_that_ignores_is_cancelled_with_487(phone: Phone, caller: Caller) -> None:
    phone.behaviour = Ignore()
    call = caller.dial("100", to=phone.address)
    await call.ringing()
    rung = await phone.rung()
    call.hang_up()
    await call.ended()
    await rung.ended()
    assert (call.status, call.ended_by) == (487, Side.ROBOT)
    assert (rung.status, rung.ended_by) == (487, Side.PEER)


async def test_hanging_up_before_any_response_cancels_once_one_has_come(phone: Phone, caller: Caller) -> None:
    phone.behaviour = Ignore()
    call = caller.dial("100", to=phone.address)
    call.hang_up()
    await call.ended()
    assert [s.method_or_status for s in caller.log_of(call) if s.direction is Way.SENT] == ["INVITE", "CANCEL", "ACK"]


async def test_hanging_up_while_the_answer_is_under_way_ends_both_sides(phone: Phone, caller: Caller) -> None:
    call = caller.dial("100", to=phone.address)
    call.hang_up()
    await call.ended()
    await (await phone.rung()).ended()


@pytest.mark.parametrize("status", [486, 603, 480])
async def test_a_refusal_reaches_the_caller(phone: Phone, caller: Caller, status: int) -> None:
    phone.behaviour = Reject(status)
    call = caller.dial("100", to=phone.address)
    with pytest.raises(CallOver) as over:
        await call.answered()
    assert over.value.status == call.status == status
    assert call.ended_by is Side.PEER


async def test_a_redirection_is_a_302_with_its_contact(phone: Phone, caller: Caller) -> None:
    phone.behaviour = Redirect("200")
    call = caller.dial("100", to=phone.address)
    await call.ended()
    assert call.status == 302


async def test_answering_waits_as_told_and_hangs_up_as_told(phone: Phone, caller: Caller) -> None:
    phone.behaviour = Answer(after=0.2, hang_up_after=0.2)
    call = caller.dial("100", to=phone.address)
    rang, answered, ended = await call.ringing(), await call.answered(), await call.ended()
    assert (answered - rang).total_seconds() >= 0.15
    assert (ended - answered).total_seconds() >= 0.15
    assert call.ended_by is Side.PEER


async def test_digits_arrive_in_order_and_doubled_digits_stay_two(phone: Phone, caller: Caller) -> None:
    call = caller.dial("100", to=phone.address, tone_hz=440)
    await call.answered()
    rung = await phone.rung()
    call.send_dtmf("1220*#A")
    await call.rtp.keyed()
    assert rung.rtp.digits
    await rung.rtp.hears_digits("1220*#A")
    assert "".join(digit.digit for digit in rung.rtp.digits) == "1220*#A"
    await rung.rtp.hears(440)


async def test_hold_stops_the_sound_both_ways_and_unhold_brings_it_back(phone: Phone, caller: Caller) -> None:
    call = caller.dial("100", to=phone.address, tone_hz=440)
    await call.answered()
    rung = await phone.rung()
    await rung.rtp.hears(440)
    assert await rung.hold() == 200
    await call.on_hold()
    await call.rtp.misses(1000)
    with pytest.raises(TooLate):
        await rung.rtp.hears(440, limit=0.5)
    assert await rung.unhold() == 200
    await call.on_hold(False)
    await rung.rtp.hears(440)
    await call.rtp.hears(1000)


async def test_the_callers_number_and_identity_arrive(phone: Phone, caller: Caller) -> None:
    call = caller.dial("100", to=phone.address, from_number="+81399990000", identity="+81388880000")
    rung = await phone.rung()
    await call.answered()
    assert rung.from_number == "+81399990000"
    assert rung.to_number == "100"
    assert rung.invite is not None
    assert rung.invite.headers.get("P-Asserted-Identity") == "<sip:+81388880000@127.0.0.2>"


async def test_waiting_for_a_tone_ends_with_the_call(phone: Phone, caller: Caller) -> None:
    phone.behaviour = Answer(hang_up_after=0.1)
    call = caller.dial("100", to=phone.address)
    await call.answered()
    with pytest.raises(StreamClosed):
        await call.rtp.hears(999, limit=5)


async def test_leaving_hangs_up_what_is_left(stage: Stage, phone: Phone) -> None:
    async with await Caller.open(stage, "127.0.0.2") as caller:
        call = caller.dial("100", to=phone.address)
        await call.answered()
    rung = await phone.rung()
    await rung.ended()
    assert call.state is CallState.ENDED


async def test_a_number_nobody_answers_for_is_a_408(caller: Caller) -> None:
    from robots.transactions import Timers

    quick = Stage(random=Random(1), timers=Timers(t1=0.005, t2=0.02))
    async with await Caller.open(quick, "127.0.0.2") as lonely:
        call = lonely.dial("100", to=("127.0.0.3", 9))
        await call.ended()
        assert call.status == 408
        assert len(lonely.log_of(call)) > 3
