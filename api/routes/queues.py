"""The queues of the tenant, and who waits in them."""

from __future__ import annotations

from fastapi import APIRouter

from api.ask import IdPath, Me, Uses
from api.permissions import Permission, needs
from api.problems import Problem, ProblemRaised
from api.schemas.common import Listing
from api.schemas.queue import Queue, Waiting
from kernel.ids import QueueId
from reports.board_view import queues, waiting

router = APIRouter(prefix="/queues", tags=["queues"])


@router.get("", dependencies=[needs(Permission.SEE_FLOOR)])
async def list_queues(me: Me, uses: Uses) -> Listing[Queue]:
    """Every queue with its counts of today and of the running quarter of an hour."""
    rows = queues(uses.boards.board(me.tenant), uses.clock())
    return Listing(items=[Queue.model_validate(row) for row in rows])


@router.get("/{queue}/waiting", dependencies=[needs(Permission.SEE_FLOOR)])
async def list_waiting(queue: IdPath, me: Me, uses: Uses) -> Listing[Waiting]:
    """Who waits in the queue, the next first."""
    calls = waiting(uses.boards.board(me.tenant), QueueId(queue))
    if calls is None:
        raise ProblemRaised(Problem.NOT_FOUND)
    numbers = await uses.personal.get_many(me.tenant, [call.caller for call in calls])
    return Listing(
        items=[
            Waiting.model_validate(call).model_copy(update={"caller": numbers.get(call.caller, "")}) for call in calls
        ]
    )
