"""Leaving the wait on real calls: to a number, a message, another queue by key, called back, and calling again."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from robots.phone import Answer, Ignore, OutgoingCall, Phone
from robots.sound import level
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, TENANT, Crew, eventually
from tests.e2e.office import Admin, admin_of, at_work
from tests.e2e.way_out import OUTSIDE, WayOut, opened

NUMBER, BEHIND = "+81312345697", "+81312345698"
CALLER = "0398765432"
ABROAD = "+14155550100"
TOO_LATE = 2.0
"""Seconds after which a place that is kept for one second is not kept any more."""


@dataclass(slots=True)
class House:
    """Two queues of which the first may lead to the second, and the way out."""

    crew: Crew
    way: WayOut
    boss: Admin

    async def chain(self, *steps: dict[str, Any], longest_wait: float = 0, **waiting: Any) -> None:
        """Who waits in the first queue leaves it so from now on."""
        await self.boss.change("queues/leave", longest_wait=longest_wait, waiting={"overflow": list(steps), **waiting})


@asynccontextmanager
async def house(crew: Crew) -> AsyncIterator[House]:
    """The queues are made once for all stories of the platform."""
    admin = crew.platform.tenant(TENANT)["admin"]
    async with opened(crew) as way, admin_of(crew.platform, admin) as boss:
        if (await boss.api.ask("GET", "/configuration/queues/leave")).status_code != 200:
            await boss.queue_with_number("beyond", BEHIND)
            await boss.queue_with_number("leave", NUMBER)
        yield House(crew, way, boss)


async def test_after_the_longest_wait_a_number_outside_answers(crew: Crew) -> None:
    async with house(crew) as here:
        await here.chain({"kind": "number", "number": "03-1234-0000"}, longest_wait=2)
        call = crew.dial(NUMBER)
        rung = await here.way.rung()
        assert (rung.to_number, rung.from_number) == (OUTSIDE, NUMBER)
        await call.rtp.hears(CALLER_HZ)
        call.hang_up()
        await rung.ended()
        record = await crew.api.record(await crew.started())
        assert (record["outcome"], record["queue"]) == ("completed", "leave")


async def test_a_message_is_kept_as_the_recording_of_the_call(crew: Crew) -> None:
    async with house(crew) as here:
        await here.chain({"kind": "voicemail", "prompt": "invalid", "seconds": 3}, longest_wait=2)
        call = crew.dial(NUMBER, CALLER_HZ)
        await crew.board.fact("MessageStarted")
        await call.ended()
        left = await crew.started()
        assert (await crew.api.record(left))["outcome"] == "voicemail"
        kept = await crew.api.recording(left)
        assert len(await crew.api.sound(kept["recording"])) > 20_000


async def test_by_key_to_the_next_queue_and_by_key_called_back(crew: Crew) -> None:
    async with house(crew) as here:
        # Nobody promises to call back who may not be called: he is taken on at once.
        steps = ({"kind": "callback"}, {"kind": "queue", "queue": "beyond", "causes": ["key"]})
        await here.chain(*steps, leave_key="9")
        call = crew.dial(NUMBER, from_number=ABROAD)
        await call.answered()
        await crew.board.waiting("leave", 1)
        call.send_dtmf("9")
        await crew.board.waiting("beyond", 1)
        failed = await crew.board.fact("OverflowFailed")
        assert (failed["body"]["step"], failed["body"]["why"]) == (0, "destination_not_allowed")
        assert not crew.board.of("CallbackOffered")
        assert crew.board.of("CallLeftQueue", outcome="left_by_key")
        phone = await at_work(crew, "mio", await here.boss.agent("mio", "leave", "beyond"), ready=False)
        await crew.api.ready("mio")
        taken = await phone.rung()
        await taken.rtp.hears(CALLER_HZ)
        call.hang_up()
        await taken.ended()
        await crew.api.pause("mio", "lunch")

        # He confirms with a key, hangs up, and is called when an agent has answered.
        await here.chain({"kind": "callback"}, leave_key="9")
        call = crew.dial(NUMBER, from_number=CALLER)
        await call.answered()
        await crew.board.waiting("leave", 1)
        call.send_dtmf("9")
        await crew.board.fact("CallbackOffered")
        call.send_dtmf("1")
        await crew.board.fact("CallbackRequested")
        call.hang_up()
        await crew.board.waiting("leave", 0)
        here.way.behave(Answer(after=0.3))
        await crew.api.ready("mio")
        engaged = await phone.rung()
        rung = await here.way.rung()
        assert (rung.to_number, rung.from_number) == ("+81398765432", NUMBER)
        await rung.rtp.hears(AGENT_HZ)
        await engaged.rtp.hears(CALLER_HZ)
        rung.hang_up()
        await engaged.ended()
        ended = await crew.board.fact("CallbackEnded")
        assert ended["body"]["outcome"] == "reached"


async def test_whom_a_supervisor_sends_away_goes_the_way_of_the_chain(crew: Crew) -> None:
    async with house(crew) as here:
        await here.chain(
            {"kind": "announcement", "prompt": "invalid", "causes": ["key"]},
            {"kind": "queue", "queue": "beyond", "causes": ["withdrawn"]},
            leave_key="9",
        )
        await crew.wait_in("leave", NUMBER, 1)
        call = await crew.started()
        await crew.api.must("POST", f"/queues/leave/calls/{call}/withdraw", json={"overflow": True})
        await crew.board.waiting("beyond", 1)
        assert crew.board.queues["leave"]["waiting"] == 0
        assert [turn["call"] for turn in (await crew.api.get("/queues/beyond/waiting"))["items"]] == [call]


REFUSING: dict[str, Any] = {"join_empty": ["paused"]}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("cause", ["empty", "longest_wait"])
async def test_each_step_of_a_chain_takes_who_may_not_join_and_who_has_waited_long_enough(
    crew: Crew, cause: str
) -> None:
    """The same five kinds of steps, entered at the door (all agents are paused) and out of the wait."""
    name = {"empty": "nana", "longest_wait": "nozomi"}[cause]
    async with house(crew) as here:
        phone = await at_work(crew, name, await here.boss.agent(name, "leave", "beyond"), ready=False)
        rules = REFUSING if cause == "empty" else {"join_empty": []}
        await _all_kinds(here, phone, name, [cause], rules, 0 if cause == "empty" else 1)


async def _all_kinds(
    here: House, phone: Phone, name: str, causes: list[str], rules: dict[str, Any], longest: float
) -> None:
    crew = here.crew
    begun, refused, gone = (len(crew.board.of(kind)) for kind in ("CallStarted", "JoinRefused", "CallLeftQueue"))

    async def comes(step: dict[str, Any]) -> OutgoingCall:
        await here.chain({**step, "causes": causes}, longest_wait=longest, **rules)
        return crew.dial(NUMBER, from_number=CALLER)

    async def ended_as(outcome: str, nth: int) -> None:
        record = await crew.api.record(await crew.started(begun + nth))
        assert (nth, record["outcome"]) == (nth, outcome)

    call = await comes({"kind": "announcement", "prompt": "invalid"})
    await call.ended()
    await ended_as("overflowed", 1)
    call = await comes({"kind": "voicemail", "prompt": "invalid", "seconds": 1})
    await call.ended()
    await ended_as("voicemail", 2)
    call = await comes({"kind": "number", "number": "03-1234-0000"})
    rung = await here.way.rung()
    await call.rtp.hears(CALLER_HZ)
    call.hang_up()
    await rung.ended()
    await ended_as("completed", 3)
    call = await comes({"kind": "queue", "queue": "beyond"})
    await crew.board.waiting("beyond", 1)
    call.hang_up()
    await crew.board.waiting("beyond", 0)
    await ended_as("abandoned", 4)

    # He does not have to wait to be called back: he confirms with a key.
    call = await comes({"kind": "callback"})
    asked = await crew.board.fact("CallbackOffered", call=await crew.started(begun + 5))
    assert [asked["body"]["cause"]] == causes
    call.send_dtmf("1")
    requested = await crew.board.fact("CallbackRequested", call=await crew.started(begun + 5))
    call.hang_up()
    await ended_as("callback", 5)
    here.way.behave(Answer(after=0.3))
    await crew.api.ready(name)
    engaged = await phone.rung()
    rung = await here.way.rung()
    assert (rung.to_number, rung.from_number) == ("+81398765432", NUMBER)
    await rung.rtp.hears(AGENT_HZ)
    rung.hang_up()
    await engaged.ended()
    ended = await crew.board.fact("CallbackEnded", callback=requested["body"]["callback"])
    assert ended["body"]["outcome"] == "reached"
    await crew.api.pause(name, "lunch")
    at_the_door = causes == ["empty"]
    assert len(crew.board.of("JoinRefused")) - refused == (5 if at_the_door else 0)
    left = [fact["body"] for fact in crew.board.of("CallLeftQueue")][gone:]
    assert len([one for one in left if one["queue"] == "leave"]) == (0 if at_the_door else 5)


async def test_called_back_before_an_agent_he_is_served_as_he_answers(crew: Crew) -> None:
    async with house(crew) as here, asked_for_english(here):
        await here.chain({"kind": "callback"}, leave_key="9")
        await here.boss.change("queues/leave", callback={"first": "caller"})
        account = await here.boss.agent("rio", "leave")
        await here.boss.change("agents/rio", skills=[{"skill": "english", "level": 1}])
        phone = await at_work(crew, "rio", account, ready=False)
        await at_work(crew, "kay", await here.boss.agent("kay", "leave"))
        call = crew.dial(NUMBER, from_number=CALLER)
        await call.answered()
        await crew.board.waiting("leave", 1)
        call.send_dtmf("9")
        await crew.board.fact("CallbackOffered")
        call.send_dtmf("1")
        await crew.board.fact("CallbackRequested")
        call.hang_up()
        await crew.board.until(lambda: crew.board.queues["leave"]["callbacks_waiting"] == 1, "a callback on the board")
        await crew.board.waiting("leave", 0)
        here.way.behave(Ignore())
        await crew.api.ready("rio")
        rung = await here.way.rung()
        # Nobody called him before it was certain that an agent would be there.
        ready, tried = await crew.board.fact("WishChanged", agent="rio"), await crew.board.fact("CallbackTried")
        assert ready["seq"] < tried["seq"]
        assert (rung.to_number, rung.from_number) == ("+81398765432", NUMBER)
        # Who comes meanwhile waits: of the two who are free one is kept for who came before, the other cannot take him.
        await crew.wait_in("leave", NUMBER, 1, 600)
        why = await crew.api.get(f"/calls/{await crew.started(3)}/why")
        kept = {one["agent"]: [reason["kind"] for reason in one["reasons"]] for one in why["agents"]}
        assert why["state"] == "kept_for_callback"
        assert (kept["rio"], kept["kay"]) == (["kept_for_callback"], ["skill_unmet"])
        rung.answer()
        taken = await phone.rung()
        await rung.rtp.hears(AGENT_HZ)
        await taken.rtp.hears(CALLER_HZ)
        await crew.api.pause("rio", "lunch")
        rung.hang_up()
        await taken.ended()
        ended = await crew.board.fact("CallbackEnded")
        assert ended["body"]["outcome"] == "reached"
        record = await crew.api.record(await crew.started(2))
        assert (record["direction"], record["queue"], record["agents"]) == ("outbound", "leave", ["rio"])


@asynccontextmanager
async def asked_for_english(here: House) -> AsyncIterator[None]:
    """Who joins the first queue until the end of the block can be taken by those alone who speak it."""
    await here.boss.change("queues/leave", routing={"requirements": [{"skill": "english", "level": 1}]})
    try:
        yield
    finally:
        await here.boss.change("queues/leave", routing={"requirements": []})


async def test_who_calls_again_has_his_place_and_is_told_how_long_it_will_take(crew: Crew) -> None:
    async with house(crew) as here:
        await here.chain(tells_estimate=True, redial_within=60)
        await here.boss.change("queues/leave", announce_every=2)
        before = await counts(crew)
        phone = await at_work(crew, "sachi", await here.boss.agent("sachi", "leave"))
        busy = crew.dial(NUMBER)
        talking = await phone.rung()
        await busy.rtp.hears(AGENT_HZ)

        # He hangs up, another one comes, and he calls again.
        gone = crew.dial(NUMBER, 400, from_number=CALLER)
        await gone.answered()
        await crew.board.waiting("leave", 1)
        gone.hang_up()
        await crew.board.waiting("leave", 0)
        between = await crew.wait_in("leave", NUMBER, 1, 600)
        again = crew.dial(NUMBER, 400, from_number=CALLER)
        known = await crew.board.fact("RedialRecognised")
        assert (known["body"]["before"], known["body"]["call"]) == (await crew.started(2), await crew.started(4))
        waiting = (await crew.api.get("/queues/leave/waiting"))["items"]
        assert [turn["call"] for turn in waiting] == [await crew.started(4), await crew.started(3)]

        # Nobody has been served yet, so one call is taken to keep its agent for a minute and a half.
        told = await crew.board.fact("PositionAnnounced", call=await crew.started(3), position=2)
        assert (told["body"]["silent"], told["body"]["estimate"] > 0) == ("", True)
        over = await crew.board.fact("PlaybackFinished", playback=told["body"]["playback"])
        place = seconds(crew, "position-2")
        assert level(between.rtp.heard_since(datetime.fromisoformat(told["at"]) + place)) > -40
        assert datetime.fromisoformat(over["at"]) > datetime.fromisoformat(told["at"]) + place

        busy.hang_up()
        await talking.ended()
        served = await phone.rung()
        await served.rtp.hears(400)
        again.hang_up()
        await served.ended()
        await crew.api.pause("sachi", "lunch")
        between.hang_up()
        await crew.board.waiting("leave", 0)
        after = await counts(crew)
        assert {what: after[what] - before[what] for what in after} == {"offered": 4, "redialled": 1}


async def test_only_who_is_known_again_in_time_has_his_place(crew: Crew) -> None:
    """Another number, a hidden one, and his own after the time is over: each queues up behind who came between."""
    hidden: dict[str, Any] = {"from_number": "anonymous", "fields": (("Privacy", "id"),)}
    known: dict[str, Any] = {"from_number": CALLER}
    third: dict[str, Any] = {"from_number": "0398765434"}
    async with house(crew) as here:
        for first, again, within in (
            (known, {"from_number": "0398765433"}, 60),
            (hidden, hidden, 60),
            (third, third, 1),
        ):
            await here.chain(redial_within=within)
            begun = len(crew.board.of("CallStarted"))
            gone = crew.dial(NUMBER, **first)
            await gone.answered()
            await crew.board.waiting("leave", 1)
            gone.hang_up()
            await crew.board.waiting("leave", 0)
            await asyncio.sleep(TOO_LATE if within == 1 else 0)
            between = crew.dial(NUMBER, **hidden)
            await between.answered()
            await crew.board.waiting("leave", 1)
            once_more = crew.dial(NUMBER, **again)
            await once_more.answered()
            await crew.board.waiting("leave", 2)
            waiting = (await crew.api.get("/queues/leave/waiting"))["items"]
            assert [turn["call"] for turn in waiting] == [await crew.started(begun + nth) for nth in (2, 3)]
            assert crew.board.of("RedialRecognised") == []
            for call in (between, once_more):
                call.hang_up()
            await crew.board.waiting("leave", 0)


async def test_no_number_is_spoken_that_nobody_can_say_and_the_fact_says_why(crew: Crew) -> None:
    async with house(crew) as here:
        await here.chain(tells_estimate=True)
        await here.boss.change("queues/leave", announce_every=2)
        await crew.wait_in("leave", NUMBER, 1)
        told = await crew.board.fact("PositionAnnounced", position=1)
        assert (told["body"]["estimate"], told["body"]["silent"]) == (None, "no_agents")
        over = await crew.board.fact("PlaybackFinished", playback=told["body"]["playback"])
        shortest = min(seconds(crew, f"wait-{minutes}") for minutes in (1, 2))
        spoken = datetime.fromisoformat(over["at"]) - datetime.fromisoformat(told["at"])
        # What was played has the length of the place alone.
        assert spoken < seconds(crew, "position-1") + shortest


def seconds(crew: Crew, prompt: str) -> timedelta:
    """How long an announcement lasts."""
    with wave.open(str(crew.platform.prompts / f"{prompt}.wav")) as file:
        return timedelta(seconds=file.getnframes() / file.getframerate())


async def counts(crew: Crew) -> dict[str, int]:
    """Who has come to the queue today, and who of them has called again."""
    seq, begin = crew.board.seq, datetime.now(UTC) - timedelta(hours=1)
    query = f"from={begin:%Y-%m-%dT%H:%M:%SZ}&minutes=60"

    async def told() -> dict[str, Any] | None:
        report: dict[str, Any] = await crew.api.get(f"/reports/queues?{query}")
        return report if report["seq"] >= seq else None

    lines = (await eventually(told, f"a report of fact {seq}"))["items"]
    mine = [line["counts"] for line in lines if line["queue"] == "leave"]
    return {what: sum(one[what] for one in mine) for what in ("offered", "redialled")}
