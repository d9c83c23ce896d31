"""Leaving the wait on real calls: to a number, a message, another queue by key, called back, and calling again."""

from __future__ import annotations

import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from robots.phone import Answer
from robots.sound import level
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, TENANT, Crew, eventually
from tests.e2e.office import Admin, admin_of, at_work
from tests.e2e.way_out import OUTSIDE, WayOut, opened

NUMBER, BEHIND = "+81312345697", "+81312345698"
CALLER = "0398765432"


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
        steps = ({"kind": "queue", "queue": "beyond", "causes": ["key"]},)
        await here.chain(*steps, leave_key="9")
        call = await crew.wait_in("leave", NUMBER, 1)
        call.send_dtmf("9")
        await crew.board.waiting("beyond", 1)
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


async def test_called_back_before_an_agent_he_is_served_as_he_answers(crew: Crew) -> None:
    async with house(crew) as here:
        await here.chain({"kind": "callback"}, leave_key="9")
        await here.boss.change("queues/leave", callback={"first": "caller"})
        phone = await at_work(crew, "rio", await here.boss.agent("rio", "leave"), ready=False)
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
        await crew.api.ready("rio")
        rung = await here.way.rung()
        assert (rung.to_number, rung.from_number) == ("+81398765432", NUMBER)
        taken = await phone.rung()
        await rung.rtp.hears(AGENT_HZ)
        await taken.rtp.hears(CALLER_HZ)
        rung.hang_up()
        await taken.ended()
        ended = await crew.board.fact("CallbackEnded")
        assert ended["body"]["outcome"] == "reached"
        record = await crew.api.record(await crew.started(2))
        assert (record["direction"], record["queue"], record["agents"]) == ("outbound", "leave", ["rio"])


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
        with wave.open(str(crew.platform.prompts / "position-2.wav")) as file:
            place = timedelta(seconds=file.getnframes() / file.getframerate())
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
