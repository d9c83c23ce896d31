"""Somebody hangs up in the middle of an attended transfer, and four talk together: who hears whom then."""

from __future__ import annotations

import pytest

from robots.phone import Call, Ignore
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, Crew
from tests.e2e.test_talks import OUT_HZ, PICK_UP, REN_HZ, do, second, talking
from tests.e2e.way_out import OUTSIDE, opened

pytestmark = pytest.mark.timeout(240)
MIXED_DB = -10.0
"""How much of what is heard each tone at least is, where three are heard at once."""


async def test_whom_he_asks_hangs_up_and_he_is_with_the_caller_again(crew: Crew) -> None:
    _, caller, served, call = await talking(crew)
    ren = await second(crew)
    await do(crew, call, "consult", to="302")
    asked = await ren.rung()
    await served.rtp.hears(REN_HZ)
    asked.hang_up()
    await caller.rtp.hears(AGENT_HZ)
    await served.rtp.hears(CALLER_HZ)
    caller.hang_up()
    await served.ended()


async def test_the_caller_hangs_up_and_the_two_who_are_asked_and_ask_talk_on(crew: Crew) -> None:
    _, caller, served, call = await talking(crew)
    ren = await second(crew)
    await do(crew, call, "consult", to="302")
    asked = await ren.rung()
    await served.rtp.hears(REN_HZ)
    caller.hang_up()
    await crew.board.fact("LegGone", call=call)
    await served.rtp.hears(REN_HZ)
    await asked.rtp.hears(AGENT_HZ)
    served.hang_up()
    await asked.ended()
    assert (await crew.api.record(call))["outcome"] == "completed"


async def test_who_asks_hangs_up_and_has_given_the_call_away_also_while_it_only_rings(crew: Crew) -> None:
    aoi, caller, served, call = await talking(crew)
    ren = await second(crew)
    await do(crew, call, "consult", to="302")
    asked = await ren.rung()
    await served.rtp.hears(REN_HZ)
    served.hang_up()
    await caller.rtp.hears(REN_HZ)
    await asked.rtp.hears(CALLER_HZ)
    # And back to aoi, by whose telephone it is not answered yet when ren hangs up.
    aoi.behaviour = Ignore()
    await do(crew, call, "consult", agent="ren", to="301")
    rings = await aoi.rung()
    await rings.ringing()
    # Meanwhile neither hears the other, though ren talks with nobody yet.
    await asked.rtp.misses(CALLER_HZ)
    await caller.rtp.misses(REN_HZ)
    asked.hang_up()
    await crew.board.state("ren", "paused")
    rings.answer()
    await caller.rtp.hears(AGENT_HZ)
    await rings.rtp.hears(CALLER_HZ)
    caller.hang_up()
    await rings.ended()


async def test_four_talk_together_and_keys_of_one_are_heard_by_those_outside(crew: Crew) -> None:
    async with opened(crew) as way:
        way.behave(PICK_UP)
        _, caller, served, call = await talking(crew)
        way.first.tone_hz = OUT_HZ
        ren = await second(crew)
        await do(crew, call, "conference", to="302")
        third = await ren.rung()
        await third.rtp.hears(CALLER_HZ, at_least_db=MIXED_DB)
        await do(crew, call, "conference", to=OUTSIDE)
        fourth = await way.rung()
        parties: list[tuple[Call, int]] = [
            (caller, CALLER_HZ), (served, AGENT_HZ), (third, REN_HZ), (fourth, OUT_HZ),
        ]  # fmt: skip
        for ear, own in parties:
            for _, hz in parties:
                if hz != own:
                    await ear.rtp.hears(hz, at_least_db=MIXED_DB)
        await do(crew, call, "dtmf", digits="42#")
        await caller.rtp.hears_digits("42#")
        await fourth.rtp.hears_digits("42#")
        # One after the other leaves; the last two hear each other alone.
        await do(crew, call, "drop")
        await served.ended()
        for ear, hz in ((caller, OUT_HZ), (fourth, REN_HZ), (third, CALLER_HZ)):
            await ear.rtp.hears(hz, at_least_db=MIXED_DB)
        third.hang_up()
        await caller.rtp.hears(OUT_HZ)
        await fourth.rtp.hears(CALLER_HZ)
        caller.hang_up()
        await fourth.ended()
        record = await crew.api.record(call)
        assert (record["outcome"], len(record["legs"])) == ("completed", 4)
        shown = await crew.api.get(f"/calls/{call}")
        assert [part["agent"] for part in shown["parts"]] == ["aoi", "ren"]
