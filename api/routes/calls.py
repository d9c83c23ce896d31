"""One call, and its facts in order; and a call that a person wants to make."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Response

from api.ask import IdPath, Me, Uses
from api.orders import Key, send
from api.permissions import Permission, needs
from api.problems import Problem, ProblemRaised
from api.schemas.call import Call, CallPlaced, CallWanted
from bus.commands import PlaceCall
from kernel.ids import AgentId, CallId, CommandId, TenantId, derive
from reports.call_fold import call_record
from reports.call_record import CallRecord
from store.codec import encode
from store.facts import AnyFact, FactStore

router = APIRouter(prefix="/calls", tags=["calls"])


@router.post("", status_code=202, response_model=CallPlaced, dependencies=[needs(Permission.USE_PHONE)])
async def place_call(wanted: CallWanted, me: Me, uses: Uses, key: Key = None) -> Response | CallPlaced:
    """Click to call: the agent's own phone rings first, then the other party's."""
    agent = me.agent if wanted.agent is None else AgentId(wanted.agent)
    if agent is None:
        raise ProblemRaised(Problem.AGENT_NOT_NAMED)
    now = uses.clock()

    def call(command: CommandId) -> CallId:
        # The same key means the same call.
        return CallId(derive("call", uses.keys.since(command) or now, "ordered", command))

    def order(command: CommandId) -> PlaceCall:
        return PlaceCall(command, agent, call(command), wanted.to, wanted.shown)

    done = await send(me, uses, agent, key, f"call {wanted.to} {wanted.shown}", order)
    if isinstance(done, Response):
        return done
    return CallPlaced(**done.model_dump(), call=call(CommandId(done.command)))


@router.get("/{call}", dependencies=[needs(Permission.SEE_CALLS)])
async def get_call(call: IdPath, me: Me, uses: Uses) -> Call:
    """The call as its facts tell it, living or finished."""
    record, _ = await _known(uses.facts, me.tenant, CallId(call))
    number = await uses.personal.get(me.tenant, record.caller)
    return Call.model_validate(record).model_copy(update={"caller": number or ""})


@router.get("/{call}/facts", dependencies=[needs(Permission.SEE_CALLS)])
async def get_facts(call: IdPath, me: Me, uses: Uses) -> Response:
    """Everything that happened to the call, in ascending `seq`."""
    _, history = await _known(uses.facts, me.tenant, CallId(call))
    lines = [orjson.Fragment(encode(fact)) for fact in history]
    return Response(orjson.dumps({"items": lines}), media_type="application/json")


async def _known(facts: FactStore, tenant: TenantId, call: CallId) -> tuple[CallRecord, tuple[AnyFact, ...]]:
    """The call's record and facts; 404 when the tenant has no such call (the id may be that of an agent)."""
    history = await facts.of_subject(tenant, call)
    record = call_record(history)
    if record is None:
        raise ProblemRaised(Problem.NOT_FOUND)
    return record, history
