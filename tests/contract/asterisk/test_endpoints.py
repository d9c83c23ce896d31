"""Endpoints pushed over ARI: usable at once, kept by a reload, pushed again after a restart."""

from __future__ import annotations

import asyncio

from asterisk import applications, endpoints, reading
from asterisk.request import Done, Gone
from asterisk.wire import ChannelDestroyed, ContactStatusChange, PeerStatusChange, StasisStart
from tests.asterisk_server import running_asterisk
from tests.contract.asterisk.ari import LIMIT, SECRET, Ari, connected, pushed, registered, sip_peer

PHONE = endpoints.Phone("phone-1", SECRET, "127.0.0.1")
CARRIER = endpoints.Carrier("carrier-2", ("127.0.0.3",), "127.0.0.1")


async def names(ari: Ari) -> set[str]:
    return {endpoint.resource for endpoint in reading.endpoints(await ari.done(endpoints.list_all()))}


async def test_a_pushed_phone_registers_and_is_heard_of(ari: Ari) -> None:
    await ari.done(applications.subscribe_endpoints(ari.app))
    async with registered(ari, "phone-2") as phone:
        change = await ari.until(ContactStatusChange, lambda event: event.resource == "phone-2")
        assert change.status in {"NonQualified", "Reachable", "Created"}
        assert (await phone.register(0)).code == 200
        await ari.until(ContactStatusChange, lambda event: (event.resource, event.status) == ("phone-2", "Removed"))


async def test_whether_a_phone_can_be_rung_is_told_when_it_changes_and_not_by_its_calls(ari: Ari) -> None:
    await ari.done(applications.subscribe_endpoints(ari.app))

    def told() -> list[str]:
        return [one.status for one in ari.events if isinstance(one, PeerStatusChange) and one.resource == "phone-3"]

    async with registered(ari, "phone-3") as phone:
        await ari.until(PeerStatusChange, lambda event: event.resource == "phone-3")
        call = await ari.ring("leg_p3", "phone-3", phone)
        call.reply(486, "Busy Here")
        await ari.until(ChannelDestroyed, lambda event: event.channel.id == "leg_p3")
        assert (await phone.register()).code == 200
        assert told() == ["Reachable"]
        assert (await phone.register(0)).code == 200
        await ari.until(PeerStatusChange, lambda event: event.resource == "phone-3")
        assert told() == ["Reachable", "Unreachable"]


async def test_a_wrong_secret_is_refused(ari: Ari) -> None:
    await ari.push(PHONE)
    async with sip_peer(ari.server, "127.0.0.1", PHONE.name, "wrong") as phone:
        assert (await phone.register()).code in {401, 403}


async def test_a_pushed_phone_and_carrier_survive_a_reload(ari: Ari) -> None:
    await ari.push(PHONE)
    async with pushed(ari, CARRIER):
        ari.server.console("module reload res_pjsip.so")
        ari.server.console("core reload")
        assert {"phone-1", "carrier-2", "carrier"} <= await names(ari)
        async with sip_peer(ari.server, "127.0.0.3") as caller:
            await caller.invite("0312345678")
            await ari.until(StasisStart, lambda event: event.channel.name.startswith("PJSIP/carrier-2-"))
            await ari.clear()
        async with sip_peer(ari.server, "127.0.0.1", PHONE.name, SECRET) as phone:
            assert (await phone.register()).code == 200


async def test_a_withdrawn_endpoint_is_gone(ari: Ari) -> None:
    await ari.push(CARRIER)
    for request in endpoints.withdraw(CARRIER):
        assert isinstance(await ari.ask(request), Done | Gone)
    async with asyncio.timeout(LIMIT):
        while "carrier-2" in await names(ari):  # Asterisk takes it off the list a moment later
            await asyncio.sleep(0.01)
    async with sip_peer(ari.server, "127.0.0.3") as caller:
        call = await caller.invite("0312345678")
        await call.status(401)


async def test_they_vanish_with_the_process_and_are_pushed_again() -> None:
    with running_asterisk() as server:
        async with connected(server) as ari, registered(ari, PHONE.name):
            server.stop()
            await ari.down()
            server.start()
            await ari.up()
            assert await names(ari) == {"carrier", "refused"}
            await ari.push(PHONE)
            # The contact of the old registration comes back from astdb: the phone need not know of all this.
            await ari.until_state(PHONE.name, "online")
            async with sip_peer(server, "127.0.0.1", PHONE.name, SECRET) as again:
                assert (await again.register()).code == 200
