"""Hold [保留]: an agent lets the others of his conversation hear music, from his phone or by order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd.effects import Effect, Mute, StopMusic, Unmute
from acd.facts import Body, LegHeld, LegUnheld
from acd.inputs import LegHeld as Held
from acd.inputs import LegUnheld as Unheld
from acd.model import Floor, Leg, Party
from acd.talking import conversations
from kernel.ids import LegId
from kernel.refusal import Code, Refused


def held(floor: Floor, given: Held, _now: datetime) -> Iterator[Body | Effect]:
    """His phone says that he is away for a moment, and Asterisk plays the music; said twice it is said once."""
    leg = _talking(floor, given.leg)
    if leg is not None and leg.held is None:
        yield LegHeld(leg.id, leg.call)


def unheld(floor: Floor, given: Unheld, _now: datetime) -> Iterator[Body | Effect]:
    """His phone says that he is back; a hold that was ordered, or that is an absence in another talk, it cannot end."""
    leg = _talking(floor, given.leg)
    if leg is not None and leg.held is not None and not leg.held_by_order and leg.keeps is None:
        yield LegUnheld(leg.id, leg.call)


def hold(floor: Floor, leg: Leg) -> Iterator[Body | Effect]:
    """By order: one other party hears music; several go on talking without him."""
    if leg.held is not None or leg.conversation is None:
        return
    call = floor.calls[leg.call]
    yield LegHeld(leg.id, leg.call, ordered=True)
    yield Mute(leg.node, leg.channel)
    yield from conversations.comfort(floor, call, floor.conversations[leg.conversation])


def unhold(floor: Floor, leg: Leg) -> Iterator[Body | Effect] | Refused:
    """By order: they hear him again."""
    if leg.keeps is not None:
        return Refused(Code.CONSULTING)
    if leg.held is not None and not leg.held_by_order:
        return Refused(Code.HELD_ON_PHONE)
    return release(floor, leg)


def release(floor: Floor, leg: Leg) -> Iterator[Body | Effect]:
    """A hold that was ordered is over, because he is back or goes elsewhere."""
    if not leg.held_by_order:
        return
    yield LegUnheld(leg.id, leg.call)
    yield Unmute(leg.node, leg.channel)
    others = conversations.others(floor, leg)
    for other in others if len(others) == 1 else ():
        yield StopMusic(other.node, other.channel)


def _talking(floor: Floor, leg: LegId) -> Leg | None:
    """An agent's leg in a conversation; what a phone or carrier outside does is no hold of ours."""
    found = floor.legs.get(leg)
    if found is None or found.conversation is None:
        return None
    return found if found.party is Party.AGENT or found.agent is not None else None
