"""Leaving the wait on real calls: to a number, a message, another queue by key, and called back instead."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from robots.phone import Answer
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, TENANT, Crew
from tests.e2e.office import Admin, admin_of, at_work
from tests.e2e.way_out import OUTSIDE, WayOut, opened

NUMBER, BEHIND = "+81312345693", "+81312345694"
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
            await boss.queue_with_number("behind", BEHIND)
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
        steps = ({"kind": "queue", "queue": "behind", "causes": ["key"]},)
        await here.chain(*steps, leave_key="9")
        call = await crew.wait_in("leave", NUMBER, 1)
        call.send_dtmf("9")
        await crew.board.waiting("behind", 1)
        assert crew.board.of("CallLeftQueue", outcome="left_by_key")
        phone = await at_work(crew, "mio", await here.boss.agent("mio", "leave", "behind"), ready=False)
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
