"""The agents of the tenant, and what they are asked to do: sign in, sign out, be ready or paused."""

from __future__ import annotations

from fastapi import APIRouter, Response

from acd.inputs import SetWish, SignIn, SignOut
from api.ask import IdPath, Me, Uses
from api.identity import Person
from api.orders import SIGN_OUT, Key, send
from api.permissions import Permission, needs
from api.rights import PRESENCE, WATCHING, brings
from api.schemas.agent import Agent, StateWanted
from api.schemas.agent_work import SignInWanted
from api.schemas.command import Done
from api.schemas.common import Listing
from api.services import Services
from kernel.ids import AgentId, CommandId
from reports.board_view import agents
from store.audit import Action

router = APIRouter(prefix="/agents", tags=["agents"])


@router.get("", dependencies=[needs(Permission.SEE_FLOOR), brings(WATCHING, PRESENCE)])
async def list_agents(me: Me, uses: Uses) -> Listing[Agent]:
    """Every agent as he is shown now, to those whose licence lets them watch colleagues."""
    rows = agents(uses.boards.board(me.tenant), uses.clock())
    return Listing(items=[Agent.model_validate(row) for row in rows])


@router.post("/{agent}/sign-in", response_model=Done, dependencies=[needs(Permission.WORK)])
async def sign_in(
    agent: IdPath, me: Me, uses: Uses, wanted: SignInWanted | None = None, key: Key = None
) -> Response | Done:
    """The agent starts work, at his own or another phone, and takes a seat; he is paused until he says ready."""
    phone = "" if wanted is None else wanted.phone

    def order(id: CommandId) -> SignIn:
        return SignIn(id, AgentId(agent), phone)

    await _written(me, uses, agent, f"sign-in {phone}".strip())
    return await send(me, uses, AgentId(agent), key, f"sign-in {phone}".strip(), order)


@router.post("/{agent}/sign-out", response_model=Done, dependencies=[needs(Permission.WORK)])
async def sign_out(agent: IdPath, me: Me, uses: Uses, key: Key = None) -> Response | Done:
    """The agent ends work and gives the seat back."""
    await _written(me, uses, agent, SIGN_OUT)
    return await send(me, uses, AgentId(agent), key, SIGN_OUT, lambda id: SignOut(id, AgentId(agent)))


@router.put("/{agent}/state", response_model=Done, dependencies=[needs(Permission.WORK)])
async def put_state(agent: IdPath, wanted: StateWanted, me: Me, uses: Uses, key: Key = None) -> Response | Done:
    """Ready or paused with a reason; during a call it is the next wish."""

    def wish(id: CommandId) -> SetWish:
        return SetWish(id, AgentId(agent), wanted.state, wanted.reason)

    await _written(me, uses, agent, f"{wanted.state} {wanted.reason}".strip())
    return await send(me, uses, AgentId(agent), key, f"state {wanted.state} {wanted.reason}", wish)


async def _written(me: Person, uses: Services, agent: str, what: str) -> None:
    """What somebody has another one do stands in the audit before it is done."""
    known = agent in uses.boards.board(me.tenant).floor.agents
    if known and me.agent != agent and me.may_act_for(AgentId(agent)):
        await uses.audit.add(me.tenant, me.author, Action.AGENT_DIRECTED, agent, (what,))
