"""What the controller leans on when it speaks ARI, asked of the fake and of a real Asterisk alike."""

from __future__ import annotations

from asterisk import bridges, channels, playbacks, reading
from asterisk.request import Done, Gone, Rejected
from asterisk.wire import ChannelDestroyed, ChannelHangupRequest, StasisStart
from tests.contract.controller.switches import PHONE, Switch

ENDPOINT = f"PJSIP/{PHONE}"


async def created(switch: Switch, leg: str) -> StasisStart:
    """A leg that stands in Stasis."""
    assert isinstance(await switch.ask(channels.create(leg, ENDPOINT, switch.app, "ringing")), Done)
    return await switch.until(StasisStart, lambda event: event.channel.id == leg)


async def test_a_created_leg_comes_to_us_and_can_be_dialled(switch: Switch) -> None:
    start = await created(switch, "leg_c1")
    assert start.args == ("ringing",)
    assert isinstance(await switch.ask(channels.dial("leg_c1")), Done)


async def test_the_same_leg_is_not_created_twice(switch: Switch) -> None:
    await created(switch, "leg_c2")
    again = await switch.ask(channels.create("leg_c2", ENDPOINT, switch.app, "ringing"))
    assert isinstance(again, Rejected)
    assert again.status == 409


async def test_a_phone_that_nobody_registered_cannot_be_rung(switch: Switch) -> None:
    answer = await switch.ask(channels.create("leg_c3", "PJSIP/nobody", switch.app, "ringing"))
    assert isinstance(answer, Rejected)
    assert answer.status == 500


async def test_a_leg_that_is_hung_up_says_so_and_is_gone_afterwards(switch: Switch) -> None:
    await created(switch, "leg_c4")
    assert isinstance(await switch.ask(channels.hangup("leg_c4")), Done)
    # Our own request is told back first, and as a soft one: no BYE has been sent by then.
    asked = await switch.until(ChannelHangupRequest, lambda event: event.channel.id == "leg_c4")
    assert asked.soft
    ended = await switch.until(ChannelDestroyed, lambda event: event.channel.id == "leg_c4")
    assert ended.cause == channels.Cause.NORMAL
    after = (
        channels.hangup("leg_c4"),
        channels.dial("leg_c4"),
        channels.answer("leg_c4"),
        channels.get("leg_c4"),
        channels.moh_start("leg_c4"),
        channels.moh_stop("leg_c4"),
        channels.lease("leg_c4", 60),
        channels.get_variable("leg_c4", "X"),
        playbacks.play("leg_c4", "play_c4", ("sound:beep",)),
    )
    assert [await switch.ask(request) for request in after] == [Gone()] * len(after)


async def test_what_a_caller_hears_can_be_stopped_once(switch: Switch) -> None:
    caller = await switch.caller()
    assert isinstance(await switch.ask(playbacks.play(caller, "play_c5", ("sound:tt-weasels",))), Done)
    assert isinstance(await switch.ask(playbacks.get("play_c5")), Done)
    assert isinstance(await switch.ask(playbacks.stop("play_c5")), Done)
    assert await switch.ask(playbacks.stop("play_c6")) == Gone()


async def test_a_bridge_is_made_once_and_holds_whom_it_is_given(switch: Switch) -> None:
    caller = await switch.caller()
    await created(switch, "leg_c7")
    assert isinstance(await switch.ask(bridges.create("conv_c7")), Done)
    assert isinstance(await switch.ask(bridges.create("conv_c7")), Rejected)
    assert isinstance(await switch.ask(bridges.add("conv_c7", (caller, "leg_c7"))), Done)
    answer = await switch.ask(bridges.get("conv_c7"))
    assert isinstance(answer, Done)
    assert sorted(reading.one_bridge(answer).channels) == sorted((caller, "leg_c7"))
    assert isinstance(await switch.ask(bridges.destroy("conv_c7")), Done)
    assert await switch.ask(bridges.destroy("conv_c7")) == Gone()


async def test_who_goes_to_another_bridge_or_is_taken_out_is_no_longer_in_the_one_he_was_in(switch: Switch) -> None:
    caller = await switch.caller()
    for bridge in ("conv_c9", "conv_c10"):
        assert isinstance(await switch.ask(bridges.create(bridge)), Done)
        assert isinstance(await switch.ask(bridges.add(bridge, (caller,))), Done)
    assert reading.one_bridge(await switch.ask(bridges.get("conv_c9"))).channels == ()
    assert isinstance(await switch.ask(bridges.remove("conv_c10", (caller,))), Done)
    assert reading.one_bridge(await switch.ask(bridges.get("conv_c10"))).channels == ()
    again = await switch.ask(bridges.remove("conv_c10", (caller,)))
    assert isinstance(again, Rejected)
    assert again.status == 422
    for bridge in ("conv_c9", "conv_c10"):
        assert isinstance(await switch.ask(bridges.destroy(bridge)), Done)
    assert await switch.ask(bridges.remove("conv_c10", (caller,))) == Gone()


async def test_who_is_gone_joins_no_bridge(switch: Switch) -> None:
    assert isinstance(await switch.ask(bridges.create("conv_c8")), Done)
    assert await switch.ask(bridges.add("conv_c8", ("leg_none",))) == Gone()
    assert await switch.ask(bridges.add("conv_none", ("leg_none",))) == Gone()
    assert isinstance(await switch.ask(bridges.destroy("conv_c8")), Done)


async def test_a_channel_keeps_what_is_written_on_it(switch: Switch) -> None:
    caller = await switch.caller()
    assert await switch.ask(channels.get_variable(caller, "DENWABAN_X")) == Gone()
    assert isinstance(await switch.ask(channels.set_variable(caller, "DENWABAN_X", "7")), Done)
    answer = await switch.ask(channels.get_variable(caller, "DENWABAN_X"))
    assert isinstance(answer, Done)
    assert reading.variable(answer) == "7"
