"""The audit: who changed what, and when; an admin sees what concerns his tenant, the platform everything."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.ask import Me, Uses
from api.identity import Person
from api.paging import Cursor, Limit, page
from api.permissions import Permission, needs
from api.problems import Problem, ProblemRaised
from api.schemas.audit import AuditEntry
from api.schemas.common import ID_PATTERN, Page
from api.services import Services
from kernel.ids import TenantId
from store.audit import Entry
from store.record_rows import Page as Found
from store.tenants import PLATFORM

router = APIRouter(prefix="/audit", tags=["audit"])

Whose = Annotated[str | None, Query(pattern=ID_PATTERN)]


@router.get("", dependencies=[needs(Permission.SEE_AUDIT)])
async def list_audit(
    me: Me,
    uses: Uses,
    request: Request,
    response: Response,
    tenant: Whose = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AuditEntry]:
    """Every change, the newest first; `tenant`: of one alone (`platform`: trunks), as the platform may ask."""
    found = await page(_found(uses, me, tenant, limit, cursor), request, response)
    return Page(items=[_shown(entry) for entry in found.rows], next_cursor=found.next_cursor)


async def _found(uses: Services, me: Person, tenant: str | None, limit: int, cursor: str | None) -> Found[Entry]:
    if me.tenant != PLATFORM:
        if tenant not in (None, me.tenant):
            raise ProblemRaised(Problem.NOT_FOUND)
        return await uses.audit.of(me.tenant, limit, cursor)
    if tenant is None:
        return await uses.platform.audit.everyone(limit, cursor)
    return await uses.platform.audit.of(TenantId(tenant), limit, cursor)


def _shown(entry: Entry) -> AuditEntry:
    return AuditEntry(
        seq=entry.seq,
        at=entry.at,
        tenant=entry.tenant,
        by=entry.by.login,
        by_tenant=entry.by.tenant,
        action=entry.action,
        subject=entry.subject,
        version=entry.version,
        changed=list(entry.changed),
    )
