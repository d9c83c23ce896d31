"""Everybody around the platform that is being broken: agents, callers, a supervisor, and what is left at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx2

from robots.call import Call, Side
from robots.phone import (
    Answer,
    Behaviour,
    Caller,
    CallState,
    Credentials,
    IncomingCall,
    OutgoingCall,
    Phone,
    Stage,
)
from tests.e2e.crew import Api
from tests.e2e.crew import eventually as eventually
from tests.integration.crash import ledger
from tests.integration.crash.ledger import TENANT, Entry
from tests.platform import Platform

GREETED, STRAIGHT, BRISK, TOLD, STEADY = (f"+8131234562{last}" for last in range(1, 6))
"""The numbers of seed.toml."""
CALLER_HZ = 440
AGENT_HZ = 1000
BUSY = ("offered", "on_call")
Row = dict[str, Any]


@dataclass(slots=True)
class Scene:
    """One test's people. `began` is the seq of the last fact before it."""

    platform: Platform
    stage: Stage
    api: Api
    caller: Caller
    began: int
    phones: dict[str, Phone] = field(default_factory=dict)
    calls: list[OutgoingCall] = field(default_factory=list)

    async def work(
        self,
        agent: str,
        behaviour: Behaviour = Answer(),  # noqa: B008
        *,
        ready: bool = True,
        node: int = 1,
    ) -> Phone:
        """An agent signs in with a phone registered at a node, and is ready unless told otherwise."""
        known = next(one for one in self.platform.tenant(TENANT)["agents"] if one["id"] == agent)
        login = Credentials(known["sip"]["username"], known["sip"]["password"])
        phone = await Phone.open(
            self.stage, login.username, login, self.platform.sip_of(node), tone_hz=AGENT_HZ, behaviour=behaviour
        )
        self.phones[agent] = phone
        await phone.register()
        await self.api.sign_in(agent)
        if ready:
            await self.ready(agent)
        return phone

    async def ready(self, agent: str) -> None:
        """The agent says ready, and is seen so."""
        await self.api.ready(agent)
        await eventually(lambda: self._is(agent, "ready", *BUSY), f"{agent} ready")

    def dial(self, number: str, tone_hz: int = CALLER_HZ, node: int = 1, **more: Any) -> OutgoingCall:
        """A caller dials, and arrives at a node."""
        call = self.caller.dial(number, self.platform.sip_of(node), tone_hz=tone_hz, **more)
        self.calls.append(call)
        return call

    async def answers(self, limit: float = 30.0) -> tuple[str, IncomingCall]:
        """An agent who has answered, whoever it is, and his leg."""

        async def look() -> tuple[str, IncomingCall] | None:
            for agent, phone in self.phones.items():
                for call in phone.calls:
                    if isinstance(call, IncomingCall) and call.state is CallState.ANSWERED:
                        return agent, call
            return None

        found: tuple[str, IncomingCall] = await eventually(look, "an agent answers", limit)
        return found

    async def waiting(self, queue: str = "main") -> list[Row]:
        """Who waits, the next first."""
        items: list[Row] = (await self.api.get(f"/queues/{queue}/waiting"))["items"]
        return items

    async def waits(self, count: int, queue: str = "main", limit: float = 30.0) -> list[Row]:
        """Who waits, once they are so many."""

        async def look() -> list[Row] | None:
            rows = await self.waiting(queue)
            return rows if len(rows) == count else None

        rows: list[Row] = await eventually(look, f"{count} wait in {queue}", limit) if count else []
        return rows

    async def agents(self) -> dict[str, Row]:
        """Every agent as shown, by id."""
        rows: dict[str, Row] = {}
        path = "/agents?limit=100"
        for row in (await self.api.get(path))["items"]:
            rows[row["id"]] = row
        return rows

    async def facts(self) -> list[Entry]:
        """The facts since this test began."""
        return await ledger.facts(self.platform, self.began)

    async def fact(self, kind: str, count: int = 1, limit: float = 30.0, **body: object) -> list[Entry]:
        """So many facts of a type, once they are in the database."""

        async def look() -> list[Entry] | None:
            found = ledger.of(await self.facts(), kind, **body)
            return found if len(found) >= count else None

        found: list[Entry] = await eventually(look, f"{count} {kind} {body}", limit)
        return found

    async def records(self, count: int) -> list[Row]:
        """The call records of the calls of this test, once there are so many; each call has exactly one."""

        async def look() -> list[Row] | None:
            started = [entry.body["call"] for entry in ledger.of(await self.facts(), "CallStarted")]
            rows = (await self.api.get("/call-records?limit=200"))["items"]
            mine = [row for row in rows if row["call"] in started]
            return mine if len(mine) >= count and len(started) >= count else None

        rows: list[Row] = await eventually(look, f"{count} call records")
        assert len(rows) == count, [(row["call"], row["outcome"]) for row in rows]
        assert len({row["call"] for row in rows}) == count
        return rows

    async def copied(self, journal: list[Entry] | None = None) -> None:
        """Every fact of the journals (those of this moment, or the given ones) is in the database, word for word."""
        written = ledger.journaled(self.platform) if journal is None else journal
        assert written

        async def look() -> bool:
            return ledger.without(written, await ledger.facts(self.platform)) == []

        await eventually(look, "the journal is in the database")

    async def nothing_lives(self) -> None:
        """No channel and no bridge in Asterisk."""

        async def look() -> bool:
            try:
                return await asyncio.to_thread(self.platform.asterisk_channels) == (0, 0)
            except httpx2.HTTPError:  # one that is starting does not listen yet, or does not know ARI yet
                return False

        await eventually(look, "no channel and no bridge")

    async def nobody_is_stuck(self) -> None:
        """Nothing lives, no agent is busy, nobody waits."""
        await self.nothing_lives()

        async def free() -> bool:
            return all(row["state"] not in BUSY for row in (await self.agents()).values())

        await eventually(free, "all agents free")

        async def nobody_waits() -> bool:
            return await self.waiting() == await self.waiting("brisk") == []

        await eventually(nobody_waits, "nobody waits")

    async def go_home(self) -> None:
        """Everybody hangs up and signs out."""
        await self.caller.close()
        for phone in self.phones.values():
            for call in phone.calls:
                call.hang_up()
        await self.nobody_is_stuck()
        for agent, phone in self.phones.items():
            await self.api.must("POST", f"/agents/{agent}/sign-out")
            await phone.unregister()
            await phone.close()

    async def _is(self, agent: str, *states: str) -> bool:
        return (await self.agents())[agent]["state"] in states


