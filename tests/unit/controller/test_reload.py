"""What was published comes into force while calls run: for new calls, for new phones, for new tenants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from acd.config import AgentConfig, Limits, QueueConfig, SeatPool
from acd.model import Floor, Place
from asterisk import channels
from asterisk.request import Method
from bus.commands import CommandAccepted
from controller.reload import Reload
from kernel.ids import AgentId, FlowId, QueueId, TenantId
from store.config import AgentAccount, FlowDocument, NumberConfig, TenantConfig
from store.errors import StoreUnavailable
from tests.fakes.desk import TENANT, Desk, desk
from tests.fakes.virtual_time import in_jumping_time

NUMBER = "+81312345601"
NEW = TenantId("novice")
TO_QUEUE = '{"start": "in", "nodes": {"in": {"do": "route", "queue": "front"}}}'
TO_NOWHERE = '{"start": "in", "nodes": {"in": {"do": "hang_up"}}}'
UNENDING = '{"start": "in", "nodes": {}}'


def config(tenant: TenantId = TENANT, version: int = 1, document: str = TO_QUEUE) -> TenantConfig:
    queue = QueueConfig(QueueId("front"), "front", ring_time=20.0)
    agent = AgentConfig(AgentId("ann"), "ann", "ann", (queue.id,))
    return TenantConfig(
        tenant,
        tenant,
        version,
        queues=(queue,),
        agents=(AgentAccount(agent, "ann", "secret"),),
        numbers=(NumberConfig(NUMBER, FlowId("f")),),
        flows=(FlowDocument(FlowId("f"), version, document),),
    )


@dataclass(slots=True)
class Published:
    """The store: what was published, and a database that may be away or slow."""

    newest: TenantConfig | None = None
    away: bool = False
    slow: list[asyncio.Event] = field(default_factory=list)

    async def load(self, tenant: TenantId, version: int | None = None) -> TenantConfig | None:
        found = self.newest
        if self.slow:
            await self.slow.pop(0).wait()
        if self.away:
            raise StoreUnavailable("away")
        return found


@asynccontextmanager
async def reloading(
    folder: Path, limits: Callable[[TenantId], Awaitable[Limits]] | None = None
) -> AsyncIterator[tuple[Desk, Published, Reload]]:
    async def rebuild(tenant: TenantId) -> Floor:
        return Floor(tenant)

    async def unlimited(_tenant: TenantId) -> Limits:
        return Limits()

    async with desk(folder) as here:
        store = Published()
        yield here, store, Reload(store, here.board, rebuild, lambda _: 5, limits or unlimited)  # type: ignore[arg-type]


def arrives(here: Desk, channel: str = "1700000000.1") -> str:
    return here.arrives(NUMBER, channel)


@in_jumping_time
async def test_a_new_number_is_answered_and_its_callers_reach_the_new_queue(tmp_path: Path) -> None:
    async with reloading(tmp_path) as (here, store, reload):
        store.newest = config()
        assert await reload.newest(TENANT) == CommandAccepted(here.floor.seq)
        assert here.floor.config == 1
        arrives(here)
        assert (here.call().place, here.call().queue) == (Place.WAITING, "front")
        pushed = [request.uri for request in here.ari.asked if request.method is Method.PUT]
        assert [uri.rsplit("/", 2)[1:] for uri in pushed if not uri.endswith(".browser")] == [
            ["auth", "ann"],
            ["aor", "ann"],
            ["endpoint", "ann"],
        ]
        taught = [told[2] for told in here.ami.told if told[0] == "db_put"]
        assert taught == [NUMBER, "0312345601"]


@in_jumping_time
async def test_a_version_that_is_in_force_already_changes_nothing(tmp_path: Path) -> None:
    async with reloading(tmp_path) as (here, store, reload):
        store.newest = config()
        await reload.newest(TENANT)
        here.ari.forget()
        facts = len(here.facts())
        assert await reload.newest(TENANT) == CommandAccepted(here.floor.seq)
        assert (len(here.facts()), here.ari.asked) == (facts, [])


@in_jumping_time
async def test_new_limits_reach_the_floor_under_the_same_version(tmp_path: Path) -> None:
    pools = [(SeatPool("", 3, "old"),), (SeatPool("", 1, "new"),)]

    async def limits(_tenant: TenantId) -> Limits:
        return Limits(pools.pop(0))

    async with reloading(tmp_path, limits) as (here, store, reload):
        store.newest = config()
        await reload.newest(TENANT)
        await reload.newest(TENANT)
        assert here.floor.limits == Limits((SeatPool("", 1, "new"),))


@in_jumping_time
async def test_a_flow_that_cannot_be_read_leaves_the_version_before_in_force(tmp_path: Path) -> None:
    async with reloading(tmp_path) as (here, store, reload):
        store.newest = config()
        await reload.newest(TENANT)
        store.newest = config(version=2, document=UNENDING)
        assert await reload.newest(TENANT) is None
        assert here.floor.config == 1
        arrives(here)
        assert here.call().queue == "front"


@in_jumping_time
async def test_while_the_database_is_away_nothing_is_answered(tmp_path: Path) -> None:
    async with reloading(tmp_path) as (_, store, reload):
        store.newest, store.away = config(), True
        assert await reload.newest(TENANT) is None
        store.away, store.newest = False, None
        assert await reload.newest(TENANT) is None


@in_jumping_time
async def test_who_has_read_earlier_does_not_undo_what_was_read_later(tmp_path: Path) -> None:
    async with reloading(tmp_path) as (here, store, reload):
        late = asyncio.Event()
        store.newest, store.slow = config(), [late]
        slow = asyncio.create_task(reload.newest(TENANT))
        await asyncio.sleep(0)
        store.newest = config(version=2, document=TO_NOWHERE)
        await reload.newest(TENANT)
        late.set()
        assert isinstance(await slow, CommandAccepted)
        assert here.floor.config == 2
        channel = arrives(here)
        assert channels.hangup(channel) in here.ari.asked


@in_jumping_time
async def test_limits_that_were_read_earlier_do_not_undo_those_that_were_read_later(tmp_path: Path) -> None:
    late, bought = asyncio.Event(), [(SeatPool("", 3, "old"),), (SeatPool("", 4, "new"),)]

    async def limits(_tenant: TenantId) -> Limits:
        read = Limits(bought.pop(0))
        if bought:
            await late.wait()
        return read

    async with reloading(tmp_path, limits) as (here, store, reload):
        store.newest = config()
        slow = asyncio.create_task(reload.newest(TENANT))
        await asyncio.sleep(0)
        await reload.newest(TENANT)
        late.set()
        assert isinstance(await slow, CommandAccepted)
        assert here.floor.limits == Limits((SeatPool("", 4, "new"),))


@in_jumping_time
async def test_a_number_given_up_is_nobodys(tmp_path: Path) -> None:
    async with reloading(tmp_path) as (here, store, reload):
        store.newest = config()
        await reload.newest(TENANT)
        store.newest = replace(config(version=2), numbers=())
        await reload.newest(TENANT)
        arrives(here)
        assert not here.floor.calls
        assert [told[2] for told in here.ami.told if told[0] == "db_del"][-2:] == [NUMBER, "0312345601"]


@in_jumping_time
async def test_a_tenant_who_is_new_takes_calls_at_once(tmp_path: Path) -> None:
    async with reloading(tmp_path) as (here, store, reload):
        here.node.recovery.done = True
        store.newest = config(NEW)
        assert isinstance(await reload.newest(NEW), CommandAccepted)
        box = here.board.boxes[NEW]
        assert (box.epoch, box.floor.open, box.floor.config) == (5, True, 1)
        arrives(here)
        (call,) = box.floor.calls.values()
        assert (call.queue, call.number, here.floor.calls) == ("front", NUMBER, {})


@in_jumping_time
async def test_a_tenant_who_comes_while_asterisk_is_away_waits_for_the_recovery(tmp_path: Path) -> None:
    async with reloading(tmp_path) as (here, store, reload):
        here.node.recovery.done = False
        store.newest = config(NEW)
        await reload.newest(NEW)
        assert not here.board.boxes[NEW].floor.open


@in_jumping_time
async def test_two_who_bring_the_same_new_tenant_open_one_floor(tmp_path: Path) -> None:
    async with reloading(tmp_path) as (here, store, reload):
        store.newest = config(NEW)
        await asyncio.gather(reload.newest(NEW), reload.newest(NEW))
        assert [type(fact.body).__name__ for fact in here.facts() if fact.tenant == NEW].count("ShardTaken") == 1
