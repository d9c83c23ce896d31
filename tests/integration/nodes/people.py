"""Talks between people at two nodes, and what is waited for when something of them has died."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from robots.phone import IncomingCall, OutgoingCall
from tests.integration.crash.scene import AGENT_HZ, CALLER_HZ, STRAIGHT, Scene, eventually
from tests.platform import Platform


@dataclass(frozen=True, slots=True)
class Talk:
    """A caller and the agent who was rung for him."""

    call: OutgoingCall
    served: IncomingCall


async def talk(scene: Scene, agent: str, *, caller_at: int, agent_at: int, **more: str) -> Talk:
    """They hear each other; the agent is the only one who is ready."""
    phone = await scene.work(agent, node=agent_at)
    call = scene.dial(STRAIGHT, node=caller_at, **more)
    served = await phone.rung()
    await served.rtp.hears(CALLER_HZ)
    await call.rtp.hears(AGENT_HZ)
    return Talk(call, served)


async def both_used(platform: Platform) -> None:
    """Return when the controller gives out calls on both nodes."""

    async def used() -> bool:
        return set((await asyncio.to_thread(platform.nodes_used)).values()) == {"used"}

    await eventually(used, "both nodes are used")


async def back(platform: Platform, name: str, pid: int) -> None:
    """The supervisor has started the child anew, which was `pid`."""

    async def another() -> bool:
        try:
            return platform.pid(name) != pid
        except FileNotFoundError:
            # The supervisor is about to start it.
            return False

    await eventually(another, f"{name} is started anew")
