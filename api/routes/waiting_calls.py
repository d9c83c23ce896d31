"""Live actions on calls that wait: move, prioritise, withdraw, and pick one for oneself or somebody else."""

from __future__ import annotations

from fastapi import APIRouter, Response

from acd.inputs import MoveCall, PickCall, PrioritiseCall, WithdrawCall
from api.ask import IdPath, Me, Uses
from api.call_orders import send
from api.configuring import configuration
from api.fitness import unfit_as
from api.identity import Person
from api.orders import Key
from api.permissions import Permission, needs
from api.problems import Problem, ProblemRaised
from api.schemas.command import CallDone
from api.schemas.waiting_call import MoveWanted, PickWanted, PrioritiseWanted, WithdrawWanted
from api.services import Services
from ivr.prompts import STANDARD
from kernel.ids import AgentId, CallId, QueueId
from store.audit import Action

router = APIRouter(prefix="/queues/{queue}/calls/{call}", tags=["queues"])


@router.post("/move", response_model=CallDone, dependencies=[needs(Permission.INTERVENE)])
async def move(
    queue: IdPath, call: IdPath, wanted: MoveWanted, me: Me, uses: Uses, key: Key = None
) -> Response | CallDone:
    """The call waits in another queue, with the beginning of its wait; who rings for it is taken back."""
    said = f"to={wanted.to}" if wanted.priority is None else f"to={wanted.to} priority={wanted.priority}"
    await _note(uses, me, Action.CALL_MOVED, queue, call, said)
    to, priority = QueueId(wanted.to), wanted.priority
    return await send(
        me, uses, QueueId(queue), CallId(call), key, f"move {said}",
        lambda id: MoveCall(id, CallId(call), QueueId(queue), to, priority),
    )  # fmt: skip


@router.post("/prioritise", response_model=CallDone, dependencies=[needs(Permission.INTERVENE)])
async def prioritise(
    queue: IdPath, call: IdPath, wanted: PrioritiseWanted, me: Me, uses: Uses, key: Key = None
) -> Response | CallDone:
    """The call is the first of its queue from now on, or has this priority."""
    said = "front" if wanted.priority is None else f"priority={wanted.priority}"
    await _note(uses, me, Action.CALL_PRIORITISED, queue, call, said)
    return await send(
        me, uses, QueueId(queue), CallId(call), key, f"prioritise {said}",
        lambda id: PrioritiseCall(id, CallId(call), QueueId(queue), wanted.priority),
    )  # fmt: skip


@router.post("/pick", response_model=CallDone, dependencies=[needs(Permission.WORK)])
async def pick(
    queue: IdPath, call: IdPath, wanted: PickWanted, me: Me, uses: Uses, key: Key = None
) -> Response | CallDone:
    """The agent is rung for this call and for no other, also while he is paused."""
    agent = me.agent if wanted.agent is None else AgentId(wanted.agent)
    if agent is None:
        raise ProblemRaised(Problem.AGENT_NOT_NAMED)
    if agent in uses.boards.board(me.tenant).floor.agents and not me.may_act_for(agent):
        raise ProblemRaised(Problem.FORBIDDEN)
    return await send(
        me, uses, QueueId(queue), CallId(call), key, f"pick {agent}",
        lambda id: PickCall(id, CallId(call), QueueId(queue), agent),
    )  # fmt: skip


@router.post("/withdraw", response_model=CallDone, dependencies=[needs(Permission.INTERVENE)])
async def withdraw(
    queue: IdPath, call: IdPath, wanted: WithdrawWanted, me: Me, uses: Uses, key: Key = None
) -> Response | CallDone:
    """The call waits no longer: it ends, after an announcement if one is named, or goes the way of its overflow."""
    prompt = wanted.prompt or ""
    if prompt and prompt not in STANDARD:
        known = {str(one.id) for one in (await configuration(uses, me.tenant)).prompts}
        if prompt not in known:
            raise unfit_as("prompt", "unknown_prompt", prompt=prompt)
    said = "overflow" if wanted.overflow else prompt
    await _note(uses, me, Action.CALL_WITHDRAWN, queue, call, said)
    return await send(
        me, uses, QueueId(queue), CallId(call), key, f"withdraw {said}",
        lambda id: WithdrawCall(id, CallId(call), QueueId(queue), prompt, wanted.overflow),
    )  # fmt: skip


async def _note(uses: Services, me: Person, action: Action, queue: str, call: str, said: str) -> None:
    """Written down before it is done: an audit that lacks a line would be worth nothing."""
    floor = uses.boards.board(me.tenant).floor
    if queue not in floor.queues or call not in floor.calls:
        raise ProblemRaised(Problem.NOT_FOUND)
    await uses.audit.add(me.tenant, me.author, action, call, (f"queue={queue}", *filter(None, (said,))))
