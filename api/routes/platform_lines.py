"""The lines of a tenant: over which trunks it calls, and how many calls at once; the platform alone sets them."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Response

from api import in_force
from api.ask import IdPath, Me, Uses
from api.fitness import unfit
from api.permissions import Permission, needs
from api.preconditions import Matching, etag
from api.problems import Problem, ProblemRaised, RefusalRaised
from api.schemas import trunk as shapes
from api.schemas.common import Listing
from api.services import Services
from kernel.ids import LineId, TenantId, TrunkName
from kernel.refusal import Code, Refused
from store.config import LineConfig, TenantConfig
from store.config_parts import things, with_thing, without
from tariff.rights.entitlement import Entitled

LINES: Final = "lines"
BY_SEATS: Final = "channels_by_seats"
"""The kind of entitlement under which a line has at least 2 channels and at most as many as there are seats."""
FEWEST: Final = 2

router = APIRouter(
    prefix="/platform/tenants/{tenant}/lines", tags=["platform"], dependencies=[needs(Permission.RUN_PLATFORM)]
)

LinePath = Annotated[str, Path(pattern=shapes.NAME_PATTERN)]


@router.get("")
async def list_lines(tenant: IdPath, uses: Uses) -> Listing[shapes.Line]:
    """Every line of the tenant."""
    config = await _config(uses, tenant)
    return Listing(items=[shapes.Line.model_validate(line) for line in config.lines])


@router.get("/{line}")
async def get_line(tenant: IdPath, line: LinePath, uses: Uses, response: Response) -> shapes.Line:
    """One line."""
    known = _line(await _config(uses, tenant), line)
    if known is None:
        raise ProblemRaised(Problem.NOT_FOUND)
    response.headers["ETag"] = etag(known.version)
    return shapes.Line.model_validate(known)


@router.put("/{line}")
async def put_line(
    tenant: IdPath,
    line: LinePath,
    wanted: shapes.LineWanted,
    me: Me,
    uses: Uses,
    match: Matching,
    response: Response,
) -> shapes.Line:
    """The line from now on; one that is there needs If-Match with its version (412 when it is another one).

    Calls in progress stay. 201 when it is new, 202 while the controller is away; 422 when a trunk is not there, or
    when the channels are more or fewer than the tenant's contracts allow.
    """
    before = await _config(uses, tenant)
    await _trunks_are_there(uses, wanted)
    made = _made(line, wanted, await uses.platform.contracts.entitled(before.tenant, uses.clock()))

    def change(config: TenantConfig) -> TenantConfig:
        known = _line(config, line)
        match.allows(None if known is None else known.version)
        return with_thing(config, LINES, made)

    config = await uses.platform.configs.edit(before.tenant, change, me.author)
    put = _line(config, line)
    assert put is not None, "it was published in this very version"
    response.headers["ETag"] = etag(put.version)
    told = await in_force.bring(uses, before.tenant)
    response.status_code = 202 if not told else 201 if _line(before, line) is None else 200
    return shapes.Line.model_validate(put).model_copy(update={"in_force": told})


@router.delete("/{line}", status_code=204)
async def remove_line(tenant: IdPath, line: LinePath, me: Me, uses: Uses, match: Matching, response: Response) -> None:
    """The line is no more; 409 with the called numbers that still lie on it. 202 while the controller is away."""
    before = await _config(uses, tenant)

    def change(config: TenantConfig) -> TenantConfig:
        known = _line(config, line)
        if known is None:
            raise ProblemRaised(Problem.NOT_FOUND)
        match.allows(known.version)
        numbers = [number.number for number in config.numbers if number.line == known.id]
        if numbers:
            params = (("numbers", ", ".join(numbers)),)
            raise RefusalRaised(Refused(Code.LINE_IN_USE, used=len(numbers), limit=0, params=params))
        return without(config, LINES, line)

    await uses.platform.configs.edit(before.tenant, change, me.author)
    if not await in_force.bring(uses, before.tenant):
        response.status_code = 202


async def _config(uses: Services, tenant: str) -> TenantConfig:
    """What the tenant has set up; 404 when there is no such tenant."""
    known = await uses.platform.tenants.get(TenantId(tenant))
    if known is None:
        raise ProblemRaised(Problem.NOT_FOUND)
    config = await uses.platform.configs.load(known.id)
    return TenantConfig(known.id, known.name, time_zone=known.time_zone) if config is None else config


async def _trunks_are_there(uses: Services, wanted: shapes.LineWanted) -> None:
    there = {trunk.name for trunk in await uses.platform.trunks.all()}
    for place, name in enumerate(wanted.trunks):
        if name not in there:
            raise unfit(f"trunks.{place}", "unknown", f"there is no trunk {name}")


def _made(line: str, wanted: shapes.LineWanted, entitled: Entitled) -> LineConfig:
    """The line with the clause that limits its channels; a number that is left out is what was bought for it."""
    id, channels, clause = LineId(line), wanted.channels, ""
    bought = entitled.channels(id)
    if bought is not None:
        channels, clause = bought.limit if channels is None else channels, bought.clause
        if channels > bought.limit:
            params = (("row", line),)
            raise RefusalRaised(Refused(Code.QUANTITY_ABOVE, clause, channels, bought.limit, params), 422)
    rule = next((one for one in entitled.list() if one.kind == BY_SEATS), None)
    if rule is not None:
        clause = f"{rule.row} {rule.clause}"
        seats = sum(pool.limit for pool in entitled.seat_pools)
        if channels is None or not FEWEST <= channels <= seats:
            raise RefusalRaised(Refused(Code.CHANNELS_OUT_OF_RANGE, clause, channels, seats), 422)
    return LineConfig(id, tuple(map(TrunkName, wanted.trunks)), channels, clause, wanted.emergency)


def _line(config: TenantConfig, line: str) -> LineConfig | None:
    found = things(config, LINES).get(line)
    return found if isinstance(found, LineConfig) else None
