"""Rules with an IVR are counted for each change, also by the worker that comes after one who died over it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.ids import ContractId, FlowId, TenantId
from store.audit import SEED
from store.config import USE_CONFIG, ConfigStore, FlowDocument, NumberConfig, TenantConfig
from store.contracts import ContractStore
from store.jobs import Job, JobStore
from store.personal import Sealer
from store.rule_counts import CountStore
from store.tenants import Tenant, TenantStore
from tariff.rights.contract import Contract, Item
from worker.rules import Rules

ASKS = TenantId("asks")
MENU = {
    "start": "ask",
    "nodes": {
        "ask": {"do": "menu", "prompt": "which", "keys": {"1": "bye"}, "timeout": 5, "tries": 2, "on_timeout": "bye"},
        "bye": {"do": "hang_up"},
    },
}


async def test_a_count_whose_worker_died_is_made_by_the_next_one_and_once(engine: AsyncEngine) -> None:
    await TenantStore(engine).put(Tenant(ASKS, "Asks"))
    items = (Item("MT-F01", 11), Item("MT-F03", 1), Item("MT-F11", 1))
    bought = Contract(ContractId("miitel"), ASKS, "connect-miitel", datetime(2025, 5, 1, tzinfo=UTC), items)
    await ContractStore(engine).put(bought, SEED)
    configs, jobs, counts = ConfigStore(engine, Sealer(bytes(32))), JobStore(engine), CountStore(engine)
    flows = tuple(FlowDocument(FlowId(name), 1, json.dumps(MENU)) for name in ("day", "night"))
    numbers = (NumberConfig("+815012345601", FlowId("day")), NumberConfig("+815012345602", FlowId("night")))
    await configs.publish(TenantConfig(ASKS, "Asks", flows=flows, numbers=numbers), SEED)
    done: list[int] = []

    async def then(job: Job) -> None:
        done.append(job.attempts)

    rules = Rules(configs, ContractStore(engine), counts, then)
    dead = await jobs.claim([USE_CONFIG], limit=9, seconds=0)
    for _ in range(2):
        for job in await jobs.claim([USE_CONFIG], limit=9, seconds=0):
            await rules.do(job)
    assert dead
    assert set(done) == {2, 3}
    assert [(line.used, line.allowed) for line in (await counts.of(ASKS, 50)).rows] == [(2, 1)]
