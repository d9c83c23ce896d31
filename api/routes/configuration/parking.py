"""Park places, and how long a call may stay at one."""

from __future__ import annotations

from fastapi import APIRouter, Response

from acd.config import PARKING
from acd.config import Parking as Rule
from api.ask import Me, Uses
from api.configuring import answered, configuration, find, put, remove
from api.permissions import Permission, needs
from api.preconditions import Matching, etag
from api.schemas.configuration import Written
from api.schemas.configuration_of_parking import Parking, ParkingWanted
from store.config_parts import TenantConfig, Thing, things

router = APIRouter(prefix="/configuration/parking")


@router.get("", dependencies=[needs(Permission.SEE_CONFIGURATION)])
async def get_parking(me: Me, uses: Uses, response: Response) -> Parking:
    """What holds; where it was set, its ETag is what a change has to name."""
    found = things(await configuration(uses, me.tenant), PARKING).get(PARKING)
    if found is None:
        return Parking.model_validate(Rule(version=0))
    response.headers["ETag"] = etag(found.version)
    return Parking.model_validate(found)


@router.put("", dependencies=[needs(Permission.CONFIGURE)])
async def put_parking(wanted: ParkingWanted, me: Me, uses: Uses, match: Matching, response: Response) -> Written:
    """Set both; what was set before needs If-Match. What stands at a place that is gone can be picked up there."""

    def make(_config: TenantConfig, _before: Thing | None) -> Rule:
        return Rule(tuple(wanted.places), wanted.seconds)

    config = await put(uses, me, PARKING, PARKING, match, make)
    there = await answered(uses, config, response, find(config, PARKING, PARKING))
    return Written(version=config.version, in_force=there)


@router.delete("", dependencies=[needs(Permission.CONFIGURE)])
async def delete_parking(me: Me, uses: Uses, match: Matching, response: Response) -> Written:
    """Places and time are again those where nobody has set them."""
    config = await remove(uses, me, PARKING, PARKING, match)
    return Written(version=config.version, in_force=await answered(uses, config, response))
