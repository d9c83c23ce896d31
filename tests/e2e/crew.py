"""People around a running platform: agents with phones, callers at the trunk, a supervisor at the API."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2

from robots.phone import Answer, Behaviour, Caller, Credentials, Ignore, OutgoingCall, Phone, Stage
from tests.e2e.board import Board, watching
from tests.platform import Platform

TENANT = "stories"
GREETED, PATIENT, URGENT, BRISK, TIDY, TOLD, SHORT = (f"+8131234561{last}" for last in range(1, 8))
"""The numbers of tests/data/seeds/stories.toml."""
CALLER_HZ = 440
AGENT_HZ = 1000
LOOK_EVERY = 0.1


class Api:
    """One logged-in person."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.token = client.headers["Authorization"].removeprefix("Bearer ")
        self._client = client

    async def get(self, path: str) -> Any:
        """The JSON of a GET that is answered with 200."""
        answer = await self._client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.json()

    async def ask(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """Whatever is answered."""
        return await self._client.request(method, path, **more)

    async def must(self, method: str, path: str, **more: Any) -> Any:
        """The JSON of a request that succeeds."""
        answer = await self.ask(method, path, **more)
        assert answer.is_success, (method, path, answer.status_code, answer.text)
        return answer.json()

    async def sign_in(self, agent: str) -> None:
        await self.must("POST", f"/agents/{agent}/sign-in")

    async def ready(self, agent: str) -> None:
        await self.must("PUT", f"/agents/{agent}/state", json={"state": "ready"})

    async def pause(self, agent: str, reason: str = "break") -> None:
        await self.must("PUT", f"/agents/{agent}/state", json={"state": "paused", "reason": reason})

    async def record(self, call: str) -> dict[str, Any]:
        """The one call record of a call, once it is there."""
        found = await eventually(lambda: self._records(call), f"a record of {call}")
        assert len(found) == 1, found
        return dict(found[0])

    async def recording(self, call: str) -> dict[str, Any]:
        """The one recording of a call, once it can be heard."""
        found = await eventually(lambda: self._recordings(call), f"a recording of {call}")
        assert len(found) == 1, found
        return dict(found[0])

    async def sound(self, recording: str) -> bytes:
        """The audio of a recording."""
        answer = await self.ask("GET", f"/recordings/{recording}/audio")
        assert answer.status_code == 200, answer.text
        return answer.content

    async def _records(self, call: str) -> list[dict[str, Any]]:
        found = await self.get("/call-records?limit=50")
        return [item for item in found["items"] if item["call"] == call]

    async def _recordings(self, call: str) -> list[dict[str, Any]]:
        found = await self.get("/recordings?limit=50")
        return [item for item in found["items"] if item["call"] == call and item["audio"] is not None]


@dataclass(slots=True)
class Crew:
    """Everybody in one test."""

    platform: Platform
    stage: Stage
    api: Api
    board: Board
    caller: Caller
    tenant: str = TENANT
    phones: dict[str, Phone] = field(default_factory=dict)
    _lost: set[str] = field(default_factory=set)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def work(self, agent: str, behaviour: Behaviour = Answer(), *, ready: bool = True) -> Phone:  # noqa: B008
        """An agent with a registered phone, signed in, and ready unless told otherwise."""
        known = next(known for known in self.platform.tenant(self.tenant)["agents"] if known["id"] == agent)
        credentials = Credentials(known["sip"]["username"], known["sip"]["password"])
        phone = await Phone.open(
            self.stage,
            credentials.username,
            credentials,
            self.platform.sip,
            tone_hz=AGENT_HZ,
            behaviour=behaviour,
        )
        self.phones[agent] = await self._stack.enter_async_context(phone)
        await phone.register()
        await self.api.sign_in(agent)
        if ready:
            await self.api.ready(agent)
            await self.board.state(agent, "ready")
        return phone

    async def hire(self, agent: str, phone: Phone) -> None:
        """An agent who is not in demo.json, with his registered phone: he goes home with the others."""
        self.phones[agent] = await self._stack.enter_async_context(phone)

    @asynccontextmanager
    async def seat_given_back(self, agent: str) -> AsyncIterator[None]:
        """However the block ends, the agent is signed out after it; for phones that are not ours."""
        try:
            yield
        finally:
            for call in self.caller.calls:
                call.hang_up()
            await self.board.until(lambda: self._idle(agent), f"{agent} without a call")
            await self.api.ask("POST", f"/agents/{agent}/sign-out")

    async def lose(self, agent: str) -> None:
        """The phone loses its power: its binding stays, nothing answers there."""
        await self.phones[agent].close()
        self._lost.add(agent)

    def dial(self, number: str, tone_hz: int = CALLER_HZ, **more: Any) -> OutgoingCall:
        """A caller dials a number of the tenant."""
        return self.caller.dial(number, self.platform.sip, tone_hz=tone_hz, **more)

    async def started(self, nth: int = 1) -> str:
        """The id of the nth call that began in this test."""
        return str((await self.board.fact("CallStarted", nth=nth))["body"]["call"])

    async def wait_in(self, queue: str, number: str, count: int, tone_hz: int = CALLER_HZ) -> OutgoingCall:
        """A caller who is the `count`-th to wait in a queue."""
        call = self.dial(number, tone_hz)
        await call.answered()
        await self.board.waiting(queue, count)
        return call

    async def go_home(self) -> None:
        """Everybody hangs up, agents sign out; nothing is left in Asterisk."""
        await self.caller.close()
        for phone in self.phones.values():
            for call in phone.calls:
                call.hang_up()
        # A waiting caller's BYE may come after the one that frees an agent: offered him, the agent may not sign out.
        await eventually(self._nobody_talks, "nobody in a call")
        for agent in self.phones:
            await self.board.until(lambda who=agent: self._idle(who), f"{agent} without a call")
            await self.api.must("POST", f"/agents/{agent}/sign-out")
        for agent, phone in self.phones.items():
            if agent not in self._lost:
                await phone.unregister()
        await self._stack.aclose()
        await eventually(self._nothing_lives, "no channel and no bridge")

    def _idle(self, agent: str) -> bool:
        return self.board.agents[agent]["state"] not in ("offered", "on_call")

    async def _nobody_talks(self) -> bool:
        counts = await asyncio.to_thread(self.platform.asterisk_channels, dialled=True)
        return counts == (0, 0)

    async def _nothing_lives(self) -> bool:
        counts = await asyncio.to_thread(self.platform.asterisk_channels)
        return counts == (0, 0)


@asynccontextmanager
async def assembled(platform: Platform, tenant: str = TENANT) -> AsyncIterator[Crew]:
    """A crew of `tenant` for one test; afterwards nobody is left on the stage, and nothing in Asterisk."""
    supervisor = platform.tenant(tenant)["supervisor"]
    stage = Stage()
    async with platform.api(supervisor) as client:
        api = Api(client)
        async with watching(platform.api_url, api.token) as board:
            caller = await Caller.open(stage, platform.demo["carrier"]["address"])
            crew = Crew(platform, stage, api, board, caller, tenant)
            try:
                yield crew
            finally:
                await crew.go_home()


async def eventually(look: Callable[[], Awaitable[Any]], what: str, limit: float = 30.0) -> Any:
    """What a look at something outside gives once it is true; nothing but asking again shows that it has become so."""
    until = time.monotonic() + limit
    while True:
        found = await look()
        if found:
            return found
        assert time.monotonic() < until, f"{what}: not within {limit} s"
        await asyncio.sleep(LOOK_EVERY)


__all__ = ["AGENT_HZ", "CALLER_HZ", "Answer", "Crew", "Ignore", "assembled", "eventually"]
