"""Supervisors on real calls: who hears whom by the frequencies, and what becomes of callers who wait."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from robots.phone import Answer, Call, Credentials, Phone
from robots.sound import level
from tests.e2e.board import Board
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, PATIENT, TIDY, Crew, eventually
from tests.e2e.office import admin_of
from tests.e2e.recordings import assert_both_heard, loudest, read
from tests.e2e.test_overflow import seconds
from tests.e2e.way_out import OUTSIDE, opened

BOSS, BOSS_HZ = "sora", 700
REN_HZ, OUT_HZ = 1500, 2200
NEAR = 15.0
"""Hertz."""
PICK_UP = Answer(after=0.2)
"""The supervisor's phone: he has not signed in at it."""
ROUNDED = timedelta(milliseconds=100)
"""By how much what is played may be shorter than its file."""
MIXED_DB = -9.0
"""How much of what is heard each tone at least is, where two or three are heard at once."""


@asynccontextmanager
async def desk_phone(crew: Crew, agent: str, tone_hz: int = BOSS_HZ) -> AsyncIterator[Phone]:
    """The registered phone of an agent who is not at work."""
    known = next(one for one in crew.platform.tenant(crew.tenant)["agents"] if one["id"] == agent)
    credentials = Credentials(known["sip"]["username"], known["sip"]["password"])
    async with await Phone.open(
        crew.stage, credentials.username, credentials, crew.platform.sip, tone_hz=tone_hz, behaviour=Answer()
    ) as phone:
        await phone.register()
        await crew.board.fact("LineChanged", agent=agent, line="up")
        try:
            yield phone
        finally:
            for call in phone.calls:
                call.hang_up()
            await phone.unregister()


async def hears(call: Call, *tones_hz: int) -> None:
    """He hears all of these."""
    for tone_hz in tones_hz:
        await call.rtp.hears(tone_hz, at_least_db=MIXED_DB)


async def hears_both(call: Call, other_hz: int = AGENT_HZ) -> None:
    """He hears the caller and the agent."""
    await hears(call, CALLER_HZ, other_hz)


async def heard_by(*, him: tuple[Call, ...] = (), not_by: tuple[Call, ...] = ()) -> None:
    """The supervisor is heard by these and not by those."""
    for call in him:
        await call.rtp.hears(BOSS_HZ, at_least_db=MIXED_DB)
    for call in not_by:
        await call.rtp.misses(BOSS_HZ)


