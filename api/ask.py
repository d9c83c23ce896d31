"""What every route asks of a request: the services, the person, ids that can be ids."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Request
from starlette.requests import HTTPConnection

from api.identity import Person
from api.problems import Problem, ProblemRaised
from api.schemas.common import ID_PATTERN
from api.services import Services

_CHALLENGE = {"WWW-Authenticate": "Bearer"}

IdPath = Annotated[str, Path(pattern=ID_PATTERN)]
"""An id in the path; anything that cannot be one is answered with 404."""


async def services(connection: HTTPConnection) -> Services:
    """What this app was put together with; `async`, or each request would be sent through a thread for it."""
    found: Services = connection.app.state.services
    return found


Uses = Annotated[Services, Depends(services)]


async def person(request: Request, uses: Uses) -> Person:
    """Who asks; 401 without a good token."""
    token = bearer(request)
    known = await uses.identity.person(token) if token is not None else None
    if known is None:
        raise ProblemRaised(Problem.UNAUTHORIZED, _CHALLENGE)
    return known


Me = Annotated[Person, Depends(person)]


def bearer(connection: HTTPConnection) -> str | None:
    """The token of `Authorization: Bearer …`; None without one. It is never taken from the URL."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None
