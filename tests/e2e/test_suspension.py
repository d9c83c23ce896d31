"""A suspended tenant on the wire: nobody signs in, a caller hears guidance, data stay readable, and it ends at once."""

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


async def nobody_waits(api: Api) -> bool:
    """Whether every queue is empty."""
    return all(not queue["waiting"] for queue in (await api.get("/queues"))["items"])
