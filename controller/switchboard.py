"""Puts the parts of the call path together around the Asterisk nodes; the outside parts are given."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import structlog

from acd import effects, inputs, timers
from acd.calls import PLATFORM_FAILURE
from acd.effects import Effect
from acd.facts import Body, OfferAccepted, OfferLost, OfferMissed, OfferRefused, OfferWithdrawn
from acd.model import Floor
from bus.commands import Invite, PlaceCall
from controller.alarms import Alarms
from controller.calendar import Calendar
from controller.clock import Clock
from controller.fault import Point, Step
from controller.halves import end_cut_off, end_orphans, end_rung
from controller.index import Index
from controller.journal import Journal
from controller.mailbox import Mailbox
from controller.node import Common, Doors, Node
from controller.policy import Policy
from controller.scripts import Scripts
from controller.trunks import Trunks
from controller.wishes import LastAgent, nobody
from kernel.fact import Fact
from kernel.ids import CallId, NodeId, PersonalId, TenantId
from kernel.refusal import Refused
from store.personal import Sealer

log = structlog.get_logger()


class Switchboard:
    """Everything between the ARI sockets and the floors. One per process; `tasks` owns what it starts."""

    def __init__(
        self,
        doors: Sequence[Doors],
        *,
        app: str,
        prompts: Path,
        journal: Journal,
        sealer: Sealer,
        clock: Clock,
        point: Point,
        tasks: asyncio.TaskGroup,
        floors: Iterable[tuple[Floor, int]],
        scripts: Scripts,
        room: Callable[[], bool] = lambda: True,
        hold: float = 0.0,
        calendar: Calendar | None = None,
        silence: float = 0.0,
        patience: float = 0.0,
        key: str = "",
        last_agent: LastAgent = nobody,
    ) -> None:
        self._clock = clock
        self._point = point
        self._timers_set = False
        self._fault: Exception | None = None
        self._broken = asyncio.Event()
        self.written: Callable[[Mailbox], None] = _nobody
        """Is told of each mailbox that has written facts."""
        self.index = Index()
        self.scripts = scripts
        self._policy = Policy(clock, lambda: secrets.randbits(80))
        self._alarms = Alarms(clock, point)
        self._journal = journal
        self._hold = hold
        self.boxes: dict[TenantId, Mailbox] = {}
        common = Common(
            app,
            prompts,
            clock,
            calendar or Calendar(clock),
            point,
            tasks,
            journal,
            sealer,
            scripts,
            self.index,
            self._policy,
            self._alarms,
            room,
            silence,
            patience,
            self.boxes,
            key,
            last_agent=last_agent,
        )
        self._numbers = common.numbers
        self.nodes: Mapping[NodeId, Node] = {door.id: self._node(door, doors, common) for door in doors}
        """In the order of the settings."""
        self.first = next(iter(self.nodes.values()))
        for floor, epoch in floors:
            self._add(floor, epoch)

    @property
    def recovered(self) -> bool:
        """Whether floors and Asterisk agree on any node: part of /ready."""
        return any(node.recovery.done for node in self.nodes.values())

    @property
    def trunks(self) -> tuple[Trunks, ...]:
        """The trunks of each node."""
        return tuple(node.trunks for node in self.nodes.values())

    def open(self, floor: Floor, epoch: int) -> Mailbox:
        """Take in a tenant who came while the platform runs; where the link to Asterisk stands he is served at once."""
        box = self._add(floor, epoch)
        box.take(inputs.ShardWasTaken(epoch))
        for node in self.nodes.values():
            if node.recovery.done:
                box.take(inputs.RecoveryFinished(node.id))
        return box

    async def run(self) -> None:
        """Watch until a mailbox breaks, then raise what broke it."""
        for node in self.nodes.values():
            if not node.recovery.done:
                node.await_it()
        await self._broken.wait()
        if self._fault is not None:
            raise self._fault

    def end(self) -> None:
        """Stop what would go on by itself. Calls live on in Asterisk."""
        for node in self.nodes.values():
            node.end()

    def place(self, box: Mailbox, order: PlaceCall) -> Refused | int:
        """An ordered call begins on the node where the agent's phone is; the refusal, or the seq of its last fact."""
        agent = box.floor.agents.get(order.agent)
        at = None if agent is None else self.index.lines.rung_at(agent.endpoint)[1]
        node = self.first if at is None else self.nodes[at]
        return node.dialling.place(box, order)

    def invite(self, box: Mailbox, order: Invite) -> Refused | int:
        """Somebody comes into a call on the node where it talks; as `place`."""
        agent = box.floor.agents.get(order.agent)
        leg = None if agent is None or agent.leg is None else box.floor.legs.get(agent.leg)
        node = self.first if leg is None else self.nodes.get(leg.node, self.first)
        return node.dialling.invite(box, order)

    def recall(self, floor: Floor, numbers: Mapping[PersonalId, str]) -> None:
        """The numbers of calls out that were being tried before our time."""
        for node in self.nodes.values():
            node.dialling.recall(floor, numbers)

    def _node(self, door: Doors, doors: Sequence[Doors], common: Common) -> Node:
        others = [other for other in doors if other.id != door.id]
        return Node(
            door,
            others,
            common,
            lambda: self._recovered(self.nodes[door.id]),
            lambda: self._lost(self.nodes[door.id]),
        )

    def _others(self, node: NodeId) -> list[Node]:
        return [other for other in self.nodes.values() if other.id != node]

    async def _lost(self, node: Node) -> None:
        """A node is not reached any more: first what rings there, then what is known to be cut off."""
        await end_rung(node, self._others(node.id), self.index)
        await end_cut_off(node, self._others(node.id), self.index)

    async def _recovered(self, node: Node) -> None:
        """A node agrees with the floors again; the first time the deadlines of all floors are set."""
        self._point(Step.RECOVERED)
        self._set_timers()
        await end_orphans(node, self._others(node.id), self.index)

    def _set_timers(self) -> None:
        if self._timers_set:
            return
        self._timers_set = True
        for box in self.boxes.values():
            self._end_lost(box)
            for timer in timers.due(box.floor, self._clock.now()):
                self._alarms.set(box, timer)

    def _end_lost(self, box: Mailbox) -> None:
        """Legs on nodes that are ours no more: nobody will ever tell of their end."""
        for leg in list(box.floor.legs.values()):
            if leg.node not in self.nodes and leg.id in box.floor.legs:
                box.take(inputs.LegEnded(leg.id, why=PLATFORM_FAILURE))

    def _add(self, floor: Floor, epoch: int) -> Mailbox:
        box = Mailbox(
            floor,
            epoch,
            self._journal,
            self._clock,
            self._perform,
            self._told,
            self._point,
            self._broke,
            self._hold,
        )
        self.boxes[floor.tenant] = box
        self.index.rebuild(box)
        return box

    def _broke(self, fault: Exception) -> None:
        self._fault = self._fault or fault
        self._broken.set()

    def _perform(self, box: Mailbox, effect: Effect) -> None:
        match effect:
            case effects.SetTimer():
                self._alarms.set(box, effect)
            case effects.EnterFlow(call) | effects.ContinueFlow(call):
                self._home(box, call).performer.perform(box, effect)
            case effects.AskLine(agent, endpoint):
                box.take(inputs.LineSeen(agent, self.index.lines.stands(endpoint)))
            case _:
                node = self.nodes.get(effect.node)
                if node is not None:
                    node.performer.perform(box, effect)

    def _home(self, box: Mailbox, call_id: CallId) -> Node:
        """The node at which the call's caller arrived."""
        call = box.floor.calls.get(call_id)
        caller = None if call is None or call.caller_leg is None else box.floor.legs.get(call.caller_leg)
        return self.first if caller is None else self.nodes.get(caller.node, self.first)

    def _told(self, box: Mailbox, facts: Sequence[Fact[Body]]) -> None:
        self.index.told(box, facts)
        self._policy.told(box, facts)
        self._numbers.told(facts)
        for node in self.nodes.values():
            node.dialler.told(facts)
            node.dialling.told(box, facts)
        for fact in facts:
            if isinstance(fact.body, OfferAccepted | OfferMissed | OfferRefused | OfferWithdrawn | OfferLost):
                self._alarms.stop_ringing(fact.body.offer)
        self.written(box)


def _nobody(_box: Mailbox) -> None:
    """Where nobody listens."""
