"""Carriers pushed over ARI: known by address or registration, watched by OPTIONS, told who calls as they want it."""

from __future__ import annotations

import asyncio

import pytest

from asterisk import applications, channels, endpoints, names
from asterisk.endpoints import Carrier, Registration
from asterisk.request import Done, Gone, Rejected
from asterisk.wire import ChannelDestroyed, ContactStatusChange, StasisStart
from tests.contract.asterisk.ari import LIMIT, Ari, pushed, sip_peer
from tests.contract.asterisk.sip_peer import Message, SipPeer

HOST = "127.0.0.3"
REALM = 'Digest realm="carrier",nonce="abc",algorithm=MD5,qop="auth"'


class Registrar:
    """A carrier's server: asks for credentials, then takes REGISTER; counts what it is asked."""

    def __init__(self, peer: SipPeer) -> None:
        self._peer = peer
        self.taken: asyncio.Queue[Message] = asyncio.Queue()
        peer._polite = self._answer  # type: ignore[method-assign]

    def _answer(self, message: Message) -> None:
        kept = {"via", "from", "to", "call-id", "cseq", "contact", "expires"}
        headers = [(key, value) for key, value in message.headers if key.lower() in kept]
        if message.method == "REGISTER" and not message.get("Authorization"):
            self._peer.write(Message("SIP/2.0 401 Unauthorized", [*headers, ("WWW-Authenticate", REALM)]))
            return
        self._peer.write(Message("SIP/2.0 200 OK", headers))
        if message.method == "REGISTER":
            self.taken.put_nowait(message)

    async def registered(self) -> Message:
        """The next REGISTER with credentials."""
        return await asyncio.wait_for(self.taken.get(), LIMIT)


async def test_each_of_two_carriers_is_known_by_its_own_address(ari: Ari) -> None:
    three, four = (Carrier(f"trunk.{n}.1", (f"127.0.0.{n}",), "127.0.0.1") for n in (3, 4))
    async with pushed(ari, three), pushed(ari, four):
        for host, name in ((HOST, "trunk.3.1"), ("127.0.0.4", "trunk.4.1")):
            async with sip_peer(ari.server, host) as caller:
                await caller.invite("0312345678")
                await ari.until(StasisStart, lambda event, name=name: event.channel.name.startswith(f"PJSIP/{name}-"))
        await ari.clear()


async def test_a_network_of_addresses_is_one_carrier_and_its_neighbours_are_nobody(ari: Ari) -> None:
    async with pushed(ari, Carrier("trunk.net.1", ("127.0.9.0/24",), "127.0.0.1")):
        async with sip_peer(ari.server, "127.0.9.77") as caller:
            await caller.invite("0312345678")
            await ari.until(StasisStart, lambda event: event.channel.name.startswith("PJSIP/trunk.net.1-"))
            await ari.clear()
        async with sip_peer(ari.server, "127.0.10.1") as stranger:
            await (await stranger.invite("0312345678")).status(401)


async def test_another_version_takes_over_and_calls_of_the_older_one_stay(ari: Ari) -> None:
    older, newer = (Carrier(f"trunk.x.{n}", (HOST,), "127.0.0.1") for n in (1, 2))
    async with sip_peer(ari.server, HOST) as caller:
        await ari.push(older)
        call, channel = await ari.arrive(caller)
        async with pushed(ari, newer):
            for request in endpoints.withdraw_carrier(older.name):
                assert isinstance(await ari.ask(request), Done | Gone)
            await caller.invite("0312345678")
            await ari.until(StasisStart, lambda event: event.channel.name.startswith("PJSIP/trunk.x.2-"))
            assert channel in await ari.channel_ids()
            call.ask("BYE")
            await ari.clear()


async def test_a_carrier_is_watched_from_the_moment_it_is_pushed(ari: Ari) -> None:
    await ari.done(applications.subscribe_endpoints(ari.app))
    async with (
        sip_peer(ari.server, HOST) as peer,
        pushed(ari, Carrier("trunk.seen.1", (HOST,), "127.0.0.1", f"sip:{peer.address}")),
    ):
        change = await ari.until(ContactStatusChange, lambda event: event.resource == "trunk.seen.1")
        assert change.status == "Reachable"
        await ari.until_state("trunk.seen.1", "online")


async def test_a_carrier_that_never_answers_is_said_to_be_unreachable(ari: Ari) -> None:
    await ari.done(applications.subscribe_endpoints(ari.app))
    async with sip_peer(ari.server, HOST) as peer:
        peer._polite = lambda message: None  # type: ignore[method-assign]
        async with pushed(ari, Carrier("trunk.dead.1", (HOST,), "127.0.0.1", f"sip:{peer.address}")):
            change = await ari.until(ContactStatusChange, lambda event: event.resource == "trunk.dead.1")
            assert change.status == "Unreachable"


