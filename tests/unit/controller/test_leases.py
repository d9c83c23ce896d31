"""The dead-man leases: renewed while we live, spread as the callers came, long for those who talk, and forgotten."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise

from asterisk.request import Answer, Done, Gone, Unreachable
from controller.leases import LEASE, RENEW_EVERY, RETRY, TALK_LEASE, CallerLeases
from tests.fakes.desk import FakeAmi
from tests.fakes.virtual_time import in_jumping_time


@dataclass(slots=True)
class TimedAmi(FakeAmi):
    """Notes when each lease was asked for; `answers` come first, then Done."""

    asked: list[tuple[float, str, int]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    async def lease(self, channel: str, seconds: int) -> Answer:
        self.asked.append((round(asyncio.get_running_loop().time(), 3), channel, seconds))
        return self.answers.pop(0) if self.answers else Done(None)


@asynccontextmanager
async def held() -> AsyncIterator[tuple[TimedAmi, CallerLeases]]:
    ami = TimedAmi()
    async with asyncio.TaskGroup() as tasks:
        leases = CallerLeases(ami, tasks)
        yield ami, leases
        leases.end()


@in_jumping_time
async def test_a_lease_is_renewed_three_times_before_it_could_run_out() -> None:
    async with held() as (ami, leases):
        leases.hold("c1")
        await asyncio.sleep(3590)
        moments = [at for at, _, seconds in ami.asked if seconds == LEASE]
        assert moments[0] == 0
        assert len(moments) == 3600 / RENEW_EVERY
        gaps = {round(later - earlier, 3) for earlier, later in pairwise(moments)}
        assert gaps == {RENEW_EVERY}
        assert max(gaps) * 3 <= LEASE
        assert leases.renewals == len(moments)


@in_jumping_time
async def test_renewals_are_spread_as_the_callers_came() -> None:
    async with held() as (ami, leases):
        for nth in range(100):
            leases.hold(f"c{nth}")
            await asyncio.sleep(0.2)
        ami.asked.clear()
        await asyncio.sleep(RENEW_EVERY - 0.1)
        by_second = Counter(int(at) for at, _, _ in ami.asked)
        assert len(ami.asked) == 100
        assert max(by_second.values()) <= 100 / RENEW_EVERY + 1


@in_jumping_time
async def test_holding_again_makes_no_second_timer() -> None:
    async with held() as (ami, leases):
        for _ in range(5):
            leases.hold("c1")
            leases.keep("c1")
        await asyncio.sleep(1)
        ami.asked.clear()
        await asyncio.sleep(RENEW_EVERY * 3)
        assert len(ami.asked) == 3


@in_jumping_time
async def test_keep_trusts_the_lease_that_the_dialplan_gave() -> None:
    async with held() as (ami, leases):
        leases.keep("c1")
        await asyncio.sleep(1)
        assert ami.asked == []
        await asyncio.sleep(RENEW_EVERY)
        assert ami.asked == [(RENEW_EVERY, "c1", LEASE)]


@in_jumping_time
async def test_who_talks_is_not_cut_for_hours_by_our_death() -> None:
    async with held() as (ami, leases):
        leases.hold("c1")
        leases.lift("c1")
        await asyncio.sleep(TALK_LEASE + 1)
        assert [seconds for _, _, seconds in ami.asked if seconds != TALK_LEASE] == [LEASE]
        assert [at for at, _, seconds in ami.asked if seconds == TALK_LEASE] == [0, TALK_LEASE / 2, TALK_LEASE]


@in_jumping_time
async def test_what_is_forgotten_or_ended_is_renewed_no_more() -> None:
    async with held() as (ami, leases):
        for channel in ("c1", "c2", "c3"):
            leases.hold(channel)
        await asyncio.sleep(1)
        leases.forget("c1")
        leases.forget("never held")
        ami.asked.clear()
        await asyncio.sleep(RENEW_EVERY)
        assert {channel for _, channel, _ in ami.asked} == {"c2", "c3"}
        leases.end()
        ami.asked.clear()
        await asyncio.sleep(RENEW_EVERY * 2)
        assert ami.asked == []


@in_jumping_time
async def test_a_channel_that_is_gone_is_forgotten() -> None:
    async with held() as (ami, leases):
        ami.answers = [Gone()]
        leases.hold("c1")
        await asyncio.sleep(RENEW_EVERY * 5)
        assert len(ami.asked) == 1


@in_jumping_time
async def test_a_manager_that_is_away_is_asked_again_soon() -> None:
    async with held() as (ami, leases):
        ami.answers = [Unreachable("down"), Unreachable("down")]
        leases.hold("c1")
        await asyncio.sleep(RENEW_EVERY + 3 * RETRY)
        assert [at for at, _, _ in ami.asked] == [0, RETRY, 2 * RETRY, 2 * RETRY + RENEW_EVERY]
