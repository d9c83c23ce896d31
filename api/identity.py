"""Who asks: a person of one tenant in one role, proved by password once and by token afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.lookups import Lookups
from api.tokens import Tokens
from kernel.ids import AgentId, TenantId
from store.audit import Author
from store.logins import Login, LoginStore, Role

HASHES_AT_ONCE: Final = 2
"""A hash takes 64 MiB and a tenth of a second: more at once would only slow each other and eat memory."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is logged in until `ends`; `agent` is his own agent, if he is one, `licence` his by name."""

    tenant: TenantId
    login: str
    role: Role
    agent: AgentId | None
    ends: datetime
    licence: str = ""

    @property
    def author(self) -> Author:
        """Under whom a change is written down."""
        return Author(self.tenant, self.login)

    def may_act_for(self, agent: AgentId) -> bool:
        """An agent acts for himself only, supervisors and admins for every agent of their tenant."""
        return self.role in (Role.SUPERVISOR, Role.ADMIN) or self.agent == agent


class Identity:
    """Checks passwords and tokens. A token is compared with the stored logins each time: who is removed is out."""

    def __init__(self, logins: LoginStore, tokens: Tokens, clock: Callable[[], datetime]) -> None:
        self._logins = logins
        self._lookups = Lookups(logins)
        self._tokens = tokens
        self._clock = clock
        self._places = asyncio.Semaphore(HASHES_AT_ONCE)

    async def enter(self, tenant: TenantId, login: str, password: str) -> tuple[str, Person] | None:
        """A token and its person for the right password; None for a wrong one or an unknown login."""
        async with self._places:
            known = await self._logins.check(tenant, login, password)
        if known is None:
            return None
        token, ends = self._tokens.issue(tenant, login, self._clock())
        return token, _person(known, ends)

    async def person(self, token: str) -> Person | None:
        """Whose token this is; None when it is not good (any more)."""
        claim = self._tokens.read(token, self._clock())
        known = await self._lookups.find(claim.tenant, claim.login) if claim is not None else None
        return _person(known, claim.ends) if claim is not None and known is not None else None


def _person(login: Login, ends: datetime) -> Person:
    return Person(login.tenant, login.login, login.role, login.agent, ends, login.licence)
