"""Historical reports: queues and agents by 15, 30 or 60 minutes, and who gave up waiting; as JSON or as a sheet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api.ask import Me, Uses
from api.call_records import shown
from api.identity import Person
from api.paging import Cursor, Limit, page
from api.permissions import Permission, needs
from api.problems import Problem, ProblemRaised
from api.rights import ANALYSIS, brings
from api.schemas.call_record import CallRecord
from api.schemas.common import Page
from api.schemas.report import AgentReport, QueueReport, Span, agent_report, queue_report
from api.services import Services
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

    422 when they are the other way round, without an offset, or too far apart.
    """
    now = uses.clock()
    begin = begin or day_start(now, uses.boards.board(me.tenant).zone)
    end = end or now
    if begin.tzinfo is None or end.tzinfo is None:
        raise _flaw("from" if begin.tzinfo is None else "to", "needs_an_offset")
    if not begin < end <= begin + LONGEST:
        raise _flaw("to", "out_of_range")
    last = slot_start(end - timedelta(microseconds=1), GRAIN, UTC)
    return Span(slot_start(begin, GRAIN, UTC), after(last, GRAIN * 60), int(minutes))


def _flaw(field: str, flaw: str) -> ProblemRaised:
    return ProblemRaised(Problem.BAD_REQUEST, errors=({"field": f"query.{field}", "flaw": flaw},))


When = Annotated[Span, Depends(span)]
Shaped = Annotated[Literal["json", "csv"], Query(alias="format")]


@router.get("/queues", response_model=QueueReport, responses={200: {"content": {"text/csv": {}}}})
async def queues(
    me: Me, uses: Uses, when: When, shape: Shaped = "json", encoding: Encoding = "utf-8"
) -> QueueReport | Response:
    """Every queue in every period in which somebody came: counts, waits, the service level by each formula."""
    told = await _told(uses, me, when)
    board = uses.boards.board(me.tenant)
    names = {id: queue.config.name for id, queue in board.floor.queues.items()}
    report = queue_report(queue_rows(told.grains, when.minutes, board.zone), names, when, told.seq, uses.clock())
    return report if shape == "json" else sheet("queues", [row.cells() for row in report.items], encoding)


@router.get("/agents", response_model=AgentReport, responses={200: {"content": {"text/csv": {}}}})
async def agents(
    me: Me, uses: Uses, when: When, shape: Shaped = "json", encoding: Encoding = "utf-8"
) -> AgentReport | Response:
    """Every agent in every period in which he was signed in: seconds by what he did, offers, occupancy."""
    told = await _told(uses, me, when)
    board = uses.boards.board(me.tenant)
    names = {id: agent.config.name for id, agent in board.floor.agents.items()}
    report = agent_report(agent_rows(told.grains, when.minutes, board.zone), names, when, told.seq, uses.clock())
    return report if shape == "json" else sheet("agents", [row.cells() for row in report.items], encoding)


@router.get("/abandoned")
async def abandoned(
    me: Me, uses: Uses, request: Request, response: Response, when: When, limit: Limit = 50, cursor: Cursor = None
) -> Page[CallRecord]:
    """Who gave up waiting, the newest first, with their numbers to be called back."""
    begin = await _kept_from(uses, me, when)
    asked = uses.records.list_records(me.tenant, limit, cursor, abandoned=(begin, when.end))
    found = await page(asked, request, response)
    return Page(items=await shown(uses, me.tenant, found.rows), next_cursor=found.next_cursor)


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
