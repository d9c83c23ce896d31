"""What is entered about a contract: outages, charges, payments, evaded fees, rates of calls; and what is owed by it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api import entering
from api.ask import IdPath, Me, Uses
from api.entering import Book
from api.orders import Key
from api.permissions import Permission, needs
from api.problems import Problem, ProblemRaised, RefusalRaised
from api.routes.platform_orders import ContractPath
from api.schemas import entry as shapes
from api.schemas.common import Listing
from api.schemas.invoice import Line
from api.services import Services
from api.showing_entries import shown
from kernel.ids import ContractId, TenantId
from kernel.refusal import Code, Refused
from store.audit import Author
from store.closing_jobs import closing_job, late_job
from tariff.counting.month import day_of, month_of

router = APIRouter(
    prefix="/platform/tenants/{tenant}/contracts/{contract}",
    tags=["platform"],
    dependencies=[needs(Permission.RUN_PLATFORM)],
)


@router.get("/entries")
async def list_entries(tenant: IdPath, contract: ContractPath, uses: Uses) -> Listing[shapes.Entry]:
    """Everything that was entered, the first first."""
    book = await _book(uses, tenant, contract)
    return Listing(items=shown(book.entries))


@router.post("/entries", status_code=201)
async def add_entry(
    tenant: IdPath,
    contract: ContractPath,
    wanted: shapes.EntryWanted,
    me: Me,
    uses: Uses,
    response: Response,
    key: Key = None,
    dry_run: bool = False,
) -> shapes.Entered:
    """Enter something, or (`dry_run`) see what it would do.

    201 when it is written; 200 for a dry run, and where the same Idempotency-Key brought the same before; 422 with
    code, clause, numbers and the pointer of the field when it is refused, and then nothing is written.
    """
    book, what, now = await _book(uses, tenant, contract), wanted.what(), uses.clock()
    if not dry_run and key is not None:
        before = await uses.platform.entries.with_key(TenantId(tenant), ContractId(contract), key)
        if before is not None:
            if before.what != what:
                raise RefusalRaised(Refused(Code.IDEMPOTENCY_MISMATCH))
            response.status_code = 200
            return _entered(entering.again(book, before.number), before.number)
    tried = entering.tried(book, what, now)
    if isinstance(tried, Refused):
        raise RefusalRaised(tried, 422)
    if dry_run:
        response.status_code = 200
        return _entered(tried, None)
    over, names = len(book.entries), (TenantId(tenant), ContractId(contract))
    job = late_job(*names, tried.month, now) if tried.late else closing_job(*names, month_of(day_of(now)))
    kept = await uses.platform.entries.append(*names, what, Author(me.tenant, me.login), over, key, job)
    if kept is None:
        raise ProblemRaised(Problem.CHANGED_MEANWHILE)
    if kept.what != what:
        raise RefusalRaised(Refused(Code.IDEMPOTENCY_MISMATCH))
    return _entered(tried, kept.number)


@router.get("/dues")
async def get_dues(
    tenant: IdPath,
    contract: ContractPath,
    uses: Uses,
    on: Annotated[date | None, Query(description="A day; left out: today.")] = None,
) -> shapes.Dues:
    """What is open of each invoice at the end of a day, what was paid too much, and what is held of the deposit."""
    found = entering.due(await _book(uses, tenant, contract), on or day_of(uses.clock()))
    if isinstance(found, Refused):
        raise RefusalRaised(found, 422)
    return shapes.Dues.model_validate(found)


async def _book(uses: Services, tenant: str, contract: str) -> Book:
    names = TenantId(tenant), ContractId(contract)
    held = {one.contract.id: one for one in await uses.platform.contracts.agreements(names[0])}
    if names[1] not in held:
        raise ProblemRaised(Problem.NOT_FOUND)
    entries = await uses.platform.entries.of(*names)
    return Book(held[names[1]], entries, await uses.platform.invoices.of_contract(*names))


def _entered(tried: entering.Effect | Refused, number: int | None) -> shapes.Entered:
    if isinstance(tried, Refused):
        raise RefusalRaised(tried, 422)
    lines = [Line.model_validate(line) for line in tried.lines]
    return shapes.Entered(number=number, month=str(tried.month), before=tried.before, after=tried.after, lines=lines)
