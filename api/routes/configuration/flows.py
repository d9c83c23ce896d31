"""The flows: what callers hear before a queue."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Body, Response

from api import staffing
from api.ask import IdPath, Me, Uses
from api.configuring import answered, configuration, find, put, remove
from api.excess import warnings
from api.permissions import Permission, needs
from api.preconditions import Matching, etag
from api.schemas.common import Listing
from api.schemas.configuration import Document, Flow, Written
from kernel.ids import FlowId
from store.config_parts import FlowDocument, TenantConfig, Thing

router = APIRouter(prefix="/configuration/flows")


@router.get("", dependencies=[needs(Permission.SEE_CONFIGURATION)])
async def list_flows(me: Me, uses: Uses) -> Listing[Flow]:
    """Every flow in its newest version."""
    return Listing(items=[_shown(one) for one in (await configuration(uses, me.tenant)).flows])


@router.get("/{flow}", dependencies=[needs(Permission.SEE_CONFIGURATION)])
async def get_flow(flow: IdPath, me: Me, uses: Uses, response: Response) -> Flow:
    """One flow; its ETag is what a change has to name."""
    found = find(await configuration(uses, me.tenant), "flows", flow)
    assert isinstance(found, FlowDocument)
    response.headers["ETag"] = etag(found.version)
    return _shown(found)


@router.put("/{flow}", dependencies=[needs(Permission.CONFIGURE)])
async def put_flow(
    flow: IdPath, wanted: Annotated[Document, Body()], me: Me, uses: Uses, match: Matching, response: Response
) -> Written:
    """Create or replace the flow; one that is there needs If-Match.

    Calls in progress keep the version they began with.
    """

    def make(_config: TenantConfig, _before: Thing | None) -> FlowDocument:
        return FlowDocument(FlowId(flow), 1, orjson.dumps(wanted, option=orjson.OPT_SORT_KEYS).decode())

    config = await put(uses, me, "flows", flow, match, make)
    there = await answered(uses, config, response, find(config, "flows", flow))
    told = [*await warnings(uses, me, config), *staffing.of_flow(config, flow)]
    return Written(version=config.version, in_force=there, warnings=told)


@router.delete("/{flow}", dependencies=[needs(Permission.CONFIGURE)])
async def delete_flow(flow: IdPath, me: Me, uses: Uses, match: Matching, response: Response) -> Written:
    """Remove the flow once no number is answered by it."""
    config = await remove(uses, me, "flows", flow, match)
    return Written(version=config.version, in_force=await answered(uses, config, response))


def _shown(one: FlowDocument) -> Flow:
    return Flow(id=one.id, version=one.version, document=orjson.loads(one.document))
