"""Registers a phone and keeps it registered (RFC 3261 10)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from robots.sip import Field, Headers, Request, Response, parameter, token, uri_in
from robots.transactions import Address
from robots.useragent import UserAgent
from robots.waiting import PATIENCE, Changes

_REFRESH_SHARE = 0.8
_AGAIN_AFTER_S = 2.0


class RegistrationRefused(Exception):
    """The registrar said no; 408 means it said nothing (64 T1, 32 s)."""

    def __init__(self, status: int) -> None:
        super().__init__(f"REGISTER: {status}")
        self.status = status


class Registration:
    """One binding at one registrar. Refreshed at 80 % of the time granted; after a failed refresh every 2 s again."""

    def __init__(self, agent: UserAgent, registrar: Address, expires: int) -> None:
        self.until: float | None = None
        self._agent = agent
        self._registrar = registrar
        self._expires = expires
        self._changes = Changes()
        self._call_id = f"{token(agent.random)}@{agent.transport.address[0]}"
        self._tag = token(agent.random)
        self._cseq = 0
        self._timer: asyncio.TimerHandle | None = None
        self._last: Response | None = None
        self._keep = False
        self.renewed_at: datetime | None = None

    async def register(self, limit: float) -> None:
        """Bind, and refresh from then on. RegistrationRefused, TooLate after limit s."""
        await self._ask(self._expires, limit)

    async def unregister(self, limit: float) -> None:
        """Take the binding away and refresh no more. RegistrationRefused, TooLate after limit s."""
        self.stop()
        await self._ask(0, limit)

    def stop(self) -> None:
        """Refresh no more; the binding runs out by itself."""
        self._keep = False
        self._cancel_timer()

    @property
    def bound(self) -> bool:
        """Whether the registrar has granted a binding that has not run out."""
        return self.until is not None and self.until > asyncio.get_running_loop().time()

    async def renewed(self, limit: float = PATIENCE) -> datetime:
        """The moment of the next granted refresh; TooLate after limit s."""
        before = self.renewed_at

        def renewed() -> datetime | None:
            return self.renewed_at if self.renewed_at != before else None

        return await self._changes.until(renewed, limit, "renewed")

    async def _ask(self, expires: int, limit: float) -> None:
        self._last = None
        self._send(expires)
        response = await self._changes.until(lambda: self._last, limit, "registration answered")
        if response.status >= 300:
            raise RegistrationRefused(response.status)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _send(self, expires: int) -> None:
        self._cancel_timer()

        def hear(response: Response) -> None:
            if response.status >= 200:
                self._hear(response, expires)

        self._agent.ask(lambda fields: self._build(expires, fields), self._registrar, hear)

    def _build(self, expires: int, fields: tuple[Field, ...]) -> Request:
        self._cseq += 1
        host, port = self._registrar
        own = f"<sip:{self._agent.user}@{self._agent.domain}>"
        head = (
            ("Via", self._agent.via()),
            ("Max-Forwards", "70"),
            ("From", f"{own};tag={self._tag}"),
            ("To", own),
            ("Call-ID", self._call_id),
            ("CSeq", f"{self._cseq} REGISTER"),
            ("Contact", self._agent.contact),
            ("Expires", str(expires)),
        )
        return Request(headers=Headers((*head, *fields)), method="REGISTER", uri=f"sip:{host}:{port}")

    def _hear(self, response: Response, expires: int) -> None:
        loop = asyncio.get_running_loop()
        self._last = response
        if response.status < 300 and expires:
            granted = self._granted(response)
            self._keep = True
            self.until, self.renewed_at = loop.time() + granted, datetime.now(UTC)
            self._timer = loop.call_later(granted * _REFRESH_SHARE, self._send, expires)
        elif response.status < 300:
            self.until = None
        elif self._keep:
            self._timer = loop.call_later(_AGAIN_AFTER_S, self._send, expires)
        self._changes.changed()

    def _granted(self, response: Response) -> int:
        ours = uri_in(self._agent.contact)
        for contact in response.headers.all("Contact"):
            told = parameter(contact, "expires")
            if uri_in(contact).partition(";")[0] == ours and told is not None and told.isdigit():
                return int(told)
        told = response.headers.get("Expires")
        return int(told) if told is not None and told.isdigit() else self._expires
