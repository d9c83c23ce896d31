"""How long each ARI operation in use takes, alone and with 100 others on the same socket; prints a markdown table.

Run from the repository: python -m tests.load.ari_operations
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from statistics import quantiles

from asterisk import applications, bridges, channels, endpoints, playbacks
from asterisk.request import Done, Request
from asterisk.wire import StasisStart
from tests.asterisk_server import running_asterisk
from tests.contract.asterisk.ari import Ari, connected, registered, sip_peer
from tests.contract.asterisk.sip_peer import SipPeer

ROUNDS = 60
OTHERS = 100

Make = Callable[[int], Request]
Step = Callable[[int], Coroutine[None, None, None]]


async def nothing(_: int) -> None:
    """For operations that need nothing made before, or undone after."""


class Bench:
    """One connection, one caller and another for the crowd's leases, one phone that lets everything ring."""

    def __init__(self, ari: Ari, caller: str, other: str, phone: SipPeer) -> None:
        self.ari = ari
        self.caller = caller
        self.other = other
        self.phone = phone
        self.lines: list[str] = []
        self._bridges = 0
        self._legs = 0

    async def time(self, request: Request) -> float:
        """Milliseconds from writing the request to reading its answer."""
        begin = time.perf_counter()
        answer = await self.ari.connection.send(request)
        took = (time.perf_counter() - begin) * 1000
        assert isinstance(answer, Done), (request, answer)
        return took

    async def measure(self, name: str, make: Make, before: Step = nothing, after: Step = nothing) -> None:
        """Both columns of one operation. `before` and `after` are not counted."""
        alone = [await self._once(make, n, before, after, 0) for n in range(ROUNDS)]
        crowded = [await self._once(make, n, before, after, OTHERS) for n in range(ROUNDS)]
        self.lines.append(f"| {name} | {_figures(alone)} | {_figures(crowded)} |")

    async def _once(self, make: Make, n: int, before: Step, after: Step, others: int) -> float:
        """The others are written first, so the operation stands at the end of their line."""
        await before(n)
        crowd: list[Awaitable[object]] = [
            self.ari.connection.send(channels.lease(self.other, 600)) for _ in range(others)
        ]
        took = await self.time(make(n))
        await asyncio.gather(*crowd)
        await after(n)
        return took

    def new_leg(self) -> str:
        """A leg id never used."""
        self._legs += 1
        return self.leg

    @property
    def leg(self) -> str:
        """The leg id of this round."""
        return f"leg_{self._legs}"

    async def create(self, _: int) -> None:
        """A leg that is there and in Stasis."""
        leg = self.new_leg()
        await self.ari.done(channels.create(leg, "PJSIP/phone", self.ari.app))
        await self.ari.until(StasisStart, lambda event: event.channel.id == leg)

    async def dialled(self, n: int) -> None:
        """A leg that has been dialled."""
        await self.create(n)
        await self.ari.done(channels.dial(self.leg))

    async def end(self, _: int) -> None:
        """The leg is gone again."""
        await self.ari.ask(channels.hangup(self.leg))

    def fresh(self) -> str:
        """A bridge id never used: one that was destroyed is not free at once."""
        self._bridges += 1
        return self.bridge

    @property
    def bridge(self) -> str:
        """The bridge id of this round."""
        return f"conv_{self._bridges}"

    async def bridged(self, _: int) -> None:
        """A fresh bridge is there."""
        await self.ari.done(bridges.create(self.fresh()))

    async def unbridge(self, _: int) -> None:
        """The bridge is gone again."""
        await self.ari.done(bridges.destroy(self.bridge))

    async def in_bridge(self, _: int) -> None:
        """The caller is in the bridge."""
        await self.ari.done(bridges.add("conv_x", [self.caller]))

    async def out_of_bridge(self, _: int) -> None:
        """The caller is alone."""
        await self.ari.done(bridges.remove("conv_x", [self.caller]))

    async def playing(self, n: int) -> None:
        """A sound is being played."""
        await self.ari.done(playbacks.play(self.caller, f"play_{n}", ["sound:tt-weasels"]))

    async def silent(self, n: int) -> None:
        """The sound is stopped."""
        await self.ari.ask(playbacks.stop(f"play_{n}"))


def _figures(samples: list[float]) -> str:
    cuts = quantiles(samples, n=100, method="inclusive")
    return f"{cuts[49]:.2f} | {cuts[98]:.2f}"


