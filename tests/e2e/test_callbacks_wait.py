"""Who is to be called back waits on real calls: for a free channel of the line, after an attempt for the next, and for
an agent whom nobody before him needs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from robots.phone import Answer, Call, Ignore, Phone, Reject
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, TENANT, Crew, eventually
from tests.e2e.office import Admin, admin_of, at_work
from tests.e2e.way_out import OUTSIDE, WayOut, opened

NUMBER = "+81312345735"
RETRIED = "+81312345737"
SELLING, MENDING = "+81312345738", "+81312345739"
CALLER, LATER, ELSEWHERE = "0398765437", "0398765438", "0312340000"
BY_KEY = {"leave_key": "9", "overflow": [{"kind": "callback"}]}
AGAIN = 10
"""The fewest seconds after which somebody is called once more."""


@pytest.fixture
async def way(crew: Crew) -> AsyncIterator[WayOut]:
    """The way out, with a line of one channel as long as the story lasts."""
    async with opened(crew) as out:
        await out.line(channels=1)
        yield out
        await out.line()


@pytest.mark.parametrize("first", ["agent", "caller"])
async def test_he_is_called_when_the_only_channel_gets_free_although_an_agent_was_ready_before(
    crew: Crew, way: WayOut, first: str
) -> None:
    async with admin_of(crew.platform, crew.platform.tenant(TENANT)["admin"]) as boss:
        there = (await boss.api.ask("GET", "/configuration/queues/patience")).status_code == 200
        if not there:
            await boss.queue_with_number("patience", NUMBER, waiting=BY_KEY)
        await boss.change("queues/patience", callback={"first": first}, routing={"last_agent_for": 20.0})
        name = f"towa-{first}"
        phone = await at_work(crew, name, await boss.agent(name, "patience"), ready=False)
        await _asks(crew, NUMBER, "patience")

        # A colleague takes the channel, then somebody is there who could call him back.
        colleague = await crew.work("aoi", ready=False)
        outside = colleague.dial(ELSEWHERE)
        taken = await way.rung()
        assert taken.to_number == OUTSIDE
        await outside.rtp.hears(CALLER_HZ)
        await crew.api.ready(name)
        await crew.board.state(name, "ready")
        assert crew.board.queues["patience"]["callbacks_waiting"] == 1
        gone = len(crew.board.of("LegGone"))
        outside.hang_up()

        way.behave(Answer(after=0.3))
        rung = await way.rung()
        assert (rung.to_number, rung.from_number) == ("+81398765437", NUMBER)
        await rung.rtp.hears(AGENT_HZ)
        await (await phone.rung()).rtp.hears(CALLER_HZ)
        freed, tried = await crew.board.fact("LegGone", nth=gone + 1), await crew.board.fact("CallbackTried")
        assert freed["seq"] < tried["seq"]
        assert not crew.board.of("DialRefused")
        rung.hang_up()
        ended = await crew.board.fact("CallbackEnded")
        assert ended["body"]["outcome"] == "reached"
        assert len(crew.board.of("CallbackTried")) == 1

        # Who rings again is asked for by who has talked with him last, having called him back or called him.
        for talk, number, who, later in ((3, CALLER, name, 4), (2, ELSEWHERE, "aoi", 5)):
            await crew.api.record(await crew.started(talk))
            again = crew.dial(NUMBER, from_number=number)
            call = await crew.started(later)
            asked = await crew.board.fact("CallDemanded", call=call)
            assert asked["body"]["demand"]["last_agent"] == who
            again.hang_up()
            await crew.api.record(call)


async def test_he_is_called_once_at_a_time_and_again_after_the_set_time_and_counts_as_called_back(
    crew: Crew, way: WayOut
) -> None:
    await way.line()
    async with admin_of(crew.platform, crew.platform.tenant(TENANT)["admin"]) as boss:
        rule = {"attempts": 2, "retry_after": AGAIN}
        await boss.queue_with_number("retried", RETRIED, waiting=BY_KEY, callback=rule)
        phones = {
            name: await at_work(crew, name, await boss.agent(name, "retried"), ready=False) for name in ("yuna", "rina")
        }
        await _asks(crew, RETRIED, "retried")
        way.behave(Reject(486))
        for name in ("yuna", "rina"):
            await crew.api.ready(name)
        failed = await crew.board.fact("CallbackAttemptEnded")
        assert (failed["body"]["tried"], failed["body"]["why"]) == (1, "busy")
        way.behave(Answer(after=0.3))
        again = await crew.board.fact("CallbackTried", nth=2)
        due = datetime.fromisoformat(failed["body"]["due"])
        assert _at(again) >= due > _at(failed) + timedelta(seconds=AGAIN - 1)
        busy, rung = await way.rung(), await way.rung()
        assert {one.to_number for one in (busy, rung)} == {"+81398765437"}
        await rung.rtp.hears(AGENT_HZ)
        rung.hang_up()
        ended = await crew.board.fact("CallbackEnded")
        assert ended["body"]["outcome"] == "reached"
        steps = [
            one["type"] for one in crew.board.facts if one["type"] in (again["type"], failed["type"], ended["type"])
        ]
        assert steps == ["CallbackTried", "CallbackAttemptEnded", "CallbackTried", "CallbackEnded"]
        counts = await _counts(crew, "retried")
        assert (counts["offered"], counts["callbacks"], counts["answered"], counts["abandoned"]) == (1, 1, 0, 0)
        for name in phones:
            await crew.api.pause(name, "lunch")
        await boss.change("queues/retried", callback={**rule, "attempts": 1, "retry_after": 300})
        await _never_in_two_calls(crew, way, phones["yuna"])
        await _called_no_more_when_the_queue_is_deleted(crew, boss, list(phones))


async def _never_in_two_calls(crew: Crew, way: WayOut, phone: Phone) -> None:
    """Who has asked twice and waits once more is given the agent himself, and is called back once, when he has hung up;
    an agent who hangs up while it rings there has not tried to reach him."""
    await _asks(crew, RETRIED, "retried")
    again = crew.dial(RETRIED, from_number=CALLER)
    await again.answered()
    await crew.board.waiting("retried", 1)
    again.send_dtmf("9")
    await crew.board.fact("CallbackOffered", nth=3)
    again.send_dtmf("1")
    await crew.board.waiting("retried", 0)
    again.hang_up()
    assert len(crew.board.of("CallbackRequested")) == 2
    assert crew.board.queues["retried"]["callbacks_waiting"] == 1

    way.behave(Ignore())
    himself = crew.dial(RETRIED, from_number=CALLER)
    await himself.answered()
    await crew.board.waiting("retried", 1)
    await crew.api.ready("yuna")
    await himself.rtp.hears(AGENT_HZ)
    assert len(crew.board.of("CallbackTried")) == 2
    himself.hang_up()
    rung = await way.rung()
    assert rung.to_number == "+81398765437"
    for call in phone.calls:
        call.hang_up()
    ended = await crew.board.fact("CallbackAttemptEnded", nth=2)
    assert (ended["body"]["tried"], ended["body"]["why"]) == (0, "cancelled")
    assert len(crew.board.of("CallbackEnded")) == 1


async def _called_no_more_when_the_queue_is_deleted(crew: Crew, boss: Admin, agents: list[str]) -> None:
    """The answer warns of him who was to be called back, and of one who waits."""
    for name in agents:
        await crew.api.pause(name, "lunch")
    waits = await crew.wait_in("retried", RETRIED, 1)
    for name in agents:
        await boss.change(f"agents/{name}", queues=[])
    for path in (f"numbers/{RETRIED}", "flows/retried"):
        await boss.api.must("DELETE", f"/configuration/{path}", headers={"If-Match": "*"})
    told = await boss.api.must("DELETE", "/configuration/queues/retried", headers={"If-Match": "*"})
    assert [(one["code"], one["used"]) for one in told["warnings"]] == [("callers_wait", 1), ("callbacks_end", 1)]
    ended = await crew.board.fact("CallbackEnded", nth=2)
    assert ended["body"]["outcome"] == "queue_deleted"
    waits.hang_up()


async def test_nobody_is_called_back_before_who_needs_the_same_agent_in_another_queue_and_he_is_kept_for_him(
    crew: Crew, way: WayOut
) -> None:
    await way.line()
    async with admin_of(crew.platform, crew.platform.tenant(TENANT)["admin"]) as boss:
        for name, number in (("selling", SELLING), ("mending", MENDING)):
            rule = {"first": "caller", "certainty": 0.5}
            await boss.queue_with_number(name, number, waiting=BY_KEY, callback=rule)
        phone = await at_work(crew, "kaho", await boss.agent("kaho", "selling", "mending"))

    # Calls of selling are short: whoever talks now is nearly certain to be free for a caller who is called back.
    await _talks(crew.dial(SELLING), phone)
    busy = crew.dial(MENDING)
    talks = await phone.rung()
    await busy.rtp.hears(AGENT_HZ)
    waits = await crew.wait_in("mending", MENDING, 1)
    await _asks(crew, SELLING, "selling")
    await _asks(crew, MENDING, "mending", behind=1, caller=LATER)
    way.behave(Ignore())
    busy.hang_up()
    await talks.ended()

    # She serves who has waited longest, and he of selling is called before he of mending, who asked later.
    await _talks(waits, phone)
    rung = await way.rung()
    assert (rung.to_number, rung.from_number) == ("+81398765437", SELLING)
    accepted, tried = await crew.board.fact("OfferAccepted", nth=3), await crew.board.fact("CallbackTried")
    assert accepted["seq"] < tried["seq"]
    await crew.board.state("kaho", "ready")
    behind = await crew.wait_in("mending", MENDING, 1)
    assert len(crew.board.of("CallbackTried")) == 1
    assert len(crew.board.of("OfferMade")) == 3
    last = await crew.started(7)
    why = await crew.api.get(f"/calls/{last}/why")
    assert why["state"] == "kept_for_callback"
    way.behave(Answer(after=0.3))
    rung.answer()
    taken = await phone.rung()
    await rung.rtp.hears(AGENT_HZ)
    await taken.rtp.hears(CALLER_HZ)
    behind.hang_up()
    await crew.board.fact("CallEnded", call=last)

    # Then, at the latest, he of mending is called.
    rung.hang_up()
    await taken.ended()
    rung = await way.rung()
    assert (rung.to_number, rung.from_number) == ("+81398765438", MENDING)
    await _talks(rung, phone)
    for nth in (1, 2):
        assert (await crew.board.fact("CallbackEnded", nth=nth))["body"]["outcome"] == "reached"


async def _talks(caller: Call, phone: Phone) -> None:
    """He and the agent hear each other, and he hangs up."""
    rung = await phone.rung()
    await caller.rtp.hears(AGENT_HZ)
    caller.hang_up()
    await rung.ended()


async def _asks(crew: Crew, number: str, queue: str, *, behind: int = 0, caller: str = CALLER) -> None:
    """Somebody waits behind so many, presses the key, confirms that he wants to be called back, and hangs up."""
    before = len(crew.board.of("CallbackPlanned"))
    call = crew.dial(number, from_number=caller)
    await call.answered()
    await crew.board.waiting(queue, behind + 1)
    call.send_dtmf("9")
    await crew.board.fact("CallbackOffered", nth=before + 1)
    call.send_dtmf("1")
    await crew.board.fact("CallbackPlanned", nth=before + 1)
    call.hang_up()


async def _counts(crew: Crew, queue: str) -> dict[str, float]:
    """What the report of the last hour counts in the queue, once it has seen what the board has."""
    seq, begin = crew.board.seq, datetime.now(UTC) - timedelta(hours=1)

    async def told() -> Any:
        report = await crew.api.get(f"/reports/queues?from={begin:%Y-%m-%dT%H:%M:%SZ}&minutes=60")
        return report if report["seq"] >= seq else None

    lines = (await eventually(told, f"a report of fact {seq}"))["items"]
    mine = [line["counts"] for line in lines if line["queue"] == queue]
    return {what: sum(one[what] for one in mine) for what in mine[0]}


def _at(fact: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(fact["at"])
