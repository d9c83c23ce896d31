"""Whether an agent has a live connection through any api process; only a change reaches his floor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from acd.inputs import LiveSeen
from bus.presence import LASTS, Presence
from controller.mailbox import Mailbox
from kernel.ids import AgentId, TenantId

_BEFORE: Final = ""
"""Stands for the api processes that told our predecessor; theirs are real names."""


class Presences:
    """Keeps for each connected agent which api process has told so, and until when its word holds."""

    def __init__(self, box: Callable[[TenantId], Mailbox | None]) -> None:
        """`box` gives the mailbox of a tenant, if it is one of ours."""
        self._box = box
        self._until: dict[tuple[TenantId, AgentId], dict[str, float]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, box: Mailbox) -> None:
        """Who was connected when our predecessor ended is so still, until every api had the time to tell."""
        until = _now() + LASTS
        for agent in box.floor.agents.values():
            if agent.live:
                self._until[box.floor.tenant, agent.id] = {_BEFORE: until}
        self._wind()

    def heard(self, message: Presence) -> None:
        """Take what an api process tells."""
        until = _now() + message.lasts
        for agent in message.here:
            self._until.setdefault((message.tenant, agent), {})[message.api] = until
        for agent in message.gone:
            self._until.get((message.tenant, agent), {}).pop(message.api, None)
        for agent in (*message.here, *message.gone):
            self._settle(message.tenant, agent)
        self._wind()

    def end(self) -> None:
        """Let nothing lapse any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _settle(self, tenant: TenantId, agent: AgentId) -> None:
        up = bool(self._until.get((tenant, agent)))
        if not up:
            self._until.pop((tenant, agent), None)
        box = self._box(tenant)
        known = None if box is None else box.floor.agents.get(agent)
        if box is not None and known is not None and known.live is not up:
            box.take(LiveSeen(agent, up))

    def _wind(self) -> None:
        if self._timer is None and self._until:
            earliest = min(until for words in self._until.values() for until in words.values())
            self._timer = asyncio.get_running_loop().call_at(earliest, self._lapse)

    def _lapse(self) -> None:
        """Forget what was not renewed: its api process is dead, or cut off."""
        self._timer = None
        now = _now()
        for (tenant, agent), words in list(self._until.items()):
            for api in [name for name, until in words.items() if until <= now]:
                del words[api]
                self._settle(tenant, agent)
        self._wind()


def _now() -> float:
    return asyncio.get_running_loop().time()
