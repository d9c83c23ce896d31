"""Historical reports: queues and agents by 15, 30 or 60 minutes, and who gave up waiting; as JSON or as a sheet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api.ask import Me, Uses
from api.call_records import shown
from api.flaws import told
from api.identity import Person
from api.paging import MOST, Cursor, Limit, page
from api.permissions import Permission, needs
from api.problems import Problem, ProblemRaised
from api.rights import ANALYSIS, brings
from api.schemas.call_record import CallRecord
from api.schemas.common import FIRST_YEAR, LAST_YEAR, Page
from api.schemas.report import AgentReport, QueueReport, Span, agent_report, gave_up, queue_report
from api.services import Services
from api.shape_flaws import SECTION
from api.sheets import Encoding, sheet
from kernel.moment import after, day_start, slot_start
from reports.history import HISTORY, kept_from
from reports.interval import GRAIN
from reports.interval_report import agent_rows, queue_rows
from store.intervals import Told

router = APIRouter(prefix="/reports", tags=["reports"], dependencies=[needs(Permission.SEE_REPORTS), brings(ANALYSIS)])

LONGEST: Final = timedelta(days=31)
"""What one report may span."""


def span(
    me: Me,
    uses: Uses,
    begin: Annotated[datetime | None, Query(alias="from")] = None,
    end: Annotated[datetime | None, Query(alias="to")] = None,
    minutes: Annotated[Literal["15", "30", "60"], Query()] = "30",
) -> Span:
    """From the quarter that holds `from` (nothing said: today's first) to the end of the one before `to` (now).

    422 when they are the other way round, without an offset, or too far apart; where no `to` was sent it is `from` that
    does not fit.
    """
    now, named = uses.clock(), "from" if end is None else "to"
    begin = begin or day_start(now, uses.boards.board(me.tenant).zone)
    end = end or now
    for field, moment in (("from", begin), ("to", end)):
        if moment.tzinfo is None:
            raise _flaw(field, "needs_an_offset")
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise _flaw(field, "centuries_away", first=str(FIRST_YEAR), last=str(LAST_YEAR))
    if end <= begin:
        raise _flaw(named, "out_of_range", "from_before_to")
    if end - begin > LONGEST:
        raise _flaw(named, "out_of_range", "report_too_long", days=str(LONGEST.days))
    last = slot_start(end - timedelta(microseconds=1), GRAIN, UTC)
    return Span(slot_start(begin, GRAIN, UTC), after(last, GRAIN * 60), int(minutes))


def _flaw(field: str, flaw: str, said: str | None = None, **params: str) -> ProblemRaised:
    why = told(f"query.{field}", flaw, section=SECTION, said=said, **params)
    return ProblemRaised(Problem.BAD_REQUEST, errors=(why,))


When = Annotated[Span, Depends(span)]
Shaped = Annotated[Literal["json", "csv"], Query(alias="format")]


@router.get("/queues", response_model=QueueReport, responses={200: {"content": {"text/csv": {}}}})
async def queues(
    me: Me, uses: Uses, when: When, shape: Shaped = "json", encoding: Encoding = "utf-8"
) -> QueueReport | Response:
    """Every queue in every period in which somebody came: counts, waits, the service level by each formula."""
    found = await _told(uses, me, when)
    board = uses.boards.board(me.tenant)
    names = {id: queue.config.name for id, queue in board.floor.queues.items()}
    report = queue_report(queue_rows(found.grains, when.minutes, board.zone), names, when, found.seq, uses.clock())
    return report if shape == "json" else sheet("queues", [row.cells() for row in report.items], encoding)


@router.get("/agents", response_model=AgentReport, responses={200: {"content": {"text/csv": {}}}})
async def agents(
    me: Me, uses: Uses, when: When, shape: Shaped = "json", encoding: Encoding = "utf-8"
) -> AgentReport | Response:
    """Every agent in every period in which he was signed in: seconds by what he did, offers, occupancy."""
    found = await _told(uses, me, when)
    board = uses.boards.board(me.tenant)
    names = {id: agent.config.name for id, agent in board.floor.agents.items()}
    report = agent_report(agent_rows(found.grains, when.minutes, board.zone), names, when, found.seq, uses.clock())
    return report if shape == "json" else sheet("agents", [row.cells() for row in report.items], encoding)


@router.get("/abandoned", response_model=Page[CallRecord], responses={200: {"content": {"text/csv": {}}}})
async def abandoned(
    me: Me,
    uses: Uses,
    request: Request,
    response: Response,
    when: When,
    limit: Limit = 50,
    cursor: Cursor = None,
    shape: Shaped = "json",
    encoding: Encoding = "utf-8",
) -> Page[CallRecord] | Response:
    """Who gave up waiting, the newest first, with their numbers to be called back. A sheet holds all of them, whatever
    `limit` and `cursor` say."""
    begin = await _kept_from(uses, me, when)
    if shape == "csv":
        return sheet("abandoned", [gave_up(one) async for one in _all_abandoned(uses, me, begin, when.end)], encoding)
    asked = uses.records.list_records(me.tenant, limit, cursor, abandoned=(begin, when.end))
    found = await page(asked, request, response)
    return Page(items=await shown(uses, me.tenant, found.rows), next_cursor=found.next_cursor)


async def _all_abandoned(uses: Services, me: Person, begin: datetime, end: datetime) -> AsyncIterator[CallRecord]:
    cursor = None
    while True:
        found = await uses.records.list_records(me.tenant, MOST, cursor, abandoned=(begin, end))
        for one in await shown(uses, me.tenant, found.rows):
            yield one
        cursor = found.next_cursor
        if cursor is None:
            return


async def _told(uses: Services, me: Person, when: Span) -> Told:
    return await uses.intervals.between(me.tenant, await _kept_from(uses, me, when), when.end, uses.clock())


async def _kept_from(uses: Services, me: Person, when: Span) -> datetime:
    """Where the report begins: not before the first day that the tenant's contract keeps, also while what is older has
    not been erased yet."""
    now = uses.clock()
    days = (await uses.contracts.entitled(me.tenant, now)).days(HISTORY)
    if days is None:
        return when.begin
    return min(max(when.begin, kept_from(now, days)), when.end)
