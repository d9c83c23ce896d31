"""One story of leaving the wait: to another queue, a number, a message; by key; and called back instead."""

from __future__ import annotations

from typing import Any

from robots.phone import Answer
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, TENANT, Crew
from tests.e2e.office import admin_of, at_work
from tests.e2e.way_out import OUTSIDE, opened

NUMBER, BEHIND = "+81312345693", "+81312345694"
CALLER = "0398765432"


def admin(crew: Crew) -> Any:
    return admin_of(crew.platform, crew.platform.tenant(TENANT)["admin"])


async def test_who_does_not_wait_is_served_elsewhere(crew: Crew) -> None:
    async with opened(crew) as way, admin(crew) as boss:
        await boss.queue_with_number("behind", BEHIND)
        await boss.queue_with_number("leave", NUMBER)
        sip = await boss.agent("mio", "leave", "behind")

        async def chain(*steps: dict[str, Any], **changed: Any) -> None:
            waiting = {"overflow": list(steps), **changed.pop("waiting", {})}
            await boss.change("queues/leave", **{"longest_wait": 2, "waiting": waiting, **changed})

        # To a number outside, after the longest wait: its trunk answers, and both hear each other.
        await chain({"kind": "number", "number": "03-1234-0000"})
        call = crew.dial(NUMBER)
        rung = await way.rung()
        assert (rung.to_number, rung.from_number) == (OUTSIDE, NUMBER)
        await call.rtp.hears(CALLER_HZ)
        call.hang_up()
        await rung.ended()
        record = await crew.api.record(await crew.started())
        assert (record["outcome"], record["queue"]) == ("completed", "leave")

        # A message: the greeting, then what he says is kept as the recording of the call.
        await chain({"kind": "voicemail", "prompt": "invalid", "seconds": 3})
        call = crew.dial(NUMBER, CALLER_HZ)
        await crew.board.fact("MessageStarted")
        await call.ended()
        left = await crew.started(2)
        assert (await crew.api.record(left))["outcome"] == "voicemail"
        kept = await crew.api.recording(left)
        assert len(await crew.api.sound(kept["recording"])) > 20_000

        # To another queue, by the caller's key, and from there to an agent.
        await chain({"kind": "queue", "queue": "behind", "causes": ["key"]}, waiting={"leave_key": "9"}, longest_wait=0)
        call = await crew.wait_in("leave", NUMBER, 1)
        call.send_dtmf("9")
        await crew.board.waiting("behind", 1)
        assert crew.board.of("CallLeftQueue", outcome="left_by_key")
        phone = await at_work(crew, "mio", sip)
        taken = await phone.rung()
        await taken.rtp.hears(CALLER_HZ)
        call.hang_up()
        await taken.ended()
        await crew.api.pause("mio", "lunch")

        # Called back instead: he confirms with a key, hangs up, and is called when an agent has answered.
        await chain({"kind": "callback"}, waiting={"leave_key": "9"}, longest_wait=0)
        call = crew.dial(NUMBER, from_number=CALLER)
        await call.answered()
        await crew.board.waiting("leave", 1)
        call.send_dtmf("9")
        await crew.board.fact("CallbackOffered")
        call.send_dtmf("1")
        await crew.board.fact("CallbackRequested")
        call.hang_up()
        await crew.board.waiting("leave", 0)
        way.behave(Answer(after=0.3))
        await crew.api.ready("mio")
        engaged = await phone.rung()
        rung = await way.rung()
        assert (rung.to_number, rung.from_number) == ("+81398765432", NUMBER)
        await rung.rtp.hears(AGENT_HZ)
        await engaged.rtp.hears(CALLER_HZ)
        rung.hang_up()
        await engaged.ended()
        ended = await crew.board.fact("CallbackEnded")
        assert ended["body"]["outcome"] == "reached"
