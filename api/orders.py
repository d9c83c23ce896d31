"""Sends a person's order to the floor of his tenant and waits for what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import uuid4

from fastapi import Header, Response

from api.errors import RETRY_AFTER
from api.idempotency import command_id
from api.identity import Person
from api.licences import telephones
from api.problems import Problem, ProblemRaised, answer, refusal
from api.schemas.command import Done
from api.services import Services
from bus.commands import CommandAccepted, CommandMessage, Order
from kernel.ids import AgentId, CommandId, shard_of
from kernel.moment import after
from kernel.refusal import Code, Refused

SIGN_OUT: Final = "sign-out"
OUTCOME_LIMIT: Final = 3.0
"""Seconds to wait for what became of an order; afterwards it has expired and is not carried out any more."""
SEEN_LIMIT: Final = 1.0
"""Seconds to wait until the board shows it, so that the next request of the same person finds what he did."""

Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")]


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """An order that the floor has carried out; after the fact `seq` it shows."""

    command: CommandId
    seq: int


async def send(
    me: Person, uses: Services, agent: AgentId, key: str | None, request: str, order: Callable[[CommandId], Order]
) -> Response | Done:
    """The order was carried out, or the answer that says why not. `request` is what the key stands for."""
    if agent not in uses.boards.board(me.tenant).floor.agents:
        raise ProblemRaised(Problem.NOT_FOUND)
    if not me.may_act_for(agent):
        raise ProblemRaised(Problem.FORBIDDEN)
    if request != SIGN_OUT:
        await telephones(uses, me, agent)
    done = await carried_out(me, uses, key, f"{agent} {request}", order)
    return done if isinstance(done, Response) else Done(command=done.command, agent=agent, seq=done.seq)


async def carried_out(
    me: Person, uses: Services, key: str | None, request: str, order: Callable[[CommandId], Order]
) -> Response | CarriedOut:
    """The order once the board shows what it did, or the answer that says why it was not carried out."""
    now = uses.clock()
    command = new_command() if key is None else command_id(me.tenant, me.login, key)
    if key is not None and not uses.keys.matches(command, request, now):
        return refusal(Refused(Code.IDEMPOTENCY_MISMATCH))
    message = CommandMessage(command, me.tenant, after(now, OUTCOME_LIMIT), order(command))
    outcome = await uses.commands.ask(shard_of(me.tenant), message, limit=OUTCOME_LIMIT)
    match outcome:
        case CommandAccepted():
            await uses.boards.reached(me.tenant, outcome.seq, SEEN_LIMIT)
            return CarriedOut(command, outcome.seq)
        case Refused():
            return refusal(outcome)
        case None:
            return answer(Problem.CONTROLLER_AWAY, RETRY_AFTER)


def new_command() -> CommandId:
    """The id of an order that came without a key."""
    return CommandId(f"cmd_{uuid4().hex}")
