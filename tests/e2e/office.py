"""An admin at the API of a running platform, and what he needs to set a tenant up from nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from robots.phone import Answer, Behaviour, Credentials, Phone
from tests.e2e.crew import AGENT_HZ, Api, Crew
from tests.platform import Platform

PICK_UP = Answer()


@dataclass(slots=True)
class Admin:
    """Somebody who may change the configuration of his tenant."""

    api: Api

    async def put(self, path: str, wanted: dict[str, Any], *, over: str | None = None) -> dict[str, Any]:
        """Create a thing, or replace the version `over`; it must be in force then."""
        answer = await self.try_put(path, wanted, over=over)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        told: dict[str, Any] = answer.json()
        assert told["in_force"] is True
        return told

    async def try_put(self, path: str, wanted: dict[str, Any], *, over: str | None = None) -> httpx2.Response:
        """Whatever is answered to a PUT below /configuration."""
        headers = {} if over is None else {"If-Match": over}
        return await self.api.ask("PUT", f"/configuration/{path}", json=wanted, headers=headers)

    async def change(self, path: str, **changed: Any) -> dict[str, Any]:
        """Read a thing and put it back with some fields changed."""
        wanted, tag = await self.read(path)
        return await self.put(path, {**wanted, **changed}, over=tag)

    async def read(self, path: str) -> tuple[dict[str, Any], str]:
        """A thing as it may be put back, and its ETag."""
        answer = await self.api.ask("GET", f"/configuration/{path}")
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        shown = answer.json()
        return {
            name: value for name, value in shown.items() if name not in ("id", "version", "number", "sip_username")
        }, answer.headers["ETag"]

    async def queue_with_number(self, name: str, number: str, **queue: Any) -> None:
        """A queue, and a number that leads straight to it."""
        await self.put(f"queues/{name}", {"name": name, **queue})
        await self.put(f"flows/{name}", {"start": "in", "nodes": {"in": {"do": "route", "queue": name}}})
        await self.put(f"numbers/{number}", {"flow": name})

    async def agent(self, name: str, *queues: str) -> Credentials:
        """A new agent; what his phone registers with."""
        told = await self.put(f"agents/{name}", {"name": name, "queues": list(queues)})
        return Credentials(told["sip"]["username"], told["sip"]["password"])


@asynccontextmanager
async def admin_of(platform: Platform, login: dict[str, Any]) -> AsyncIterator[Admin]:
    """The admin behind a login of demo.json, or one of {tenant, login, password}."""
    async with platform.api(login) as client:
        yield Admin(Api(client))


async def at_work(
    crew: Crew,
    agent: str,
    credentials: Credentials,
    behaviour: Behaviour = PICK_UP,
    *,
    ready: bool = True,
) -> Phone:
    """A new agent's phone is registered, and he is signed in; ready unless told otherwise."""
    phone = await Phone.open(
        crew.stage, credentials.username, credentials, crew.platform.sip, tone_hz=AGENT_HZ, behaviour=behaviour
    )
    await phone.register()
    await crew.hire(agent, phone)
    await crew.api.sign_in(agent)
    if ready:
        await crew.api.ready(agent)
        await crew.board.state(agent, "ready")
    return phone
