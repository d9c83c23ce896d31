"""Logging in with a password for a token."""

from __future__ import annotations

import math
from time import monotonic

from fastapi import APIRouter, Request

from api.ask import Uses
from api.problems import Problem, ProblemRaised
from api.schemas.login import LoginWanted, Token
from kernel.ids import TenantId

router = APIRouter(tags=["login"])


@router.post("/login")
async def log_in(wanted: LoginWanted, request: Request, uses: Uses) -> Token:
    """A token good for twelve hours. A wrong password and an unknown login get the same 401."""
    address = request.client.host if request.client is not None else ""
    begun = monotonic()
    wait = uses.guesses.begin(wanted.tenant, wanted.login, address, begun)
    if wait is not None:
        raise ProblemRaised(Problem.TOO_MANY_ATTEMPTS, {"Retry-After": str(math.ceil(wait))})
    entered = await uses.identity.enter(TenantId(wanted.tenant), wanted.login, wanted.password)
    if entered is None:
        raise ProblemRaised(Problem.BAD_LOGIN)
    uses.guesses.succeeded(wanted.tenant, wanted.login, address, begun)
    token, person = entered
    return Token(token=token, ends=person.ends, role=person.role, agent=person.agent)
