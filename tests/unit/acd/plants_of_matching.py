"""Bugs planted into strategies, skills, steps of a wait and ringing many, each with the letters that must notice it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from acd import effects, facts, inputs, offers
from acd.config.routing import Membership
from acd.evolve import lines as evolve_lines
from acd.matching import choose, steps, wants
from acd.model import Agent, Call, Floor, Queue
from acd.waiting import joining
from tests.unit.acd.plants import Items, Patch, Plant, _after_fact, _decided, _nothing, _replaced


def _swallowed(_floor: Floor, _given: Any, _items: Items) -> Items:
    yield from ()


def _longest_idle_first(_queue: Queue, agent: Agent, how: Membership, idle: float) -> tuple[int, float, float, str]:
    return how.tier, 0.0, idle, agent.id


def _no_age(patch: Patch) -> None:
    right = steps.stage

    def wrong(queue: Queue, call: Call, now: datetime) -> steps.Stage:
        return replace(right(queue, call, now), priority=call.joined_with)

    patch.setattr(steps, "stage", wrong)


def _shown_as_missed(floor: Floor, call: Call) -> Iterator[Any]:
    for offer in offers.offers_of(floor, call):
        yield facts.OfferMissed(offer.id, call.id, offer.agent)
        leg = floor.legs[offer.leg]
        yield effects.HangUp(leg.id, leg.node, leg.channel, "no_answer")


def _skills_forgotten(patch: Patch) -> None:
    for who_asks in (wants, choose):
        patch.setattr(who_asks, "meets", lambda *_: True)

    def waited_enough(queue: Queue, _agent: Agent, delay: float) -> list[str]:
        return [word for word in queue.ready_for if delay <= wants.parsed(word).waited]

    def whoever_waited_for(floor: Floor, queue: Queue, want: str) -> list[choose.Entry]:
        known = ((entry, floor.agents[entry[3]].serves[queue.config.id]) for entry in queue.ready)
        return [entry for entry, how in known if how.delay <= wants.parsed(want).waited]

    patch.setattr(evolve_lines, "_gives", waited_enough)
    for who_looks in (choose, evolve_lines):
        patch.setattr(who_looks, "who_gives", whoever_waited_for)


def _waits_for_nobody(patch: Patch) -> None:
    right = joining.queued
    patch.setattr(joining, "queued", lambda *given: replace(right(*given), want=""))


def _equal_queues(floor: Floor, body: facts.AgentConfigured, _at: datetime) -> None:
    agent = floor.agents[body.agent.id]
    agent.serves = {queue: replace(how, priority=0) for queue, how in agent.serves.items()}


def _rings_on_first(floor: Floor, agent: Agent) -> Call | None:
    for more in (True, False):
        known = (floor.queues.get(queue) for queue in agent.serves)
        turns = [choose.first_turn(floor, queue, agent, more) for queue in known if queue is not None]
        if any(turns):
            return floor.calls[min(turn for turn in turns if turn is not None)[2]]
    return None


MATCHING_PLANTS: Final = (
    Plant("a skill is asked for but not looked at", "p", _skills_forgotten),
    Plant("a delayed membership is like any other", "p", _replaced(evolve_lines, "_keep_delay", lambda *_: None)),
    Plant("a wait under other rules stays at its step", "js", _replaced(steps, "catch_up", _nothing)),
    Plant("a wait never comes to its next step", "j", _decided(inputs.WaitStepDue, _swallowed)),
    Plant("a priority does not grow", "s", _no_age),
    Plant("a second answer is connected", "bq", _replaced(offers, "_has_been_taken", lambda *_: False)),
    Plant("who was not quick enough is shown as missed", "q", _replaced(offers, "release_others", _shown_as_missed)),
    Plant("a ring time ends and nothing follows", "r", _decided(inputs.RingTimeEnded, _swallowed)),
    Plant("a round robin always begins with the first", "d", _replaced(choose, "_after_last", lambda *_: 0)),
    Plant("every strategy goes by idle time", "d", _replaced(evolve_lines, "_entry", _longest_idle_first)),
    Plant("the preferred agent is not waited for", "mp", _waits_for_nobody),
    Plant("no queue comes first for an agent", "d", _after_fact(facts.AgentConfigured, _equal_queues)),
    Plant("a call that rings already goes before one that waits", "d", _replaced(choose, "call_for", _rings_on_first)),
    Plant("a call is rung at no more than one agent", "c", _replaced(choose, "may_ring", lambda *_: 1)),
)
