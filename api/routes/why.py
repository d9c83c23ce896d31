"""Why an offer went to this agent, and why nobody is ringing for a waiting call."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from acd.explaining.explain import direct_reason, offer_reason
from acd.explaining.explain_wait import wait_reason
from acd.facts import OfferMade
from acd.model import OfferKind
from api import why, why_waiting
from api.ask import IdPath, Me, Uses
from api.permissions import Permission, needs
from api.problems import Problem, ProblemRaised
from api.rights import WATCHING, brings
from api.schemas.why import CallWhy, OfferWhy
from kernel.ids import CallId, TenantId
from store.facts import AnyFact, FactStore

router = APIRouter(prefix="/calls/{call}", tags=["calls"])


@router.get("/why", dependencies=[needs(Permission.SEE_REASONS), brings(WATCHING)])
async def explain_wait(call: IdPath, me: Me, uses: Uses) -> CallWhy:
    """How it stands with a living call: who of its queue is not rung and why, and what has to change first."""
    floor = uses.boards.board(me.tenant).floor
    reason = wait_reason(floor, CallId(call))
    if reason is None:
        raise ProblemRaised(Problem.NOT_FOUND)
    return why_waiting.of_call(floor, reason, uses.clock())


@router.get("/offers/{offer}/why", dependencies=[needs(Permission.SEE_REASONS), brings(WATCHING)])
async def explain_offer(
    call: IdPath, offer: IdPath, me: Me, uses: Uses, full: Annotated[bool, Query()] = False
) -> OfferWhy:
    """The decision behind an offer, read from the facts before it. `offer`: its id or the `seq` of its fact.

    `full`: every agent who could be rung, and every one who could not with his reasons, instead of five and counts.
    """
    fact, made = await _offer(uses.facts, me.tenant, CallId(call), offer)
    try:
        floor = await uses.replays.at(me.tenant, fact.seq - 1)
    except TimeoutError:
        raise ProblemRaised(Problem.HISTORY_TOO_LONG) from None
    if made.kind is OfferKind.QUEUE:
        reason = offer_reason(floor, made.call)
    else:
        reason = direct_reason(floor, made.call, made.agent)
    if reason is None or reason.winner.agent != made.agent:
        raise Unexplained(fact.seq)
    return why.of_offer(floor, reason, fact, made, full)


class Unexplained(Exception):
    """The facts before an offer do not lead to it: facts are missing, or the rules were others when it was made."""


async def _offer(facts: FactStore, tenant: TenantId, call: CallId, offer: str) -> tuple[AnyFact, OfferMade]:
    """The fact of this offer; 404 when the tenant has no such call, or the call no such offer."""
    for fact in await facts.of_subject(tenant, call):
        if isinstance(fact.body, OfferMade) and offer in (fact.body.offer, str(fact.seq)):
            return fact, fact.body
    raise ProblemRaised(Problem.NOT_FOUND)
