"""The tenant's own pause reasons, beside the built-in ones."""

from __future__ import annotations

from fastapi import APIRouter, Response

from acd.config import PAUSE_REASONS, PauseReason
from acd.model import MISSED, REFUSED
from api.ask import IdPath, Me, Uses
from api.configuring import answered, configuration, find, put, remove
from api.fitness import unfit_as
from api.permissions import Permission, needs
from api.preconditions import Matching, etag
from api.schemas.common import Listing
from api.schemas.configuration import Written
from api.schemas.configuration_of_service import Pause, PauseWanted
from api.shape_flaws import SECTION
from store.config_parts import TenantConfig, Thing

router = APIRouter(prefix="/configuration/pauses")


@router.get("", dependencies=[needs(Permission.SEE_FLOOR)])
async def list_pauses(me: Me, uses: Uses) -> Listing[Pause]:
    """Every reason in its newest version."""
    return Listing(items=[Pause.model_validate(one) for one in (await configuration(uses, me.tenant)).pauses])


@router.get("/{pause}", dependencies=[needs(Permission.SEE_FLOOR)])
async def get_pause(pause: IdPath, me: Me, uses: Uses, response: Response) -> Pause:
    """One reason; its ETag is what a change has to name."""
    found = find(await configuration(uses, me.tenant), "pauses", pause)
    response.headers["ETag"] = etag(found.version)
    return Pause.model_validate(found)


@router.put("/{pause}", dependencies=[needs(Permission.CONFIGURE)])
async def put_pause(
    pause: IdPath, wanted: PauseWanted, me: Me, uses: Uses, match: Matching, response: Response
) -> Written:
    """Create or rename a reason; a built-in one keeps its name."""
    if pause in (*PAUSE_REASONS, MISSED, REFUSED):
        raise unfit_as("pause", "built_in", SECTION)

    def make(_config: TenantConfig, _before: Thing | None) -> PauseReason:
        return PauseReason(pause, wanted.name)

    config = await put(uses, me, "pauses", pause, match, make)
    there = await answered(uses, config, response, find(config, "pauses", pause))
    return Written(version=config.version, in_force=there)


@router.delete("/{pause}", dependencies=[needs(Permission.CONFIGURE)])
async def delete_pause(pause: IdPath, me: Me, uses: Uses, match: Matching, response: Response) -> Written:
    """Nobody can pause for this reason any more; who does so already goes on."""
    config = await remove(uses, me, "pauses", pause, match)
    return Written(version=config.version, in_force=await answered(uses, config, response))
