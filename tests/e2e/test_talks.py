"""Agents hold, transfer, ask first, confer, park and pick up, over the API; who hears whom is told by frequencies."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from robots.phone import Answer, IncomingCall, OutgoingCall, Phone, Reject
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, PATIENT, TENANT, TIDY, Crew
from tests.e2e.crew import eventually as soon
from tests.e2e.office import admin_of
from tests.e2e.recordings import loudest, read
from tests.e2e.way_out import OUTSIDE, opened

REN_HZ, OUT_HZ = 1500, 2200
PICK_UP = Answer(after=0.2)
NEAR = 15.0
"""Hertz."""
APART = 0.1
"""Seconds by which the record and the telephones may differ."""
TRIES = 8


async def talking(crew: Crew) -> tuple[Phone, OutgoingCall, IncomingCall, str]:
    """A caller talks with aoi."""
    aoi = await crew.work("aoi", PICK_UP)
    caller = crew.dial(PATIENT)
    served = await aoi.rung()
    await served.rtp.hears(CALLER_HZ)
    await caller.rtp.hears(AGENT_HZ)
    return aoi, caller, served, await crew.started()


async def second(crew: Crew, *, ready: bool = False) -> Phone:
    """ren is there as well, and sounds otherwise."""
    phone = await crew.work("ren", PICK_UP, ready=ready)
    phone.tone_hz = REN_HZ
    return phone


async def do(crew: Crew, call: str, what: str, agent: str = "aoi", **more: Any) -> Any:
    return await crew.api.must("POST", f"/calls/{call}/{what}", json={"agent": agent, **more})


async def refused(crew: Crew, call: str, what: str, agent: str = "aoi", **more: Any) -> str:
    answer = await crew.api.ask("POST", f"/calls/{call}/{what}", json={"agent": agent, **more})
    assert answer.status_code == 409, answer.text
    assert all(answer.json()["sentence"].values())
    return str(answer.json()["code"])


async def test_a_held_caller_hears_music_and_the_agent_nothing_until_he_comes_back(crew: Crew) -> None:
    _, caller, served, call = await talking(crew)
    assert await refused(crew, call, "complete") == "not_consulting"
    assert await refused(crew, "call_nobody", "hold") == "not_on_call"
    began = now()
    await do(crew, call, "hold")
    held = now()
    await caller.rtp.misses(AGENT_HZ)
    await served.rtp.misses(CALLER_HZ)
    before = caller.rtp.received
    await soon(lambda: _more(caller, before), "music")
    ending = now()
    await do(crew, call, "unhold")
    over = now()
    await caller.rtp.hears(AGENT_HZ)
    await served.rtp.hears(CALLER_HZ)
    await do(crew, call, "dtmf", digits="19#")
    await caller.rtp.hears_digits("19#")
    caller.hang_up()
    await served.ended()
    record = await crew.api.record(call)
    # It began, and was over, somewhere between an order and its answer.
    assert seconds(held, ending) - APART <= record["hold_seconds"] <= seconds(began, over) + APART


async def _more(call: OutgoingCall, before: int) -> bool:
    return call.rtp.received > before + 20


@pytest.mark.feature("CSM-F18")
async def test_a_call_is_given_to_a_colleague_to_a_queue_and_after_asking(crew: Crew) -> None:
    aoi, caller, served, call = await talking(crew)
    ren = await second(crew)
    assert await refused(crew, call, "transfer", to="399") == "unknown_extension"
    assert await refused(crew, call, "consult", queue="patient", skills=[{"skill": "tax", "level": 2}]) == "nobody_free"
    unfit = {"agent": "aoi", "to": "302", "skills": [{"skill": "tax"}]}
    assert (await crew.api.ask("POST", f"/calls/{call}/transfer", json=unfit)).status_code == 422
    await do(crew, call, "transfer", to="302")
    taken = await ren.rung()
    await served.ended()
    await caller.rtp.hears(REN_HZ)
    await taken.rtp.hears(CALLER_HZ)
    # ren asks aoi first: meanwhile the caller hears music, and neither of them.
    await do(crew, call, "consult", agent="ren", to="301")
    asked = await aoi.rung()
    await asked.rtp.hears(REN_HZ)
    await taken.rtp.hears(AGENT_HZ)
    await caller.rtp.misses(REN_HZ)
    assert await refused(crew, call, "park", agent="ren") == "consulting"
    await do(crew, call, "swap", agent="ren")
    await caller.rtp.hears(REN_HZ)
    await asked.rtp.misses(REN_HZ)
    await do(crew, call, "swap", agent="ren")
    await asked.rtp.hears(REN_HZ)
    await do(crew, call, "complete", agent="ren")
    await taken.ended()
    await caller.rtp.hears(AGENT_HZ)
    await asked.rtp.hears(CALLER_HZ)
    # aoi sends him back to the queue, where ren takes him as a new call.
    await crew.api.ready("ren")
    await do(crew, call, "transfer", queue="patient", priority=3)
    assert (await crew.board.fact("CallQueued", call=call, nth=2))["body"]["priority"] == 3
    again = await ren.rung()
    await asked.ended()
    await again.rtp.hears(CALLER_HZ)
    await caller.rtp.hears(REN_HZ)
    caller.hang_up()
    await again.ended()
    record = await crew.api.record(call)
    assert (record["outcome"], len(record["legs"])) == ("completed", 5)


async def test_a_call_that_nobody_takes_comes_back_and_one_who_is_asked_can_be_done_without(crew: Crew) -> None:
    aoi, caller, served, call = await talking(crew)
    ren = await second(crew)
    await do(crew, call, "consult", to="302")
    asked = await ren.rung()
    await served.rtp.hears(REN_HZ)
    await do(crew, call, "cancel")
    await asked.ended()
    await caller.rtp.hears(AGENT_HZ)
    # It comes back to him who gave it away, past the queue, which would give nothing to somebody who pauses.
    await crew.api.pause("aoi")
    ren.behaviour = Reject(486)
    await do(crew, call, "transfer", to="302")
    await served.ended()
    back = await aoi.rung()
    await back.rtp.hears(CALLER_HZ)
    await caller.rtp.hears(AGENT_HZ)
    assert len(crew.board.of("CallQueued", call=call)) == 1
    # Neither takes him: he waits in his queue again, before who came while he talked.
    await crew.api.pause("aoi")
    behind = await crew.wait_in("patient", PATIENT, 1)
    aoi.behaviour = Reject(486)
    await do(crew, call, "transfer", to="302")
    await crew.board.waiting("patient", 2)
    turns = (await crew.api.get("/queues/patient/waiting"))["items"]
    assert [one["call"] for one in turns] == [call, await crew.started(2)]
    behind.hang_up()
    caller.hang_up()
    await back.ended()
    # What the two agents said to each other is not on the caller's recording; what they said to him is.
    listed = await crew.api.recording(call)
    sound = read(await crew.api.sound(listed["recording"]))
    window = sound.rate // 5
    pieces = [sound.agent[at : at + window] for at in range(0, sound.agent.size - window, window)]
    told = [loudest(piece, sound.rate) for piece in pieces]
    assert any(abs(hz - AGENT_HZ) < NEAR for hz in told)
    assert not any(abs(hz - REN_HZ) < NEAR for hz in told)


async def test_each_agents_seconds_are_those_of_his_own_telephone(crew: Crew) -> None:
    aoi, ren = await crew.work("aoi", PICK_UP), await second(crew)
    # A busy machine that stalls is forgiven; seconds that are counted wrongly are so every time.
    apart: list[float] = []
    while len(apart) < TRIES and min(apart, default=APART + 1) > APART:
        apart.append(await seconds_apart(crew, aoi, ren, len(apart) + 1))
    assert min(apart) <= APART, apart


async def seconds_apart(crew: Crew, aoi: Phone, ren: Phone, nth: int) -> float:
    """One call from agent to agent to queue: by how much the record and the telephones differ at most."""
    caller = crew.dial(TIDY)
    served = await aoi.rung()
    await caller.rtp.hears(AGENT_HZ)
    call = await crew.started(nth)
    await do(crew, call, "hold")
    held = now()
    await caller.rtp.misses(AGENT_HZ)
    await do(crew, call, "unhold")
    taken_back = now()
    await caller.rtp.hears(AGENT_HZ)
    await do(crew, call, "consult", to="302")
    asked = now()
    colleague = await ren.rung()
    await colleague.rtp.hears(AGENT_HZ)
    await do(crew, call, "complete")
    await served.ended()
    await caller.rtp.hears(REN_HZ)
    await do(crew, call, "transfer", agent="ren", queue="patient")
    await colleague.ended()
    # aoi wraps up for the queue from which he had the call, and is given it again when that is over.
    again = await aoi.rung()
    await caller.rtp.hears(AGENT_HZ)
    caller.hang_up()
    await again.ended()
    await crew.board.state("aoi", "ready")
    await crew.board.state("ren", "paused")
    shown = await crew.api.get(f"/calls/{call}")
    parts = {part["agent"]: part for part in shown["parts"]}
    away = seconds(held, taken_back) + seconds(asked, served.ended_at)
    talked = seconds(served.answered_at, served.ended_at) + seconds(again.answered_at, again.ended_at) - away
    wanted = {
        ("aoi", "talk_seconds"): talked,
        ("aoi", "hold_seconds"): away,
        ("aoi", "wrap_up_seconds"): 3.0,
        ("ren", "talk_seconds"): seconds(colleague.answered_at, colleague.ended_at),
        ("ren", "hold_seconds"): 0.0,
        ("ren", "wrap_up_seconds"): 3.0,
    }
    return max(abs(parts[agent][what] - right) for (agent, what), right in wanted.items())


def now() -> datetime:
    return datetime.now(UTC)


def seconds(since: datetime | None, until: datetime | None) -> float:
    assert since is not None
    assert until is not None
    return (until - since).total_seconds()


async def test_three_hear_each_other_and_two_talk_on_when_one_leaves(crew: Crew) -> None:
    _, caller, served, call = await talking(crew)
    ren = await second(crew)
    await do(crew, call, "conference", to="302")
    third = await ren.rung()
    for ear, heard in ((caller, (AGENT_HZ, REN_HZ)), (served, (CALLER_HZ, REN_HZ)), (third, (CALLER_HZ, AGENT_HZ))):
        for hz in heard:
            await ear.rtp.hears(hz, at_least_db=-6.0)
    assert await refused(crew, call, "park") == "too_many_parties"
    await do(crew, call, "drop")
    await served.ended()
    await caller.rtp.hears(REN_HZ)
    await third.rtp.hears(CALLER_HZ)
    caller.hang_up()
    await third.ended()


@pytest.mark.feature("CSM-F19")
async def test_a_parked_call_is_picked_up_at_another_telephone_by_its_number(crew: Crew) -> None:
    aoi, caller, served, call = await talking(crew)
    ren = await second(crew)
    place = (await do(crew, call, "park"))["place"]
    await served.ended()
    await crew.board.state("aoi", "ready")
    (standing,) = await crew.api.get("/parked")
    assert (standing["place"], standing["call"]) == (place, call)
    nothing = await crew.api.ask("POST", "/parked/720/pickup", json={"agent": "ren"})
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_parked")
    dialled = ren.dial(place)
    await dialled.rtp.hears(CALLER_HZ)
    await caller.rtp.hears(REN_HZ)
    # And once more, by order: aoi's telephone rings and has him.
    await do(crew, call, "park", agent="ren", place="705")
    await dialled.ended()
    await crew.api.must("POST", "/parked/705/pickup", json={"agent": "aoi"})
    rung = await aoi.rung()
    await rung.rtp.hears(CALLER_HZ)
    await caller.rtp.hears(AGENT_HZ)
    caller.hang_up()
    await rung.ended()
    assert await crew.api.get("/parked") == []


async def test_places_and_time_of_parking_are_what_the_admin_has_set(crew: Crew) -> None:
    async with admin_of(crew.platform, crew.platform.tenant(TENANT)["admin"]) as boss:
        for wrong in ({"places": ["801"], "seconds": -1}, {"places": ["8"]}, {"places": ["801", "801"]}):
            assert (await boss.try_put("parking", wrong)).status_code == 422
        assert (await boss.api.get("/configuration/parking"))["version"] == 0
        await boss.put("parking", {"places": ["801", "802"], "seconds": 2})
        try:
            aoi, caller, served, call = await talking(crew)
            assert await refused(crew, call, "park", place="701") == "unknown_park_place"
            assert (await do(crew, call, "park"))["place"] == "801"
            await served.ended()
            # Nobody picks it up: two seconds later it goes back to who parked it.
            back = await aoi.rung()
            await back.rtp.hears(CALLER_HZ)
            caller.hang_up()
            await back.ended()
        finally:
            _, tag = await boss.read("parking")
            await boss.api.must("DELETE", "/configuration/parking", headers={"If-Match": tag})
        assert len((await boss.api.get("/configuration/parking"))["places"]) == 20


async def test_a_call_that_is_given_to_a_busy_number_outside_comes_back(crew: Crew) -> None:
    async with opened(crew) as way:
        way.behave(Reject(486))
        aoi, caller, served, call = await talking(crew)
        await do(crew, call, "transfer", to=OUTSIDE)
        tried = await way.rung()
        assert (tried.to_number, tried.from_number) == (OUTSIDE, PATIENT)
        await served.ended()
        # Busy is an answer: the other trunk would find the same, and whoever gave the call away has it again.
        back = await aoi.rung()
        await back.rtp.hears(CALLER_HZ)
        await caller.rtp.hears(AGENT_HZ)
        assert not way.second.calls
        way.behave(PICK_UP)
        way.first.tone_hz = OUT_HZ
        await do(crew, call, "transfer", to=OUTSIDE)
        taken = await way.rung()
        await back.ended()
        await caller.rtp.hears(OUT_HZ)
        await taken.rtp.hears(CALLER_HZ)
        caller.hang_up()
        await taken.ended()
        record = await crew.api.record(call)
        assert (record["outcome"], len(record["legs"])) == ("completed", 5)


async def test_a_call_is_given_to_somebody_outside_who_sees_the_right_number(crew: Crew) -> None:
    async with opened(crew) as way:
        way.behave(PICK_UP)
        _, caller, served, call = await talking(crew)
        way.first.tone_hz = OUT_HZ
        await do(crew, call, "consult", to=OUTSIDE)
        outside = await way.rung()
        assert (outside.to_number, outside.from_number) == (OUTSIDE, PATIENT)
        forbidden = await refused(crew, call, "consult", to="+14155550100")
        assert forbidden in ("consulting", "already_inviting")
        await served.rtp.hears(OUT_HZ)
        await do(crew, call, "conference")
        await caller.rtp.hears(OUT_HZ, at_least_db=-6.0)
        await do(crew, call, "drop")
        await served.ended()
        await outside.rtp.hears(CALLER_HZ)
        caller.hang_up()
        await outside.ended()
