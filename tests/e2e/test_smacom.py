"""What the calls of a Connect SmaCom tenant do: queue, distribution, menu, and no recording where none was bought; and
what only who holds an Advance licence sees and hears of his colleagues."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx2
import pytest

from tests.e2e.board import watching
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, Api, Crew, assembled
from tests.e2e.office import admin_of
from tests.e2e.test_oversight import BOSS_HZ, desk_phone, hears_both
from tests.platform import Platform

SALES = "+81312345602"
MENU = "+81312345671"
SECOND_HZ = 550


def queued(crew: Crew, queue: str) -> int:
    """How many callers of today the board counts as queued."""
    return int(crew.board.queues[queue]["today"]["offered"])


@pytest.mark.feature("CSM-F04")
@pytest.mark.feature("CSM-F05")
async def test_callers_wait_and_who_has_waited_longest_is_distributed_first(demo: Platform) -> None:
    async with assembled(demo, "demo") as crew:
        before = queued(crew, "sales")
        phone = await crew.work("mei", ready=False)
        first = await crew.wait_in("sales", SALES, 1)
        second = await crew.wait_in("sales", SALES, 2, SECOND_HZ)
        await crew.api.ready("mei")
        rung = await phone.rung()
        await rung.rtp.hears(CALLER_HZ)
        assert crew.board.queues["sales"]["waiting"] == 1
        first.hang_up()
        await rung.ended()
        rung = await phone.rung()
        await rung.rtp.hears(SECOND_HZ)
        second.hang_up()
        await rung.ended()
        await crew.board.until(lambda: queued(crew, "sales") == before + 2, "both are counted as queued")


@pytest.mark.feature("CSM-F06")
@pytest.mark.parametrize(("keys", "queue"), [("2", "blue"), ("92", "blue"), ("", "red")])
async def test_a_key_leads_where_it_is_set_to_and_none_where_the_flow_says(
    demo: Platform, keys: str, queue: str
) -> None:
    async with assembled(demo, "basic") as crew:
        call = crew.dial(MENU)
        await call.answered()
        for nth, key in enumerate(keys, 1):
            await crew.board.fact("PlaybackFinished", nth=nth)
            call.send_dtmf(key)
        await crew.board.until(lambda: crew.board.queues[queue]["waiting"] == 1, f"a caller in queue {queue}", 60)


@pytest.mark.feature("CSM-F06", "limit")
async def test_who_presses_a_wrong_key_twice_goes_the_way_the_flow_says(demo: Platform) -> None:
    async with assembled(demo, "basic") as crew:
        call = crew.dial(MENU)
        await call.answered()
        for nth in (1, 2):
            await crew.board.fact("PlaybackFinished", nth=nth)
            call.send_dtmf("9")
        await call.ended()
        assert call.ended_by == "peer"


@pytest.mark.feature("CSM-F12", "refusal")
async def test_without_the_option_nothing_is_recorded(demo: Platform) -> None:
    async with assembled(demo, "basic") as crew:
        phone = await crew.work("one")
        call = crew.dial(MENU)
        await call.answered()
        await crew.board.fact("PlaybackFinished")
        call.send_dtmf("1")
        rung = await phone.rung()
        await rung.rtp.hears(CALLER_HZ)
        call.hang_up()
        await rung.ended()
        record = await crew.api.record(await crew.started())
        assert record["agents"] == ["one"]
        assert crew.board.of("RecordingStarted") == []
        assert (await crew.api.get("/recordings"))["items"] == []


def refused(answer: httpx2.Response) -> tuple[int, str, str]:
    """The status, code and clause of an answer that says why not."""
    told = answer.json()
    assert all(told["sentence"].values())
    return answer.status_code, told["code"], told["clause"]


NOT_IN_BASIC = (403, "feature_not_licensed", "T1-1")


@asynccontextmanager
async def agent_of(demo: Platform, name: str) -> AsyncIterator[Api]:
    """An agent of the tenant with two Basic licences and one Advance, at the API."""
    known = next(one for one in demo.tenant("basic")["agents"] if one["id"] == name)
    async with demo.api({**known, "tenant": "basic"}) as client:
        yield Api(client)


@asynccontextmanager
async def supervisors(demo: Platform) -> AsyncIterator[tuple[Api, Api]]:
    """Two supervisors of the same tenant: one under a Basic licence, one under Advance."""
    async with AsyncExitStack() as stack:
        admin = (await stack.enter_async_context(admin_of(demo, demo.tenant("basic")["admin"]))).api
        found = []
        for licence in ("basic", "advance"):
            wanted = {"login": f"boss-{licence}", "role": "supervisor", "licence": licence}
            made = await admin.must("POST", "/users", json=wanted)
            stack.push_async_callback(admin.ask, "DELETE", f"/users/boss-{licence}")
            login = {"tenant": "basic", "login": wanted["login"], "password": made["password"]}
            found.append(Api(await stack.enter_async_context(demo.api(login))))
        yield found[0], found[1]


@pytest.mark.feature("CSM-F08", "refusal")
async def test_t1_1_who_is_basic_sees_nobody_but_himself_and_who_is_advance_sees_all(demo: Platform) -> None:
    async with assembled(demo, "basic") as crew, agent_of(demo, "one") as basic, agent_of(demo, "three") as advance:
        assert refused(await basic.ask("GET", "/agents")) == NOT_IN_BASIC
        shown = {row["id"]: row["state"] for row in (await advance.get("/agents"))["items"]}
        assert shown == {"one": "signed_out", "two": "signed_out", "three": "signed_out"}
        async with watching(demo.api_url, basic.token) as his, watching(demo.api_url, advance.token) as all_of_them:
            assert his.agents.keys() == {"one"}
            await crew.work("three")
            await all_of_them.state("three", "ready")
            await his.until(lambda: his.seq >= all_of_them.seq, "as far")
            assert his.agents.keys() == {"one"}
            assert "three" not in str([message for message in his.messages if message["type"] == "change"])
            async with crew.seat_given_back("one"):
                await crew.api.sign_in("one")
                await his.state("one", "paused")


@pytest.mark.feature("CSM-F09", "refusal")
async def test_t1_1_statistics_of_others_are_for_who_is_advance(demo: Platform) -> None:
    async with supervisors(demo) as (basic, advance):
        for report in ("agents", "queues", "abandoned", "agents?format=csv"):
            assert refused(await basic.ask("GET", f"/reports/{report}")) == NOT_IN_BASIC
            assert (await advance.ask("GET", f"/reports/{report}")).status_code == 200
    async with agent_of(demo, "three") as agent:
        assert (await agent.ask("GET", "/reports/agents")).json()["code"] == "forbidden"


@pytest.mark.feature("CSM-F10", "refusal")
async def test_t1_1_who_is_advance_listens_in_and_who_is_basic_is_refused(demo: Platform) -> None:
    async with (
        assembled(demo, "basic") as crew,
        supervisors(demo) as (basic, advance),
        desk_phone(crew, "three") as desk,
    ):
        phone = await crew.work("one")
        caller = crew.dial(MENU)
        await caller.answered()
        await crew.board.fact("PlaybackFinished")
        caller.send_dtmf("1")
        agent = await phone.rung()
        await caller.rtp.hears(AGENT_HZ)
        call = await crew.started()
        for how in ("listen", "whisper", "barge"):
            no = await basic.ask("POST", f"/calls/{call}/{how}", json={"agent": "three"})
            assert refused(no) == NOT_IN_BASIC
        assert not desk.calls
        await advance.must("POST", f"/calls/{call}/listen", json={"agent": "three"})
        await hears_both(await desk.rung())
        await caller.rtp.misses(BOSS_HZ)
        caller.hang_up()
        await agent.ended()
