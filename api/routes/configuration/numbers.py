"""The called numbers: kept in E.164, read in every spelling of Japan."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Response

from api.ask import Me, Uses
from api.configuring import answered, configuration, find, put, remove
from api.excess import warnings
from api.fitness import unfit_as
from api.permissions import Permission, needs
from api.preconditions import Matching, etag
from api.schemas.common import Listing
from api.schemas.configuration import Number, NumberWanted, Written
from api.shape_flaws import SECTION
from kernel.ids import FlowId, LineId
from numbering import japan
from numbering.dialled import Dialled, Kind
from store.config_parts import NumberConfig, TenantConfig, Thing

CALLED: Final = frozenset({Kind.FIXED, Kind.MOBILE, Kind.IP, Kind.FREEPHONE, Kind.NAVIDIAL})
"""What a tenant's number can be."""

NumberPath = Annotated[str, Path(pattern=r"^[+0-9][0-9()-]{0,30}$")]

router = APIRouter(prefix="/configuration/numbers")


@router.get("", dependencies=[needs(Permission.SEE_CONFIGURATION)])
async def list_numbers(me: Me, uses: Uses) -> Listing[Number]:
    """Every called number in its newest version."""
    return Listing(items=[_shown(one) for one in (await configuration(uses, me.tenant)).numbers])


@router.get("/{number}", dependencies=[needs(Permission.SEE_CONFIGURATION)])
async def get_number(number: NumberPath, me: Me, uses: Uses, response: Response) -> Number:
    """One called number; its ETag is what a change has to name."""
    found = find(await configuration(uses, me.tenant), "numbers", _e164(number))
    assert isinstance(found, NumberConfig)
    response.headers["ETag"] = etag(found.version)
    return _shown(found)


@router.put("/{number}", dependencies=[needs(Permission.CONFIGURE)])
async def put_number(
    number: NumberPath, wanted: NumberWanted, me: Me, uses: Uses, match: Matching, response: Response
) -> Written:
    """Create or replace the called number; one that is there needs If-Match.

    422 when the waiting places together exceed the contract.
    """
    called = _called(number)

    def make(_config: TenantConfig, _before: Thing | None) -> NumberConfig:
        line = None if wanted.line is None else LineId(wanted.line)
        return NumberConfig(called, FlowId(wanted.flow), line, wanted.places)

    config = await put(uses, me, "numbers", called, match, make)
    there = await answered(uses, config, response, find(config, "numbers", called))
    return Written(version=config.version, in_force=there, warnings=await warnings(uses, me, config))


@router.delete("/{number}", dependencies=[needs(Permission.CONFIGURE)])
async def delete_number(number: NumberPath, me: Me, uses: Uses, match: Matching, response: Response) -> Written:
    """Give the number up: who calls it is told that nobody has it."""
    config = await remove(uses, me, "numbers", _e164(number), match)
    return Written(version=config.version, in_force=await answered(uses, config, response))


def _shown(number: NumberConfig) -> Number:
    return Number.model_validate(number)


def _e164(number: str) -> str:
    found = japan.read(number)
    return found.number if isinstance(found, Dialled) else number


def _called(number: str) -> str:
    """The number in E.164; 422 when it is none that could be called."""
    found = japan.read(number)
    if not isinstance(found, Dialled):
        raise unfit_as("number", found.reason, "number")
    if found.kind not in CALLED:
        raise unfit_as("number", "not_a_called_number", SECTION, kind=found.kind)
    return found.number
