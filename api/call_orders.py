"""Sends an order about a call to the floor of its tenant and waits for what became of it."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Response

from api.identity import Person
from api.orders import carried_out
from api.problems import Problem, ProblemRaised
from api.schemas.command import CallDone
from api.services import Services
from bus.commands import Order
from kernel.ids import CallId, CommandId, QueueId


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
    done = await carried_out(me, uses, key, f"{call} {request}", order)
    return done if isinstance(done, Response) else CallDone(command=done.command, call=call, seq=done.seq)
