"""Whisper before the connection [ウィスパー]: the agent has answered and is told, by himself, whose call he takes.

Meanwhile the call keeps its turn and its caller hears what he has heard so far; whoever else is rung goes on ringing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from acd.effects import Effect, SayPrompt, SetTimer
from acd.facts import Body, WhisperStarted
from acd.inputs import PlaybackEnded
from acd.model import Agent, Call, Floor, Leg, Offer
from kernel.ids import PlaybackId, derive
from kernel.moment import after

LIMIT: Final = 30.0
"""Seconds after which he has been told enough, whatever is still playing."""
AGAIN: Final = 4.0
"""Seconds that a controller which comes back waits for the end of a whisper, which may have come while it was away."""


def wanted(call: Call) -> bool:
    """Whether the call's queue, as it was when the call joined, has something to say to its agents."""
    return call.settings is not None and bool(call.settings.service.whisper)


def begin(call: Call, offer: Offer, leg: Leg, now: datetime) -> Iterator[Body | Effect]:
    """He has answered: he is told, and connected when he has been."""
    if call.settings is None:
        return
    prompt = call.settings.service.whisper
    playback = PlaybackId(derive("play", now, offer.id, "whisper"))
    yield WhisperStarted(offer.id, call.id, offer.agent, leg.id, playback, prompt)
    yield SayPrompt(call.id, leg.node, leg.channel, playback, prompt)
    yield SetTimer(after(now, LIMIT), PlaybackEnded(call.id, playback))


def told(floor: Floor, call: Call, playback: PlaybackId) -> Agent | None:
    """The agent who has heard this one."""
    agents = (floor.agents.get(floor.offers[one].agent) for one in call.offers)
    return next((agent for agent in agents if agent is not None and agent.whisper == playback), None)


def timer(agent: Agent, now: datetime) -> Iterator[SetTimer]:
    """Of an agent who is being told something."""
    if agent.whisper is not None and agent.call is not None:
        yield SetTimer(after(now, AGAIN), PlaybackEnded(agent.call, agent.whisper))
