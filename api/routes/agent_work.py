"""An agent's work in single things: wrap-up longer or over, one queue or another, connectable or not, forced states."""

from __future__ import annotations

from fastapi import APIRouter, Response

from acd.inputs import AgentCommand, EndWrapUp, ExtendWrapUp, JoinQueue, LeaveQueue, SetWish, SignOut, TellConnectable
from acd.model import Wish
from api.ask import IdPath, Me, Uses
from api.orders import SIGN_OUT, Key, send
from api.permissions import Permission, needs
from api.problems import Problem, ProblemRaised
from api.schemas.agent_work import ConnectableWanted, Forced, ForcedState, ServiceWanted
from api.schemas.command import Done
from kernel.ids import AgentId, CommandId, QueueId
from store.audit import Action

router = APIRouter(prefix="/agents", tags=["agents"])


@router.post("/{agent}/wrap-up/end", response_model=Done, dependencies=[needs(Permission.WORK)])
async def end_wrap_up(agent: IdPath, me: Me, uses: Uses, key: Key = None) -> Response | Done:
    """The wrap-up is over before its time; the agent is what he wished to be next."""
    return await send(me, uses, AgentId(agent), key, "wrap-up end", lambda id: EndWrapUp(id, AgentId(agent)))


@router.post("/{agent}/wrap-up/extend", response_model=Done, dependencies=[needs(Permission.WORK)])
async def extend_wrap_up(agent: IdPath, me: Me, uses: Uses, key: Key = None) -> Response | Done:
    """The wrap-up ends later, by as much as the queue grants at once."""
    return await send(me, uses, AgentId(agent), key, "wrap-up extend", lambda id: ExtendWrapUp(id, AgentId(agent)))


@router.put("/{agent}/queues/{queue}", response_model=Done, dependencies=[needs(Permission.WORK)])
async def put_service(
    agent: IdPath, queue: IdPath, wanted: ServiceWanted, me: Me, uses: Uses, key: Key = None
) -> Response | Done:
    """The agent serves this queue of his for now, or does not, until he signs in anew."""

    def order(id: CommandId) -> AgentCommand:
        return (JoinQueue if wanted.served else LeaveQueue)(id, AgentId(agent), QueueId(queue))

    return await send(me, uses, AgentId(agent), key, f"queue {queue} {wanted.served}", order)


@router.put("/{agent}/connectable", response_model=Done, dependencies=[needs(Permission.WORK)])
async def put_connectable(
    agent: IdPath, wanted: ConnectableWanted, me: Me, uses: Uses, key: Key = None
) -> Response | Done:
    """Calls may be connected to the agent, or may not; an outside system says so, or he himself."""

    def order(id: CommandId) -> TellConnectable:
        return TellConnectable(id, AgentId(agent), wanted.connectable)

    return await send(me, uses, AgentId(agent), key, f"connectable {wanted.connectable}", order)


@router.post("/{agent}/force", response_model=Done, dependencies=[needs(Permission.FORCE_STATES)])
async def force(agent: IdPath, wanted: Forced, me: Me, uses: Uses, key: Key = None) -> Response | Done:
    """Somebody else decides what the agent is from now on; who it was stands in the audit before it is done."""

    def order(id: CommandId) -> AgentCommand:
        match wanted.state:
            case ForcedState.SIGNED_OUT:
                return SignOut(id, AgentId(agent), forced=True)
            case ForcedState.WRAP_UP_OVER:
                return EndWrapUp(id, AgentId(agent), forced=True)
            case ForcedState.READY:
                return SetWish(id, AgentId(agent), Wish.READY, forced=True)
            case ForcedState.PAUSED:
                return SetWish(id, AgentId(agent), Wish.PAUSED, wanted.reason, forced=True)

    if agent not in uses.boards.board(me.tenant).floor.agents:
        raise ProblemRaised(Problem.NOT_FOUND)
    said = " ".join(filter(None, (wanted.state, wanted.reason)))
    await uses.audit.add(me.tenant, me.author, Action.AGENT_FORCED, agent, (said,))
    request = SIGN_OUT if wanted.state is ForcedState.SIGNED_OUT else f"force {said}"
    return await send(me, uses, AgentId(agent), key, request, order)
