"""Counts a tenant's rules with an IVR each time when his configuration or his contracts have become others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import orjson
import structlog

from kernel.errors import ConfigurationError
from store.config import ConfigStore
from store.contracts import ContractStore
from store.jobs import Job
from store.platform import PLATFORM
from store.rule_counts import CountStore, rules_with_ivr
from tariff.rights.entitlement import IVR

Work = Callable[[Job], Awaitable[None]]
_log = structlog.get_logger()


class Rules:
    """Goes before the jobs of kind USE_CONFIG, of which there is one for each such change."""

    def __init__(self, configs: ConfigStore, contracts: ContractStore, counts: CountStore, then: Work) -> None:
        self._configs = configs
        self._contracts = contracts
        self._counts = counts
        self._then = then

    async def do(self, job: Job) -> None:
        """Count by the moment when the job was added, at most once for it; then do what it asks for."""
        if job.tenant != PLATFORM:
            await self._count(job)
        await self._then(job)

    async def _count(self, job: Job) -> None:
        config = await self._configs.load(job.tenant, orjson.loads(job.body).get("version"))
        bought = (await self._contracts.entitled(job.tenant, job.run_after)).ivr
        if config is None or bought is None:
            return
        try:
            used = rules_with_ivr(config)
        except ConfigurationError as error:
            _log.error("rules with an IVR cannot be counted", tenant=job.tenant, why=str(error))
            return
        if await self._counts.add(job.tenant, job.key, job.run_after, IVR, used, bought):
            _log.info("rules with an IVR counted", tenant=job.tenant, used=used, allowed=bought.limit)
