"""An agent who is rung for a callback and lets it ring, or cannot be rung: he is shown as missed and rests."""

from __future__ import annotations

from collections.abc import Iterator

from acd.effects import Effect
from acd.facts import Body, WishChanged
from acd.matching import prepare
from acd.model import MISSED, Call, Floor, Leg, LegState, Wish


def mark(floor: Floor, leg: Leg, call: Call) -> Iterator[Body | Effect]:
    """His leg ends unanswered. He rests before he is free, or the next callback would ring him again
    at once, and the next."""
    agent = None if leg.agent is None else floor.agents.get(leg.agent)
    callback = None if call.callback is None else floor.callbacks.get(call.callback)
    if agent is None or callback is None or callback.agent != agent.id or leg.state is not LegState.RINGING:
        return
    if agent.wish is Wish.READY:
        yield WishChanged(agent.id, Wish.PAUSED, MISSED)
        yield from prepare.drop(agent, MISSED)
