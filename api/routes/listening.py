"""Listening in: a supervisor's phone hears a talk, whispers to its agent, or joins it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from acd.inputs import ListenIn, StopListening
from acd.model import Hearing
from api.ask import IdPath, Me, Uses
from api.call_orders import about_call
from api.identity import Person
from api.orders import Key
from api.permissions import Permission, needs
from api.problems import Problem, ProblemRaised
from api.rights import MONITORING, has
from api.schemas.command import CallDone
from api.schemas.common import ID_PATTERN
from api.schemas.listening import ListenWanted
from api.services import Services
from kernel.ids import AgentId, CallId
from store.audit import Action

router = APIRouter(prefix="/calls/{call}", tags=["calls"])


@router.post("/listen", response_model=CallDone, dependencies=[needs(Permission.LISTEN)])
async def listen(call: IdPath, wanted: ListenWanted, me: Me, uses: Uses, key: Key = None) -> Response | CallDone:
    """The phone rings and then hears both parties; neither hears it."""
    return await _order(call, wanted, me, uses, key, Hearing.LISTEN)


@router.post("/whisper", response_model=CallDone, dependencies=[needs(Permission.LISTEN)])
async def whisper(call: IdPath, wanted: ListenWanted, me: Me, uses: Uses, key: Key = None) -> Response | CallDone:
    """As listening, but the agent hears the supervisor; who listens already changes to it."""
    return await _order(call, wanted, me, uses, key, Hearing.WHISPER)


@router.post("/barge", response_model=CallDone, dependencies=[needs(Permission.LISTEN)])
async def barge(call: IdPath, wanted: ListenWanted, me: Me, uses: Uses, key: Key = None) -> Response | CallDone:
    """As listening, but everybody hears the supervisor; who listens already changes to it."""
    return await _order(call, wanted, me, uses, key, Hearing.BARGE)


@router.delete("/listen", response_model=CallDone, dependencies=[needs(Permission.LISTEN)])
async def stop(
    call: IdPath,
    me: Me,
    uses: Uses,
    agent: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    key: Key = None,
) -> Response | CallDone:
    """The phone (`agent`: whose, null: the person's own) hears this call no more; hanging up does the same."""
    phone = _phone(me, agent)
    return await about_call(
        me, uses, CallId(call), key, f"stop listening {phone}", lambda id: StopListening(id, CallId(call), phone)
    )


async def _order(
    call: str, wanted: ListenWanted, me: Person, uses: Services, key: str | None, hearing: Hearing
) -> Response | CallDone:
    if call not in uses.boards.board(me.tenant).floor.calls:
        raise ProblemRaised(Problem.NOT_FOUND)
    await has(uses, me, MONITORING)
    phone, to = _phone(me, wanted.agent), None if wanted.to is None else AgentId(wanted.to)
    # Written down before it is done: who listened is known whatever happens then.
    said = (f"phone={phone}", hearing, *([] if to is None else [f"to={to}"]))
    await uses.audit.add(me.tenant, me.author, Action.CALL_LISTENED, call, said)
    return await about_call(
        me, uses, CallId(call), key, f"{hearing} {phone} {to}",
        lambda id: ListenIn(id, CallId(call), phone, hearing, to),
    )  # fmt: skip


def _phone(me: Person, agent: str | None) -> AgentId:
    phone = me.agent if agent is None else AgentId(agent)
    if phone is None:
        raise ProblemRaised(Problem.AGENT_NOT_NAMED)
    return phone
