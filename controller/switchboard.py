"""Puts the parts of the call path together around one ARI socket; the outside parts are given."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import structlog

from acd import inputs, timers
from acd.effects import Effect
from acd.facts import Body, OfferAccepted, OfferLost, OfferMissed, OfferRefused, OfferWithdrawn
from acd.model import Floor
from asterisk import wire
from controller.calendar import Calendar
from controller.callers import Callers
from controller.clock import Clock
from controller.destinations import Destinations
from controller.dialler import Dialler
from controller.dialling import Dialling
from controller.dispatch import Dispatch
from controller.early import Early
from controller.fallback import Fallback
from controller.fault import Point, Step
from controller.flows import Flows
from controller.holds import Holds
from controller.index import Index
from controller.journal import Journal
from controller.leases import CallerLeases
from controller.living import LinkLost
from controller.mailbox import Mailbox
from controller.perform import Performer
from controller.phones import Phones
from controller.policy import Policy
from controller.ports import Ami, Ari, Ear
from controller.reconcile import Reconciler
from controller.recorder import MixMonitorRecorder
from controller.recover import Recovery
from controller.scripts import Scripts
from controller.silence import Silence
from controller.trunk_load import TrunkLoad
from controller.trunks import Trunks
from controller.waits_out import WaitsOut
from kernel.fact import Fact
from kernel.ids import NodeId, TenantId
from store.personal import Sealer

log = structlog.get_logger()


class Switchboard:
    """Everything between the ARI socket and the floors. One per process; `tasks` owns what it starts."""

    def __init__(
        self,
        ari: Ari,
        ami: Ami,
        *,
        node: NodeId,
        app: str,
        prompts: Path,
        journal: Journal,
        sealer: Sealer,
        clock: Clock,
        point: Point,
        tasks: asyncio.TaskGroup,
        floors: Iterable[tuple[Floor, int]],
        scripts: Scripts,
        media_host: str = "127.0.0.1",
        room: Callable[[], bool] = lambda: True,
        hold: float = 0.0,
        calendar: Calendar | None = None,
        ear: Ear | None = None,
        silence: float = 0.0,
    ) -> None:
        self._clock = clock
        self._point = point
        self._tasks = tasks
        self._node = node
        self._recovering: asyncio.Task[None] | None = None
        self._timers_set = False
        self._fault: Exception | None = None
        self._broken = asyncio.Event()
        self.written: Callable[[Mailbox], None] = _nobody
        """Is told of each mailbox that has written facts."""
        self.index = Index()
        self.leases = CallerLeases(ami, tasks)
        self.scripts = scripts
        flows = Flows(ari, prompts, clock, calendar or Calendar(clock), self.leases, point, scripts)
        recorder = MixMonitorRecorder(ari, ami, tasks)
        self._policy = Policy(clock, lambda: secrets.randbits(80))
        rung = self.index.lines.rung
        self.trunks = Trunks(ari, media_host)
        load = TrunkLoad(self.trunks.behind, self.trunks.channels)
        self._silence = Silence(ari, ear, silence)
        self._dialler = Dialler(
            ari, app, prompts, self.leases, rung, self.trunks.endpoint, Early(ari), self._silence, load
        )
        destinations = Destinations(scripts.ways_out, lambda: self.trunks.health)
        waits_out = WaitsOut(ari, prompts, scripts, destinations, self._dialler, self.leases)
        self._performer = Performer(
            ari, app, prompts, clock, flows, recorder, self.leases, point, self.index.lines, self._dialler, waits_out
        )
        self._journal = journal
        self._hold = hold
        self.boxes: dict[TenantId, Mailbox] = {}
        callers = Callers(
            ari, node, self.index, flows, self.leases, journal, sealer, self._owner, room, load, self._dialler
        )
        self.dialling = Dialling(
            ari, node, self.index, destinations, self._dialler, self.leases, journal, sealer, clock, room
        )
        self.dispatch = Dispatch(
            ari,
            self.index,
            callers,
            self._performer,
            self.dialling,
            self._left,
            self._came_back,
            point,
            self.trunks.seen,
            self._registered,
        )
        self.reconciler = Reconciler(ari, callers, self._performer, recorder, self.leases, self._policy)
        self._holds = Holds(ari)
        self.phones = Phones(ari, self.dispatch.line)
        self.fallback = Fallback(ami)
        self.recovery = Recovery(
            ari,
            ami,
            app,
            self.index,
            self.boxes.values(),
            callers,
            self.dialling,
            self.reconciler,
            self.trunks,
            self.phones,
            self.fallback,
            scripts.numbers,
        )
        for floor, epoch in floors:
            self._add(floor, epoch)

    def open(self, floor: Floor, epoch: int) -> Mailbox:
        """Take in a tenant who came while the platform runs; when the link to Asterisk stands he is served at once."""
        box = self._add(floor, epoch)
        box.take(inputs.ShardWasTaken(epoch))
        if self.recovery.done:
            box.take(inputs.RecoveryFinished())
        return box

    async def run(self) -> None:
        """Watch until a mailbox breaks, then raise what broke it."""
        await self._broken.wait()
        if self._fault is not None:
            raise self._fault

    def went_up(self) -> None:
        """A new ARI socket stands: recover, then match."""
        self._recovering = self._tasks.create_task(self._recover())

    def went_down(self, reason: str) -> None:
        """The ARI socket is gone: nothing is offered until the next one has recovered."""
        log.warning("the link to Asterisk is down", why=reason)
        self.recovery.done = False
        if self._recovering is not None:
            self._recovering.cancel()
        for box in self.boxes.values():
            box.take(inputs.NodeWasLost(self._node))

    def end(self) -> None:
        """Stop what would go on by itself: renewals and a running recovery. Calls live on in Asterisk."""
        self.leases.end()
        self._silence.close()
        if self._recovering is not None:
            self._recovering.cancel()

    async def _recover(self) -> None:
        try:
            await self.recovery.run()
        except LinkLost as lost:
            log.warning("recovery was interrupted", why=str(lost))
            return
        self._point(Step.RECOVERED)
        if not self._timers_set:
            self._timers_set = True
            for box in self.boxes.values():
                for timer in timers.due(box.floor, self._clock.now()):
                    self._performer.set_timer(box, timer)
        await self._holds.look(self.boxes.values())

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

    def _owner(self, dialled: str) -> tuple[Mailbox, str] | None:
        found = self.scripts.owner(dialled)
        return None if found is None else (self.boxes[found[0]], found[1])

    def _broke(self, fault: Exception) -> None:
        self._fault = self._fault or fault
        self._broken.set()

    def _perform(self, box: Mailbox, effect: Effect) -> None:
        self._performer.perform(box, effect)

    def _told(self, box: Mailbox, facts: Sequence[Fact[Body]]) -> None:
        self.index.told(box, facts)
        self._policy.told(box, facts)
        self._dialler.told(facts)
        self.dialling.told(box, facts)
        for fact in facts:
            if isinstance(fact.body, OfferAccepted | OfferMissed | OfferRefused | OfferWithdrawn | OfferLost):
                self._performer.stop_ringing(fact.body.offer)
        self.written(box)

    def _left(self, channel: wire.Channel) -> None:
        self._tasks.create_task(self.recovery.left(channel))

    def _registered(self, endpoint: str, up: bool) -> None:
        self.phones.seen(endpoint, up)

    def _came_back(self, channel: str) -> None:
        self.recovery.came_back(channel)


def _nobody(_box: Mailbox) -> None:
    """Where nobody listens."""
