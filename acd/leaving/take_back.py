"""Taking back what rings for a call that goes on without an agent."""

from __future__ import annotations

from collections.abc import Iterator

from acd import offers
from acd.effects import Effect, HangUp
from acd.facts import Body
from acd.model import Call, Floor


def of(floor: Floor, call: Call, why: str) -> Iterator[Body | Effect]:
    """Let the agents who are rung for the call be rung no more; they are free when their phones are quiet."""
    rung = [floor.legs[offer.leg] for offer in offers.offers_of(floor, call) if offer.leg in floor.legs]
    yield from offers.withdraw(floor, call, why)
    for leg in rung:
        yield HangUp(leg.id, leg.node, leg.channel)
