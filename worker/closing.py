"""Closes months: the invoice of a contract and month is computed and written once, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

import orjson
import structlog

from kernel.ids import ContractId
from kernel.moment import after
from kernel.refusal import Refused
from reports.rated_calls import calls, rates_calls
from store.closing_jobs import closing_job
from store.contracts import ContractStore
from store.invoices import InvoiceStore
from store.jobs import Job, JobStore
from store.personal import PersonalStore
from store.records import RecordStore
from store.talks import talks
from store.tariffs import packaged
from store.tenants import TenantStore
from tariff import agreement, closing
from tariff.agreement import Agreement
from tariff.closed import ClosedMonth, Issuer
from tariff.history import State
from tariff.invoicing import Measured
from tariff.month import Month, day_of, month_of
from tariff.records import Call

RETRY: Final = 86_400.0
"""Seconds after which a contract that may not be held as it stands is looked at again: somebody has to mend it."""
MONTHS_BEFORE: Final = 12
"""Small months may be carried over: so many months before the one that is closed are rated with it."""
_log = structlog.get_logger()


class Closing:
    """Does the jobs of kind CLOSE_MONTH. Each begins anew what a worker that died had begun."""

    def __init__(
        self,
        contracts: ContractStore,
        invoices: InvoiceStore,
        records: RecordStore,
        personal: PersonalStore,
        tenants: TenantStore,
        jobs: JobStore,
        issuer: Issuer,
        clock: Callable[[], datetime],
    ) -> None:
        self._contracts = contracts
        self._invoices = invoices
        self._records = records
        self._personal = personal
        self._tenants = tenants
        self._jobs = jobs
        self._issuer = issuer
        self._clock = clock

    async def begin(self) -> None:
        """Sees that each contract in force has a job for its running month; those that are older than such jobs have
        none."""
        now = self._clock()
        for tenant, held in (await self._contracts.all()).items():
            for contract in held:
                if contract.ends is None or contract.ends > now:
                    first = month_of(day_of(max(contract.begins, now)))
                    await self._jobs.add(closing_job(tenant, contract.id, first))

    async def do(self, job: Job) -> None:
        """Close the month that the job names; the job of the month after it is added with the invoice."""
        body = orjson.loads(job.body)
        contract, month = ContractId(body["contract"]), Month(*map(int, body["month"].split("-")))
        held = {one.contract.id: one for one in await self._contracts.agreements(job.tenant)}
        if contract in held:
            closed = await self._close(held[contract], month)
            if isinstance(closed, Refused):
                _log.error("a month cannot be closed", tenant=job.tenant, key=job.key, code=closed.code)
                await self._jobs.failed(job, after(self._clock(), RETRY), f"refused: {closed.code}")
                return
            goes_on = not _over(held[contract], month)
            following = closing_job(job.tenant, contract, month.plus(1)) if goes_on else None
            await self._invoices.close(closed, following)
        await self._jobs.done(job)

    async def _close(self, of: Agreement, month: Month) -> ClosedMonth | Refused:
        tenant = await self._tenants.get(of.contract.tenant)
        assert tenant is not None, "a contract has a tenant"
        measured = Measured(calls=await self._calls(of, month))
        on = day_of(month.plus(1).begins)
        return closing.close(packaged(), of, month, measured, self._issuer, tenant.name, on)

    async def _calls(self, of: Agreement, month: Month) -> tuple[Call, ...]:
        table = packaged().table(of.contract.tariff, month.begins)
        if table is None or not rates_calls(table):
            return ()
        tenant, since = of.contract.tenant, month.plus(-MONTHS_BEFORE).begins
        had = await talks(self._records, self._personal, tenant, since, month.plus(1).begins)
        return tuple(call for _, call in calls(of.contract, had))


def _over(of: Agreement, month: Month) -> bool:
    """Whether the contract had ended a whole month before: then nothing is left to bill."""
    catalogue, before = packaged(), month.begins
    if of.contract.ends is not None and of.contract.ends <= before:
        return True
    return agreement.state(catalogue, of, before) is State.ENDED
