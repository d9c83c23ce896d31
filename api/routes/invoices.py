"""The invoices of the tenant: as documents, on paper, and what a month would have cost under another tariff."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import Response

from api import evidence, what_if
from api.ask import Me, Uses
from api.paper.invoice import pdf
from api.permissions import Permission, needs
from api.problems import Problem, ProblemRaised, RefusalRaised
from api.schemas import invoice as shapes
from api.schemas.common import Listing
from api.schemas.contract import CONTRACT_PATTERN
from api.schemas.entry import Evidence
from api.services import Services
from kernel.ids import TenantId
from kernel.refusal import Refused
from tariff.money.closed import ClosedMonth

router = APIRouter(prefix="/invoices", tags=["contracts"], dependencies=[needs(Permission.SEE_INVOICES)])

PDF = "application/pdf"
MonthPath = Annotated[str, Path(pattern=shapes.MONTH_PATTERN)]
LinePath = Annotated[int, Path(ge=1, le=100_000)]
OfContract = Annotated[
    str | None, Query(pattern=CONTRACT_PATTERN, description="Needed where several contracts closed the month.")
]


@router.get("")
async def list_invoices(me: Me, uses: Uses) -> Listing[shapes.Invoice]:
    """Every closed month, the newest first."""
    return Listing(items=[shapes.Invoice.model_validate(one) for one in await uses.invoices.of(me.tenant)])


@router.get("/{month}.pdf", response_class=Response, responses={200: {"content": {PDF: {}}}})
async def print_invoice(month: MonthPath, me: Me, uses: Uses, contract: OfContract = None) -> Response:
    """The month on paper: a qualified invoice in Japanese."""
    return await _printed(uses, await _closed(uses, me.tenant, month, contract))


@router.get("/{month}", response_model=shapes.Invoice, responses={200: {"content": {PDF: {}}}})
async def get_invoice(
    month: MonthPath, me: Me, uses: Uses, contract: OfContract = None, accept: Annotated[str, Header()] = ""
) -> shapes.Invoice | Response:
    """A closed month; on paper where `Accept` asks for a PDF."""
    closed = await _closed(uses, me.tenant, month, contract)
    if PDF in accept:
        return await _printed(uses, closed)
    return shapes.Invoice.model_validate(closed)


@router.get("/{month}/lines/{nth}/evidence")
async def get_evidence(month: MonthPath, nth: LinePath, me: Me, uses: Uses, contract: OfContract = None) -> Evidence:
    """What the nth line, from 1 on, comes from: entries, orders and calls."""
    closed = await _closed(uses, me.tenant, month, contract)
    if nth > len(closed.lines):
        raise ProblemRaised(Problem.NOT_FOUND)
    return await evidence.behind(uses, closed, closed.lines[nth - 1], by=False)


@router.post("/what-if")
async def ask_what_if(wanted: shapes.WhatIfWanted, me: Me, uses: Uses) -> shapes.Invoice:
    """What a month would have cost under another tariff; nothing is written, 422 where that would be refused."""
    found = await what_if.month_under(uses, me.tenant, wanted)
    if isinstance(found, Refused):
        raise RefusalRaised(found, 422)
    return shapes.Invoice.model_validate(found)


async def _closed(uses: Services, tenant: TenantId, month: str, contract: str | None) -> ClosedMonth:
    closed = [one for one in await uses.invoices.of(tenant) if one.month == month]
    found = [one for one in closed if contract in (None, one.contract)]
    if len(found) != 1:
        raise ProblemRaised(Problem.NOT_FOUND)
    return found[0]


async def _printed(uses: Services, closed: ClosedMonth) -> Response:
    printed = await asyncio.to_thread(pdf, closed, uses.invoice_font)
    name = f'inline; filename="{closed.number}.pdf"'
    return Response(printed, media_type=PDF, headers={"Content-Disposition": name})