def uncut(calls: list[Call]) -> None:
    """Nobody was hung up on or turned away."""
    cut = [(call.status, call.cause) for call in calls if call.ended_by is Side.PEER]
    assert cut == [], cut


def gap(calls: list[Call], since: datetime) -> float:
    """The longest time in ms in which one of these heard nothing."""
    return max(call.rtp.largest_gap_since(since) for call in calls)


def tell(**figures: object) -> None:
    """The measured figures of a test, for whoever reads its output."""
    print(
        "  ".join(
            f"{name}={value:.3f}" if isinstance(value, float) else f"{name}={value}" for name, value in figures.items()
        )
    )


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


@asynccontextmanager
async def opened(platform: Platform) -> AsyncIterator[Scene]:
    """A scene on a quiet platform; nobody is left on it afterwards."""
    stage = Stage()
    async with platform.api(platform.tenant(TENANT)["supervisor"]) as client:
        api = Api(client)
        caller = await Caller.open(stage, platform.demo["carrier"]["address"])
        scene = Scene(platform, stage, api, caller, await ledger.last(platform))
        # A test that failed may have left agents at work; their phones are gone, and this test is not to blame.
        for agent, row in (await scene.agents()).items():
            if row["state"] != "signed_out":
                await api.ask("POST", f"/agents/{agent}/sign-out")
        try:
            yield scene
        finally:
            await scene.go_home()
