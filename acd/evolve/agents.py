"""What facts do to agents, seats and the order in which agents are offered calls (part of `evolve`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from acd import facts
from acd.config.service import AfterMissed
from acd.evolve.desks import get_up, give_seat_back, settle, take_seat
from acd.evolve.lines import leave_lines, reindex, stand, take_up
from acd.model import MISSED, REFUSED, Agent, Floor, Line, Offer, OfferKind, Wish, Work
from kernel.ids import CommandId
from kernel.moment import seconds_between
from kernel.refusal import Refused

OUTCOMES_KEPT: Final = 10_000
_FREE, _OFFERED, _ON_CALL, _WRAP_UP = Work.FREE, Work.OFFERED, Work.ON_CALL, Work.WRAP_UP
_DOWN: Final = Line.DOWN
_READY: Final = Wish.READY
_BY_TURN: Final = OfferKind.QUEUE
# A member of an enum takes Python 3.11 ten times as long as a name.


def idle_from(floor: Floor, agent: Agent, at: datetime) -> None:
    """He is the last in line from now on."""
    agent.idle_since = at
    reindex(floor, agent)


def absent_from(agent: Agent, at: datetime) -> None:
    """Begins or ends an absence: signed in and without a call, with neither a live connection nor a phone."""
    idle = agent.work is _FREE or agent.work is _WRAP_UP
    if not (agent.line is _DOWN and idle and agent.signed_in and not agent.live):
        agent.absent_since = None
    elif agent.absent_since is None:
        agent.absent_since = at


def _configured(floor: Floor, body: facts.AgentConfigured, at: datetime) -> None:
    agent = floor.agents.get(body.agent.id)
    if agent is None:
        agent = floor.agents[body.agent.id] = Agent(body.agent, since=at, idle_since=at)
    else:
        leave_lines(floor, agent)
        get_up(floor, agent)
    agent.config, agent.leaving = body.agent, False
    settle(floor, agent)
    take_up(floor, agent)


def _leaving(floor: Floor, body: facts.AgentLeaving, _at: datetime) -> None:
    agent = floor.agents[body.agent]
    agent.leaving = True
    reindex(floor, agent)


def _removed(floor: Floor, body: facts.AgentRemoved, _at: datetime) -> None:
    agent = floor.agents.pop(body.agent, None)
    if agent is not None:
        leave_lines(floor, agent)
        get_up(floor, agent)
        give_seat_back(floor, agent.id)


def _seat_taken(floor: Floor, body: facts.SeatTaken, _at: datetime) -> None:
    take_seat(floor, body.agent, body.kind)


def _seat_returned(floor: Floor, body: facts.SeatReturned, _at: datetime) -> None:
    give_seat_back(floor, body.agent)


def _seat_refused(_floor: Floor, _body: facts.SeatRefused, _at: datetime) -> None:
    """Nothing changes; the seat ledger reads it."""


def _signed_in(floor: Floor, body: facts.AgentSignedIn, at: datetime) -> None:
    agent = floor.agents[body.agent]
    leave_lines(floor, agent)
    get_up(floor, agent)
    agent.signed_in = True
    agent.calls_taken, agent.talked, agent.last_talk = 0, 0.0, None
    agent.calls_of = {}
    agent.wish = Wish.PAUSED
    agent.reason = ""
    agent.desk, agent.missed = body.endpoint, 0
    settle(floor, agent)
    agent.away_from = set()
    agent.since = agent.idle_since = at
    absent_from(agent, at)
    take_up(floor, agent)


def _signed_out(floor: Floor, body: facts.AgentSignedOut, at: datetime) -> None:
    agent = floor.agents[body.agent]
    agent.signed_in = False
    agent.wish = Wish.PAUSED
    agent.reason = ""
    agent.work = _FREE
    agent.wrap_up_until = None
    get_up(floor, agent)
    agent.desk = ""
    settle(floor, agent)
    agent.since = at
    absent_from(agent, at)
    reindex(floor, agent)


def _wish_changed(floor: Floor, body: facts.WishChanged, at: datetime) -> None:
    agent = floor.agents[body.agent]
    agent.wish = body.wish
    agent.reason = body.reason
    if agent.work is _FREE:
        agent.since = at
    idle_from(floor, agent, at)


def _line_changed(floor: Floor, body: facts.LineChanged, at: datetime) -> None:
    agent = floor.agents[body.agent]
    agent.line, agent.line_since = body.line, at
    absent_from(agent, at)
    if agent.work is _FREE and agent.wish is _READY:
        agent.since = at
    if body.line is Line.UP:
        idle_from(floor, agent, at)
    else:
        reindex(floor, agent)


def _live_changed(floor: Floor, body: facts.LiveChanged, at: datetime) -> None:
    agent = floor.agents[body.agent]
    agent.live = body.up
    absent_from(agent, at)


def _offer_made(floor: Floor, body: facts.OfferMade, at: datetime) -> None:
    floor.offers[body.offer] = Offer(
        body.offer, body.call, body.queue, body.agent, body.leg, made=at, ring_until=body.ring_until, kind=body.kind
    )
    call = floor.calls[body.call]
    call.offers.add(body.offer)
    call.offers_made += 1
    call.exclusive = body.kind is not _BY_TURN
    if call.rung_since is None and not call.exclusive:
        call.rung_since = at
    stand(floor, call)
    agent = floor.agents[body.agent]
    queue = None if body.queue is None or call.exclusive else floor.queues.get(body.queue)
    how = None if queue is None else agent.serves.get(queue.config.id)
    if queue is not None and how is not None:
        queue.last_rung = (float(how.order), body.agent)
    agent.work, agent.since = _OFFERED, at
    agent.offer, agent.call, agent.leg = body.offer, body.call, body.leg
    absent_from(agent, at)
    reindex(floor, agent)


def _offer_accepted(floor: Floor, body: facts.OfferAccepted, at: datetime) -> None:
    offer = floor.offers.pop(body.offer, None)
    call = floor.calls[body.call]
    call.offers.discard(body.offer)
    call.demand = call.demand.of_anybody
    agent = floor.agents[body.agent]
    if offer is not None and offer.queue is not None:
        agent.calls_taken += 1
        agent.calls_of[offer.queue] = agent.calls_of.get(offer.queue, 0) + 1
    agent.work, agent.since, agent.offer = _ON_CALL, at, None
    agent.missed, agent.whisper = 0, None
    leg = None if agent.leg is None else floor.legs.get(agent.leg)
    if leg is not None:
        leg.served_for = call.settings
    reindex(floor, agent)


def _offer_over(floor: Floor, offer: Offer | None, at: datetime) -> Agent | None:
    """The offer is gone without an answer: the call keeps its place and may be offered again."""
    if offer is None:
        return None
    call = floor.calls.get(offer.call)
    if call is not None and offer.id in call.offers:
        call.offers.discard(offer.id)
        call.exclusive = call.exclusive and call.offered
        if offer.agent == call.preferred:
            # He has had his chance.
            call.preferred = call.preferred_until = None
            call.demand = call.demand.of_anybody
        stand(floor, call)
    agent = floor.agents.get(offer.agent)
    if agent is not None and agent.offer == offer.id:
        agent.work, agent.since, agent.offer, agent.call = _FREE, at, None, None
        agent.whisper = None
        absent_from(agent, at)
        reindex(floor, agent)
    return agent


def _offer_missed(floor: Floor, body: facts.OfferMissed, at: datetime) -> None:
    agent = _offer_over(floor, floor.offers.pop(body.offer, None), at)
    if agent is None:
        return
    agent.missed += 1
    if body.then is AfterMissed.PAUSED:
        _pause_after(floor, agent, MISSED)
    else:
        # Whoever stays ready is the last in line: the next call goes to somebody else first.
        idle_from(floor, agent, at)


def _offer_refused(floor: Floor, body: facts.OfferRefused, at: datetime) -> None:
    _pause_after(floor, _offer_over(floor, floor.offers.pop(body.offer, None), at), REFUSED)


def _pause_after(floor: Floor, agent: Agent | None, reason: str) -> None:
    if agent is not None and agent.wish is _READY:
        agent.wish, agent.reason = Wish.PAUSED, reason
        reindex(floor, agent)


def _offer_withdrawn(floor: Floor, body: facts.OfferWithdrawn | facts.OfferLost, at: datetime) -> None:
    _offer_over(floor, floor.offers.pop(body.offer, None), at)


def _wrap_up_started(floor: Floor, body: facts.WrapUpStarted, at: datetime) -> None:
    agent = floor.agents[body.agent]
    _talk_over(agent, at)
    agent.work, agent.since = _WRAP_UP, at
    agent.wrap_up_until = body.until
    agent.extension, agent.wrap_up_latest = body.extension, body.latest
    agent.call = body.call
    absent_from(agent, at)
    reindex(floor, agent)


def _freed(floor: Floor, body: facts.AgentFreed, at: datetime) -> None:
    agent = floor.agents[body.agent]
    _talk_over(agent, at)
    agent.work, agent.since, agent.call, agent.wrap_up_until = _FREE, at, None, None
    absent_from(agent, at)
    idle_from(floor, agent, at)


def _talk_over(agent: Agent, at: datetime) -> None:
    if agent.work is _ON_CALL:
        agent.talked += seconds_between(agent.since, at)
        agent.last_talk = at


def _preparation_started(floor: Floor, body: facts.PreparationStarted, _at: datetime) -> None:
    agent = floor.agents[body.agent]
    agent.prepared, agent.prepared_on, agent.prepared_up = body.channel, body.node, False
    agent.preparations += 1
    reindex(floor, agent)


def _leg_prepared(floor: Floor, body: facts.LegPrepared, _at: datetime) -> None:
    floor.agents[body.agent].prepared_up = True


def _preparation_ended(floor: Floor, body: facts.PreparationEnded, _at: datetime) -> None:
    spend(floor, floor.agents[body.agent])


def spend(floor: Floor, agent: Agent) -> None:
    """The channel made ahead is used, or is not to be used."""
    agent.prepared, agent.prepared_on, agent.prepared_up = None, None, False
    reindex(floor, agent)


def _command_done(floor: Floor, body: facts.CommandDone, _at: datetime) -> None:
    _remember(floor, body.command, None)


def _command_refused(floor: Floor, body: facts.CommandRefused, _at: datetime) -> None:
    _remember(floor, body.command, Refused(body.code, body.clause, body.used, body.limit, body.params))


def _remember(floor: Floor, command: CommandId, outcome: Refused | None) -> None:
    floor.outcomes[command] = outcome
    if len(floor.outcomes) > OUTCOMES_KEPT:
        del floor.outcomes[next(iter(floor.outcomes))]


STEPS: Final[dict[type, Callable[[Floor, Any, datetime], None]]] = {
    facts.AgentConfigured: _configured,
    facts.AgentLeaving: _leaving,
    facts.AgentRemoved: _removed,
    facts.SeatTaken: _seat_taken,
    facts.SeatReturned: _seat_returned,
    facts.SeatRefused: _seat_refused,
    facts.AgentSignedIn: _signed_in,
    facts.AgentSignedOut: _signed_out,
    facts.WishChanged: _wish_changed,
    facts.LineChanged: _line_changed,
    facts.LiveChanged: _live_changed,
    facts.OfferMade: _offer_made,
    facts.OfferAccepted: _offer_accepted,
    facts.OfferMissed: _offer_missed,
    facts.OfferRefused: _offer_refused,
    facts.OfferWithdrawn: _offer_withdrawn,
    facts.OfferLost: _offer_withdrawn,
    facts.WrapUpStarted: _wrap_up_started,
    facts.AgentFreed: _freed,
    facts.PreparationStarted: _preparation_started,
    facts.LegPrepared: _leg_prepared,
    facts.PreparationEnded: _preparation_ended,
    facts.CommandDone: _command_done,
    facts.CommandRefused: _command_refused,
}
