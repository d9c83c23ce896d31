"""Hold [保留]: an agent's phone lets the others of his conversation hear music; Asterisk plays it by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd.effects import Effect
from acd.facts import Body, LegHeld, LegUnheld
from acd.inputs import LegHeld as Held
from acd.inputs import LegUnheld as Unheld
from acd.model import Floor, Leg, Party
from kernel.ids import LegId


def held(floor: Floor, given: Held, _now: datetime) -> Iterator[Body | Effect]:
    """He is away for a moment; a phone that says so twice has said it once."""
    leg = _talking(floor, given.leg)
    if leg is not None and leg.held is None:
        yield LegHeld(leg.id, leg.call)


def unheld(floor: Floor, given: Unheld, _now: datetime) -> Iterator[Body | Effect]:
    """He is back."""
    leg = _talking(floor, given.leg)
    if leg is not None and leg.held is not None:
        yield LegUnheld(leg.id, leg.call)


def _talking(floor: Floor, leg: LegId) -> Leg | None:
    """An agent's leg in a conversation; what a phone or carrier outside does is no hold of ours."""
    found = floor.legs.get(leg)
    if found is None or found.conversation is None:
        return None
    return found if found.party is Party.AGENT or found.agent is not None else None
