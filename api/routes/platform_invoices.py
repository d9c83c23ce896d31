"""Closing months: by themselves when they are over, or earlier ones when whoever runs the platform asks for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fastapi import APIRouter

from api import entering, evidence
from api.ask import IdPath, Uses
from api.permissions import Permission, needs
from api.problems import Problem, ProblemRaised, RefusalRaised
from api.routes.invoices import LinePath, MonthPath
from api.schemas.common import Listing, Shape
from api.schemas.contract import ContractName
from api.schemas.entry import Evidence, Open
from api.schemas.invoice import Invoice, MonthWanted
from api.services import Services
from kernel.ids import ContractId, TenantId
from kernel.refusal import Refused
from store.closing_jobs import CLOSE_MONTH, closing_job
from store.jobs import Waiting
from store.tariffs import packaged
from tariff.counting.month import Month
from tariff.holding.history import Do, Order
from tariff.money.closed import ClosedMonth
from tariff.orders import deciding
from tariff.rights import agreement
from tariff.rights.agreement import Agreement
from tariff.written.terms import Fees

router = APIRouter(
    prefix="/platform/tenants/{tenant}/invoices", tags=["platform"], dependencies=[needs(Permission.RUN_PLATFORM)]
)


class Asked(Shape):
    """`added`: the month will be closed when it is over; false: that had been asked for before."""

    added: bool


@router.get("")
async def list_tenant_invoices(tenant: IdPath, uses: Uses) -> Listing[Invoice]:
    """Every closed month of a tenant, the newest first."""
    return Listing(items=[Invoice.model_validate(one) for one in await uses.platform.invoices.of(TenantId(tenant))])


@router.post("", status_code=202)
async def close_month(tenant: IdPath, wanted: MonthWanted, uses: Uses) -> Asked:
    """Close a month of a contract as soon as it is over, and those after it; one that is closed stays as it is.

    422 for a month in which the contract was not there yet, or had nothing any more.
    """
    of = await _there(uses, tenant, wanted.contract)
    month, names = Month(*map(int, wanted.month.split("-"))), (TenantId(tenant), ContractId(wanted.contract))
    no = entering.check_month(of, month, uses.clock())
    if no is not None:
        raise RefusalRaised(no, 422)
    since = uses.clock() if wanted.dated == "today" else None
    return Asked(added=await uses.platform.jobs.add(closing_job(*names, month, since)))


@router.get("/open")
async def list_open_months(tenant: IdPath, uses: Uses) -> Listing[Open]:
    """The months that are still to be closed, when each is due, and what is in the way of those that are overdue."""
    waiting = await uses.platform.jobs.waiting(TenantId(tenant), CLOSE_MONTH)
    return Listing(items=[_open(one) for one in waiting])


@router.get("/{month}/lines/{nth}/evidence")
async def get_line_evidence(
    tenant: IdPath, month: MonthPath, nth: LinePath, uses: Uses, contract: ContractName | None = None
) -> Evidence:
    """What the nth line, from 1 on, comes from: entries and who made them, orders and calls."""
    closed = _only(await uses.platform.invoices.of(TenantId(tenant)), month, contract)
    if nth > len(closed.lines):
        raise ProblemRaised(Problem.NOT_FOUND)
    return await evidence.behind(uses, closed, closed.lines[nth - 1], by=True)


@router.post("/{month}/reissue")
async def reissue(tenant: IdPath, month: MonthPath, uses: Uses, contract: ContractName | None = None) -> Invoice:
    """The same document once more; where the tariff has a fee for that, it is ordered and stands on a later invoice."""
    return await _again(uses, tenant, month, contract, lambda fees: fees.reinvoice)


@router.post("/{month}/statement")
async def send_statement(tenant: IdPath, month: MonthPath, uses: Uses, contract: ContractName | None = None) -> Invoice:
    """The document whose itemised statement is sent; where the tariff has a fee for that, it is ordered and stands on a
    later invoice."""
    return await _again(uses, tenant, month, contract, lambda fees: fees.statement)


def _open(one: Waiting) -> Open:
    contract, _, month = one.key.rpartition(":")
    return Open(contract=contract, month=month, due=one.run_after, trouble=one.trouble)


async def _again(uses: Services, tenant: str, month: str, contract: str | None, fee: Callable[[Fees], str]) -> Invoice:
    issued = [one for one in await uses.platform.invoices.of(TenantId(tenant)) if one.state == "issued"]
    found = _only(issued, month, contract)
    await _charge(uses, TenantId(tenant), ContractId(found.contract), fee)
    return Invoice.model_validate(found)


def _only(closed: Sequence[ClosedMonth], month: str, contract: str | None) -> ClosedMonth:
    """The one of the month, of which there may be several where several contracts are held."""
    found = [one for one in closed if one.month == month and contract in (None, one.contract)]
    if len(found) != 1:
        raise ProblemRaised(Problem.NOT_FOUND)
    return found[0]


async def _there(uses: Services, tenant: str, contract: str) -> Agreement:
    held = {one.contract.id: one for one in await uses.platform.contracts.agreements(TenantId(tenant))}
    if ContractId(contract) not in held:
        raise ProblemRaised(Problem.NOT_FOUND)
    return held[ContractId(contract)]


async def _charge(uses: Services, tenant: TenantId, contract: ContractId, of_fees: Callable[[Fees], str]) -> None:
    """Orders the fee for what is asked for. Raises RefusalRaised when the contract no longer takes it."""
    of = await _there(uses, tenant, contract)
    history = agreement.history(packaged(), of)
    if isinstance(history, Refused):
        raise RefusalRaised(history, 422)
    holding = history.at(uses.clock())
    fee = "" if holding is None else of_fees(holding.table.terms.fees)
    if not fee:
        return
    order = Order(uses.clock(), Do.ONCE, {fee: 1})
    decision, _ = deciding.decide(packaged(), history, order)
    if isinstance(decision, Refused):
        raise RefusalRaised(decision, 422)
    if not await uses.platform.orders.append(tenant, contract, order, over=len(of.orders)):
        raise ProblemRaised(Problem.CHANGED_MEANWHILE)
