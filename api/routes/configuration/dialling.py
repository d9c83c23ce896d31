"""What agents may dial beyond calls inside Japan: lists of the beginnings of numbers; without any, nothing."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter, Response

from api.ask import IdPath, Me, Uses
from api.configuring import answered, configuration, find, put, remove
from api.fitness import unfit
from api.permissions import Permission, needs
from api.preconditions import Matching, etag
from api.schemas.common import Listing
from api.schemas.configuration import Dialling, DiallingWanted, Written
from kernel.ids import DiallingId
from numbering import permission
from store.config_parts import DiallingConfig, TenantConfig, Thing

SENTENCES = {
    permission.Unfit.NOT_A_PREFIX: "this is not how a number begins",
    permission.Unfit.NO_COUNTRY: "this is no country code: it would allow several countries",
    permission.Unfit.NEEDLESS: "calls inside Japan need no permission but 0990, 0570 and 020",
}

router = APIRouter(prefix="/configuration/dialling")


@router.get("", dependencies=[needs(Permission.SEE_CONFIGURATION)])
async def list_dialling(me: Me, uses: Uses) -> Listing[Dialling]:
    """Every list in its newest version."""
    return Listing(items=[_shown(one) for one in (await configuration(uses, me.tenant)).dialling])


@router.get("/{dialling}", dependencies=[needs(Permission.SEE_CONFIGURATION)])
async def get_dialling(dialling: IdPath, me: Me, uses: Uses, response: Response) -> Dialling:
    """One list; its ETag is what a change has to name."""
    found = find(await configuration(uses, me.tenant), "dialling", dialling)
    assert isinstance(found, DiallingConfig)
    response.headers["ETag"] = etag(found.version)
    return _shown(found)


@router.put("/{dialling}", dependencies=[needs(Permission.CONFIGURE)])
async def put_dialling(
    dialling: IdPath, wanted: DiallingWanted, me: Me, uses: Uses, match: Matching, response: Response
) -> Written:
    """Create or replace the list; one that is there needs If-Match. What any list allows may be dialled from now on.

    A country code by itself (`+44`) allows its ordinary numbers; premium ones need a longer beginning.
    """
    allowed = tuple(dict.fromkeys(_prefixes(wanted.allowed)))

    def make(_config: TenantConfig, _before: Thing | None) -> DiallingConfig:
        return DiallingConfig(DiallingId(dialling), allowed)

    config = await put(uses, me, "dialling", dialling, match, make)
    there = await answered(uses, config, response, find(config, "dialling", dialling))
    return Written(version=config.version, in_force=there)


@router.delete("/{dialling}", dependencies=[needs(Permission.CONFIGURE)])
async def delete_dialling(dialling: IdPath, me: Me, uses: Uses, match: Matching, response: Response) -> Written:
    """Remove the list: what only it allowed is refused from now on."""
    config = await remove(uses, me, "dialling", dialling, match)
    return Written(version=config.version, in_force=await answered(uses, config, response))


def _prefixes(written: Iterable[str]) -> Iterable[str]:
    for place, text in enumerate(written):
        found = permission.prefix(text)
        if isinstance(found, permission.Unfit):
            raise unfit(f"allowed.{place}", found, SENTENCES[found])
        yield found


def _shown(one: DiallingConfig) -> Dialling:
    return Dialling.model_validate(one)
