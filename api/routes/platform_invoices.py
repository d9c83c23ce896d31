"""Closing months: by themselves when they are over, or earlier ones when whoever runs the platform asks for it."""

from __future__ import annotations

from fastapi import APIRouter

from api.ask import IdPath, Uses
from api.permissions import Permission, needs
from api.problems import Problem, ProblemRaised
from api.schemas.common import Listing, Shape
from api.schemas.invoice import Invoice, MonthWanted
from kernel.ids import ContractId, TenantId
from store.closing_jobs import closing_job
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
