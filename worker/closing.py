"""Closes months: the invoice of a contract and month is computed and written once, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

import orjson
import structlog

from kernel.ids import ContractId
from kernel.moment import after
from kernel.refusal import Refused
from reports.rated_calls import calls, rates_calls
from store.closing_jobs import closing_job
from store.contracts import ContractStore
from store.entries import EntryStore
from store.invoices import InvoiceStore
from store.jobs import Job, JobStore
from store.personal import PersonalStore
from store.records import RecordStore
from store.talks import talks
from store.tariffs import packaged
from store.tenants import TenantStore
from tariff.counting.month import Month, day_of, month_of
from tariff.counting.records import Call
from tariff.holding.history import State
from tariff.money import closing, entered
from tariff.money.bills import InvoiceState
from tariff.money.closed import ClosedMonth, Issuer
from tariff.rights import agreement
from tariff.rights.agreement import Agreement

RETRY: Final = 86_400.0
"""Seconds after which a contract that may not be held as it stands is looked at again: somebody has to mend it."""
ATTEMPTS: Final = 5
"""Times a month is computed anew because something was entered meanwhile."""
MONTHS_BEFORE: Final = 12
"""Small months may be carried over: so many months before the one that is closed are rated with it."""
_log = structlog.get_logger()


class Closing:
    """Does the jobs of kind CLOSE_MONTH. Each begins anew what a worker that died had begun."""

    def __init__(
        self,
        contracts: ContractStore,
        invoices: InvoiceStore,
        entries: EntryStore,
        records: RecordStore,
        personal: PersonalStore,
        tenants: TenantStore,
        jobs: JobStore,
        issuer: Issuer,
        clock: Callable[[], datetime],
    ) -> None:
        self._contracts = contracts
        self._invoices = invoices
        self._entries = entries
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
            trouble = await self._try(held[contract], month, job)
            if trouble:
                _log.error("a month cannot be closed", tenant=job.tenant, key=job.key, trouble=trouble)
                await self._jobs.failed(job, after(self._clock(), RETRY), trouble)
                return
        await self._jobs.done(job)

    async def _try(self, of: Agreement, month: Month, job: Job) -> str:
        """Closes the month unless it was closed before; why it cannot be, or ""."""
        following = None if _over(of, month) else closing_job(job.tenant, of.contract.id, month.plus(1), job.run_after)
        for _ in range(ATTEMPTS):
            closed = await self._close(of, month, day_of(job.run_after))
            if isinstance(closed, Refused):
                return f"refused: {closed.code}"
            if closed.state == InvoiceState.UNPRICED:
                return f"unpriced: {' '.join(closed.rows)}"
            if await self._invoices.close(closed, following):
                return ""
        return "something new is entered again and again"

    async def _close(self, of: Agreement, month: Month, on: date) -> ClosedMonth | Refused:
        tenant = await self._tenants.get(of.contract.tenant)
        assert tenant is not None, "a contract has a tenant"
        entries = await self._entries.of(of.contract.tenant, of.contract.id)
        others = await self._invoices.of_contract(of.contract.tenant, of.contract.id, but=str(month))
        measured = entered.measured(entries, others, await self._calls(of, month))
        seen = len(entries)
        return closing.close(packaged(), of, month, measured, self._issuer, tenant.name, on, others, seen)

    async def _calls(self, of: Agreement, month: Month) -> tuple[Call, ...]:
        table = packaged().table(of.contract.tariff, month.begins)
        if table is None or not rates_calls(table):
            return ()
        tenant, since = of.contract.tenant, month.plus(-MONTHS_BEFORE).begins
        had = await talks(self._records, self._personal, tenant, since, month.plus(1).begins)
        return tuple(call for _, call in calls(of.contract, table, had))


def _over(of: Agreement, month: Month) -> bool:
    """Whether the contract had ended a whole month before: then nothing is left to bill."""
    catalogue, before = packaged(), month.begins
    if of.contract.ends is not None and of.contract.ends <= before:
        return True
    return agreement.state(catalogue, of, before) is State.ENDED
