"""The missed policy [不応答]: after how many offers in a row that he let ring an agent is given no more, and how."""

from __future__ import annotations

from collections.abc import Iterator

from acd.config.service import AfterMissed, Service
from acd.effects import Effect
from acd.facts import Body, OfferMissed
from acd.matching import prepare
from acd.model import Floor, Offer
from acd.work import absence

SIGNED_OUT = "missed"
"""Why the seat of an agent whom the policy signed out was given back."""


def rang_out(floor: Floor, offer: Offer) -> Iterator[Body | Effect]:
    """The offer rang out, or the phone was busy elsewhere: with the last one that the queue bears the agent is paused
    or signed out.

    Until then he stays ready, the last in line.
    """
    agent, service = floor.agents[offer.agent], _service(floor, offer)
    then = service.missed_then if agent.missed + 1 >= service.missed_after else AfterMissed.NOTHING
    yield OfferMissed(offer.id, offer.call, offer.agent, then)
    match then:
        case AfterMissed.PAUSED:
            yield from prepare.drop(agent, "missed")
            yield from absence.watch(floor, agent.id)
        case AfterMissed.SIGNED_OUT:
            yield from absence.leave(floor, agent, SIGNED_OUT)
        case AfterMissed.NOTHING:
            yield from absence.watch(floor, agent.id)


def _service(floor: Floor, offer: Offer) -> Service:
    """Of the call's queue as it was when the call joined."""
    call = floor.calls[offer.call]
    return call.settings.service if call.settings is not None else Service()