async def nowhere_in(crew: Crew, call: str, recording: str) -> None:
    """The supervisor, who was heard by the agent alone, is on neither side of a recording."""

    async def there() -> bool:
        items = (await crew.api.get("/recordings?limit=50"))["items"]
        return any(one["recording"] == recording and one["audio"] is not None for one in items)

    await eventually(there, f"{recording} of {call}")
    sound = read(await crew.api.sound(recording))
    for side in (sound.caller, sound.agent):
        pieces = [side[at : at + sound.rate // 5] for at in range(0, side.size, sound.rate // 5)]
        assert not any(abs(loudest(piece, sound.rate) - BOSS_HZ) < NEAR for piece in pieces)


async def listen(crew: Crew, call: str, how: str) -> None:
    await crew.api.must("POST", f"/calls/{call}/{how}", json={"agent": BOSS})


async def test_a_supervisor_hears_both_and_whispers_to_the_agent_alone(crew: Crew) -> None:
    phone = await crew.work("aoi")
    async with desk_phone(crew, BOSS) as boss_phone:
        caller = crew.dial(PATIENT)
        agent = await phone.rung()
        await caller.rtp.hears(AGENT_HZ)
        call = await crew.started()
        await listen(crew, call, "listen")
        boss = await boss_phone.rung()
        await hears_both(boss)
        await heard_by(not_by=(caller, agent))
        await listen(crew, call, "whisper")
        await heard_by(him=(agent,), not_by=(caller,))
        await hears_both(boss)
        await caller.rtp.hears(AGENT_HZ)
        await listen(crew, call, "listen")
        await heard_by(not_by=(caller, agent))
        boss.hang_up()
        await crew.board.fact("LegGone", call=call)
        await caller.rtp.hears(AGENT_HZ)
        await agent.rtp.hears(CALLER_HZ)
        caller.hang_up()
        await agent.ended()
        record = await crew.api.record(call)
        assert [(leg["party"], leg["agent"]) for leg in record["legs"]] == [
            ("caller", None), ("agent", "aoi"), ("supervisor", BOSS),
        ]  # fmt: skip
        assert (record["agents"], record["outcome"]) == (["aoi"], "completed")
        await assert_both_heard(crew, record)
    async with admin_of(crew.platform, crew.platform.tenant(crew.tenant)["admin"]) as admin:
        lines = (await admin.api.get("/audit?limit=20"))["items"]
        mine = [line["changed"][:2] for line in lines if line["subject"] == call]
    assert mine == [[f"phone={BOSS}", how] for how in ("listen", "whisper", "listen")]


async def test_a_supervisor_who_joins_in_is_heard_by_all_until_the_call_ends(crew: Crew) -> None:
    phone = await crew.work("aoi")
    async with desk_phone(crew, BOSS) as boss_phone:
        caller = crew.dial(PATIENT)
        agent = await phone.rung()
        await caller.rtp.hears(AGENT_HZ)
        call = await crew.started()
        await listen(crew, call, "barge")
        boss = await boss_phone.rung()
        await heard_by(him=(caller, agent))
        await hears_both(boss)
        refused = await crew.api.ask("POST", f"/calls/{call}/listen", json={"agent": "ren"})
        assert (refused.status_code, refused.json()["code"]) == (409, "phone_unreachable")
        # With the agent he goes to whom the agent asks, and back: all the time they hear him, and he hears them.
        ren = await crew.work("ren", PICK_UP, ready=False)
        ren.tone_hz = REN_HZ
        for way in (("swap", "cancel"), ("cancel",)):
            await crew.api.must("POST", f"/calls/{call}/consult", json={"agent": "aoi", "to": "302"})
            asked = await ren.rung()
            await heard_by(him=(agent, asked), not_by=(caller,))
            await asked.rtp.hears(AGENT_HZ, at_least_db=MIXED_DB)
            await hears(boss, AGENT_HZ, REN_HZ)
            for act in way:
                await crew.api.must("POST", f"/calls/{call}/{act}", json={"agent": "aoi"})
                await heard_by(him=(caller, agent))
                await hears(boss, CALLER_HZ, AGENT_HZ)
                await agent.rtp.hears(CALLER_HZ, at_least_db=MIXED_DB)
                await caller.rtp.hears(AGENT_HZ, at_least_db=MIXED_DB)
            await asked.ended()
        # Of three who confer the caller goes: the agent hears another one than before, and so does he.
        await crew.api.must("POST", f"/calls/{call}/conference", json={"agent": "aoi", "to": "302"})
        asked = await ren.rung()
        await heard_by(him=(caller, agent, asked))
        caller.hang_up()
        await heard_by(him=(agent, asked))
        await hears(boss, AGENT_HZ, REN_HZ)
        agent.hang_up()
        await boss.ended()
        await asked.ended()
        again = await crew.api.ask("POST", f"/calls/{call}/listen", json={"agent": BOSS})
        assert again.status_code in (404, 409)


async def test_who_listens_stays_with_the_customer_wherever_the_call_is_given(crew: Crew) -> None:
    aoi, ren = await crew.work("aoi"), await crew.work("ren", PICK_UP, ready=False)
    ren.tone_hz = REN_HZ
    async with desk_phone(crew, BOSS) as boss_phone, opened(crew) as way:
        way.behave(PICK_UP)
        way.first.tone_hz = OUT_HZ
        caller = crew.dial(PATIENT)
        first = await aoi.rung()
        await caller.rtp.hears(AGENT_HZ)
        call = await crew.started()
        await listen(crew, call, "whisper")
        boss = await boss_phone.rung()
        await heard_by(him=(first,), not_by=(caller,))
        # In the queue he hears the customer alone, and nobody hears him, who had whispered.
        await crew.api.pause("aoi")
        await crew.api.must("POST", f"/calls/{call}/transfer", json={"agent": "aoi", "queue": "patient"})
        await crew.board.fact("ListeningMoved", call=call, of=None)
        await boss.rtp.hears(CALLER_HZ, at_least_db=MIXED_DB)
        await boss.rtp.misses(AGENT_HZ)
        await heard_by(not_by=(caller,))
        # The next agent: both, and only when he says so he is heard again, by that one alone.
        await crew.api.ready("ren")
        second = await ren.rung()
        await crew.board.fact("ListeningMoved", call=call, of="ren")
        await hears_both(boss, REN_HZ)
        await heard_by(not_by=(caller, second))
        await listen(crew, call, "whisper")
        await heard_by(him=(second,), not_by=(caller,))
        # Outside: he still hears his customer, and with whom he talks there.
        await crew.api.must("POST", f"/calls/{call}/transfer", json={"agent": "ren", "to": OUTSIDE})
        outside = await way.rung()
        await caller.rtp.hears(OUT_HZ)
        await hears_both(boss, OUT_HZ)
        await heard_by(not_by=(caller, outside))
        caller.hang_up()
        await boss.ended()
        await outside.ended()
        record = await crew.api.record(call)
        assert (record["agents"], record["outcome"]) == (["aoi", "ren"], "completed")
        assert len(record["recordings"]) == 2
        for recording in record["recordings"]:
            await nowhere_in(crew, call, recording)


async def test_an_agent_may_not_listen_to_his_colleague(crew: Crew) -> None:
    await crew.work("aoi")
    caller = crew.dial(PATIENT)
    await caller.rtp.hears(AGENT_HZ)
    call = await crew.started()
    known = next(one for one in crew.platform.tenant(crew.tenant)["agents"] if one["id"] == "ren")
    async with crew.platform.api({**known, "tenant": crew.tenant}) as agent:
        for how in ("listen", "whisper", "barge"):
            assert (await agent.post(f"/calls/{call}/{how}", json={})).status_code == 403


async def waiting(crew: Crew, queue: str) -> list[str]:
    """The calls of a queue in their order."""
    return [one["call"] for one in (await crew.api.get(f"/queues/{queue}/waiting"))["items"]]


async def act(crew: Crew, queue: str, call: str, what: str, **body: Any) -> None:
    await crew.api.must("POST", f"/queues/{queue}/calls/{call}/{what}", json=body)


async def test_callers_who_wait_are_put_in_front_moved_picked_and_sent_away(crew: Crew) -> None:
    phone = await crew.work("aoi", ready=False)
    tones = (CALLER_HZ, 520, 620)
    async with admin_of(crew.platform, crew.platform.tenant(crew.tenant)["admin"]) as boss:
        usual = (await boss.read("queues/patient"))[0]["routing"]
        await boss.change("queues/patient", routing={**usual, "age_every": 3, "age_by": 100, "age_most": 100})
        callers = [await crew.wait_in("patient", PATIENT, place + 1, tone) for place, tone in enumerate(tones)]
        await boss.change("queues/patient", routing=usual)
    calls = [await crew.started(nth) for nth in (1, 2, 3)]
    await act(crew, "patient", calls[2], "prioritise")
    assert await waiting(crew, "patient") == [calls[2], calls[0], calls[1]]
    await crew.wait_in("tidy", TIDY, 1, 720)
    calls.append(await crew.started(4))
    # Who has waited longer is worth more by now, and passes nobody who was put in front.
    assert (await crew.board.fact("WaitStepped", call=calls[1]))["body"]["priority"] == 100
    assert await waiting(crew, "patient") == [calls[2], calls[0], calls[1]]
    await act(crew, "patient", calls[0], "move", to="tidy")
    # His turn counts from when he came: before whoever waits there already.
    assert (await waiting(crew, "patient"), await waiting(crew, "tidy")) == (
        [calls[2], calls[1]],
        [calls[0], calls[3]],
    )
    await act(crew, "patient", calls[1], "pick", agent="aoi")
    rung = await phone.rung()
    await rung.rtp.hears(tones[1])
    await callers[1].rtp.hears(AGENT_HZ)
    await crew.board.state("aoi", "on_call")
    await act(crew, "patient", calls[2], "withdraw", prompt="busy")
    told = datetime.fromisoformat((await crew.board.fact("FarewellStarted", call=calls[2]))["at"])
    over = await callers[2].ended()
    # He has heard all of it before he is released.
    assert over - told > seconds(crew, "busy") - ROUNDED
    assert level(callers[2].rtp.heard_since(told)) > -40
    ended = await crew.board.fact("CallEnded", call=calls[2])
    assert ended["body"]["outcome"] == "withdrawn"
    await act(crew, "tidy", calls[0], "withdraw")
    await callers[0].ended()
    # Each second of his wait counts once, whichever queue it was in.
    began = await crew.board.fact("CallQueued", call=calls[0], queue="patient")
    left = await crew.board.fact("CallLeftQueue", call=calls[0], queue="tidy")
    waited = datetime.fromisoformat(left["at"]) - datetime.fromisoformat(began["body"]["since"])
    assert (await crew.api.record(calls[0]))["wait_seconds"] == pytest.approx(waited.total_seconds(), abs=0.01)
    late = await crew.api.ask("POST", f"/queues/patient/calls/{calls[1]}/move", json={"to": "tidy"})
    assert (late.status_code, late.json()["code"]) == (409, "call_not_waiting")
    assert all(late.json()["sentence"].values())
    callers[1].hang_up()
    await rung.ended()
    await crew.board.state("aoi", "paused")


def facts_of(board: Board, kind: str, name: str) -> list[Any]:
    return [fact["body"][name] for fact in board.of(kind)]


async def test_a_supervisor_makes_an_agent_ready_paused_and_signed_out_and_ends_his_wrap_up(crew: Crew) -> None:
    phone = await crew.work("aoi", ready=False)

    async def force(state: str, reason: str = "") -> None:
        await crew.api.must("POST", "/agents/aoi/force", json={"state": state, "reason": reason})

    await force("ready")
    await crew.board.state("aoi", "ready")
    caller = crew.dial(TIDY)
    await (await phone.rung()).answered()
    await force("paused", "meeting")
    row = await crew.board.state("aoi", "on_call")
    assert row["next"] == "paused"
    caller.hang_up()
    await crew.board.state("aoi", "wrap_up")
    await force("wrap_up_over")
    row = await crew.board.state("aoi", "paused")
    assert row["reason"] == "meeting"
    refused = await crew.api.ask("POST", "/agents/aoi/force", json={"state": "wrap_up_over"})
    assert refused.json()["code"] == "not_in_wrap_up"
    await force("signed_out")
    await crew.board.state("aoi", "signed_out")
    assert facts_of(crew.board, "StateForced", "to") == ["ready", "paused", "wrap_up_over", "signed_out"]
    await crew.api.sign_in("aoi")
    async with admin_of(crew.platform, crew.platform.tenant(crew.tenant)["admin"]) as admin:
        lines = (await admin.api.get("/audit?limit=20"))["items"]
    said = [line["changed"] for line in lines if (line["action"], line["subject"]) == ("agent_forced", "aoi")]
    assert said[:5] == [["signed_out"], ["wrap_up_over"], ["wrap_up_over"], ["paused meeting"], ["ready"]]
    directed = [line["changed"] for line in lines if (line["action"], line["subject"]) == ("agent_directed", "aoi")]
    assert directed[:2] == [["sign-in"], ["sign-in"]]


@pytest.mark.parametrize("phone_of", ["303", BOSS])
async def test_an_agent_at_another_desk_is_rung_there_and_nobody_else_may_sit_down(crew: Crew, phone_of: str) -> None:
    async with desk_phone(crew, BOSS, AGENT_HZ) as desk:
        await crew.api.must("POST", "/agents/aoi/sign-in", json={"phone": phone_of})
        try:
            taken = await crew.api.ask("POST", f"/agents/{BOSS}/sign-in")
            assert (taken.status_code, taken.json()["code"]) == (409, "phone_taken")
            await crew.api.ready("aoi")
            await crew.board.state("aoi", "ready")
            caller = crew.dial(PATIENT)
            rung = await desk.rung()
            await caller.rtp.hears(AGENT_HZ)
            caller.hang_up()
            await rung.ended()
            await crew.board.state("aoi", "ready")
        finally:
            await crew.board.until(lambda: crew.board.agents["aoi"]["state"] != "on_call", "aoi without a call")
            await crew.api.must("POST", "/agents/aoi/sign-out")
