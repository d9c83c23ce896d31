"""Who may do what: every door names one permission, and each role has some of them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from fastapi import Depends

from api.ask import Me
from api.problems import Problem, ProblemRaised
from store.logins import Role


class Permission(StrEnum):
    """What a door asks of a person. The doors of one tenant never lead to another, whatever the role."""

    SEE_FLOOR = "see_floor"
    """Agents, queues, who waits, the live board."""
    WORK = "work"
    """Sign in and out, be ready or paused; an agent for himself, others for everyone of their tenant."""
    FORCE_STATES = "force_states"
    """Decide what another one is: ready, paused, signed out, his wrap-up over."""
    INTERVENE = "intervene"
    """Move, prioritise and withdraw calls that wait."""
    LISTEN = "listen"
    """Listen to a colleague's call, whisper to him, join it."""
    USE_PHONE = "use_phone"
    """Make and take calls: a telephone in the browser, calls out and inside."""
    SEE_CALLS = "see_calls"
    """Calls and call records."""
    SEE_REPORTS = "see_reports"
    """What was: queues and agents by the hour, who gave up."""
    SEE_REASONS = "see_reasons"
    """Why an offer went to whom it went, and why nobody rings; it tells of every agent of a queue."""
    HEAR_RECORDINGS = "hear_recordings"
    DELETE_RECORDINGS = "delete_recordings"
    SEE_ENTITLEMENTS = "see_entitlements"
    """What the contracts allow, and how much of it is used."""
    SEE_INVOICES = "see_invoices"
    """What was billed, and what would be."""
    SEE_CONFIGURATION = "see_configuration"
    CONFIGURE = "configure"
    """Change queues, agents, numbers, flows, hours and prompts."""
    MANAGE_USERS = "manage_users"
    SEE_AUDIT = "see_audit"
    """Who changed what: an admin for his tenant, the platform for all."""
    RUN_PLATFORM = "run_platform"
    """Tenants, contracts, lines and trunks: across tenants, and nothing within one."""


_AGENT: Final = frozenset(
    {Permission.SEE_FLOOR, Permission.WORK, Permission.USE_PHONE, Permission.SEE_CALLS, Permission.HEAR_RECORDINGS}
)
_SUPERVISOR: Final = _AGENT | {
    Permission.FORCE_STATES,
    Permission.INTERVENE,
    Permission.LISTEN,
    Permission.SEE_REPORTS,
    Permission.SEE_REASONS,
    Permission.SEE_ENTITLEMENTS,
    Permission.SEE_CONFIGURATION,
}

ROLES: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.AGENT: _AGENT,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMIN: _SUPERVISOR
    | {
        Permission.CONFIGURE,
        Permission.MANAGE_USERS,
        Permission.DELETE_RECORDINGS,
        Permission.SEE_AUDIT,
        Permission.SEE_INVOICES,
    },
    Role.PLATFORM: frozenset({Permission.RUN_PLATFORM, Permission.SEE_AUDIT}),
}


def may(role: Role, permission: Permission) -> bool:
    """Whether this role has the permission."""
    return permission in ROLES[role]


class Needs:
    """Lets in who has the permission: 401 without a good token, 403 in the wrong role."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, me: Me) -> None:
        if not may(me.role, self.permission):
            raise ProblemRaised(Problem.FORBIDDEN)


def needs(permission: Permission) -> Any:
    """What a door writes into its `dependencies`."""
    return Depends(Needs(permission))
