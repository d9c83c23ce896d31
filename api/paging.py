"""Lists that come in pages: `limit`, `cursor`, `next_cursor` and a Link header (RFC 8288)."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Annotated, Final, TypeVar

from fastapi import Query, Request, Response

from api.flaws import told
from api.problems import Problem, ProblemRaised
from api.shape_flaws import SECTION
from store.record_rows import Page

Row = TypeVar("Row")

MOST: Final = 200
Limit = Annotated[int, Query(ge=1, le=MOST)]
Cursor = Annotated[str | None, Query(max_length=256, pattern=r"^[A-Za-z0-9_-]*$")]


async def page(asked: Awaitable[Page[Row]], request: Request, response: Response) -> Page[Row]:
    """The rows asked for, with the address of the next ones in the Link header; 422 for a cursor that is none."""
    try:
        found = await asked
    except ValueError as error:
        flaw = told("query.cursor", "not_a_cursor", section=SECTION)
        raise ProblemRaised(Problem.BAD_REQUEST, errors=(flaw,)) from error
    if found.next_cursor is not None:
        following = request.url.include_query_params(cursor=found.next_cursor)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return found
