"""A load: so many talking, so many waiting, so many in their greeting; what each of them heard and lived through."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from robots.call import Call, CallState
from robots.g711 import Samples
from robots.phone import Answer, Ignore, IncomingCall, OutgoingCall
from robots.sound import level, tone_in
from tests.e2e.crew import eventually
from tests.integration.crash.load import Load
from tests.integration.crash.scene import AGENT_HZ, CALLER_HZ, GREETED, STRAIGHT, Row, Scene

CHIME_HZ = (660, 880)
"""The two tones before the greeting."""
_WINDOW = 800
"""Samples of 100 ms: each tone lasts 250 ms."""


@dataclass(slots=True)
class Crowd:
    """Everybody who is on the phone. `served` are the agents' legs of those who talk, in the same order."""

    talking: list[OutgoingCall] = field(default_factory=list)
    served: list[IncomingCall] = field(default_factory=list)
    waiting: list[OutgoingCall] = field(default_factory=list)
    greeted: list[OutgoingCall] = field(default_factory=list)

    @property
    def all(self) -> list[Call]:
        return [*self.talking, *self.served, *self.waiting, *self.greeted]

    @property
    def talk(self) -> list[Call]:
        return [*self.talking, *self.served]


async def gathered(scene: Scene, load: Load) -> Crowd:
    """The load stands: who talks hears the other, who waits hears music, who is greeted hears the chime."""
    crowd = Crowd()
    for number in range(1, load.talking + 1):
        phone = await scene.work(f"op-{number}")
        call = scene.dial(STRAIGHT, from_number=caller(number))
        crowd.talking.append(call)
        crowd.served.append(await phone.rung())
    for call in crowd.talking:
        await call.rtp.hears(AGENT_HZ)
    for leg in crowd.served:
        await leg.rtp.hears(CALLER_HZ)
    for number in range(load.waiting):
        crowd.waiting.append(scene.dial(STRAIGHT, from_number=caller(100 + number)))
        await scene.waits(number + 1)
    crowd.greeted = [scene.dial(GREETED, from_number=caller(200 + number)) for number in range(load.greeted)]
    await asyncio.gather(*(call.rtp.hears(CHIME_HZ[0], window=0.1) for call in crowd.greeted))
    return crowd


async def offered(scene: Scene, agent: str) -> IncomingCall:
    """One more agent, who lets the next waiting caller ring."""
    phone = await scene.work(agent, Ignore())
    return await phone.rung()


def caller(number: int) -> str:
    """A caller's own number."""
    return f"+8139999{number:04d}"


def turns(rows: list[Row]) -> list[tuple[str, str]]:
    """Order and beginning of the waits."""
    return [(row["call"], row["since"]) for row in rows]


def chimes(heard: Samples) -> int:
    """How often the chime was heard: its first tone, followed by its second."""
    spans = [_tone(heard[at : at + _WINDOW]) for at in range(0, len(heard) - _WINDOW, _WINDOW // 2)]
    steps = [hz for before, hz in zip([None, *spans], spans, strict=False) if hz is not None and hz != before]
    return sum(1 for pair in pairwise(steps) if pair == CHIME_HZ)


def _tone(window: np.ndarray[tuple[int], np.dtype[np.int16]]) -> int | None:
    if level(window) < -50:
        return None
    return next((hz for hz in CHIME_HZ if tone_in(window, hz) > -1), None)


async def all_talk(pairs: list[tuple[Call, Call]]) -> None:
    """Each of a pair hears the other."""
    for one, other in pairs:
        await one.rtp.hears(AGENT_HZ)
        await other.rtp.hears(CALLER_HZ)


async def answering(scene: Scene, agents: list[str], callers: list[OutgoingCall]) -> None:
    """These agents answer from now on, until all these callers have talked; each hangs up when he has heard one."""
    for agent in agents:
        scene.phones[agent].behaviour = Answer()

    async def over() -> bool:
        for call in callers:
            if call.state is CallState.ANSWERED and tone_in(call.rtp.heard()[-1600:], AGENT_HZ) > -3:
                call.hang_up()
        return all(call.state is CallState.ENDED for call in callers)

    await eventually(over, "everybody has talked", 60)
