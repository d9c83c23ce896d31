"""A suspended tenant on the wire: nobody signs in or stays at work, callers hear guidance, data stay readable."""

from __future__ import annotations

from datetime import UTC, datetime

from robots.sound import level
from tests.e2e.crew import Api, assembled, eventually
from tests.platform import Platform

ORDERS = "/platform/tenants/demo/contracts/connect-smacom/orders"
STRAIGHT = "+81312345602"
SPEECH_DB = -45


async def test_an_order_to_suspend_is_in_force_at_once_and_so_is_the_one_to_resume(demo: Platform) -> None:
    async with demo.api(demo.demo["platform"]) as client, assembled(demo, "demo") as crew:
        root, today = Api(client), datetime.now(UTC).date().isoformat()
        stop = {"do": "suspend", "reason": "unpaid", "notice": today}
        stopped = await root.must("POST", ORDERS, json=stop)
        try:
            assert (stopped["after"]["state"], stopped["in_force"]) == ("suspended", True)
            refused = await crew.api.ask("POST", "/agents/mei/sign-in")
            assert (refused.status_code, refused.json()["code"]) == (409, "suspended")
            assert refused.json()["clause"]

            since = datetime.now(UTC)
            call = crew.dial(STRAIGHT)
            await call.answered()
            await call.ended(30)
            assert level(call.rtp.heard_since(since)) > SPEECH_DB
            record = await crew.api.record(await crew.started())
            assert (record["queue"], record["agents"]) == (None, [])
            assert crew.board.of("CallQueued") == []
        finally:
            resumed = await root.must("POST", ORDERS, json={"do": "resume"})
        assert (resumed["after"]["state"], resumed["in_force"]) == ("active", True)
        await crew.api.sign_in("mei")
        again = crew.dial(STRAIGHT)
        await crew.board.waiting("sales", 1)
        again.hang_up()
        await eventually(lambda: nobody_waits(crew.api), "an empty queue")
        await crew.api.must("POST", "/agents/mei/sign-out")


async def test_art_19_who_is_at_work_goes_when_he_has_no_call_and_is_offered_no_other(demo: Platform) -> None:
    async with demo.api(demo.demo["platform"]) as client, assembled(demo, "demo") as crew:
        root, today = Api(client), datetime.now(UTC).date().isoformat()
        await crew.work("mei")
        talk = crew.dial(STRAIGHT)
        await crew.board.state("mei", "on_call")
        await crew.work("sota", ready=False)
        waits = crew.dial(STRAIGHT)
        await crew.board.waiting("sales", 1)
        await root.must("POST", ORDERS, json={"do": "suspend", "reason": "unpaid", "notice": today})
        try:
            await crew.board.fact("SeatReturned", agent="sota", why="suspended")
            assert crew.board.agents["mei"]["state"] == "on_call"
            talk.hang_up()
            await crew.board.fact("SeatReturned", agent="mei", why="suspended")
            for agent in ("mei", "sota"):
                await crew.board.state(agent, "signed_out")
            assert len(crew.board.of("OfferMade")) == 1
            waits.hang_up()
            ledger = await crew.api.get("/ledgers/seats")
            assert [use["why"] for use in ledger["uses"] if use["agent"] in ("mei", "sota")][-2:] == ["suspended"] * 2
        finally:
            await root.must("POST", ORDERS, json={"do": "resume"})
            for agent in ("mei", "sota"):
                await crew.api.sign_in(agent)


async def nobody_waits(api: Api) -> bool:
    """Whether every queue is empty."""
    return all(not queue["waiting"] for queue in (await api.get("/queues"))["items"])
