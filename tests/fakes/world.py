"""A floor with its driver and a simulated switch around it: decide, apply each fact, then perform the effects."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from acd import effects, facts, inputs, timers
from acd.config.routing import Requirement
from acd.decide import decide
from acd.effects import Effect
from acd.evolve import evolve
from acd.facts import Body
from acd.inputs import Input
from acd.model import Destination, Direction, Floor, LegState, Party, Place
from acd.model.talks import NOWHERE
from acd.offers import offer_on
from acd.schema import SCHEMAS, subject
from acd.talking import talks
from kernel.fact import Fact, Stream
from kernel.ids import (
    AgentId,
    CallId,
    CommandId,
    ConversationId,
    LegId,
    NodeId,
    NodeName,
    PersonalId,
    PlaybackId,
    QueueId,
    TenantId,
    call_id,
)
from kernel.moment import after
from kernel.refusal import Refused
from tests.fakes.simulated_switch import SimulatedSwitch, endpoint_of

TENANT = TenantId("tenant_test")
NODE = NodeId("node-1")
START = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)
_FACT_CLASSES = frozenset(SCHEMAS)


@dataclass(slots=True)
class Watch:
    """What a test wants to see: a fact before it is applied, and an input with all that followed from it."""

    fact: Callable[[Floor, Fact[Body]], None] = lambda _floor, _fact: None
    decided: Callable[[Input, list[Body | Effect]], None] = lambda _given, _items: None


@dataclass(slots=True)
class World:
    """One tenant. `called` says what a number leads to: (queue, priority, whether a greeting comes first)."""

    floor: Floor = field(default_factory=lambda: Floor(TENANT))
    now: datetime = START
    epoch: int = 1
    switch: SimulatedSwitch = field(default_factory=SimulatedSwitch)
    called: dict[str, tuple[QueueId, int, bool]] = field(default_factory=dict)
    facts: list[Fact[Body]] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    taken: list[Input] = field(default_factory=list)
    watch: Watch = field(default_factory=Watch)
    careful: bool = False
    callers: int = 0
    menus: set[str] = field(default_factory=set)
    """Numbers that ask for a key first: 9 asks again, any other leads to the queue, as does silence the second time."""
    wishes: dict[str, tuple[Requirement, ...]] = field(default_factory=dict)
    preferences: dict[str, AgentId] = field(default_factory=dict)
    """Skills, and the agent, that the flow of a number asks for."""
    overflow: QueueId | None = None
    turned_away: set[CallId] = field(default_factory=set)
    way_back: Destination | Refused | None = NOWHERE
    """How callers would be called back who are to be asked whether they want it; None: nobody finds out."""

    def take(self, given: Input, perform: bool = True) -> list[Body | Effect]:
        """Decide as the product does; `perform=False`: the controller dies between its journal and its effects."""
        items: list[Body | Effect] = []
        self.taken.append(given)
        if isinstance(given, inputs.ShardWasTaken):
            self.epoch = given.epoch
        decisions = decide(self.floor, given, self.now)
        while True:
            before = _written(self.floor) if self.careful else None
            item: Any = next(decisions, None)
            # What is written otherwise may still be the same: a word where it was read before, and one like it.
            if before is not None and before != _written(self.floor) and pickle.loads(before) != self.floor:
                raise ChangedByDecide(given)
            if item is None:
                break
            items.append(item)
            if isinstance(item, facts.OfferLost) and item.reason == "node_lost":
                self._rings_out(item)
            if type(item) in _FACT_CLASSES:
                self._apply(item)
        self.watch.decided(given, items)
        for effect in (item for item in items if type(item) not in _FACT_CLASSES):
            if perform:
                self._perform(effect)  # type: ignore[arg-type]
        return items

    def arrive(self, number: str, waited: float = 0.0, node: NodeId = NODE, mark: str = "") -> CallId:
        """A caller dials `number`; he has been there for `waited` seconds (kept by the fallback)."""
        self.callers += 1
        channel = f"caller-{self.callers}"
        arrived = after(self.now, -waited)
        call, leg = call_id(node, channel, arrived), LegId(f"leg_{channel}")
        self.switch.caller_comes(channel, leg, call)
        self.take(inputs.CallArrived(call, leg, node, channel, number, PersonalId("pii_1"), arrived, mark=mark))
        return call

    def dials(
        self, agent: AgentId, destination: Destination | Refused, number: str = "+81312345678", mark: str = ""
    ) -> CallId:
        """The agent's phone calls somebody."""
        self.callers += 1
        channel = f"phone-{self.callers}"
        call, leg = call_id(NODE, channel, self.now), LegId(f"leg_{channel}")
        known = self.floor.agents.get(agent)
        self.switch.phone_calls(channel, leg, call, endpoint_of(agent) if known is None else known.endpoint)
        to = PersonalId("pii_2")
        self.take(inputs.PhoneDialled(call, leg, agent, NODE, channel, self.now, number, to, destination, mark))
        self._beside_his_work(call)
        return call

    def orders(self, agent: AgentId, destination: Destination | Refused, command: CommandId) -> CallId:
        """The agent has himself connected."""
        call = CallId(f"call_{command}")
        to = PersonalId("pii_3")
        self.take(inputs.CallOrdered(command, agent, call, NODE, "+81312345678", to, destination))
        self._beside_his_work(call)
        return call

    def picks_up(self, agent: AgentId, place: str) -> None:
        """The agent's phone dials a park place; a phone that gets nothing is hung up."""
        self.callers += 1
        channel = f"phone-{self.callers}"
        leg = LegId(f"leg_{channel}")
        call = self.floor.parked[place]
        self.switch.phone_calls(channel, leg, call, endpoint_of(agent))
        self.take(inputs.PhonePickedUp(place, agent, leg, NODE, channel, self.now))
        if leg not in self.floor.legs:
            del self.switch.channels[channel]

    def _beside_his_work(self, call: CallId) -> None:
        """A call that an agent does not take part in is not the one that his phone is counted for."""
        for leg in self.floor.legs.values():
            if leg.call == call and leg.agent is None and leg.channel in self.switch.channels:
                self.switch.channels[leg.channel].endpoint = ""

    def pass_time(self, seconds: float) -> None:
        """The clock jumps; what is due is told when the history says so (`deliver_all`, or one by one)."""
        self.now = after(self.now, seconds)

    def deliverable(self) -> list[tuple[str, Any]]:
        """What could happen next: a channel that was told to end ends, a report comes in, a timer goes off."""
        dying = [("end", name) for name in self.switch.dying]
        reports = [("report", name) for name, waiting in self.switch.reports.items() if waiting]
        return [*reports, *dying, *(("timer", timer) for timer in self.switch.due(self.now))]

    def deliver(self, kind: str, what: Any) -> None:
        if kind == "end":
            self.switch.end(what)
        elif kind == "report":
            self.take(self.switch.reports[what].popleft())
        else:
            del self.switch.timers[what]
            self.take(what[1])

    def deliver_all(self, most: int = 10_000) -> None:
        """Let everything that is on its way arrive, oldest channel first; AssertionError when it never ends."""
        for _ in range(most):
            waiting = self.deliverable()
            if not waiting:
                return
            self.deliver(*waiting[0])
        raise AssertionError("the floor and the switch keep each other busy for ever")

    def run(self, seconds: float) -> None:
        """Let time pass second by second, with everything arriving at once."""
        end = after(self.now, seconds)
        self.deliver_all()
        while self.now < end:
            self.pass_time(1.0)
            self.deliver_all()

    def rebuilt(self) -> Floor:
        """The floor that the facts alone give."""
        floor = Floor(TENANT)
        for fact in self.facts:
            evolve(floor, fact)
        return floor

    def restart(self) -> None:
        """The controller is started anew: floor from the facts, then recovery; what was on its way is lost."""
        self.floor = self.rebuilt()
        self.switch.timers.clear()
        self.take(inputs.ShardWasTaken(self.epoch + 1))
        self.recover()

    def recover(self) -> None:
        """Compare the floor with what lives in the switch, tell the difference as inputs, then open."""
        self.switch.reports.clear()
        self.switch.spies.clear()
        for bridge in set(self.switch.bridges) - set(self.floor.conversations):
            self.switch.perform(effects.Disconnect(ConversationId(bridge), NODE))
        for leg in sorted(self.floor.legs.values(), key=lambda one: one.id):
            channel = self.switch.channels.get(leg.channel)
            if channel is None:
                self.take(inputs.LegEnded(leg.id, why="gone"))
            elif channel.up and leg.state is LegState.RINGING:
                self.take(inputs.LegAnswered(leg.id))
            elif channel.calls and leg.conversation is not None:
                self._perform(effects.AnswerCaller(NODE, leg.channel))
        known = {agent.prepared for agent in self.floor.agents.values()}
        for name in set(self.switch.prepared) - known:
            self.switch.perform(effects.ReleaseLeg(NODE, name))
        for agent in list(self.floor.agents.values()):
            if agent.prepared is not None:
                stands = agent.prepared in self.switch.prepared
                self.take((inputs.LegReady if stands else inputs.PreparedGone)(agent.id, agent.prepared))
        for call in list(self.floor.calls.values()):
            if call.playback is not None and call.playback not in self.switch.playing:
                self.take(inputs.PlaybackEnded(call.id, call.playback))
            if call.place is Place.FLOW and call.playback is None and call.keys_until is None:
                self._perform(effects.ContinueFlow(call.id))
        for talking in [one for one in self.floor.calls.values() if one.place is Place.TALKING]:
            for effect in talks.restore(self.floor, talking):
                self.switch.perform(effect)
        for leg in list(self.floor.legs.values()):
            call = self.floor.calls[leg.call]
            rings = offer_on(self.floor, leg) is not None
            invited = call.invitation is not None and call.invitation.leg == leg.id
            lost = leg.agent is not None and leg.conversation is None and leg.keeps is None and not rings
            lost = lost and not invited
            listens = leg.party is Party.SUPERVISOR
            if listens or call.place is Place.ENDING or (lost and call.direction is Direction.INBOUND):
                self.switch.perform(effects.HangUp(leg.id, leg.node, leg.channel))
        for conversation in list(self.floor.conversations):
            self.take(inputs.ConversationStood(conversation))
        for timer in timers.due(self.floor, self.now):
            self.switch.perform(timer)
        self.take(inputs.RecoveryFinished())

    def bodies(self, kind: type) -> list[Any]:
        """The bodies of all facts of one class, in order."""
        return [fact.body for fact in self.facts if type(fact.body) is kind]

    def _rings_out(self, lost: facts.OfferLost) -> None:
        """A phone that was rung from a lost node is let go by that node itself, when nobody answers."""
        channel = self.floor.legs[self.floor.offers[lost.offer].leg].channel
        if channel in self.switch.channels:
            self.switch.end(channel)

    def _apply(self, body: Body) -> None:
        seq = self.facts[-1].seq + 1 if self.facts else 1
        kind = type(body)
        fact = Fact(TENANT, self.epoch, seq, self.now, Stream.FLOOR, kind.__name__, SCHEMAS[kind], subject(body), body)
        self.watch.fact(self.floor, fact)
        self.facts.append(fact)
        evolve(self.floor, fact)

    def _perform(self, effect: Effect) -> None:
        self.effects.append(effect)
        match effect:
            case effects.EnterFlow():
                self._enter(effect.call, effect.number)
            case effects.ContinueFlow(call, "full"):
                self._go_elsewhere(call)
            case effects.ContinueFlow(call, "digit", "9"):
                self._ask(call, 1)
            case effects.ContinueFlow(call, "timeout") if self.floor.calls[call].attempt == 1:
                self._ask(call, 2)
            case effects.ContinueFlow():
                self._route(effect.call)
            case effects.FindWayBack(call, _, queue, cause, step) if self.way_back is not None:
                self.take(inputs.WayBackFound(call, queue, cause, step, self.way_back))
            case _:
                self.switch.perform(effect)

    def _enter(self, call: CallId, number: str) -> None:
        if number not in self.called:
            self.take(inputs.CallReleased(call, "released"))
        elif number in self.menus:
            self._ask(call, 1)
        elif not self.called[number][2]:
            self._route(call)
        else:
            playback = PlaybackId(f"play_{call}")
            self.take(inputs.FlowMoved(call, "flow_1", 1, NodeName("greeting"), playback))
            self.switch.play(call, self._caller_channel(call), playback)

    def _ask(self, call: CallId, attempt: int) -> None:
        playing = self.floor.calls[call].playback
        if playing is not None:
            self.switch.finish_playback(playing)
        playback = PlaybackId(f"play_{call}_{len(self.facts)}")
        self.take(inputs.FlowMoved(call, "flow_1", 1, NodeName("menu"), playback, attempt, 5.0))
        self.switch.play(call, self._caller_channel(call), playback)

    def _route(self, call: CallId) -> None:
        queue, priority, _greeted = self.called[self.floor.calls[call].number]
        number = self.floor.calls[call].number
        wishes, preferred = self.wishes.get(number, ()), self.preferences.get(number)
        since = self.floor.calls[call].arrived
        self.take(inputs.CallRouted(call, queue, priority, since, wishes, preferred))

    def _go_elsewhere(self, call: CallId) -> None:
        """No waiting place: the flow tries `overflow` once, if there is such a queue, and then ends the call."""
        if self.overflow is None or call in self.turned_away:
            self.take(inputs.CallReleased(call, "released"))
        else:
            self.turned_away.add(call)
            self.take(inputs.CallRouted(call, self.overflow, 0, self.floor.calls[call].arrived))

    def _caller_channel(self, call: CallId) -> str:
        leg = self.floor.calls[call].caller_leg
        return "" if leg is None else self.floor.legs[leg].channel


class ChangedByDecide(AssertionError):
    """`decide` has changed the floor, which only `evolve` may do."""


def _written(floor: Floor) -> bytes:
    """All of the floor; to write it costs a quarter of what a copy does."""
    return pickle.dumps(floor, pickle.HIGHEST_PROTOCOL)
