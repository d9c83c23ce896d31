"""Sends an order about a call to the floor of its tenant and waits for what became of it."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Response

from api.errors import RETRY_AFTER
from api.idempotency import command_id
from api.identity import Person
from api.orders import OUTCOME_LIMIT, SEEN_LIMIT, new_command
from api.problems import Problem, ProblemRaised, answer, refusal
from api.schemas.command import CallDone
from api.services import Services
from bus.commands import CommandAccepted, CommandMessage, Order
from kernel.ids import CallId, CommandId, QueueId, shard_of
from kernel.moment import after
from kernel.refusal import Code, Refused


async def send(
    me: Person,
    uses: Services,
    queue: QueueId,
    call: CallId,
    key: str | None,
    request: str,
    order: Callable[[CommandId], Order],
) -> Response | CallDone:
    """The order was carried out, or the answer that says why not; 404 when the tenant has no such queue or call."""
    if queue not in uses.boards.board(me.tenant).floor.queues:
        raise ProblemRaised(Problem.NOT_FOUND)
    return await about_call(me, uses, call, key, f"{queue} {request}", order)


async def about_call(
    me: Person, uses: Services, call: CallId, key: str | None, request: str, order: Callable[[CommandId], Order]
) -> Response | CallDone:
    """As `send`, for a call that need not wait."""
    if call not in uses.boards.board(me.tenant).floor.calls:
        raise ProblemRaised(Problem.NOT_FOUND)
    now = uses.clock()
    command = new_command() if key is None else command_id(me.tenant, me.login, key)
    if key is not None and not uses.keys.matches(command, f"{call} {request}", now):
        return refusal(Refused(Code.IDEMPOTENCY_MISMATCH))
    message = CommandMessage(command, me.tenant, after(now, OUTCOME_LIMIT), order(command))
    outcome = await uses.commands.ask(shard_of(me.tenant), message, limit=OUTCOME_LIMIT)
    match outcome:
        case CommandAccepted():
            await uses.boards.reached(me.tenant, outcome.seq, SEEN_LIMIT)
            return CallDone(command=command, call=call, seq=outcome.seq)
        case Refused():
            return refusal(outcome)
        case None:
            return answer(Problem.CONTROLLER_AWAY, RETRY_AFTER)
