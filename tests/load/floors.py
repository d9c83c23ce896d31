"""F0: what Asterisk itself takes, with nothing but a bare ARI client: the floor under every figure of ours."""

from __future__ import annotations

import asyncio
import base64
import http.client
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import Progress

from asterisk import channels, names
from asterisk.connection import Connection
from asterisk.request import Answer, Done, Method, Request
from asterisk.wire import ChannelHangupRequest, Event, StasisStart
from tests.load import arms, capture, sip_wire, sipp
from tests.load.rig import Rig

APP = "denwaban-bench"
USER = "denwaban"
TALK = (0.02, 0.06)
LIMIT = 10.0
SEED = 100


class Stuck(RuntimeError):
    """Asterisk refused, or nothing came for LIMIT seconds."""


class Loop:
    """Calls one agent, again the moment he has hung up; notes when it asked and when it heard (ns since 1970)."""

    def __init__(self, endpoint: str, rounds: int, *, one_request: bool, progress: Callable[[int], None]) -> None:
        self._endpoint = names.dial_string(endpoint)
        self._rounds = rounds
        self._one_request = one_request
        self._progress = progress
        self._ari: Connection | None = None
        self._channel = ""
        self.asked: list[int] = []
        self.stood: list[int] = []
        self.freed: list[int] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def begin(self, ari: Connection) -> None:
        """The first call."""
        self._ari = ari
        self._next()

    def heard(self, event: Event) -> None:
        """The listener of the socket."""
        at = time.time_ns()
        match event:
            case StasisStart(channel) if channel.id == self._channel and not self._one_request:
                self.stood.append(at)
                self._send(channels.dial(channel.id))
            case ChannelHangupRequest(channel) if channel.id == self._channel:
                self.freed.append(at)
                self._progress(len(self.freed))
                if len(self.freed) == self._rounds:
                    self.done.set_result(None)
                else:
                    self._next()

    def _next(self) -> None:
        self._channel = f"floor-{id(self)}-{len(self.asked)}"
        self.asked.append(time.time_ns())
        ask = channels.originate if self._one_request else channels.create
        self._send(ask(self._channel, self._endpoint, APP))

    def _send(self, request: Request) -> None:
        assert self._ari is not None
        self._ari.post(request, self._refused)

    def _refused(self, answer: Answer) -> None:
        if not self.done.done():
            self.done.set_exception(Stuck(repr(answer)))


def measure(rig: Rig, samples: int, progress: Progress) -> dict[str, list[float]]:
    """Every floor, in seconds."""
    with on_core(rig.sut):
        floors = asyncio.run(_pings(rig, samples))
        floors["HTTP ping"] = _http_pings(rig, samples)
        for name, one_request in (("create + dial", False), ("originate", True)):
            floors |= _calls(rig, name, samples, one_request, progress)
    return floors


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """This thread runs on that core for a while, as the controller does."""
    before = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


async def _pings(rig: Rig, samples: int) -> dict[str, list[float]]:
    times = []
    async with asyncio.timeout(LIMIT + samples * 0.1):
        ari, running = await _connected(rig, lambda _event: None)
        for _ in range(samples):
            begun = time.perf_counter()
            if not isinstance(await ari.send(Request(Method.GET, "asterisk/ping")), Done):
                raise Stuck("ping")
            times.append(time.perf_counter() - begun)
        await ari.close()
        await running
    return {"WebSocket ping": times}


async def _connected(rig: Rig, on_event: Callable[[Event], None]) -> tuple[Connection, asyncio.Task[object]]:
    up = asyncio.Event()
    ari = Connection(
        f"ws://127.0.0.1:{rig.ari_port}/ari/events", APP, USER, rig.ari_password,
        on_event=on_event, on_up=up.set, on_down=lambda _reason: None,
    )  # fmt: skip
    running: asyncio.Task[object] = asyncio.create_task(ari.run())
    async with asyncio.timeout(LIMIT):
        await up.wait()
    return ari, running


def _http_pings(rig: Rig, samples: int) -> list[float]:
    proof = base64.b64encode(f"{USER}:{rig.ari_password}".encode()).decode()
    http_socket = http.client.HTTPConnection("127.0.0.1", rig.ari_port, timeout=LIMIT)
    times = []
    for _ in range(samples):
        begun = time.perf_counter()
        http_socket.request("GET", "/ari/asterisk/ping", headers={"Authorization": f"Basic {proof}"})
        answer = http_socket.getresponse()
        answer.read()
        times.append(time.perf_counter() - begun)
        if answer.status != 200:
            raise Stuck(f"HTTP {answer.status}")
    http_socket.close()
    return times


def _calls(rig: Rig, name: str, samples: int, one_request: bool, progress: Progress) -> dict[str, list[float]]:
    folder = rig.part(f"F0-{name.replace(' + ', '-')}")
    file = folder / "wire"
    talks = sipp.uniform_ms(samples + 10, *TALK, SEED)
    with (
        capture.capturing(file, rig.sip[1], rig.load),
        sipp.agents(folder, rig.queue.agent_port, sipp.MEDIA, talks, rig.load),
    ):
        loop = asyncio.run(_loop(rig, samples, one_request, name, progress))
    return _floors(file, loop, name, rig.queue.agent_port)


async def _loop(rig: Rig, samples: int, one_request: bool, name: str, progress: Progress) -> Loop:
    bar = progress.add_task(f"F0 {name}", total=samples)
    loop = Loop(
        arms.agent(1), samples, one_request=one_request, progress=lambda count: progress.update(bar, completed=count)
    )
    async with asyncio.timeout(LIMIT + samples * 0.5):
        ari, running = await _connected(rig, loop.heard)
        loop.begin(ari)
        await loop.done
        await ari.close()
        await running
    return loop


def _floors(file: Path, loop: Loop, name: str, port: int) -> dict[str, list[float]]:
    """The capture and the loop's own notes together; both clocks are the kernel's."""
    heard = sip_wire.messages(capture.read(file))
    rang = [one.at for one in heard if one.begins and one.target[1] == port]
    over = [one.at for one in heard if one.method == "BYE" and not one.status and one.source[1] == port]
    asked, stood, freed = ([at / 1e9 for at in times] for times in (loop.asked, loop.stood, loop.freed))
    if not len(rang) == len(over) == len(asked) == len(freed):
        raise Stuck(f"{name}: {len(asked)} asked, {len(rang)} rang, {len(over)} ended, {len(freed)} heard")
    floors = {
        f"{name}: asked → INVITE": _between(asked, rang),
        f"{name}: BYE → event": _between(over, freed),
        f"{name}: BYE → next INVITE": _between(over, rang[1:]),
    }
    if stood:
        floors |= {
            f"{name}: asked → StasisStart": _between(asked, stood),
            f"{name}: StasisStart → INVITE": _between(stood, rang),
        }
    return floors


def _between(begun: list[float], ended: list[float]) -> list[float]:
    return [after - before for before, after in zip(begun, ended, strict=False)]
