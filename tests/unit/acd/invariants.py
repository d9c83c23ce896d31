"""What must hold on every floor at every moment, recounted from scratch; each property has the letter of its name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from acd.matching.choose import in_line
from acd.matching.wants import accepts
from acd.model import Agent, Conversation, Floor, Hearing, Leg, LegState, Line, Party, Place, Queue, Wish, Work
from kernel.ids import AgentId, CallId, ConversationId, LegId
from tests.fakes.world import World
from tests.unit.acd.expected import Violation as Violation
from tests.unit.acd.expected import broken as broken
from tests.unit.acd.fairness import allowed, can_take, could_be_rung, spared
from tests.unit.acd.invariants_of_callbacks import check_callbacks

RINGS = (Place.WAITING, Place.TALKING)
"""Where a call may be that agents are rung for: others ring on until a talk that has begun also stands."""


def check(world: World, seen: Mapping[CallId, datetime]) -> None:
    """All properties of one moment; `seen`: the moment whose step each waiting call stands at."""
    floor = world.floor
    _one_call_per_agent(world)
    _one_place_per_call(floor)
    _orders_as_recounted(floor, seen)
    _nobody_idle_beside_a_waiting_call(floor, seen)
    _seats(floor)
    _absences(floor)
    _who_leaves_has_a_call(floor)
    _places(floor)
    _channels(floor)
    _talks(world)
    _legs_ahead(world)
    _who_listens(world)
    check_callbacks(world)


def _one_call_per_agent(world: World) -> None:
    floor = world.floor
    offered = Counter(offer.agent for offer in floor.offers.values())
    held = Counter(leg.agent for leg in floor.legs.values() if leg.agent is not None)
    phones = Counter(channel.endpoint for channel in world.switch.channels.values() if channel.endpoint)
    for count in (offered, held, phones):
        all(number == 1 for number in count.values()) or broken("a", f"an agent has two: {count}")
    for agent in floor.agents.values():
        rings = offered[agent.id] + _is_rung_by_a_colleague(floor, agent)
        (agent.work is Work.OFFERED) == (rings == 1) or broken("a", f"{agent.id} offered, or not?")
        agent.leg is None or agent.leg in floor.legs or broken("a", f"{agent.id} holds a leg that is gone")
        talks = agent.leg is not None and floor.legs[agent.leg].conversation is not None
        not talks or agent.work is Work.ON_CALL or broken("a", f"{agent.id} talks but is {agent.work}")
        agent.work is not Work.ON_CALL or agent.leg is not None or broken("a", f"{agent.id} is on no call")
    for call in floor.calls.values():
        if call.tries and call.place in (Place.DIALLING, Place.TALKING) and not call.destination.emergency:
            own = floor.legs.get(call.caller_leg) if call.caller_leg is not None else None
            beside = own is not None and own.party is Party.AGENT and own.agent is None
            not beside or broken("a", f"{call.id} goes out beside its agent's other work")


def _is_rung_by_a_colleague(floor: Floor, agent: Agent) -> bool:
    leg = None if agent.leg is None else floor.legs.get(agent.leg)
    if leg is None or leg.state is not LegState.RINGING or agent.offer is not None or agent.call != leg.call:
        return False
    # A phone that dialled has a channel of its own making, and is answered in a moment.
    return leg.channel == leg.id and leg.conversation is None and leg.id != floor.calls[leg.call].caller_leg


def _is_waited_in(floor: Floor, conversation: Conversation, legs: set[LegId]) -> bool:
    """Somebody is alone in it, and somebody will come."""
    call = floor.calls[conversation.call]
    if any(leg.keeps == conversation.id for leg in floor.legs.values()):
        return bool(legs)
    comes = call.invitation is not None or call.parked is not None or call.returns_to is not None
    return bool(legs) and comes and conversation.id == call.conversation


def _talks(world: World) -> None:
    """Who hears whom in the switch is as the floor says, and nobody is forgotten on hold or beside a talk."""
    floor, channels = world.floor, world.switch.channels
    for leg in floor.legs.values():
        call = floor.calls[leg.call]
        kept = leg.keeps is None or (leg.keeps in floor.conversations and leg.keeps != leg.conversation)
        kept or broken("t", f"{leg.id} keeps {leg.keeps}, is in {leg.conversation}")
        listens = leg.party is Party.SUPERVISOR
        if call.place is Place.TALKING and leg.conversation is None and leg.channel in channels and not listens:
            rung = call.invitation is not None and call.invitation.leg == leg.id
            told = leg.channel in world.switch.dying or leg.id in {offer.leg for offer in floor.offers.values()}
            rung or told or leg.keeps is not None or broken("t", f"{leg.id} is forgotten in {call.id}")
        if leg.channel in channels and leg.channel not in world.switch.dying:
            heard = channels[leg.channel].bridge
            fits = heard == (leg.conversation or "")
            fits or broken("t", f"{leg.id} is in {leg.conversation}, and its channel in {heard}")
        if leg.channel in channels and leg.conversation is not None:
            _music(world, leg)
    for place, parked in floor.parked.items():
        stands = parked in floor.calls and floor.calls[parked].parked
        (bool(stands) and stands.place == place) or broken("t", f"{parked} stands at {place}, and does not know it")


def _music(world: World, leg: Leg) -> None:
    others = [other for other in world.floor.legs.values() if other.conversation == leg.conversation and other != leg]
    held = len(others) == 1 and others[0].held_by_order
    hears = world.switch.channels[leg.channel].music
    hears == (not others or held) or broken("t", f"{leg.id} hears music: {hears}, with {len(others)} others")
    world.switch.channels[leg.channel].muted == leg.held_by_order or broken("t", f"{leg.id} is muted, or not")


def _one_place_per_call(floor: Floor) -> None:
    stands = {queue.config.id: {turn[2] for turn in queue.turns} for queue in floor.queues.values()}
    legs_of: dict[CallId | ConversationId | None, set[LegId]] = {}
    for leg in floor.legs.values():
        legs_of.setdefault(leg.call, set()).add(leg.id)
        legs_of.setdefault(leg.conversation, set()).add(leg.id)
    for call in floor.calls.values():
        orders = [queue for queue, calls in stands.items() if call.id in calls]
        wanted = [call.queue] if call.place is Place.WAITING else []
        orders == wanted or broken("b", f"{call.id} is {call.place} and stands in {orders}, not {wanted}")
        (call.queue is not None) == (call.place is Place.WAITING) or broken("b", f"{call.id}: queue without wait")
        (call.conversation is not None) == (call.place is Place.TALKING) or broken(
            "b", f"{call.id}: talk without place"
        )
        not call.offered or call.place in RINGS or broken("b", f"{call.id} is rung but is {call.place}")
        call.offers <= floor.offers.keys() or broken("b", f"{call.id} has a lost offer")
        legs = legs_of.get(call.id, set())
        call.legs == legs or broken("b", f"{call.id}: legs {call.legs}, recounted {legs}")
    for leg in floor.legs.values():
        heard = leg.conversation is None or leg.conversation in floor.conversations
        heard or broken("b", f"{leg.id} stands in a conversation that is over")
    for conversation in floor.conversations.values():
        inside = legs_of.get(conversation.id, set())
        conversation.legs == inside or broken("b", f"{conversation.id}: legs {conversation.legs}, recounted {inside}")
        len(inside) > 1 or _is_waited_in(floor, conversation, inside) or broken(
            "t", f"{conversation.id} holds {inside}"
        )


def _gives(agent: Agent, queue: Queue, word: str) -> bool:
    return accepts(agent.id, agent.profile, agent.config.membership(queue.config.id).delay, word)


def _orders_as_recounted(floor: Floor, seen: Mapping[CallId, datetime]) -> None:
    calls, free = floor.calls.values(), [agent for agent in floor.agents.values() if could_be_rung(agent)]
    able: dict[str, set[AgentId]] = {}
    for agent in floor.agents.values():
        for known in agent.config.skills:
            able.setdefault(known.skill, set()).add(agent.id)
    floor.able == able or broken("p", f"able {floor.able}, recounted {able}")
    for name, queue in floor.queues.items():
        mine = [call for call in calls if call.queue == name]
        turns = sorted(call.turn for call in mine)
        vacant = [call for call in mine if not call.offered]
        more = [call for call in mine if call.offered and len(call.offers) < allowed(floor, call)]
        ready = {one.id for one in free if name in one.config.queues and name not in one.away_from}
        queue.turns == turns or broken("b", f"{name}: turns {queue.turns}, recounted {turns}")
        queue.open_turns == sorted(one.turn for one in vacant) or broken("b", f"{name}: open turns {queue.open_turns}")
        for orders, there in ((queue.open_for, vacant), (queue.more_for, more)):
            wants = {one.want: sorted(other.turn for other in there if other.want == one.want) for one in there}
            orders == wants or broken("b", f"{name}: {orders}, recounted {wants}")
        stand = [entry[3] for entry in queue.ready]
        sorted(stand) == sorted(ready) or broken("b", f"{name}: ready {queue.ready}, recounted {ready}")
        newest = queue.newest
        newest is None or newest in queue.ready or broken("b", f"{name}: {newest} came last and is not ready")
        for word, order in queue.ready_for.items():
            fitting = [entry for entry in queue.ready if _gives(floor.agents[entry[3]], queue, word)]
            placed = [entry for entry in fitting if entry != newest]
            order == placed or broken("b", f"{name}: {order} for {word!r}, recounted {placed}")
            in_line(floor, queue, word) == fitting or broken("b", f"{name}: in line for {word!r} are not {fitting}")
        asked = sorted(entry[3] for asking in queue.asking.values() for entry in asking)
        asked == sorted(queue.ready_for) or broken("b", f"{name}: orders for {list(queue.ready_for)}, found by {asked}")
        for call in mine:
            line = {entry[3] for entry in in_line(floor, queue, call.want)}
            fit = {one.id for one in free if can_take(floor, one, call, seen[call.id])}
            line == fit or broken("p", f"{call.id}: {line} are in line, {fit} can take it")


def _nobody_idle_beside_a_waiting_call(floor: Floor, seen: Mapping[CallId, datetime]) -> None:
    for agent in floor.agents.values():
        for call in floor.calls.values() if could_be_rung(agent) else ():
            more = call.queue is not None and len(call.offers) < allowed(floor, call) and floor.reaches(call)
            idle = more and can_take(floor, agent, call, seen[call.id]) and spared(floor, agent, call.turn)
            not idle or broken("c", f"{agent.id} is idle while {call.id} waits")


def _seats(floor: Floor) -> None:
    signed_in = {agent.id for agent in floor.agents.values() if agent.signed_in}
    set(floor.seats) == signed_in or broken("f", f"seats {floor.seats}, signed in {signed_in}")
    floor.seats_used == Counter(floor.seats.values()) or broken("f", f"{floor.seats_used} of {floor.seats}")
    at_work: dict[str, set[AgentId]] = {}
    for agent in floor.agents.values():
        at_work.setdefault(agent.endpoint, set()).add(agent.id)
    floor.desks == at_work or broken("f", f"at the phones {floor.desks}, recounted {at_work}")


def _channels(floor: Floor) -> None:
    counted = Counter(leg.line for leg in floor.legs.values() if leg.line is not None)
    floor.channels == counted or broken("n", f"channels {floor.channels}, recounted {counted}")


def is_away(agent: Agent) -> bool:
    """At work, but neither his browser nor his phone is there, and no call keeps him."""
    no_call = agent.work in (Work.FREE, Work.WRAP_UP)
    return agent.signed_in and no_call and not agent.live and agent.line is Line.DOWN


def _absences(floor: Floor) -> None:
    for agent in floor.agents.values():
        known = agent.absent_since is not None
        known == is_away(agent) or broken("l", f"{agent.id} away: {is_away(agent)}, counted since {agent.absent_since}")


def _who_leaves_has_a_call(floor: Floor) -> None:
    for agent in floor.agents.values():
        kept = agent.leg is not None or agent.aside is not None or agent.work in (Work.OFFERED, Work.ON_CALL)
        kept or not agent.leaving or broken("l", f"{agent.id} is no longer named and has no call, but is still there")


def _places(floor: Floor) -> None:
    held = {number: set(calls) for number, calls in floor.places.items()}
    waiting = [call for call in floor.calls.values() if call.place is Place.WAITING]
    for call in waiting:
        has = call.id in held.get(call.number, set())
        has or call.offered or broken("m", f"{call.id} waits without a waiting place")
    for number, calls in held.items():
        mine = {call.id for call in waiting if call.number == number}
        calls <= mine or broken("m", f"places of {number} held by {calls}, waiting are {mine}")


def _legs_ahead(world: World) -> None:
    floor = world.floor
    rung = {leg.channel for leg in floor.legs.values()}
    kept = [agent for agent in floor.agents.values() if agent.prepared is not None]
    for agent in kept:
        wanted = agent.signed_in and agent.wish is Wish.READY and agent.line is Line.UP
        wanted or broken("o", f"{agent.id} takes no calls and has a leg made ahead")
        agent.prepared not in rung or broken("o", f"{agent.id} could be rung once more on {agent.prepared}")
    nobodys = set(world.switch.prepared) - {agent.prepared for agent in kept}
    not nobodys or broken("o", f"legs made ahead for nobody: {nobodys}")


def _who_listens(world: World) -> None:
    floor = world.floor
    legs = {leg.id for leg in floor.legs.values() if leg.party is Party.SUPERVISOR}
    set(floor.listenings) == legs or broken("a", f"listenings {set(floor.listenings)}, legs {legs}")
    asides = {agent.aside: agent.id for agent in floor.agents.values() if agent.aside is not None}
    set(asides) <= legs or broken("a", f"phones {asides} listen on legs that are not there")
    for listening in floor.listenings.values():
        channel = floor.legs[listening.leg].channel
        known = listening.agent not in floor.agents or asides.get(listening.leg) == listening.agent
        known or broken("a", f"{listening.agent} listens and does not know it")
        alone = listening.to not in floor.legs and channel in world.switch.channels
        not alone or channel in world.switch.dying or broken("g", f"{listening.leg} listens to nobody")
    heard = {spy: target for spy, (_, target, _) in world.switch.spies.items()}
    wanted = {one.spy for one in floor.listenings.values()}
    set(heard) <= wanted or broken("g", f"spied through {heard}, wanted {wanted}")
    for spy, target in heard.items():
        _hears_all(world, spy, target)
    outside = {leg.channel for leg in floor.legs.values() if leg.agent is None}
    spoken = {target for _, target, how in world.switch.spies.values() if how is not Hearing.LISTEN}
    not outside & spoken or broken("g", f"into the recorded leg of a caller is spoken: {world.switch.spies}")


def _hears_all(world: World, spy: str, target: str) -> None:
    """Whoever talks alone with the channel that is heard was there when that began; while somebody is being hung up, or
    has been and it is not told yet, it may still be changed."""
    floor, switch = world.floor, world.switch
    (listening,) = (one for one in floor.listenings.values() if one.spy == spy)
    channels = {floor.legs[one].channel for one in floor.calls[listening.call].legs}
    goes = any(one in switch.dying or one not in switch.channels for one in channels)
    beside = switch.beside(target)
    deaf = len(beside) == 1 and not beside <= switch.spied_among[spy]
    not deaf or (listening.outdated and goes) or broken("g", f"{spy} hears nobody of {beside}")


def check_end(world: World) -> None:
    """When everybody has hung up and everything has arrived: nothing is left over."""
    floor = world.floor
    left = (len(floor.calls), len(floor.legs), len(floor.conversations), len(floor.offers))
    left == (0, 0, 0, 0) or broken("g", f"left over: calls, legs, conversations, offers = {left}")
    busy = [one.id for one in floor.agents.values() if one.work not in (Work.FREE, Work.WRAP_UP)]
    not busy or broken("g", f"still at work on nothing: {busy}")
    gone_home = [one.id for one in floor.agents.values() if is_away(one) and floor.limits.seat_grace]
    not gone_home or broken("l", f"long gone, but still signed in: {gone_home}")
    not floor.places or broken("m", f"places are still held: {floor.places}")
    not world.switch.channels or broken("g", f"channels live on: {list(world.switch.channels)}")
    not world.switch.bridges or broken("g", f"bridges live on: {list(world.switch.bridges)}")
    not world.switch.spies or broken("g", f"somebody is still spied on: {world.switch.spies}")
    not world.switch.prepared or broken("o", f"legs made ahead are kept for ever: {list(world.switch.prepared)}")
