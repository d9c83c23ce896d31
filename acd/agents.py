"""What an agent does: signing in and out, being ready or paused, wrap-up, and whether his line is up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd import absence, match, prepare, seats
from acd.config import PAUSE_REASONS
from acd.effects import Effect, SetTimer
from acd.facts import (
    AgentFreed,
    AgentSignedIn,
    Body,
    CommandDone,
    CommandRefused,
    LineChanged,
    SeatRefused,
    WishChanged,
    WrapUpStarted,
)
from acd.inputs import Command, LineRested, LineSeen, SetWish, SignIn, SignOut, WrapUpTimeEnded
from acd.model import Agent, Call, Floor, Leg, Line, Wish, Work
from kernel.moment import after
from kernel.refusal import Code, Refused


def sign_in(floor: Floor, given: SignIn, _now: datetime) -> Iterator[Body | Effect]:
    """Start of work: takes a seat if the contracts leave one; the agent is paused until he says ready."""
    if given.command in floor.outcomes:
        return
    agent = floor.agents.get(given.agent)
    if agent is None:
        yield _refuse(given, Refused(Code.UNKNOWN_AGENT, params=(("agent", given.agent),)))
    elif agent.signed_in:
        yield _refuse(given, Refused(Code.ALREADY_SIGNED_IN, params=(("agent", given.agent),)))
    else:
        yield from _take_seat(floor, agent, given)


def _take_seat(floor: Floor, agent: Agent, given: SignIn) -> Iterator[Body | Effect]:
    no = seats.no_room(floor, agent.config.licence)
    if no is not None:
        yield SeatRefused(agent.id, no.used or 0, no.limit or 0, agent.config.licence, no.clause)
        yield _refuse(given, no)
    else:
        yield seats.taken(floor, agent)
        yield AgentSignedIn(agent.id)
        yield CommandDone(given.command, agent.id)
        yield from absence.watch(floor, agent.id)


def sign_out(floor: Floor, given: SignOut, _now: datetime) -> Iterator[Body | Effect]:
    """End of work: gives the seat back; not while a call rings or runs."""
    if given.command in floor.outcomes:
        return
    agent = floor.agents.get(given.agent)
    if agent is None or not agent.signed_in:
        yield _refuse(given, _absent(given, agent))
    elif agent.work in (Work.OFFERED, Work.ON_CALL):
        yield _refuse(given, Refused(Code.BUSY_WITH_CALL, params=(("agent", given.agent),)))
    else:
        yield from absence.leave(floor, agent, "signed_out")
        yield CommandDone(given.command, given.agent)


def set_wish(floor: Floor, given: SetWish, now: datetime) -> Iterator[Body | Effect]:
    """Ready or paused. While a call runs it is the next wish; saying ready in wrap-up ends the wrap-up."""
    if given.command in floor.outcomes:
        return
    agent = floor.agents.get(given.agent)
    if agent is None or not agent.signed_in:
        yield _refuse(given, _absent(given, agent))
        return
    if given.wish is Wish.PAUSED and given.reason and given.reason not in PAUSE_REASONS:
        yield _refuse(given, Refused(Code.UNKNOWN_PAUSE_REASON, params=(("reason", given.reason),)))
        return
    reason = given.reason if given.wish is Wish.PAUSED else ""
    if (agent.wish, agent.reason) != (given.wish, reason):
        yield WishChanged(agent.id, given.wish, reason)
    if given.wish is Wish.PAUSED:
        yield from prepare.drop(agent, "paused")
    if agent.work is Work.WRAP_UP and given.wish is Wish.READY and agent.call is not None:
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


def wrap_up_time_ended(floor: Floor, given: WrapUpTimeEnded, now: datetime) -> Iterator[Body | Effect]:
    agent = floor.agents.get(given.agent)
    if agent is None or agent.wrap_up_until != given.until or agent.call is None:
        return
    yield AgentFreed(agent.id, agent.call)
    yield from match.for_agent(floor, agent, now)


def leg_gone(floor: Floor, leg: Leg, call: Call, failed: bool, now: datetime) -> Iterator[Body | Effect]:
    """An agent's leg is gone: after a talk comes wrap-up (not when we `failed`), else he may be rung again. Who was
    only rung for a call, by no offer, is free at once."""
    agent = floor.agents.get(leg.agent) if leg.agent is not None else None
    if agent is None:
        return
    if agent.work is Work.ON_CALL and agent.call == call.id:
        yield from _after_talk(floor, agent, leg, call, failed, now)
        yield from absence.watch(floor, agent.id)
    if agent.work is Work.OFFERED and agent.offer is None and agent.call == call.id:
        yield AgentFreed(agent.id, call.id)
        yield from absence.watch(floor, agent.id)
    if agent.leaving:
        yield from absence.remove(floor, agent)
    else:
        yield from match.for_agent(floor, agent, now)


def _after_talk(
    floor: Floor, agent: Agent, leg: Leg, call: Call, failed: bool, now: datetime
) -> Iterator[Body | Effect]:
    wrap_up = leg.served_for.wrap_up if leg.served_for is not None and not failed else 0.0
    if wrap_up > 0:
        until = after(now, wrap_up)
        yield WrapUpStarted(agent.id, call.id, until)
        yield SetTimer(until, WrapUpTimeEnded(agent.id, until))
        yield from prepare.at_work(floor, agent, now)
    else:
        yield AgentFreed(agent.id, call.id)


def _absent(given: Command, agent: Agent | None) -> Refused:
    code = Code.UNKNOWN_AGENT if agent is None else Code.NOT_SIGNED_IN
    return Refused(code, params=(("agent", given.agent),))


def _refuse(given: Command, no: Refused) -> CommandRefused:
    return CommandRefused(given.command, given.agent, no.code, no.clause, no.used, no.limit, no.params)
