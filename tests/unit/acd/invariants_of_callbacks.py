"""What must hold of those who are to be called back, at every moment."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from acd import inputs, lines
from acd.config.waiting import First
from acd.model import Call, Callback, Floor
from kernel.ids import AgentId, CallbackId, CallId
from kernel.moment import after
from tests.fakes.world import World
from tests.unit.acd.expected import broken
from tests.unit.acd.fairness import can, could_be_rung, spared


def check_callbacks(world: World) -> None:
    """One attempt at a time, and no agent idle beside one who may be called by him."""
    floor = world.floor
    if not floor.callbacks:
        return
    _one_attempt(floor)
    _nobody_idle_beside_a_callback(world)


def _one_attempt(floor: Floor) -> None:
    attempts = Counter(call.callback for call in floor.calls.values() if call.callback is not None)
    for callback in floor.callbacks.values():
        runs = callback.call is not None and callback.call in floor.calls
        attempts[callback.id] == runs or broken("u", f"{callback.id} is called {attempts[callback.id]} times at once")
        runs == (callback.call is not None) or broken("u", f"{callback.id} is called by {callback.call}, which is over")
        callback.tried < callback.rule.attempts or broken("u", f"{callback.id} has been tried {callback.tried} times")


def _nobody_idle_beside_a_callback(world: World) -> None:
    for callback in world.floor.callbacks.values():
        if callback.rule.first is First.AGENT and _may_be_called(world, callback):
            idle = [
                one.id
                for one in world.floor.agents.values()
                if could_be_rung(one) and callback.queue in one.queues and can(one, _asked(world, callback))
                if spared(world.floor, one, callback.turn)
            ]
            not idle or broken("u", f"{idle} are idle, and {callback.id} is to be called back")


def is_on_no_line(floor: Floor, callback: CallbackId, tried: CallId) -> None:
    """Whoever is about to be called back is not on the telephone: with nobody, nor waiting for somebody."""
    there = [one.id for one in _calls_of(floor, floor.callbacks[callback]) if one.id != tried]
    not there or broken("u", f"{callback} is called by {tried}, and his number is in {there}")


def _calls_of(floor: Floor, callback: Callback) -> list[Call]:
    return [one for one in floor.calls.values() if one.mark and one.mark == callback.mark]


def before_him(floor: Floor, callback: CallbackId, agent: AgentId, now: datetime) -> tuple[str, ...]:
    """Whose turn comes before that of whom this agent is engaged for, although he could call them too."""
    his, caller, found = floor.callbacks[callback], floor.agents[agent], []
    for one in floor.callbacks.values():
        way, mine = one.destination, one.queue in caller.queues and one.rule.first is First.AGENT
        if mine and way is not None and one.call is None and one.due <= now and lines.refusal(floor, way.line) is None:
            if _calls_of(floor, one):
                continue
            levels = _levels(one, now)
            if (-one.priority, one.since, one.id) < (-his.priority, his.since, his.id) and can(caller, levels):
                found.append(one.id)
    return tuple(found)


def _levels(callback: Callback, now: datetime) -> dict[str, int]:
    levels: dict[str, int] = {}
    for one in callback.required:
        come = [step.level for step in one.relaxation if after(callback.since, step.after) <= now]
        level = come[-1] if come else one.level
        levels[one.skill] = max(level, levels.get(one.skill, 0))
    return levels


def _asked(world: World, callback: Callback) -> dict[str, int]:
    """The skills that have to be found by now; a moment that is still to be told has not come."""
    levels: dict[str, int] = {}
    again = inputs.CallbackDue(callback.id, callback.due)
    for one in callback.required:
        moments = [(after(callback.since, step.after), step.level) for step in one.relaxation]
        come = [level for at, level in moments if at <= world.now and (at, again) not in world.switch.timers]
        level = come[-1] if come else one.level
        if level:
            levels[one.skill] = max(level, levels.get(one.skill, 0))
    return levels


def _may_be_called(world: World, callback: Callback) -> bool:
    """It is known over which line, nobody calls him, and it was said that it is time."""
    way, floor = callback.destination, world.floor
    if way is None or callback.call is not None or not floor.open or callback.queue not in floor.queues:
        return False
    if _calls_of(floor, callback):
        return False
    said = (callback.due, inputs.CallbackDue(callback.id, callback.due)) not in world.switch.timers
    return said and world.now >= callback.due and lines.refusal(floor, way.line) is None
