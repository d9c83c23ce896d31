"""Orders of a contract: tried or placed, and how it stands at any moment; whoever runs the platform gives them."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api import deciding, in_force, usage
from api.ask import IdPath, Uses
from api.configuring import configuration
from api.permissions import Permission, needs
from api.problems import Problem, ProblemRaised, RefusalRaised
from api.schemas import order as shapes
from api.schemas.common import Listing, NearMoment
from api.schemas.contract import CONTRACT_PATTERN
from api.services import Services
from kernel.ids import ContractId, TenantId
from kernel.refusal import Refused
from tariff.holding.history import Order, Use
from tariff.rights.agreement import Agreement

router = APIRouter(
    prefix="/platform/tenants/{tenant}/contracts/{contract}",
    tags=["platform"],
    dependencies=[needs(Permission.RUN_PLATFORM)],
)

ContractPath = Annotated[str, Path(pattern=CONTRACT_PATTERN)]
At = Annotated[NearMoment | None, Query(description="A moment; left out: now.")]


@router.get("/orders")
async def list_orders(tenant: IdPath, contract: ContractPath, uses: Uses) -> Listing[shapes.Order]:
    """The orders that were accepted after the contract was made, the first first."""
    await _there(uses, tenant, contract)
    placed = await uses.platform.orders.of(TenantId(tenant))
    return Listing(
        items=[
            shapes.Order.model_validate({**_fields(one.order), "number": one.number, "placed_at": one.placed_at})
            for one in placed.get(ContractId(contract), ())
        ]
    )


@router.post("/orders", status_code=201)
async def add_order(
    tenant: IdPath,
    contract: ContractPath,
    wanted: shapes.OrderWanted,
    uses: Uses,
    response: Response,
    dry_run: bool = False,
) -> shapes.Placed:
    """Place an order, or (`dry_run`) see what it would change.

    201 when it is placed and in force, 202 while the controller is away, 200 for a dry run; 422 with code, clause, row
    and numbers when it is refused, and then nothing is written.
    """
    of = await _there(uses, tenant, contract)
    order = _order(uses, wanted)
    tried = deciding.tried(await _in_use(uses, of, order), order)
    if isinstance(tried, Refused):
        raise RefusalRaised(tried, 422)
    if dry_run:
        response.status_code = 200
        return _placed(tried, None, told=False)
    number = len(of.orders) + 1
    if not await uses.platform.orders.append(TenantId(tenant), ContractId(contract), order, over=number - 1):
        raise ProblemRaised(Problem.CHANGED_MEANWHILE)
    told = await in_force.bring(uses, TenantId(tenant))
    if not told:
        response.status_code = 202
    return _placed(tried, number, told=told)


@router.get("/entitlements")
async def get_standing(tenant: IdPath, contract: ContractPath, uses: Uses, at: At = None) -> shapes.Standing:
    """What the contract gives at a moment, by its orders; 422 where its first order itself would be refused."""
    found = deciding.at(await _there(uses, tenant, contract), at or uses.clock())
    if isinstance(found, Refused):
        raise RefusalRaised(found, 422)
    return shapes.Standing.model_validate(found)


async def _there(uses: Services, tenant: str, contract: str) -> Agreement:
    held = {one.contract.id: one for one in await uses.platform.contracts.agreements(TenantId(tenant))}
    found = held.get(ContractId(contract))
    if found is None:
        raise ProblemRaised(Problem.NOT_FOUND)
    return found


async def _in_use(uses: Services, of: Agreement, order: Order) -> Agreement:
    """The contract with the licences that are in use now, which no order takes away that counts at once."""
    tenant, now = of.contract.tenant, uses.clock()
    if order.at > now:
        return of
    given = (await uses.platform.contracts.entitled(tenant, now)).list()
    floor = uses.boards.board(tenant).floor
    users = await uses.users.all(tenant)
    taken = usage.taken(given, of.contract.id, floor, await configuration(uses, tenant), users)
    counted = tuple(Use(order.at, row, number) for row, number in taken.items())
    return replace(of, uses=(*of.uses, *counted))


def _order(uses: Services, wanted: shapes.OrderWanted) -> Order:
    return Order(
        at=wanted.at or uses.clock(),
        do=wanted.do,
        rows=wanted.rows,
        settings=wanted.settings,
        facts=wanted.facts.given(),
        ordered=wanted.ordered,
        type=wanted.type,
        to=wanted.to,
        reason=wanted.reason,
        until=wanted.until,
        notice=wanted.notice,
        yen=wanted.yen,
    )


def _fields(order: Order) -> dict[str, object]:
    names = ("at", "do", "rows", "type", "to", "reason", "until", "notice", "yen")
    return {name: getattr(order, name) for name in names}


def _placed(tried: deciding.Tried, number: int | None, *, told: bool) -> shapes.Placed:
    return shapes.Placed(
        number=number,
        warnings=list(tried.warnings),
        before=shapes.Standing.model_validate(tried.before),
        after=shapes.Standing.model_validate(tried.after),
        invoices=[shapes.Effect.model_validate(change) for change in tried.invoices],
        in_force=told,
    )
