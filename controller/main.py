"""The composition root of the controller: here, and only here, real parts meet."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog

from acd.config import Limits
from acd.inputs import ShardWasTaken
from acd.model import Floor
from asterisk.nodes import nodes
from bus.client import connect
from bus.commands import (
    ClosePhone,
    CommandAccepted,
    CommandDoor,
    CommandMessage,
    ConfigPublished,
    Invite,
    OpenPhone,
    Outcome,
    PlaceCall,
)
from bus.news import NewsPublisher
from bus.presence import PresenceDoor
from controller import browsers, tenants
from controller.calendar import Calendar
from controller.clock import Clock
from controller.copier import Copier, bring
from controller.custody import Custody
from controller.dialling import unknown_numbers
from controller.disk import Disk
from controller.fault import Point, deadly, nothing
from controller.health import Health
from controller.journal import Journal, tails
from controller.keeper import Keeper
from controller.limits import limits
from controller.links import Links
from controller.mailbox import Mailbox
from controller.presence import Presences
from controller.reload import Reload
from controller.scripts import Scripts
from controller.settings import ControllerSettings
from controller.switchboard import Switchboard
from controller.trunks import TrunkReload, health
from kernel.ids import SHARDS, Shard, TenantId, shard_of
from kernel.refusal import Code, Refused
from store.config import ConfigStore, TenantConfig
from store.contracts import ContractStore
from store.engine import platform_engine
from store.errors import SeqTaken, StaleEpoch, StoreUnavailable, Unreadable
from store.facts import FactStore
from store.leases import Leases
from store.personal import PersonalStore, Sealer
from store.records import RecordStore
from store.secret_files import ensure_secret
from store.snapshots import Snapshots
from store.tenants import PLATFORM
from store.trunks import TrunkStore

log = structlog.get_logger()

HOLD: Final = 0.01
"""Seconds that clearing up waits when a phone is to ring: long enough for its INVITE, too short to be noticed."""
FLUSH_LIMIT: Final = 1.0
"""Seconds that a stop may spend on bringing the last facts to the database; the journal keeps the rest. As many on
giving the leases back, which run out by themselves."""


_Answer = Outcome | Awaitable[Outcome | None]


async def run(settings: ControllerSettings) -> None:
    """Serve until SIGTERM. Raises Fenced, or what broke."""
    begun, stop = asyncio.Event(), asyncio.Event()
    work = asyncio.create_task(_work(settings, begun, stop), name="controller")

    def told() -> None:
        stop.set()
        if not begun.is_set():
            # It may wait for the database, or for as long as another holds the leases; no call of ours runs yet.
            work.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told)
    try:
        await work
    except asyncio.CancelledError:
        if not stop.is_set():
            raise


async def _work(settings: ControllerSettings, begun: asyncio.Event, stop: asyncio.Event) -> None:
    engine = platform_engine(settings)
    custody = Custody(Leases(engine), _holder(settings), settings.lease_seconds)
    try:
        sealer = Sealer.from_file(settings.personal_key_file)
        store = ConfigStore(engine, sealer)
        await custody.take(Shard(number) for number in range(SHARDS))
        configs = await store.load_all()
        controller = Controller(
            settings,
            sealer,
            store,
            ContractStore(engine),
            TrunkStore(engine, sealer),
            FactStore(engine),
            PersonalStore(engine, sealer),
            Snapshots(engine),
            custody,
            RecordStore(engine),
        )
        await controller.serve(configs, begun, stop)
    finally:
        if stop.is_set():
            await _let_go(custody)
        await engine.dispose()


class Controller:
    """One run of the process, from the journals of its predecessors to its own last fact."""

    def __init__(
        self,
        settings: ControllerSettings,
        sealer: Sealer,
        store: ConfigStore,
        contracts: ContractStore,
        trunks: TrunkStore,
        facts: FactStore,
        personal: PersonalStore,
        snapshots: Snapshots,
        custody: Custody,
        records: RecordStore,
    ) -> None:
        self._settings = settings
        self._sealer = sealer
        self._configs = store
        self._contracts = contracts
        self._trunks = trunks
        self._facts = facts
        self._personal = personal
        self._snapshots = snapshots
        self._custody = custody
        self._records = records
        self._clock = Clock()
        self._point: Point = deadly(settings.fault) if settings.fault else nothing

    async def serve(self, configs: Sequence[TenantConfig], begun: asyncio.Event, stop: asyncio.Event) -> None:
        """Bring the old journals in, rebuild the floors, say `begun`, then run calls until `stop`."""
        await self._bring_old_journals()
        floors = [(await self._floor(config.tenant), self._epoch(config.tenant)) for config in configs]
        scripts = await tenants.scripts(configs, [floor for floor, _ in floors], self._configs)
        journal = Journal(self._settings.journal_dir, f"{self._clock.now():%Y%m%dT%H%M%S%f}")
        redis = connect(self._settings)
        copier = Copier(journal, self._facts, self._personal, NewsPublisher(redis), self._point)
        links = Links(nodes(self._settings))
        try:
            async with asyncio.TaskGroup() as tasks:
                disk = Disk(
                    self._settings.journal_dir,
                    lambda: copier.behind,
                    self._settings.journal_limit,
                    self._settings.journal_reserve,
                )
                board = self._build(scripts, floors, journal, disk, tasks, links)
                keeper = Keeper(self._snapshots, board.boxes.values(), self._clock, self._settings.snapshot_facts)
                board.written = keeper.told
                trunks = await self._trunks.all()
                for node in board.nodes.values():
                    node.trunks.put(trunks)
                presences = Presences(board.boxes.get)
                for config in configs:
                    box = board.boxes[config.tenant]
                    before = await tenants.told_config(config, box.floor, self._configs)
                    for node in board.nodes.values():
                        told = tenants.phones(before, node.media_host)
                        node.phones.put(config.tenant, tenants.phones(config, node.media_host), told)
                    box.take(ShardWasTaken(box.epoch))
                    box.take(tenants.configuration(config, await self._limits(config.tenant)))
                    presences.begin(box)
                    await self._recall(board, box)
                _spare()
                page = Health(
                    self._settings.controller_port,
                    lambda: {"ari": links.up, "database": copier.reachable, "recovered": board.recovered},
                    lambda: _figures(board, copier, disk),
                    lambda: {str(name): state.value for name, state in health(board.trunks).items()},
                    lambda: {str(node.id): node.state for node in board.nodes.values()},
                )
                reload = Reload(self._configs, board, self._floor, self._epoch, self._limits)
                shards = sorted(self._custody.held)
                door = CommandDoor(redis, shards, _answers(board, reload, TrunkReload(self._trunks, board.trunks)))
                running: list[asyncio.Task[object]] = [
                    tasks.create_task(work)
                    for work in (
                        *links.works(),
                        board.run(),
                        copier.run(),
                        self._custody.run(),
                        keeper.run(),
                        page.run(),
                        door.run(),
                        PresenceDoor(redis, shards, presences.heard).run(),
                    )
                ]
                begun.set()
                await stop.wait()
                await links.close()
                await _flush(copier)
                board.end()
                presences.end()
                for task in running:
                    task.cancel()
        finally:
            await links.end()
            journal.close()
            await redis.aclose()

    def _build(
        self,
        scripts: Scripts,
        floors: Sequence[tuple[Floor, int]],
        journal: Journal,
        disk: Disk,
        tasks: asyncio.TaskGroup,
        links: Links,
    ) -> Switchboard:
        settings = self._settings
        board = Switchboard(
            links.doors,
            app=settings.app,
            prompts=settings.prompts_dir,
            journal=journal,
            sealer=self._sealer,
            clock=self._clock,
            point=self._point,
            tasks=tasks,
            floors=floors,
            scripts=scripts,
            room=disk.takes_a_call,
            hold=HOLD,
            calendar=Calendar(self._clock, settings.calendar),
            silence=settings.trunk_silence,
            patience=settings.node_patience,
            key=ensure_secret(settings.node_key_file) if settings.linked else "",
            last_agent=self._records.last_agent,
        )
        links.listen(board.nodes)
        return board

    def _epoch(self, tenant: TenantId) -> int:
        return self._custody.held[shard_of(tenant)].epoch

    async def _floor(self, tenant: TenantId) -> Floor:
        return await tenants.rebuild(tenant, self._facts, self._snapshots)

    async def _limits(self, tenant: TenantId) -> Limits:
        """What the contracts allow now; when time changes that, somebody asks again."""
        entitled = await self._contracts.entitled(tenant, self._clock.now())
        if entitled.changes_at is not None:
            await self._contracts.wake(tenant, entitled.changes_at)
        return limits(entitled, self._settings.seat_grace)

    async def _recall(self, board: Switchboard, box: Mailbox) -> None:
        """The numbers of calls out that were being tried: where one cannot be read, its call ends."""
        unknown = unknown_numbers(box.floor)
        if not unknown:
            return
        try:
            board.recall(box.floor, await self._personal.get_many(box.floor.tenant, unknown))
        except (StoreUnavailable, Unreadable) as trouble:
            log.error("the numbers of calls out could not be read", tenant=box.floor.tenant, why=str(trouble))

    async def _bring_old_journals(self) -> None:
        """What an earlier process wrote but could not copy; under our epoch, which is newer than its own."""
        epoch = max((lease.epoch for lease in self._custody.held.values()), default=0)
        for path in tails(self._settings.journal_dir):
            try:
                await bring(path.read_bytes(), self._facts, self._personal, under=epoch)
            except (StaleEpoch, SeqTaken) as stale:
                # Somebody acted for the shard in between: what he did not see must not change history behind him.
                log.error("a journal came too late and is set aside", journal=path.name, why=str(stale))
                path.rename(path.with_suffix(".stale"))
            else:
                path.unlink()


def _spare() -> None:
    """Let the collector of garbage look at nothing any more of what is here to stay: with 2,000 agents that would take
    it a fifth of a second now and then, in which no phone rings."""
    gc.collect()
    gc.freeze()


def _holder(settings: ControllerSettings) -> str:
    """Who we are in the lease: one var folder on one machine runs one controller, so its earlier self is dead."""
    return f"{socket.gethostname()}:{settings.var}"


async def _let_go(custody: Custody) -> None:
    try:
        async with asyncio.timeout(FLUSH_LIMIT):
            await custody.give_back()
    except (TimeoutError, StoreUnavailable):
        log.warning("the leases could not be given back: they run out by themselves", shards=len(custody.held))


async def _flush(copier: Copier) -> None:
    try:
        async with asyncio.timeout(FLUSH_LIMIT):
            await copier.catch_up()
    except TimeoutError:
        log.warning("the last facts stay in the journal; the next start brings them", behind=copier.behind)


def _answers(board: Switchboard, reload: Reload, trunks: TrunkReload) -> Callable[[CommandMessage], _Answer]:
    """Lets a person's command happen on his tenant's floor and says what became of it."""

    def answer(message: CommandMessage) -> _Answer:
        if isinstance(message.body, ConfigPublished) and message.tenant == PLATFORM:
            return trunks.newest()
        if isinstance(message.body, ConfigPublished):
            return reload.newest(message.tenant)
        box = board.boxes.get(message.tenant)
        if box is None:
            return Refused(Code.UNKNOWN_AGENT)
        if isinstance(message.body, OpenPhone | ClosePhone):
            return browsers.session(board, box, message.body)
        match message.body:
            case PlaceCall() as order:
                outcome = board.place(box, order)
            case Invite() as order:
                outcome = board.invite(box, order)
            case command:
                outcome = box.command(command)
        return outcome if isinstance(outcome, Refused) else CommandAccepted(outcome)

    return answer


def _figures(board: Switchboard, copier: Copier, disk: Disk) -> dict[str, float]:
    floors = [box.floor for box in board.boxes.values()]
    return {
        "denwaban_decisions_total": sum(box.decisions for box in board.boxes.values()),
        "denwaban_lease_renewals_total": sum(node.leases.renewals for node in board.nodes.values()),
        "denwaban_calls": sum(len(floor.calls) for floor in floors),
        "denwaban_queue_waiting": sum(len(queue.turns) for floor in floors for queue in floor.queues.values()),
        "denwaban_seats_in_use": sum(len(floor.seats) for floor in floors),
        "denwaban_journal_behind_bytes": copier.behind,
        "denwaban_calls_refused_for_room_total": disk.refused,
        "denwaban_events_ignored_total": sum(sum(node.dispatch.ignored.values()) for node in board.nodes.values()),
    }
