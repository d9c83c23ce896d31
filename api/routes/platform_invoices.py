"""Closing months: by themselves when they are over, or earlier ones when whoever runs the platform asks for it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from api.ask import IdPath, Uses
from api.permissions import Permission, needs
from api.problems import Problem, ProblemRaised, RefusalRaised
from api.schemas.common import Listing, Shape
from api.schemas.contract import ContractName
from api.schemas.invoice import MONTH_PATTERN, Invoice, MonthWanted
from api.services import Services
from kernel.ids import ContractId, TenantId
from kernel.refusal import Refused
from store.closing_jobs import closing_job
from store.tariffs import packaged
from tariff import agreement, deciding
from tariff.history import Do, Order
from tariff.month import Month

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
    """Close a month of a contract as soon as it is over, and those after it; one that is closed stays as it is."""
    held = {one.id for one in await uses.platform.contracts.of(TenantId(tenant))}
    if ContractId(wanted.contract) not in held:
        raise ProblemRaised(Problem.NOT_FOUND)
    month = Month(*map(int, wanted.month.split("-")))
    added = await uses.platform.jobs.add(closing_job(TenantId(tenant), ContractId(wanted.contract), month))
    return Asked(added=added)


@router.post("/{month}/reissue")
async def reissue(
    tenant: IdPath, month: Annotated[str, Path(pattern=MONTH_PATTERN)], uses: Uses, contract: ContractName | None = None
) -> Invoice:
    """The same document once more; where the tariff has a fee for that, it is ordered and stands on a later invoice."""
    issued = [one for one in await uses.platform.invoices.of(TenantId(tenant)) if one.state == "issued"]
    found = [one for one in issued if one.month == month and contract in (None, one.contract)]
    if len(found) != 1:
        raise ProblemRaised(Problem.NOT_FOUND)
    await _charge(uses, TenantId(tenant), ContractId(found[0].contract))
    return Invoice.model_validate(found[0])


async def _charge(uses: Services, tenant: TenantId, contract: ContractId) -> None:
    """Orders the fee for a document that is issued again. Raises RefusalRaised when the contract no longer takes it."""
    held = {one.contract.id: one for one in await uses.platform.contracts.agreements(tenant)}
    of = held.get(contract)
    if of is None:
        return
    history = agreement.history(packaged(), of)
    if isinstance(history, Refused):
        raise RefusalRaised(history, 422)
    holding = history.at(uses.clock())
    fee = "" if holding is None else holding.table.terms.fees.reinvoice
    if not fee:
        return
    order = Order(uses.clock(), Do.ONCE, {fee: 1})
    decision, _ = deciding.decide(packaged(), history, order)
    if isinstance(decision, Refused):
        raise RefusalRaised(decision, 422)
    if not await uses.platform.orders.append(tenant, contract, order, over=len(of.orders)):
        raise ProblemRaised(Problem.CHANGED_MEANWHILE)
