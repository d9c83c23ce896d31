"""The calendars of opening hours."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Body, Response

from api.ask import IdPath, Me, Uses
from api.configuring import answered, configuration, find, put, remove
from api.permissions import Permission, needs
from api.preconditions import Matching, etag
from api.schemas.common import Listing
from api.schemas.configuration import Document, Hours, Written
from kernel.ids import HoursId
from store.config_parts import HoursDocument, TenantConfig, Thing

router = APIRouter(prefix="/configuration/hours")


@router.get("", dependencies=[needs(Permission.SEE_CONFIGURATION)])
async def list_hours(me: Me, uses: Uses) -> Listing[Hours]:
    """Every calendar in its newest version."""
    return Listing(items=[_shown(one) for one in (await configuration(uses, me.tenant)).hours])


@router.get("/{calendar}", dependencies=[needs(Permission.SEE_CONFIGURATION)])
async def get_calendar(calendar: IdPath, me: Me, uses: Uses, response: Response) -> Hours:
    """One calendar; its ETag is what a change has to name."""
    found = find(await configuration(uses, me.tenant), "hours", calendar)
    assert isinstance(found, HoursDocument)
    response.headers["ETag"] = etag(found.version)
    return _shown(found)


@router.put("/{calendar}", dependencies=[needs(Permission.CONFIGURE)])
async def put_calendar(
    calendar: IdPath, wanted: Annotated[Document, Body()], me: Me, uses: Uses, match: Matching, response: Response
) -> Written:
    """Create or replace the calendar; one that is there needs If-Match.

    Calls in progress keep the version they began with.
    """

    def make(_config: TenantConfig, _before: Thing | None) -> HoursDocument:
        return HoursDocument(HoursId(calendar), 1, orjson.dumps(wanted, option=orjson.OPT_SORT_KEYS).decode())

    config = await put(uses, me, "hours", calendar, match, make)
    there = await answered(uses, config, response, find(config, "hours", calendar))
    return Written(version=config.version, in_force=there)


@router.delete("/{calendar}", dependencies=[needs(Permission.CONFIGURE)])
async def delete_calendar(calendar: IdPath, me: Me, uses: Uses, match: Matching, response: Response) -> Written:
    """Remove the calendar once no flow asks it."""
    config = await remove(uses, me, "hours", calendar, match)
    return Written(version=config.version, in_force=await answered(uses, config, response))


def _shown(one: HoursDocument) -> Hours:
    return Hours(id=one.id, version=one.version, document=orjson.loads(one.document))
