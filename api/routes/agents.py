"""The agents of the tenant, and what they are asked to do: sign in, sign out, be ready or paused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final
from uuid import uuid4

from fastapi import APIRouter, Header, Response

from acd.inputs import Command, SetWish, SignIn, SignOut
from api.ask import IdPath, Me, Uses
from api.errors import RETRY_AFTER
from api.idempotency import command_id
from api.identity import Person
from api.licences import telephones
from api.permissions import Permission, needs
from api.problems import Problem, ProblemRaised, answer, refusal
from api.schemas.agent import Agent, StateWanted
from api.schemas.command import Done
from api.schemas.common import Listing
from api.services import Services
from bus.commands import CommandAccepted, CommandMessage
from kernel.ids import AgentId, CommandId, shard_of
from kernel.moment import after
from kernel.refusal import Code, Refused
from reports.board_view import agents

SIGN_OUT: Final = "sign-out"
OUTCOME_LIMIT: Final = 3.0
"""Seconds to wait for what became of an order; afterwards it has expired and is not carried out any more."""
SEEN_LIMIT: Final = 1.0
"""Seconds to wait until the board shows it, so that the next request of the same person finds what he did."""

router = APIRouter(prefix="/agents", tags=["agents"])

Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")]


@router.get("", dependencies=[needs(Permission.SEE_FLOOR)])
async def list_agents(me: Me, uses: Uses) -> Listing[Agent]:
    """Every agent as he is shown now."""
    rows = agents(uses.boards.board(me.tenant), uses.clock())
    return Listing(items=[Agent.model_validate(row) for row in rows])


@router.post("/{agent}/sign-in", response_model=Done, dependencies=[needs(Permission.WORK)])
async def sign_in(agent: IdPath, me: Me, uses: Uses, key: Key = None) -> Response | Done:
    """The agent starts work and takes a seat; he is paused until he says ready."""
    return await _order(me, uses, AgentId(agent), key, "sign-in", lambda id: SignIn(id, AgentId(agent)))


@router.post("/{agent}/sign-out", response_model=Done, dependencies=[needs(Permission.WORK)])
async def sign_out(agent: IdPath, me: Me, uses: Uses, key: Key = None) -> Response | Done:
    """The agent ends work and gives the seat back."""
    return await _order(me, uses, AgentId(agent), key, SIGN_OUT, lambda id: SignOut(id, AgentId(agent)))


@router.put("/{agent}/state", response_model=Done, dependencies=[needs(Permission.WORK)])
async def put_state(agent: IdPath, wanted: StateWanted, me: Me, uses: Uses, key: Key = None) -> Response | Done:
    """Ready or paused with a reason; during a call it is the next wish."""

    def wish(id: CommandId) -> SetWish:
        return SetWish(id, AgentId(agent), wanted.state, wanted.reason)

    return await _order(me, uses, AgentId(agent), key, f"state {wanted.state} {wanted.reason}", wish)


async def _order(
    me: Person, uses: Services, agent: AgentId, key: str | None, request: str, order: Callable[[CommandId], Command]
) -> Response | Done:
    """Send the order to the tenant's floor and wait for what became of it."""
    if agent not in uses.boards.board(me.tenant).floor.agents:
        raise ProblemRaised(Problem.NOT_FOUND)
    if not me.may_act_for(agent):
        raise ProblemRaised(Problem.FORBIDDEN)
    if request != SIGN_OUT:
        await telephones(uses, me, agent)
    now = uses.clock()
    command = CommandId(f"cmd_{uuid4().hex}") if key is None else command_id(me.tenant, me.login, key)
    if key is not None and not uses.keys.matches(command, f"{agent} {request}", now):
        return refusal(Refused(Code.IDEMPOTENCY_MISMATCH))
    message = CommandMessage(command, me.tenant, after(now, OUTCOME_LIMIT), order(command))
    outcome = await uses.commands.ask(shard_of(me.tenant), message, limit=OUTCOME_LIMIT)
    match outcome:
        case CommandAccepted():
            await uses.boards.reached(me.tenant, outcome.seq, SEEN_LIMIT)
            return Done(command=command, agent=agent, seq=outcome.seq)
        case Refused():
            return refusal(outcome)
        case None:
            return answer(Problem.CONTROLLER_AWAY, RETRY_AFTER)
