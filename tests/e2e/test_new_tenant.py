"""A tenant whom the platform takes in while it runs is served at once, and does not see the others."""

from __future__ import annotations

from robots.phone import Answer, Phone, Stage
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, Api, Caller, eventually
from tests.e2e.office import admin_of
from tests.platform import Platform

NUMBER = "+81312345680"
OWN_USE = {"id": "own", "tariff": "own-use", "items": [{"row": "OWN-USE"}, {"row": "OWN-SEAT", "quantity": 1}]}


async def test_a_tenant_created_over_the_api_takes_a_call_without_any_restart(platform: Platform) -> None:
    pids = {name: platform.pid(name) for name in ("controller", "api", "asterisk")}
    async with platform.api(platform.demo["platform"]) as client:
        root = Api(client)
        made = await root.must("POST", "/platform/tenants", json={"id": "novice", "name": "新入商会"})
        assert made["in_force"] is True
        twice = await root.ask("POST", "/platform/tenants", json={"id": "novice", "name": "もう一つ"})
        assert (twice.status_code, twice.json()["code"]) == (409, "name_taken")
        login = {"tenant": "novice", "login": made["admin"], "password": made["password"]}
        async with admin_of(platform, login) as boss:
            refused = await boss.try_put("queues/front", {"name": "受付"})
            assert (refused.status_code, refused.json()["code"]) == (422, "feature_not_licensed")
            bought = await root.must("POST", "/platform/tenants/novice/contracts", json=OWN_USE)
            assert bought["in_force"] is True
            await boss.queue_with_number("front", NUMBER)
            sip = await boss.agent("first", "front")
            taken = await boss.try_put("numbers/+81312345611", {"flow": "front"})
            assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")
            assert await boss.api.get("/call-records") == {"items": [], "next_cursor": None}
            phone = await Phone.open(Stage(), sip.username, sip, platform.sip, tone_hz=AGENT_HZ, behaviour=Answer())
            async with phone:
                await phone.register()
                await boss.api.sign_in("first")
                await boss.api.ready("first")
                async with await Caller.open(Stage(), platform.demo["carrier"]["address"]) as caller:
                    call = caller.dial(NUMBER, platform.sip, tone_hz=CALLER_HZ)
                    rung = await phone.rung()
                    await rung.rtp.hears(CALLER_HZ)
                    await call.rtp.hears(AGENT_HZ)
                    call.hang_up()
                    await rung.ended()
                await eventually(lambda: _over(boss.api), "the call is over for everybody")
                await boss.api.must("POST", "/agents/first/sign-out")
                await phone.unregister()
        listed = (await root.get("/platform/tenants"))["items"]
    assert "novice" in [tenant["id"] for tenant in listed]
    assert {name: platform.pid(name) for name in pids} == pids


async def _over(api: Api) -> bool:
    """Whether the call has its record; its agent is free by then."""
    return bool((await api.get("/call-records"))["items"])
