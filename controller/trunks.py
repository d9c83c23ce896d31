"""The trunks as Asterisk knows them: brought in, changed and withdrawn while it runs, and which of them live."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, Protocol

import structlog

from asterisk import endpoints, reading
from asterisk.endpoints import Carrier, Registration
from asterisk.request import Answer, Done, Gone, Request
from bus.commands import CommandAccepted
from controller.living import ask
from controller.ports import Ami, Ari
from kernel.ids import TrunkName
from numbering.lines import Health
from store.errors import StoreUnavailable, Unreadable
from store.trunks import CallerHeader, TrunkConfig

log = structlog.get_logger()

PREFIX: Final = "trunk."
"""How the names of the endpoints begin that are trunks; no name of a phone holds it there."""
_HEALTH: Final = {"Reachable": Health.UP, "Unreachable": Health.DOWN}
"""What ContactStatusChange says after each OPTIONS that has changed anything."""
_Sent = list[tuple[str, asyncio.Future[Answer]]]


class Trunks:
    """Which trunks there should be at one node, and whether they answer. `mine`: those that it has, None all of them.

    An endpoint is named after the version of its trunk, so it never changes: another version is another endpoint, and
    whichever of them Asterisk has is what it should be. Calls in progress stay with theirs.
    """

    def __init__(self, ari: Ari, media_host: str, mine: Collection[TrunkName] | None = None) -> None:
        self._ari = ari
        self._media_host = media_host
        self._mine = mine
        self._wanted: dict[TrunkName, TrunkConfig] = {}
        self._there: set[str] = set()
        """The endpoints of trunks that Asterisk has."""
        self._health: dict[str, Health] = {}

    def put(self, trunks: Iterable[TrunkConfig]) -> None:
        """The platform's trunks are these."""
        self._wanted = {trunk.name: trunk for trunk in trunks if self._mine is None or trunk.name in self._mine}

    def endpoint(self, name: TrunkName) -> str | None:
        """The endpoint to dial through; None where there is no such trunk (any more)."""
        trunk = self._wanted.get(name)
        return None if trunk is None else _endpoint(trunk)

    def channels(self, name: TrunkName) -> int | None:
        """How many channels the trunk has, of calls in and out together; None: not limited."""
        trunk = self._wanted.get(name)
        return None if trunk is None else trunk.channels

    def behind(self, endpoint: str) -> TrunkName | None:
        """The trunk of an endpoint, of whatever version; one of the rendered configuration has no version."""
        if endpoint.startswith(PREFIX):
            return TrunkName(endpoint.removeprefix(PREFIX).rpartition(".")[0])
        return TrunkName(endpoint) if endpoint in self._wanted else None

    @property
    def health(self) -> Mapping[TrunkName, Health]:
        """Every trunk and whether it answers, in the platform's order."""
        ordered = sorted(self._wanted.values(), key=lambda trunk: (trunk.order, trunk.name))
        return {trunk.name: self._health.get(_endpoint(trunk), Health.UNKNOWN) for trunk in ordered}

    def seen(self, endpoint: str, status: str) -> None:
        """What Asterisk says of the contact of an endpoint."""
        if endpoint not in self._there:
            return
        health = _HEALTH.get(status, Health.UNKNOWN)
        if self._health.get(endpoint) is not health:
            log.info("a trunk's health has changed", endpoint=endpoint, health=health.value)
        self._health[endpoint] = health

    async def bring(self) -> bool:
        """Tell Asterisk what has changed; whether it has everything now. The next recovery tries the rest again."""
        wanted = {_endpoint(trunk): _carrier(trunk, self._media_host) for trunk in self._wanted.values()}
        gone, new = sorted(self._there - wanted.keys()), sorted(wanted.keys() - self._there)
        self._there = set(wanted)
        self._health = {name: self._health.get(name, Health.UNKNOWN) for name in wanted}
        # All is sent before anything is waited for: another change cannot come between. A carrier may not tell a
        # registration's contact from the next one's, so the older is ended first.
        ended = self._send((name, endpoints.end_registration(name)) for name in gone)
        pushed = self._send((name, request) for name in new for request in endpoints.push(wanted[name]))
        withdrawn = self._send((name, request) for name in gone for request in endpoints.withdraw_carrier(name))
        failed = await _failed([*ended, *withdrawn], (Done, Gone))
        missing = await _failed(pushed, (Done,))
        self._there = (self._there - missing) | failed
        return not missing and not failed

    async def recover(self) -> None:
        """After a new socket: endpoints vanish with Asterisk's process. LinkLost when the socket dies meanwhile."""
        there = reading.endpoints(await ask(self._ari, endpoints.list_all()))
        states = {found.resource: found.state for found in there if found.resource.startswith(PREFIX)}
        self._there = set(states)
        # One that is not online may be dead, or not asked yet since it was made: `look` finds out.
        self._health = {name: Health.UP for name, state in states.items() if state == "online"}
        await self.bring()

    async def look(self, ami: Ami) -> None:
        """What OPTIONS had found of those that nobody has heard of yet; a word that comes meanwhile is newer."""
        for endpoint in [name for name, health in self._health.items() if health is Health.UNKNOWN]:
            status = await ami.contact_status(endpoint)
            if self._health.get(endpoint) is Health.UNKNOWN and isinstance(status, str):
                self._health[endpoint] = _HEALTH.get(status, Health.UNKNOWN)

    def _send(self, requests: Iterable[tuple[str, Request]]) -> _Sent:
        return [(name, self._ari.send(request)) for name, request in requests]


