"""Bugs planted one into each of eight rooms of the floor, with the letters of the properties that must notice it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from acd import effects, facts, inputs, interventions
from acd.aftermath import NOTED
from acd.config.waiting import Cause
from acd.inputs import Act
from acd.leaving import overflow
from acd.matching import callback_turns, match
from acd.model import Agent, Call, Callback, Dropped, Floor, dropped_key
from acd.waiting import redial
from kernel.ids import AgentId, QueueId
from kernel.moment import after
from tests.unit.acd.plants import _STEPS, Items, Patch, Plant, _after_fact, _decided, _replaced


def _rings_longer(patch: Patch) -> None:
    right = match.offer_to

    def wrong(*given: Any) -> Items:
        for item in right(*given):
            yield replace(item, at=after(item.at, 5.0)) if isinstance(item, effects.SetTimer) else item

    patch.setattr(match, "offer_to", wrong)


def _kept_for_ever(floor: Floor, call: Call, queue: QueueId, _now: datetime) -> Dropped | None:
    return floor.dropped.get(dropped_key(queue, call.mark)) if call.mark else None


def _latest_first(floor: Floor, agent: Agent, now: datetime) -> Callback | None:
    mine = [one for one in floor.callbacks.values() if one.queue in agent.queues]
    due = [one for one in mine if callback_turns.may_begin(floor, one, now)]
    return max(due, key=lambda one: one.turn, default=None)


def _ends_for_all(floor: Floor, given: inputs.ControlTalk, items: Items) -> Items:
    """Who leaves takes those with him who talk on."""
    yield from items
    if given.act is Act.LEAVE:
        for leg in [one for one in floor.legs.values() if one.call == given.call and one.conversation is not None]:
            yield facts.LegLeft(leg.id, leg.conversation, given.call)  # type: ignore[arg-type]


def _stays_parked(floor: Floor, fetched: facts.CallUnparked, _at: datetime) -> None:
    floor.parked[fetched.place] = fetched.call


def _stays_at_the_desk(floor: Floor, gone: facts.AgentSignedOut, _at: datetime) -> None:
    agent = floor.agents.get(gone.agent)
    if agent is not None:
        floor.desks.setdefault(agent.endpoint, set()).add(AgentId("somebody"))


def _older_in_the_same_order(patch: Patch) -> None:
    """The priority grows, and the call stands in the order as before."""
    right = _STEPS[facts.WaitStepped]

    def wrong(floor: Floor, body: facts.WaitStepped, at: datetime) -> None:
        right(floor, replace(body, priority=floor.calls[body.call].priority), at)
        floor.calls[body.call].priority = body.priority

    patch.setitem(_STEPS, facts.WaitStepped, wrong)


def _begins_again(patch: Patch) -> None:
    """Each step of a chain leads to its first one again."""
    right = overflow._go_on

    def wrong(floor: Floor, call: Call, came: Any, now: datetime) -> Items:
        return right(floor, call, replace(came, at=-1) if came.cause is not Cause.KEY else came, now)

    patch.setattr(overflow, "_go_on", wrong)


def _offers_end_unnoted(patch: Patch) -> None:
    for kind in (facts.OfferMissed, facts.OfferRefused, facts.OfferWithdrawn, facts.OfferLost):
        patch.delitem(NOTED, kind)


def _one_before_the_first(floor: Floor, call: Call) -> int:
    return 1 - floor.queues[call.queue].turns[0][0]  # type: ignore[index]


_HANGS_UP: Final = ("hurried_arrives", "caller_hangs_up", "pass_time", "deliver") * 80
_ASKS: Final = ("known_arrives", "asks", "way_found", "come_to_work", "agent_hangs_up") * 80
_PAUSED_WHILE_IT_RINGS: Final = ("hurried_arrives", "arrive", "pause", "reject", "come_to_work", "use_config") * 60
_PUT_IN_FRONT: Final = ("arrive", "prioritise", "pass_time", "deliver") * 40

ROOM_PLANTS: Final = (
    Plant("an offer's timer comes later than its ring time", "j", _rings_longer),
    Plant("the place of who hung up is kept for ever", "v", _replaced(redial, "place", _kept_for_ever), _HANGS_UP),
    Plant("who asked last is called back first", "u", _replaced(callback_turns, "turn_of", _latest_first), _ASKS),
    Plant("who leaves a conference takes the others with him", "bt", _decided(inputs.ControlTalk, _ends_for_all)),
    Plant("a fetched call keeps its park place", "t", _after_fact(facts.CallUnparked, _stays_parked)),
    Plant("a desk is not given back", "f", _after_fact(facts.AgentSignedOut, _stays_at_the_desk)),
    Plant("a priority grows beside the order", "b", _older_in_the_same_order),
    Plant("an overflow chain begins again at each step", "vg", _begins_again),
    Plant(
        "who is put in front is no more than one before the first",
        "s",
        _replaced(interventions, "_front", _one_before_the_first),
        _PUT_IN_FRONT,
    ),
    Plant("an empty queue is not left when an offer is over", "w", _offers_end_unnoted, _PAUSED_WHILE_IT_RINGS),
)
