"""What an agent does: signing in and out, being ready or paused, wrap-up, and whether his line is up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd.config import PAUSE_REASONS
from acd.effects import Effect
from acd.facts import (
    AgentFreed,
    AgentSignedIn,
    Body,
    CommandDone,
    LineChanged,
    SeatRefused,
    WishChanged,
)
from acd.inputs import LineRested, LineSeen, SetWish, SignIn, SignOut
from acd.matching import match, prepare, steps
from acd.model import Agent, Call, Floor, Leg, Line, Wish, Work
from acd.work import absence, asked, desks, seats, wrap_up
from kernel.refusal import Code, Refused

_READY, _WRAP_UP = Wish.READY, Work.WRAP_UP
# A member of an enum takes Python 3.11 ten times as long as a name.


def sign_in(floor: Floor, given: SignIn, now: datetime) -> Iterator[Body | Effect]:
    """Start of work: takes a seat if the contracts leave one; the agent is paused until he says ready."""
    agent = floor.agents.get(given.agent)
    if agent is None:
        yield asked.refused(given, Refused(Code.UNKNOWN_AGENT, params=(("agent", given.agent),)))
    elif agent.signed_in:
        yield asked.refused(given, Refused(Code.ALREADY_SIGNED_IN, params=(("agent", given.agent),)))
    else:
        yield from _take_seat(floor, agent, given, now)


def _take_seat(floor: Floor, agent: Agent, given: SignIn, now: datetime) -> Iterator[Body | Effect]:
    owner = desks.phone_of(floor, agent, given.phone)
    if isinstance(owner, Refused):
        yield asked.refused(given, owner)
        return
    no = seats.no_room(floor, agent.config.licence)
    if no is not None:
        yield SeatRefused(agent.id, no.used or 0, no.limit or 0, agent.config.licence, no.clause)
        yield asked.refused(given, no)
        return
    known = steps.delays(floor, agent)
    yield seats.taken(floor, agent)
    yield AgentSignedIn(agent.id, "" if owner.id == agent.id else owner.config.endpoint)
    stands = Line.DOWN if owner.line is Line.DOWN else Line.UP
    if owner.id != agent.id and agent.line is not stands:
        yield LineChanged(agent.id, stands)
    yield CommandDone(given.command, agent.id)
    yield from steps.for_other_delays(floor, known, now)
    yield from absence.watch(floor, agent.id)


def sign_out(floor: Floor, given: SignOut, _now: datetime) -> Iterator[Body | Effect]:
    """End of work: gives the seat back; not while a call rings or runs."""
    agent = asked.signed_in(floor, given)
    if isinstance(agent, Refused):
        yield asked.refused(given, agent)
    elif agent.work in (Work.OFFERED, Work.ON_CALL) or agent.aside is not None:
        yield asked.refused(given, Refused(Code.BUSY_WITH_CALL, params=(("agent", given.agent),)))
    else:
        if given.forced:
            yield asked.forced(given, "signed_out")
        yield from absence.leave(floor, agent, "signed_out")
        yield CommandDone(given.command, given.agent)


def set_wish(floor: Floor, given: SetWish, now: datetime) -> Iterator[Body | Effect]:
    """Ready or paused. While a call runs it is the next wish; saying ready in wrap-up ends the wrap-up."""
    agent = asked.signed_in(floor, given)
    if isinstance(agent, Refused):
        yield asked.refused(given, agent)
        return
    paused = given.wish is not _READY
    reason = given.reason if paused else ""
    if reason and reason not in PAUSE_REASONS and reason not in floor.pauses:
        yield asked.refused(given, Refused(Code.UNKNOWN_PAUSE_REASON, params=(("reason", reason),)))
        return
    if given.forced:
        yield asked.forced(given, given.wish.value, reason)
    if (agent.wish, agent.reason) != (given.wish, reason):
        yield WishChanged(agent.id, given.wish, reason)
    if paused:
        yield from prepare.drop(agent, "paused")
    elif agent.work is _WRAP_UP and agent.call is not None:
        yield AgentFreed(agent.id, agent.call)
    yield CommandDone(given.command, given.agent)
    yield from match.for_agent(floor, agent, now)


def line_seen(floor: Floor, given: LineSeen, now: datetime) -> Iterator[Body | Effect]:
    """The phone registered or went away."""
    agent = floor.agents.get(given.agent)
    line = Line.UP if given.up else Line.DOWN
    if agent is None or agent.line is line:
        return
    yield LineChanged(agent.id, line)
    if line is Line.DOWN:
        yield from prepare.drop(agent, "line_down")
        yield from absence.watch(floor, agent.id)
    yield from match.for_agent(floor, agent, now)


def line_rested(floor: Floor, given: LineRested, now: datetime) -> Iterator[Body | Effect]:
    """A line that failed may be tried again."""
    agent = floor.agents.get(given.agent)
    if agent is None or agent.line is not Line.FAILED or agent.line_since != given.failed:
        return
    yield LineChanged(agent.id, Line.UP)
    yield from match.for_agent(floor, agent, now)


def leg_gone(floor: Floor, leg: Leg, call: Call, failed: bool, now: datetime) -> Iterator[Body | Effect]:
    """An agent's leg is gone: after a talk comes wrap-up (not when we `failed`), else he may be rung again. Who was
    only rung for a call, by no offer, is free at once."""
    agent = floor.agents.get(leg.agent) if leg.agent is not None else None
    if agent is None:
        return
    if agent.work is Work.ON_CALL and agent.call == call.id:
        yield from wrap_up.begin(floor, agent, call, None if failed else leg.served_for, now)
        yield from absence.watch(floor, agent.id)
    if agent.work is Work.OFFERED and agent.offer is None and agent.call == call.id:
        yield AgentFreed(agent.id, call.id)
        yield from absence.watch(floor, agent.id)
    if agent.leaving:
        yield from absence.remove(floor, agent)
    else:
        yield from match.for_agent(floor, agent, now)
