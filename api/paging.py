"""Lists that come in pages: `limit`, `cursor`, `next_cursor` and a Link header (RFC 8288)."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Annotated, TypeVar

from fastapi import Query, Request, Response

from api.problems import Problem, ProblemRaised
from store.record_rows import Page

Row = TypeVar("Row")

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=256, pattern=r"^[A-Za-z0-9_-]*$")]


async def page(asked: Awaitable[Page[Row]], request: Request, response: Response) -> Page[Row]:
    """The rows asked for, with the address of the next ones in the Link header; 422 for a cursor that is none."""
    try:
        found = await asked
    except ValueError as error:
        flaw = {"field": "query.cursor", "flaw": "not_a_cursor"}
        raise ProblemRaised(Problem.BAD_REQUEST, errors=(flaw,)) from error
    if found.next_cursor is not None:
        following = request.url.include_query_params(cursor=found.next_cursor)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return found
