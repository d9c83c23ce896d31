"""What an agent does with the call he is on, and calls that are parked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from acd.inputs import Act, ControlTalk, DropParty, ParkCall, PickUpCall, SendDigits
from acd.model import Purpose
from api.ask import IdPath, Me, Uses
from api.orders import Key, send
from api.permissions import Permission, needs
from api.problems import Problem, ProblemRaised
from api.schemas.command import Done
from api.schemas.talk import Dropped, Everybody, Keys, ParkedCall, ParkedDone, ParkWanted, Party, Talker
from bus.commands import Invite, Order
from kernel.ids import AgentId, CallId, CommandId, LegId, QueueId

calls = APIRouter(prefix="/calls", tags=["calls"], dependencies=[needs(Permission.USE_PHONE)])
parked = APIRouter(prefix="/parked", tags=["calls"], dependencies=[needs(Permission.USE_PHONE)])
_MYSELF = Talker()
PlacePath = Annotated[str, Path(pattern=r"^[0-9*#]{1,10}$")]


@calls.post("/{call}/hold", response_model=Done)
async def hold(call: IdPath, me: Me, uses: Uses, key: Key = None, wanted: Talker = _MYSELF) -> Response | Done:
    """The others hear music; several others go on talking without the agent."""
    return await _control(call, me, uses, key, wanted, Act.HOLD)


@calls.post("/{call}/unhold", response_model=Done)
async def unhold(call: IdPath, me: Me, uses: Uses, key: Key = None, wanted: Talker = _MYSELF) -> Response | Done:
    """They hear the agent again."""
    return await _control(call, me, uses, key, wanted, Act.UNHOLD)


@calls.post("/{call}/complete", response_model=Done)
async def complete(call: IdPath, me: Me, uses: Uses, key: Key = None, wanted: Talker = _MYSELF) -> Response | Done:
    """The agent leaves those together whom he talked with by turns; who still rings takes the call over."""
    return await _control(call, me, uses, key, wanted, Act.COMPLETE)


@calls.post("/{call}/cancel", response_model=Done)
async def cancel(call: IdPath, me: Me, uses: Uses, key: Key = None, wanted: Talker = _MYSELF) -> Response | Done:
    """Whom he asked is hung up, and he goes back; who is being rung is rung no longer."""
    return await _control(call, me, uses, key, wanted, Act.CANCEL)


@calls.post("/{call}/swap", response_model=Done)
async def swap(call: IdPath, me: Me, uses: Uses, key: Key = None, wanted: Talker = _MYSELF) -> Response | Done:
    """He talks with those who waited, and those he talked with wait."""
    return await _control(call, me, uses, key, wanted, Act.SWAP)


@calls.post("/{call}/transfer", response_model=Done)
async def transfer(call: IdPath, wanted: Party, me: Me, uses: Uses, key: Key = None) -> Response | Done:
    """Blind: the agent leaves, and whom he names is rung, or the call waits in the queue."""
    return await _invite(call, me, uses, key, wanted, Purpose.TRANSFER)


@calls.post("/{call}/consult", response_model=Done)
async def consult(call: IdPath, wanted: Party, me: Me, uses: Uses, key: Key = None) -> Response | Done:
    """The agent talks with whom he names, while the others hear music; `complete`, `swap`, `cancel` follow."""
    return await _invite(call, me, uses, key, wanted, Purpose.CONSULT)


@calls.post("/{call}/conference", response_model=Done)
async def conference(
    call: IdPath, me: Me, uses: Uses, key: Key = None, wanted: Everybody | None = None
) -> Response | Done:
    """Whom he names is rung and joins; without a name all he talks with by turns are together."""
    named = wanted or Everybody()
    if not named.to and named.queue is None:
        return await _control(call, me, uses, key, Talker(agent=named.agent), Act.MERGE)
    party = Party(agent=named.agent, to=named.to, queue=named.queue, shown=named.shown, skills=named.skills)
    return await _invite(call, me, uses, key, party, Purpose.CONFERENCE)


@calls.post("/{call}/drop", response_model=Done)
async def drop(call: IdPath, wanted: Dropped, me: Me, uses: Uses, key: Key = None) -> Response | Done:
    """A party is hung up, everyone is, or the agent leaves the others talking."""
    if wanted.leg is None:
        return await _control(call, me, uses, key, wanted, Act.END if wanted.everyone else Act.LEAVE)
    agent, leg = _agent(me.agent, wanted), LegId(wanted.leg)

    def order(command: CommandId) -> Order:
        return DropParty(command, agent, CallId(call), leg)

    return await send(me, uses, agent, key, f"drop {call} {leg}", order)


@calls.post("/{call}/dtmf", response_model=Done)
async def dtmf(call: IdPath, wanted: Keys, me: Me, uses: Uses, key: Key = None) -> Response | Done:
    """The others hear keys (RFC 4733)."""
    agent = _agent(me.agent, wanted)

    def order(command: CommandId) -> Order:
        return SendDigits(command, agent, CallId(call), wanted.digits)

    return await send(me, uses, agent, key, f"dtmf {call} {wanted.digits}", order)


@calls.post("/{call}/park", response_model=ParkedDone)
async def park(
    call: IdPath, me: Me, uses: Uses, key: Key = None, wanted: ParkWanted | None = None
) -> Response | ParkedDone:
    """The other party waits at a park place, and the agent is free; the answer names the place."""
    asked = wanted or ParkWanted()
    agent = _agent(me.agent, asked)

    def order(command: CommandId) -> Order:
        return ParkCall(command, agent, CallId(call), asked.place)

    done = await send(me, uses, agent, key, f"park {call} {asked.place}", order)
    if isinstance(done, Response):
        return done
    known = uses.boards.board(me.tenant).floor.calls.get(CallId(call))
    place = asked.place if known is None or known.parked is None else known.parked.place
    return ParkedDone(**done.model_dump(), place=place)


@parked.get("")
async def list_parked(me: Me, uses: Uses) -> list[ParkedCall]:
    """What can be picked up, by place."""
    floor = uses.boards.board(me.tenant).floor
    standing = [floor.calls[floor.parked[place]] for place in sorted(floor.parked)]
    return [
        ParkedCall(
            place=call.parked.place,
            call=call.id,
            agent=call.parked.agent,
            since=call.parked.since,
            until=call.parked.until,
        )
        for call in standing
        if call.parked is not None
    ]


@parked.post("/{place}/pickup", response_model=Done)
async def pick_up(place: PlacePath, me: Me, uses: Uses, key: Key = None, wanted: Talker = _MYSELF) -> Response | Done:
    """The agent's own phone rings, and with his answer he has the call."""
    agent = _agent(me.agent, wanted)

    def order(command: CommandId) -> Order:
        return PickUpCall(command, agent, place)

    return await send(me, uses, agent, key, f"pick up {place}", order)


def _agent(own: AgentId | None, wanted: Talker) -> AgentId:
    agent = own if wanted.agent is None else AgentId(wanted.agent)
    if agent is None:
        raise ProblemRaised(Problem.AGENT_NOT_NAMED)
    return agent


async def _control(call: str, me: Me, uses: Uses, key: Key, wanted: Talker, act: Act) -> Response | Done:
    agent = _agent(me.agent, wanted)

    def order(command: CommandId) -> Order:
        return ControlTalk(command, agent, CallId(call), act)

    return await send(me, uses, agent, key, f"{act} {call}", order)


async def _invite(call: str, me: Me, uses: Uses, key: Key, wanted: Party, purpose: Purpose) -> Response | Done:
    agent, queue = _agent(me.agent, wanted), None if wanted.queue is None else QueueId(wanted.queue)
    asked, priority = wanted.requirements(), wanted.priority

    def order(command: CommandId) -> Order:
        return Invite(command, agent, CallId(call), purpose, wanted.to, wanted.shown, queue, asked, priority)

    said = wanted.model_dump_json(exclude={"agent"})
    return await send(me, uses, agent, key, f"{purpose} {call} {said}", order)


router = APIRouter()
router.include_router(calls)
router.include_router(parked)
