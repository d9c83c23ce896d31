"""The phones of agents as Asterisk knows them: brought in, changed and withdrawn while it runs, and after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from itertools import chain

import structlog

from asterisk import endpoints, reading
from asterisk.endpoints import Phone
from asterisk.request import Done, Gone
from controller.living import ask
from controller.ports import Ari
from kernel.ids import TenantId

log = structlog.get_logger()


@dataclass(slots=True)
class _Session:
    """A browser that is open; `registered`: it has been seen so."""

    id: str
    secret: str = field(repr=False)
    registered: bool = False


class Phones:
    """Which phones there should be. `line` is told whether a phone is registered, whenever Asterisk was asked."""

    def __init__(self, ari: Ari, line: Callable[[str, bool], None]) -> None:
        self._ari = ari
        self._line = line
        self._wanted: dict[TenantId, dict[str, Phone]] = {}
        self._changed: set[str] = set()
        """Those that Asterisk knows otherwise, or may."""
        self._gone: dict[str, Phone] = {}
        self._sessions: dict[str, _Session] = {}
        """The browsers that are open, by their endpoints. Every other browser's endpoint has a secret nobody knows."""

    async def open(self, name: str, session: str, secret: str) -> bool:
        """The browser of this endpoint may register with the secret; whatever session it had before has ended."""
        if self._find(name) is None:
            return False
        self._sessions[name] = _Session(session, secret)
        return await self._teach(name)

    async def close(self, name: str, session: str) -> bool:
        """The session has ended; another one that has begun meanwhile stays. A session that we do not know was opened
        before our time."""
        current = self._sessions.get(name)
        if current is not None and current.id != session:
            return True
        self._sessions.pop(name, None)
        return await self._teach(name)

    def seen(self, name: str, up: bool) -> None:
        """A browser that is not registered any more has left, whether or not somebody says so."""
        session = self._sessions.get(name)
        if session is None:
            return
        if not up and session.registered:
            del self._sessions[name]
            phone = self._find(name)
            if phone is not None:
                self._ari.post(endpoints.secret(phone))
        session.registered = up

    async def _teach(self, name: str) -> bool:
        phone = self._find(name)
        if phone is None:
            return False
        told = isinstance(await self._ari.send(endpoints.secret(self._present(phone))), Done)
        if not told:
            self._changed.add(name)
        return told

    def _present(self, phone: Phone) -> Phone:
        """The phone with the secret that is good now."""
        session = self._sessions.get(phone.name)
        return phone if session is None else replace(phone, secret=session.secret)

    def _find(self, name: str) -> Phone | None:
        return next((wanted[name] for wanted in self._wanted.values() if name in wanted), None)

    def put(self, tenant: TenantId, phones: Iterable[Phone], before: Iterable[Phone] | None = None) -> None:
        """The tenant's phones are these. `before`: what Asterisk was told last, where that was another process."""
        known = self._wanted.get(tenant, {}) if before is None else {phone.name: phone for phone in before}
        wanted = {phone.name: phone for phone in phones}
        self._wanted[tenant] = wanted
        self._changed |= {name for name, phone in wanted.items() if known.get(name) != phone}
        self._gone |= {name: phone for name, phone in known.items() if name not in wanted}
        for name in wanted:
            self._gone.pop(name, None)

    async def bring(self) -> None:
        """Tell Asterisk what has changed since it was told last. What does not arrive is told at the next recovery."""
        changed = self._take_changed()
        await self._withdraw()
        await self._push(changed)
        for name in sorted(changed):
            answer = await self._ari.send(endpoints.one(name))
            if isinstance(answer, Done):
                self._line(name, reading.endpoint(answer).state == "online")

    async def recover(self) -> None:
        """After a new socket: endpoints vanish with Asterisk's process; those it knows rightly stay as they are."""
        there = {found.resource for found in reading.endpoints(await ask(self._ari, endpoints.list_all()))}
        missing = {name for phones in self._wanted.values() for name in phones if name not in there}
        await self._withdraw()
        await self._push(missing | (self._take_changed() & there))
        for found in reading.endpoints(await ask(self._ari, endpoints.list_all())):
            self._line(found.resource, found.state == "online")

    def _take_changed(self) -> set[str]:
        changed, self._changed = self._changed, set()
        return changed

    async def _push(self, names: Collection[str]) -> None:
        """What endpoints refer to comes first, of all of them: for each of these Asterisk walks all endpoints it has.
        Desk phones come before browsers, which are not there yet when Asterisk has just started."""
        phones = [phone for wanted in self._wanted.values() for name, phone in wanted.items() if name in names]
        pushed = [
            (phone, endpoints.push(self._present(phone))) for phone in sorted(phones, key=lambda phone: phone.web)
        ]
        requests = [(phone, request) for phone, steps in pushed for request in steps[:-1]]
        requests += [(phone, steps[-1]) for phone, steps in pushed]
        answers = await asyncio.gather(*(self._ari.send(request) for _, request in requests))
        for (phone, _), answer in zip(requests, answers, strict=True):
            if not isinstance(answer, Done):
                self._changed.add(phone.name)
                log.error("an endpoint could not be brought into Asterisk", endpoint=phone.name, answer=repr(answer))

    async def _withdraw(self) -> None:
        gone, self._gone = self._gone, {}
        wanted = set(chain.from_iterable(self._wanted.values()))
        for name, phone in gone.items():
            if name in wanted:
                continue
            self._sessions.pop(name, None)
            answers = [await self._ari.send(request) for request in endpoints.withdraw(phone)]
            if not all(isinstance(answer, Done | Gone) for answer in answers):
                self._gone[name] = phone
                log.error("an endpoint could not be withdrawn from Asterisk", endpoint=name, answers=repr(answers))