async def test_a_registration_proves_itself_takes_calls_from_anywhere_and_ends(ari: Ari) -> None:
    async with sip_peer(ari.server, HOST) as peer:
        registrar = Registrar(peer)
        login = Registration(peer.address, "0312345600", "a-secret")
        async with pushed(ari, Carrier("trunk.reg.1", (), "127.0.0.1", registration=login)):
            taken = await registrar.registered()
            assert 'username="0312345600"' in taken.get("Authorization")
            assert "a-secret" not in taken.encode().decode()
            contact = taken.get("Contact").strip("<>").split(">")[0]
            # From an address that no trunk has: what names the line is the contact that was registered.
            async with sip_peer(ari.server, "127.0.0.9") as caller:
                call = await caller.invite("0312345600")
                await call.status(401)
                call = await to(caller, contact)
                await ari.until(StasisStart, lambda event: event.channel.name.startswith("PJSIP/trunk.reg.1-"))
                await ari.clear()
        # A REGISTER that was answered late has been repeated.
        while (await registrar.registered()).get("Expires") != "0":
            continue


async def to(caller: SipPeer, contact: str) -> object:
    """An INVITE to exactly this URI."""
    build = caller.build

    def aimed(method: str, target: str, *rest: object, **more: object) -> Message:
        return build(method, contact, *rest, **more)  # type: ignore[arg-type]

    caller.build = aimed  # type: ignore[method-assign]
    try:
        return await caller.invite("0312345600")
    finally:
        caller.build = build  # type: ignore[method-assign]


@pytest.mark.parametrize("asserted", [False, True])
@pytest.mark.parametrize("withheld", [False, True])
async def test_who_calls_stands_where_the_carrier_reads_it(ari: Ari, asserted: bool, withheld: bool) -> None:
    number = "+81312345601"
    async with sip_peer(ari.server, HOST) as peer:
        # A changed contact of an aor is not believed at once: each time it is another trunk.
        name = f"trunk.out.{peer.address.rpartition(':')[2]}"
        carrier = Carrier(name, (HOST,), "127.0.0.1", f"sip:{peer.address}", asserted=asserted)
        async with pushed(ari, carrier):
            await ari.done(channels.create("leg_out", names.dial_string(carrier.name, "0398765432"), ari.app, "x"))
            await ari.until(StasisStart, lambda event: event.channel.id == "leg_out")
            for name, value in outside(number, withheld):
                await ari.done(channels.set_variable("leg_out", name, value))
            await ari.done(channels.dial("leg_out"))
            call = await asyncio.wait_for(peer.incoming.get(), LIMIT)
            assert call.invite.start.startswith("INVITE sip:0398765432@")
            shown = number in call.invite.get("From")
            assert shown == (not withheld)
            assert (number in call.invite.get("P-Asserted-Identity")) == asserted
            assert ("id" in call.invite.get("Privacy")) == (asserted and withheld)
            call.reply(486, "Busy Here")
            await ari.until(ChannelDestroyed, lambda event: event.channel.id == "leg_out")


def outside(number: str, withheld: bool) -> list[tuple[str, str]]:
    """What is set on a leg so that it shows `number`."""
    presentation = "prohib_passed_screen" if withheld else "allowed_passed_screen"
    return [
        ("CONNECTEDLINE(num,i)", number),
        ("CONNECTEDLINE(pres)", presentation),
        ("CALLERID(num)", number),
        ("CALLERID(pres)", presentation),
    ]


@pytest.mark.parametrize(
    "garbage",
    [b"\x00" * 200, b"INVITE", b"SIP/2.0 200 OK\r\n\r\n", b"\xff\xfe\r\n" * 50, b"SIP/2.0 999 \r\nCSeq: x\r\n\r\n"],
)
async def test_a_carrier_that_answers_nonsense_is_dead_and_hurts_nobody(ari: Ari, garbage: bytes) -> None:
    await ari.done(applications.subscribe_endpoints(ari.app))
    async with sip_peer(ari.server, HOST) as peer, sip_peer(ari.server, "127.0.0.2") as good:
        peer._polite = lambda message: peer._transport.sendto(garbage, peer.server)  # type: ignore
        name = f"trunk.mad.{peer.address.rpartition(':')[2]}"
        async with pushed(ari, Carrier(name, (HOST,), "127.0.0.1", f"sip:{peer.address}")):
            change = await ari.until(ContactStatusChange, lambda event: event.resource == name)
            assert change.status == "Unreachable"
            _, channel = await ari.arrive(good)
            assert channel in await ari.channel_ids()
            await ari.clear()


async def test_what_asterisk_cannot_make_a_carrier_of_is_rejected(ari: Ari) -> None:
    broken = Carrier("trunk.bad.1", ("127.0.0.3",), "127.0.0.1", codecs=("nonsense",))
    answers = [await ari.ask(request) for request in endpoints.push(broken)]
    assert any(isinstance(answer, Rejected) for answer in answers)
    for request in endpoints.withdraw(broken):
        await ari.ask(request)
