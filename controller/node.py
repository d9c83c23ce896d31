"""One Asterisk and all that is done there: its events are heard, effects performed, its calls recovered."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from acd import inputs
from acd.calls import PLATFORM_FAILURE
from asterisk import channels, names, reading, wire
from asterisk.peers import Peer
from asterisk.request import Done
from controller.alarms import Alarms
from controller.calendar import Calendar
from controller.callers import Callers
from controller.clock import Clock
from controller.destinations import Destinations
from controller.dialler import Dialler
from controller.dialling import Dialling
from controller.dispatch import Dispatch
from controller.early import Early
from controller.eavesdrop import Eavesdrop
from controller.fallback import Fallback
from controller.fault import Point
from controller.flows import Flows
from controller.holds import Holds
from controller.index import Index
from controller.journal import Journal
from controller.leases import CallerLeases
from controller.living import LinkLost
from controller.mailbox import Mailbox
from controller.numbers import Numbers
from controller.peers import Peers
from controller.perform import Performer
from controller.phones import Phones
from controller.policy import Policy
from controller.ports import Ami, Ari, Ear
from controller.reconcile import Reconciler
from controller.recorder import MixMonitorRecorder
from controller.recover import Recovery
from controller.sayings import Sayings
from controller.scripts import Scripts
from controller.silence import Silence
from controller.trunk_load import TrunkLoad
from controller.trunks import Trunks
from controller.waits_out import WaitsOut
from controller.ways import Gate, TrunkWays, Ways
from controller.wishes import LastAgent, LastAgents, nobody
from kernel.ids import NodeId, TenantId, TrunkName
from store.personal import Sealer

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Doors:
    """The ways into one Asterisk, and what is its own. `sip`: where it is called; `media_host`: the address its sound
    is bound to; `trunks`: those it has, None all of them."""

    id: NodeId
    ari: Ari
    ami: Ami
    ear: Ear | None = None
    sip: tuple[str, int] = ("127.0.0.1", 5062)
    media_host: str = "127.0.0.1"
    trunks: frozenset[TrunkName] | None = None


@dataclass(frozen=True, slots=True)
class Common:
    """What the nodes of one process share.

    `room`: whether the disk takes another call. `silence`: seconds that a trunk may say nothing. `patience`: seconds
    that one of several nodes may be away before its calls are given up, 0 any time. `used`: how many channels of each
    trunk are taken, on all nodes together. `gates`: the trunks of each node.
    """

    app: str
    prompts: Path
    clock: Clock
    calendar: Calendar
    point: Point
    tasks: asyncio.TaskGroup
    journal: Journal
    sealer: Sealer
    scripts: Scripts
    index: Index
    policy: Policy
    alarms: Alarms
    room: Callable[[], bool]
    silence: float
    patience: float
    boxes: dict[TenantId, Mailbox]
    key: str = field(default="", repr=False)
    """What the credentials are made of by which the nodes know each other."""
    used: Counter[TrunkName] = field(default_factory=Counter)
    numbers: Numbers = field(default_factory=Numbers)
    last_agent: LastAgent = nobody
    gates: dict[NodeId, Gate] = field(default_factory=dict)

    def owner(self, dialled: str) -> tuple[Mailbox, str] | None:
        """Whose floor a called number belongs to, and how it stands in the configuration."""
        found = self.scripts.owner(dialled)
        return None if found is None else (self.boxes[found[0]], found[1])


class Node:
    """`recovered` is told each time that the node and the floors agree again, `lost` each time that it is not reached
    any more."""

    def __init__(
        self,
        doors: Doors,
        others: Sequence[Doors],
        common: Common,
        recovered: Callable[[], Awaitable[None]],
        lost: Callable[[], Coroutine[None, None, None]],
    ) -> None:
        ari, ami, index, scripts, point = doors.ari, doors.ami, common.index, common.scripts, common.point
        self.id = doors.id
        self.media_host = doors.media_host
        self._ari = ari
        self._ami = ami
        self._several = bool(others)
        self._common = common
        self._recovered = recovered
        self._lost = lost
        self._recovering: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._waiting: asyncio.TimerHandle | None = None
        self.leases = CallerLeases(ami, common.tasks)
        last = LastAgents(common.last_agent, common.clock, common.tasks)
        flows = Flows(ari, common.prompts, common.clock, common.calendar, self.leases, point, scripts, last)
        recorder = MixMonitorRecorder(ari, ami, common.tasks)
        ways = Ways(index.lines, self.id)
        self.trunks = Trunks(ari, doors.media_host, doors.trunks)
        common.gates[self.id] = Gate(self.trunks, lambda: self.recovery.done)
        trunk_ways = TrunkWays(self.id, common.gates)
        load = TrunkLoad(self.trunks.behind, trunk_ways.channels, common.used)
        self._silence = Silence(ari, doors.ear, common.silence)
        self.dialler = Dialler(
            ari,
            common.app,
            common.prompts,
            self.leases,
            ways,
            trunk_ways.to,
            Early(ari),
            self._silence,
            load,
            common.numbers,
        )
        destinations = Destinations(scripts.ways_out, lambda: trunk_ways.health)
        waits_out = WaitsOut(ari, common.prompts, scripts, destinations, common.numbers, self.leases)
        self.performer = Performer(
            ari, common.app, common.prompts, flows, recorder, self.leases, point, ways, self.dialler,
            common.alarms, waits_out, Sayings(ari, common.prompts, scripts),
            Eavesdrop(ari, common.app, ways, self.leases),
        )  # fmt: skip
        callers = Callers(
            ari, self.id, index, flows, self.leases, common.journal, common.sealer, common.owner, common.room, load,
            common.numbers,
        )  # fmt: skip
        self.dialling = Dialling(
            ari, self.id, index, destinations, self.dialler, self.leases, common.journal, common.sealer, common.clock,
            common.room,
        )  # fmt: skip
        self.dispatch = Dispatch(
            ari,
            self.id,
            index,
            callers,
            self.performer,
            self.dialling,
            self._left,
            self._came_back,
            point,
            self.trunks.seen,
            self._registered,
            lambda: self.recovery.done,
        )
        self.reconciler = Reconciler(self.id, ari, callers, self.performer, recorder, self.leases, common.policy)
        self._holds = Holds(ari, self.id)
        self.phones = Phones(ari, self.dispatch.line)
        self.fallback = Fallback(ami)
        self.recovery = Recovery(
            self.id,
            ari,
            ami,
            common.app,
            index,
            common.boxes.values(),
            callers,
            self.dialling,
            self.reconciler,
            self.trunks,
            Peers(ari, [_peer(doors, other, common.key) for other in others]),
            self.phones,
            self.fallback,
            scripts.numbers,
        )

    @property
    def state(self) -> str:
        """For pages of health: `used`, `recovering` or `lost`."""
        if self.recovery.done:
            return "used"
        return "recovering" if self._ari.up else "lost"

    def await_it(self) -> None:
        """The node is not reached: its calls wait for it, but not for ever."""
        if self._several and self._common.patience:
            self._waiting = asyncio.get_running_loop().call_later(self._common.patience, self._give_up)

    def went_up(self) -> None:
        """A new ARI socket stands: recover, then match."""
        self._cease_waiting()
        self._recovering = self._common.tasks.create_task(self._recover())

    def went_down(self, reason: str) -> None:
        """The ARI socket is gone: nothing is offered to callers here until the next one has recovered."""
        log.warning("the link to Asterisk is down", node=self.id, why=reason)
        self.recovery.done = False
        if self._recovering is not None:
            self._recovering.cancel()
        for box in self._common.boxes.values():
            box.take(inputs.NodeWasLost(self.id))
        self._cease_waiting()
        self.await_it()
        if self._several:
            # With one node alone it is the floor that is held; with others its phones are the ones nobody can ring.
            for person, stands in self._common.index.lines.lost(self.id).items():
                for box, agent in self._common.index.rung_at(person):
                    box.take(inputs.LineSeen(agent, stands))
            if self._looking is not None:
                self._looking.cancel()
            self._looking = self._common.tasks.create_task(self._lost())

    def end(self) -> None:
        """Stop what would go on by itself: renewals and a running recovery. Calls live on in Asterisk."""
        self._cease_waiting()
        self.leases.end()
        self._silence.close()
        for task in (self._recovering, self._looking):
            if task is not None:
                task.cancel()

    async def _recover(self) -> None:
        try:
            await self.recovery.run()
        except LinkLost as lost:
            log.warning("recovery was interrupted", node=self.id, why=str(lost))
            return
        await self._recovered()
        await self._holds.look(self._common.boxes.values())

    def _cease_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        """Nobody knows what has become of the node: agents elsewhere, and the records, wait no longer for its calls."""
        for box in self._common.boxes.values():
            for leg in [leg for leg in box.floor.legs.values() if leg.node == self.id]:
                self.recovery.given_up.add(leg.channel)
                if leg.id in box.floor.legs:
                    box.take(inputs.LegEnded(leg.id, why=PLATFORM_FAILURE))
        log.error("a node is away and its calls are given up", node=self.id, calls=len(self.recovery.given_up))

    async def channels(self) -> tuple[wire.Channel, ...]:
        """Everything that lives there; nothing while the node is not reached."""
        answer = await self._ari.send(channels.list_all())
        return reading.channels(answer) if isinstance(answer, Done) else ()

    async def packets(self, channel: str) -> int:
        """How many packets of sound have come from its party so far; -1 where there is no sound."""
        answer = await self._ari.send(channels.statistics(channel))
        return reading.packets(answer).came if isinstance(answer, Done) else -1

    async def ask_after(self, other: NodeId) -> bool:
        """Ask another node by SIP whether it lives; `misses` tells later what came of it. False where nobody asks."""
        return isinstance(await self._ami.qualify(names.lives(other)), Done)

    async def misses(self, other: NodeId) -> bool:
        """Whether that node has given no answer to SIP when it was asked last."""
        return await self._ami.contact_status(names.lives(other)) == "Unreachable"

    def hang_up(self, channel: str) -> None:
        """End a channel, whatever it is."""
        self._ari.post(channels.hangup(channel))

    def _left(self, channel: wire.Channel) -> None:
        self._common.tasks.create_task(self.recovery.left(channel))

    def _registered(self, endpoint: str, up: bool) -> None:
        self.phones.seen(endpoint, up)

    def _came_back(self, channel: str) -> None:
        self.recovery.came_back(channel)


def _peer(own: Doors, other: Doors, key: str) -> Peer:
    host, port = other.sip
    return Peer(own.id, other.id, host, port, key, own.media_host)
