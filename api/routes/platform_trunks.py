"""The trunks of the platform: over which carriers calls come and go."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api import in_force
from api.ask import Me, Uses
from api.fitness import unfit
from api.permissions import Permission, needs
from api.preconditions import Matching, etag
from api.problems import Problem, ProblemRaised, RefusalRaised
from api.schemas import trunk as shapes
from api.schemas.common import Listing
from api.services import Services
from kernel.ids import TrunkName
from kernel.refusal import Code, Refused
from numbering.lines import Health
from store.errors import InUse, NameTaken
from store.tenants import PLATFORM
from store.trunks import TrunkConfig, TrunkLogin

router = APIRouter(prefix="/platform/trunks", tags=["platform"], dependencies=[needs(Permission.RUN_PLATFORM)])

TrunkPath = Annotated[str, Path(pattern=shapes.NAME_PATTERN)]


@router.get("")
async def list_trunks(uses: Uses) -> Listing[shapes.Trunk]:
    """Every trunk in the order of choice, and whether it answers."""
    health = await uses.platform.trunk_health()
    trunks = await uses.platform.trunks.all()
    return Listing(items=[_shape(trunk, health.get(trunk.name, Health.UNKNOWN)) for trunk in trunks])


@router.get("/{name}")
async def get_trunk(name: TrunkPath, uses: Uses, response: Response) -> shapes.Trunk:
    """One trunk, and whether it answers."""
    known = await _there(uses, name)
    response.headers["ETag"] = etag(known.version)
    health = await uses.platform.trunk_health()
    return _shape(known, health.get(known.name, Health.UNKNOWN))


@router.put("/{name}")
async def put_trunk(
    name: TrunkPath, wanted: shapes.TrunkWanted, me: Me, uses: Uses, match: Matching, response: Response
) -> shapes.Trunk:
    """The trunk from now on; one that is there needs If-Match with its version (412 when it is another one).

    Calls in progress stay. 201 when it is new, 202 while the controller is away; 422 names what does not fit.
    """
    known = await uses.platform.trunks.get(TrunkName(name))
    match.allows(None if known is None else known.version)
    trunk = _trunk(name, wanted, known)
    try:
        put = await uses.platform.trunks.put(trunk, me.author, 0 if known is None else known.version)
    except NameTaken:
        raise unfit("addresses", "taken", "an address is another trunk's, or there twice") from None
    if put is None:
        raise ProblemRaised(Problem.CHANGED_MEANWHILE)
    response.headers["ETag"] = etag(put.version)
    told = await in_force.bring(uses, PLATFORM)
    response.status_code = 202 if not told else 201 if known is None else 200
    return _shape(put, Health.UNKNOWN).model_copy(update={"in_force": told})


@router.delete("/{name}", status_code=204)
async def remove_trunk(name: TrunkPath, me: Me, uses: Uses, match: Matching, response: Response) -> None:
    """The trunk is no more; 409 with the lines that still run over it. 202 while the controller is away."""
    known = await _there(uses, name)
    match.allows(known.version)
    try:
        removed = await uses.platform.trunks.remove(known.name, me.author, known.version)
    except InUse as used:
        params = (("lines", ", ".join(used.names)),)
        raise RefusalRaised(Refused(Code.TRUNK_IN_USE, used=len(used.names), limit=0, params=params)) from used
    if not removed:
        raise ProblemRaised(Problem.CHANGED_MEANWHILE)
    if not await in_force.bring(uses, PLATFORM):
        response.status_code = 202


async def _there(uses: Services, name: str) -> TrunkConfig:
    known = await uses.platform.trunks.get(TrunkName(name))
    if known is None:
        raise ProblemRaised(Problem.NOT_FOUND)
    return known


def _trunk(name: str, wanted: shapes.TrunkWanted, known: TrunkConfig | None) -> TrunkConfig:
    return TrunkConfig(
        TrunkName(name),
        tuple(wanted.addresses),
        wanted.contact,
        _login(wanted.registration, None if known is None else known.registration),
        tuple(wanted.codecs),
        wanted.caller_header,
        wanted.order,
        channels=wanted.channels,
    )


def _login(wanted: shapes.LoginWanted | None, known: TrunkLogin | None) -> TrunkLogin | None:
    if wanted is None:
        return None
    # A secret is good at the server it was given for only: nobody may have it sent to another one.
    same = known is not None and (known.server, known.username) == (wanted.server, wanted.username)
    secret = known.secret if wanted.secret is None and known is not None and same else wanted.secret
    if secret is None:
        raise unfit("registration.secret", "missing", "there is no secret for this server and username")
    return TrunkLogin(wanted.server, wanted.username, secret)


def _shape(trunk: TrunkConfig, state: Health) -> shapes.Trunk:
    return shapes.Trunk.model_validate(trunk).model_copy(update={"state": state})
