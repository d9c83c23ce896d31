"""Turns whatever ends a request into a problem: ours, the framework's, and what is broken."""

from __future__ import annotations

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api import shape_flaws
from api.problems import Problem, ProblemRaised, RefusalRaised, answer, refusal
from store.errors import StoreUnavailable

RETRY_AFTER = {"Retry-After": "2"}
_log = structlog.get_logger()
_BY_STATUS = {problem.status: problem for problem in (Problem.NOT_FOUND, Problem.METHOD_NOT_ALLOWED)}


def install(app: FastAPI) -> None:
    """Answer with application/problem+json, whatever happens."""
    app.add_exception_handler(ProblemRaised, _ours)
    app.add_exception_handler(RefusalRaised, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _framework)
    app.add_exception_handler(StoreUnavailable, _store_away)
    app.add_exception_handler(Exception, _broken)


async def _ours(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemRaised)
    return answer(error.problem, error.headers, error.errors)


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusalRaised)
    return refusal(error.refused, error.status)


async def _invalid(_request: Request, error: Exception) -> Response:
    """What does not fit the shape. An id that cannot be one is simply not there; values sent are never repeated."""
    assert isinstance(error, RequestValidationError)
    flaws = error.errors()
    if any(flaw["loc"][0] == "path" for flaw in flaws):
        return answer(Problem.NOT_FOUND)
    return answer(Problem.BAD_REQUEST, errors=shape_flaws.flaws(flaws))


async def _framework(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return answer(_BY_STATUS.get(error.status_code, Problem.BAD_REQUEST), error.headers)


async def _store_away(_request: Request, error: Exception) -> Response:
    _log.warning("database away", error=type(error).__name__)
    return answer(Problem.STORE_AWAY, RETRY_AFTER)


async def _broken(request: Request, error: Exception) -> Response:
    _log.error("request failed", method=request.method, route=route_of(request), exc_info=error)
    return answer(Problem.INTERNAL)


def route_of(request: Request) -> str:
    """The path's template, so that neither logs nor metrics hold ids."""
    return getattr(request.scope.get("route"), "path", "unknown")
