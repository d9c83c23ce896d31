"""Sends an order about a waiting call to the floor of its tenant and waits for what became of it."""

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
    floor = uses.boards.board(me.tenant).floor
    if queue not in floor.queues or call not in floor.calls:
        raise ProblemRaised(Problem.NOT_FOUND)
    now = uses.clock()
    command = new_command() if key is None else command_id(me.tenant, me.login, key)
    if key is not None and not uses.keys.matches(command, f"{queue} {call} {request}", now):
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