async def arrivals(bench: Bench, peer: SipPeer) -> None:
    """Answering needs a fresh caller each time."""
    samples: dict[int, list[float]] = {0: [], OTHERS: []}
    for others, taken in samples.items():
        for _ in range(ROUNDS):
            call = await peer.invite("0312345678")
            start = await bench.ari.until(StasisStart)
            crowd = [bench.ari.connection.send(channels.lease(bench.other, 600)) for _ in range(others)]
            taken.append(await bench.time(channels.answer(start.channel.id)))
            await asyncio.gather(*crowd)
            call.take_answer(await call.status(200))
            await bench.ari.ask(channels.hangup(start.channel.id))
            await call.request("BYE")
    bench.lines.append(f"| POST channels/{{id}}/answer | {_figures(samples[0])} | {_figures(samples[OTHERS])} |")


async def table(bench: Bench, peer: SipPeer) -> None:
    """All operations in use, in the order of a call."""
    caller = bench.caller
    await arrivals(bench, peer)
    await bench.measure("POST channels/{id}/variable (lease)", lambda _: channels.lease(caller, 600))
    await bench.measure("GET channels/{id}/variable", lambda _: channels.get_variable(caller, "DENWABAN_NUMBER"))
    await bench.measure("POST channels/{id}/ring", lambda _: channels.ring(caller))
    await bench.measure("DELETE channels/{id}/ring", lambda _: channels.ring_stop(caller))
    await bench.measure("POST channels/{id}/moh", lambda _: channels.moh_start(caller))
    await bench.measure("DELETE channels/{id}/moh", lambda _: channels.moh_stop(caller))
    await bench.measure(
        "POST channels/{id}/play",
        lambda n: playbacks.play(caller, f"play_{n}", ["sound:tt-weasels"]),
        after=bench.silent,
    )
    await bench.measure("GET playbacks/{id}", lambda n: playbacks.get(f"play_{n}"), bench.playing, bench.silent)
    await bench.measure("DELETE playbacks/{id}", lambda n: playbacks.stop(f"play_{n}"), bench.playing)
    await bench.measure(
        "POST channels/create",
        lambda _: channels.create(bench.new_leg(), "PJSIP/phone", bench.ari.app),
        after=bench.end,
    )
    await bench.measure("POST channels/{id}/dial", lambda _: channels.dial(bench.leg), bench.create, bench.end)
    await bench.measure(
        "POST channels/{id} (originate)",
        lambda _: channels.originate(bench.new_leg(), "PJSIP/phone", bench.ari.app),
        after=bench.end,
    )
    await bench.measure("DELETE channels/{id} (ringing)", lambda _: channels.hangup(bench.leg), bench.dialled)
    await bench.measure("GET channels/{id}", lambda _: channels.get(caller))
    await bench.measure("GET channels", lambda _: channels.list_all())
    await bench.measure("POST bridges/{id}", lambda _: bridges.create(bench.fresh()), after=bench.unbridge)
    await bench.measure("DELETE bridges/{id}", lambda _: bridges.destroy(bench.bridge), bench.bridged)
    await bench.ari.done(bridges.create("conv_x"))
    await bench.measure(
        "POST bridges/{id}/addChannel", lambda _: bridges.add("conv_x", [caller]), after=bench.out_of_bridge
    )
    await bench.measure(
        "POST bridges/{id}/removeChannel", lambda _: bridges.remove("conv_x", [caller]), bench.in_bridge
    )
    await bench.measure("GET bridges/{id}", lambda _: bridges.get("conv_x"))
    await bench.measure("GET bridges", lambda _: bridges.list_all())
    await bench.measure("GET endpoints/PJSIP", lambda _: endpoints.list_all())
    await bench.measure("GET applications/{name}", lambda _: applications.get(bench.ari.app))
    phone = endpoints.push(endpoints.Phone("other", "a-secret-of-nobody-at-all", "127.0.0.1"))
    for request in phone:
        kind = request.uri.split("/")[-2]
        await bench.measure(f"PUT asterisk/config/dynamic … {kind}", lambda _, request=request: request)


async def main() -> None:
    """Start an Asterisk, measure, print."""
    with running_asterisk() as server:
        async with (
            connected(server) as ari,
            registered(ari, "phone") as phone,
            sip_peer(server, "127.0.0.2") as peer,
        ):
            phone.on_invite = lambda call: call.reply(180, "Ringing")
            _, caller = await ari.arrive(peer)
            _, other = await ari.arrive(peer)
            bench = Bench(ari, caller, other, phone)
            await table(bench, peer)
            await ari.clear()
    print(f"Milliseconds; {ROUNDS} rounds each; the 100 others are lease renewals written before on the same socket.\n")
    print("| operation | alone p50 | alone p99 | +100 p50 | +100 p99 |")
    print("|---|---|---|---|---|")
    print("\n".join(bench.lines))


if __name__ == "__main__":
    asyncio.run(main())