class Store(Protocol):
    """Where the trunks are kept (store.trunks.TrunkStore)."""

    async def all(self) -> Sequence[TrunkConfig]: ...


class TrunkReload:
    """Answers ConfigPublished of the platform itself, whose configuration the trunks are."""

    def __init__(self, store: Store, nodes: Collection[Trunks]) -> None:
        self._store = store
        self._nodes = nodes

    async def newest(self) -> CommandAccepted | None:
        """The trunks of the database are those of Asterisk; None: they are not, and whoever asked has to ask again."""
        try:
            trunks = await self._store.all()
        except (StoreUnavailable, Unreadable) as trouble:
            log.warning("the trunks could not be read", why=str(trouble))
            return None
        for node in self._nodes:
            node.put(trunks)
        brought = await asyncio.gather(*(node.bring() for node in self._nodes))
        return CommandAccepted(0) if all(brought) else None


def health(nodes: Iterable[Trunks]) -> dict[TrunkName, Health]:
    """Every trunk and whether it answers at any node."""
    found: dict[TrunkName, Health] = {}
    for node in nodes:
        for name, state in node.health.items():
            found[name] = _better(found.get(name), state)
    return found


def _better(one: Health | None, other: Health) -> Health:
    return other if one is None else min(one, other, key=(Health.UP, Health.UNKNOWN, Health.DOWN).index)


async def _failed(sent: _Sent, fine: tuple[type[Done] | type[Gone], ...]) -> set[str]:
    """The endpoints of which something was answered otherwise."""
    failed = set()
    for name, future in sent:
        answer = await future
        if not isinstance(answer, fine):
            log.error("Asterisk did not take a trunk as it should be", endpoint=name, answer=repr(answer))
            failed.add(name)
    return failed


def _endpoint(trunk: TrunkConfig) -> str:
    return f"{PREFIX}{trunk.name}.{trunk.version}"


def _carrier(trunk: TrunkConfig, media_host: str) -> Carrier:
    login = trunk.registration
    return Carrier(
        name=_endpoint(trunk),
        match=trunk.addresses,
        media_host=media_host,
        contact=trunk.contact,
        codecs=trunk.codecs,
        registration=None if login is None else Registration(login.server, login.username, login.secret),
        asserted=trunk.caller_header is CallerHeader.ASSERTED,
    )
