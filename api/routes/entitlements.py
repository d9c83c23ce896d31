"""What the tenant's contracts allow now, and how much of it is used."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.ask import Me, Uses
from api.paging import Cursor, Limit, page
from api.permissions import Permission, needs
from api.schemas.common import NearMoment, Page
from api.schemas.contract import Entitlement, Entitlements, Name, RuleCount
from api.usage import used
from store.config import TenantConfig
from store.tariffs import packaged
from tariff.orders import versions
from tariff.rights import agreement
from tariff.rights.contract import Contract

At = Annotated[NearMoment | None, Query(description="A moment; left out: now.")]
router = APIRouter(prefix="/entitlements", tags=["contracts"])


_SAME = ("kind", "scope", "of", "limit", "basis", "clause", "contract", "row", "begins", "ends", "months")


@router.get("", dependencies=[needs(Permission.SEE_ENTITLEMENTS)])
async def list_entitlements(me: Me, uses: Uses, at: At = None) -> Entitlements:
    """Every entitlement of the contracts in force, by kind; at another moment than now nothing is known to be used."""
    now = uses.clock()
    moment = at or now
    agreements = await uses.contracts.agreements(me.tenant)
    given = agreement.entitled(packaged(), agreements, moment)
    there = (agreement.at(packaged(), one, moment) for one in agreements)
    held = {contract.id: contract for contract in there if contract is not None}
    floor = uses.boards.board(me.tenant).floor
    config = await uses.configs.load(me.tenant) or TenantConfig(me.tenant, "")
    users = await uses.users.all(me.tenant)
    items = [
        Entitlement(
            **{field: getattr(one, field) for field in _SAME},
            used=used(one, floor, config, users) if at is None else None,
            name=_name(held[one.contract], one.row, moment),
        )
        for one in given.list()
    ]
    return Entitlements(items=items, changes_at=given.changes_at, suspended=given.suspended)


@router.get("/counts", dependencies=[needs(Permission.SEE_ENTITLEMENTS)])
async def list_counts(
    me: Me, uses: Uses, request: Request, response: Response, limit: Limit = 50, cursor: Cursor = None
) -> Page[RuleCount]:
    """How many rules with an IVR there were since when, and how many beyond the contract, the newest first."""
    found = await page(uses.counts.of(me.tenant, limit, cursor), request, response)
    return Page(items=[RuleCount.model_validate(count) for count in found.rows], next_cursor=found.next_cursor)


def _name(contract: Contract, id: str, now: datetime) -> Name:
    """How the row is called in the table by which the contract goes, or in the one that it kept it from."""
    table = packaged().table(contract.tariff, now)
    row = None if table is None else versions.any_row(packaged(), table, id)
    assert row is not None, "the entitlement was read from it"
    return Name(ja=row.name.ja, en=row.name.en)
