"""Calls out of the stories' tenant: two carriers that robots play, and what their telephones hear and say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from robots.phone import Answer, Behaviour, Caller, IncomingCall
from robots.waiting import PATIENCE
from tests.e2e.crew import CALLER_HZ, TENANT, Api, Crew

LINE = "out"
FIRST, SECOND = "carrier", "second"
SECOND_ADDRESS = "127.0.0.3"
OUTSIDE = "+81312340000"
"""A number that no tenant has."""


@dataclass(slots=True)
class WayOut:
    """The first trunk of the line is the crew's own caller; `second` stands behind the other."""

    crew: Crew
    platform: Api
    second: Caller

    @property
    def first(self) -> Caller:
        return self.crew.caller

    def behave(self, behaviour: Behaviour, second: Behaviour | None = None) -> None:
        """What telephones outside do from now on."""
        self.first.behaviour = behaviour
        self.second.behaviour = second or behaviour

    async def rung(self, limit: float = PATIENCE) -> IncomingCall:
        """The next call that comes out of the platform over the first trunk."""
        return await self.first.rung(limit)

    async def line(self, **wanted: Any) -> None:
        """The line is such from now on."""
        path = f"/platform/tenants/{TENANT}/lines/{LINE}"
        told = await self.platform.must(
            "PUT", path, json={"trunks": [FIRST, SECOND], **wanted}, headers={"If-Match": "*"}
        )
        assert told["in_force"] is True, told

    async def trunk(self, name: str, robot: Caller, **wanted: Any) -> None:
        """The trunk leads to this robot."""
        await self.trunk_at(name, *robot.address, **wanted)

    async def trunk_at(self, name: str, host: str, port: int, **wanted: Any) -> None:
        """The trunk leads there."""
        body = {"addresses": [host], "contact": f"sip:{host}:{port}", **wanted}
        path = f"/platform/trunks/{name}"
        there = (await self.platform.ask("GET", path)).status_code == 200
        told = await self.platform.must("PUT", path, json=body, headers={"If-Match": "*"} if there else {})
        assert told["in_force"] is True, told


@asynccontextmanager
async def opened(crew: Crew) -> AsyncIterator[WayOut]:
    """Both trunks lead to robots that answer."""
    async with (
        crew.platform.api(crew.platform.demo["platform"]) as client,
        await Caller.open(crew.stage, SECOND_ADDRESS, tone_hz=CALLER_HZ) as second,
    ):
        crew.caller.tone_hz = CALLER_HZ
        way = WayOut(crew, Api(client), second)
        way.behave(Answer(after=0.3))
        await way.trunk(FIRST, crew.caller)
        await way.trunk(SECOND, second)
        await way.line()
        yield way
