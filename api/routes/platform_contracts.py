"""The contracts of a tenant, read and written by whoever runs the platform."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path, Response

from api import in_force
from api.ask import IdPath, Me, Uses
from api.identity import Person
from api.permissions import Permission, needs
from api.preconditions import Matching, etag
from api.problems import Problem, ProblemRaised, RefusalRaised
from api.schemas import contract as shapes
from api.schemas.common import Listing
from api.services import Services
from kernel.ids import ContractId, TenantId
from kernel.refusal import Code, Refused
from store.tariffs import packaged
from tariff.rights import agreement
from tariff.rights.agreement import Agreement
from tariff.rights.contract import Contract, Item, Particulars
from tariff.rights.order import check

router = APIRouter(
    prefix="/platform/tenants/{tenant}/contracts", tags=["platform"], dependencies=[needs(Permission.RUN_PLATFORM)]
)

ContractPath = Annotated[str, Path(pattern=shapes.CONTRACT_PATTERN)]


@router.get("")
async def list_contracts(tenant: IdPath, uses: Uses) -> Listing[shapes.Contract]:
    """Every contract of the tenant, also those that have ended, by id."""
    held = await uses.platform.contracts.of(await _there(uses, tenant))
    return Listing(items=[shapes.Contract.model_validate(contract) for contract in held])


@router.get("/{contract}")
async def get_contract(tenant: IdPath, contract: ContractPath, uses: Uses, response: Response) -> shapes.Contract:
    """One contract in its newest version."""
    known = await uses.platform.contracts.get(await _there(uses, tenant), ContractId(contract))
    if known is None:
        raise ProblemRaised(Problem.NOT_FOUND)
    response.headers["ETag"] = etag(known.version)
    return shapes.Contract.model_validate(known)


@router.post("", status_code=201)
async def add_contract(
    tenant: IdPath, wanted: shapes.NewContract, me: Me, uses: Uses, response: Response
) -> shapes.WrittenContract:
    """A new contract; 201, or 202 while the controller is away. 422 with row and clause when it may not be held."""
    known = await uses.platform.contracts.get(await _there(uses, tenant), ContractId(wanted.id))
    if known is not None:
        raise RefusalRaised(Refused(Code.NAME_TAKEN))
    return await _put(uses, me, _contract(uses, tenant, wanted.id, wanted), 0, response)


@router.put("/{contract}")
async def put_contract(
    tenant: IdPath,
    contract: ContractPath,
    wanted: shapes.ContractWanted,
    me: Me,
    uses: Uses,
    match: Matching,
    response: Response,
) -> shapes.WrittenContract:
    """The contract from now on; one that is there needs If-Match with its version (412 when it is another one).

    201 when it is new, 202 while the controller is away; 422 with row and clause when it may not be held.
    """
    known = await uses.platform.contracts.get(await _there(uses, tenant), ContractId(contract))
    match.allows(None if known is None else known.version)
    made = _contract(uses, tenant, contract, wanted)
    if known is None:
        response.status_code = 201
        return await _put(uses, me, made, 0, response)
    if wanted.begins is None:
        made = replace(made, begins=known.begins)
    return await _put(uses, me, made, known.version, response)


async def _there(uses: Services, tenant: str) -> TenantId:
    if await uses.platform.tenants.get(TenantId(tenant)) is None:
        raise ProblemRaised(Problem.NOT_FOUND)
    return TenantId(tenant)


def _contract(uses: Services, tenant: str, id: str, wanted: shapes.ContractWanted) -> Contract:
    return Contract(
        ContractId(id),
        TenantId(tenant),
        wanted.tariff,
        wanted.begins or uses.clock(),
        tuple(Item(item.row, item.quantity, item.of) for item in wanted.items),
        ends=wanted.ends,
        scope=wanted.scope,
        of=wanted.of,
        host=None if wanted.host is None else ContractId(wanted.host),
        particulars=Particulars(
            type=wanted.type,
            temporary=wanted.use == "temporary",
            payment=wanted.payment,
            settings=wanted.settings,
            facts=wanted.facts.given(),
            prices={row: ((None, yen),) for row, yen in wanted.prices.items()},
            readings=wanted.readings,
        ),
    )


async def _put(uses: Services, me: Person, contract: Contract, over: int, response: Response) -> shapes.WrittenContract:
    """Write the contract when it may be held, and wait until the floor goes by it."""
    flaw = (
        next(iter(check(packaged(), contract)), None)
        or await _without_host(uses, contract)
        or await _against_orders(uses, contract)
    )
    if flaw is not None:
        raise RefusalRaised(flaw, 422)
    written = await uses.platform.contracts.put(contract, me.author, over)
    if written is None:
        raise ProblemRaised(Problem.CHANGED_MEANWHILE)
    told = await in_force.bring(uses, contract.tenant)
    if not told:
        response.status_code = 202
    response.headers["ETag"] = etag(written.version)
    return shapes.WrittenContract(**shapes.Contract.model_validate(written).model_dump(), in_force=told)


async def _without_host(uses: Services, contract: Contract) -> Refused | None:
    """The contract it is to live with has to be another one of the same tenant."""
    if contract.host is None:
        return None
    held = {known.id for known in await uses.platform.contracts.of(contract.tenant)} - {contract.id}
    params = (("row", contract.id), ("needed", contract.host))
    return None if contract.host in held else Refused(Code.NEEDS, params=params)


async def _against_orders(uses: Services, contract: Contract) -> Refused | None:
    """A contract that orders have followed is their first order: with another one they must still be what they were."""
    placed = (await uses.platform.orders.of(contract.tenant)).get(contract.id, ())
    if not placed:
        return None
    found = agreement.history(packaged(), Agreement(contract, tuple(one.order for one in placed)))
    return found if isinstance(found, Refused) else None
