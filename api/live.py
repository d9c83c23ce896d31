"""The live board of every tenant, kept true by news and mended from the database, and those who watch it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final

import structlog

from acd.facts import AgentRemoved, ConfigInForce
from api import rows
from bus.news import Lost, News
from kernel.ids import AgentId, TenantId
from kernel.moment import after
from reports.live import Board, fold
from store.codec import decode, encode
from store.errors import StoreUnavailable
from store.facts import AnyFact, FactStore

CHANGES_KEPT: Final = 5_000
"""How far back `?after=` goes; one who comes from further back gets a snapshot."""
COMES_BACK: Final = 60.0
"""Seconds after the last watcher of a tenant has gone (or after this process began) in which one may come back for the
changes. Where nobody looks none are written out: that is half of what a fact costs here."""
BACKLOG: Final = 1_000
"""Messages a watcher may be behind before he is let go: a slow reader never holds up the others."""
BREATH: Final = 100
"""Facts that are folded in one go; far fewer than `BACKLOG`, or a burst would look like a slow reader."""
_PAGE: Final = 2_000
_RETRY: Final = 1.0
"""Seconds until a database that is away is asked again."""
_log = structlog.get_logger()

Everyone = Callable[[], Awaitable[Mapping[TenantId, tzinfo]]]
"""Asks which tenants there are, and by which clock each of them counts its days."""


class Watcher:
    """One open live view: first the messages it begins with, then those of each fact, until it falls behind."""

    def __init__(self, first: Iterable[str]) -> None:
        self.first: Final = tuple(first)
        self._messages: asyncio.Queue[str] = asyncio.Queue(BACKLOG)
        self.let_go: Callable[[], None] | None = None
        """Called once when it is too far behind; whoever serves the watcher sets it and closes the socket."""

    def give(self, message: str) -> bool:
        """Queue a message; False when there is no room left."""
        if self._messages.full():
            if self.let_go is not None:
                self.let_go()
            return False
        self._messages.put_nowait(message)
        return True

    async def next(self) -> str:
        """The next message, when there is one."""
        return await self._messages.get()


@dataclass(slots=True)
class _Live:
    """A tenant's board, the change messages of its last facts (ending at `board.seq`), and its watchers."""

    board: Board
    changes: deque[str] = field(default_factory=lambda: deque(maxlen=CHANGES_KEPT))
    watchers: set[Watcher] = field(default_factory=set)
    awaited: list[tuple[int, asyncio.Future[None]]] = field(default_factory=list)
    leaving: dict[AgentId, set[asyncio.Future[None]]] = field(default_factory=dict)
    wanted_until: datetime | None = None
    """Until when changes are written out though nobody watches; None: from now on for `COMES_BACK`."""


class LiveBoards:
    """All boards. `run` is their only writer: it folds the news and reads the database where news is missing."""

    def __init__(self, facts: FactStore, clock: Callable[[], datetime]) -> None:
        self._facts = facts
        self._clock = clock
        self._lives: dict[TenantId, _Live] = {}
        self._everyone: Everyone | None = None
        self.loaded: Final = asyncio.Event()
        """Set when every tenant's board has been built once."""

    async def run(self, everyone: Everyone, news: AsyncIterator[News | Lost]) -> None:
        """Build the boards of `everyone` from their facts, then follow the news for as long as there is any.

        After a loss of news, or news of somebody unknown, there are tenants who came meanwhile: everyone is asked for
        again.
        """
        self._everyone = everyone
        await self._build(everyone)
        self.loaded.set()
        async for item in news:
            if isinstance(item, Lost) or item.tenant not in self._lives:
                await self._build(everyone)
            await self.take(item)

    async def take(self, item: News | Lost) -> None:
        """Fold one piece of news; after a loss, or where a seq is missing, the database is read instead."""
        match item:
            case News():
                await self._fold_lines(item)
            case Lost():
                for tenant in tuple(self._lives):
                    await self._catch_up(tenant)

    async def _build(self, everyone: Everyone) -> None:
        """Have a board for everyone; waits for a database that is away."""
        while True:
            try:
                zones = await everyone()
            except StoreUnavailable:
                _log.warning("boards wait for the database")
                await asyncio.sleep(_RETRY)
                continue
            break
        for tenant, zone in zones.items():
            known = self._lives.get(tenant)
            if known is None or known.board.zone != zone:
                self._begin(tenant, zone)
                await self._catch_up(tenant)

    def _begin(self, tenant: TenantId, zone: tzinfo) -> None:
        """An empty board by this clock; whoever watched one by another clock comes again."""
        before = self._lives.get(tenant, _Live(Board(tenant, zone)))
        self._lives[tenant] = _Live(Board(tenant, zone), awaited=before.awaited, leaving=before.leaving)
        for watcher in before.watchers:
            if watcher.let_go is not None:
                watcher.let_go()

    def board(self, tenant: TenantId) -> Board:
        """The tenant's board as it is now; to be read only."""
        return self._live(tenant).board

    def boards(self) -> Iterator[Board]:
        """Every board, for the metrics."""
        return (live.board for live in self._lives.values())

    def watchers(self) -> int:
        """How many live views are open."""
        return sum(len(live.watchers) for live in self._lives.values())

    async def reached(self, tenant: TenantId, seq: int, limit: float) -> None:
        """Returns when the board has taken in the fact `seq`, for whoever changed something; or after `limit` s."""
        live = self._live(tenant)
        if live.board.seq >= seq:
            return
        here = asyncio.get_running_loop().create_future()
        live.awaited.append((seq, here))
        await asyncio.wait([here], timeout=limit)
        live.awaited.remove((seq, here))

    async def without(self, tenant: TenantId, agent: AgentId) -> None:
        """Returns when the tenant has no such agent, for whoever serves him."""
        live = self._live(tenant)
        if agent not in live.board.floor.agents:
            return
        here = asyncio.get_running_loop().create_future()
        waiting = live.leaving.setdefault(agent, set())
        waiting.add(here)
        try:
            await here
        finally:
            waiting.discard(here)

    @contextmanager
    def watch(self, tenant: TenantId, after: int | None) -> Iterator[Watcher]:
        """A live view from now on: it begins with the changes that follow the fact `after`, or with a snapshot."""
        live = self._live(tenant)
        watcher = Watcher(self._beginning(live, after))
        live.watchers.add(watcher)
        try:
            yield watcher
        finally:
            live.watchers.discard(watcher)
            live.wanted_until = None

    def _beginning(self, live: _Live, after: int | None) -> Iterable[str]:
        missed = None if after is None else live.board.seq - after
        if missed is None or not 0 <= missed <= len(live.changes):
            return (rows.snapshot(live.board, self._clock()),)
        return tuple(live.changes)[len(live.changes) - missed :]

    def _live(self, tenant: TenantId) -> _Live:
        live = self._lives.get(tenant)
        if live is None:
            live = self._lives[tenant] = _Live(Board(tenant))
        return live

    async def _fold_lines(self, news: News) -> None:
        live = self._live(news.tenant)
        for line in news.lines:
            fact = decode(line)
            if _is_other_configuration(fact, live.board):
                # The tenant's clock may be another one: then his board is built anew, this fact included.
                await self._ask_clocks()
                live = self._live(news.tenant)
            if fact.seq > live.board.seq + 1:
                await self._catch_up(news.tenant)
            if fact.seq == live.board.seq + 1:
                self._fold(live, fact, line)
                await self._breathe(live)

    async def _catch_up(self, tenant: TenantId) -> None:
        """Fold what the database has after the board's seq, page by page; waits for a database that is away."""
        live = self._live(tenant)
        while True:
            try:
                end = (await self._facts.last(tenant)).seq
                page = await self._facts.since(tenant, live.board.seq, _PAGE)
            except StoreUnavailable:
                _log.warning("board waits for the database", tenant=tenant, seq=live.board.seq)
                await asyncio.sleep(_RETRY)
                continue
            for fact in page:
                late = fact.seq <= end - CHANGES_KEPT and not live.watchers
                self._fold(live, fact, None if late else encode(fact))
                await self._breathe(live)
            if len(page) < _PAGE:
                return

    async def _ask_clocks(self) -> None:
        if self._everyone is not None:
            await self._build(self._everyone)

    async def _breathe(self, live: _Live) -> None:
        """In a long run of facts, let the requests and the watchers have their turn."""
        if live.board.seq % BREATH == 0:
            await asyncio.sleep(0)

    def _fold(self, live: _Live, fact: AnyFact, line: bytes | None) -> None:
        """`line`: the fact as it is stored; None: too old for anybody to ask for it."""
        touched = fold(live.board, fact)
        now = self._clock()
        if line is None or not self._wanted(live, now):
            live.changes.clear()
        else:
            message = rows.change(live.board, line, touched, now)
            live.changes.append(message)
            for watcher in tuple(live.watchers):
                if not watcher.give(message):
                    live.watchers.discard(watcher)
        for awaited, here in live.awaited:
            if awaited <= fact.seq and not here.done():
                here.set_result(None)
        _release(live, fact)

    def _wanted(self, live: _Live, now: datetime) -> bool:
        if live.wanted_until is None:
            live.wanted_until = after(now, COMES_BACK)
        return bool(live.watchers) or now < live.wanted_until


def _is_other_configuration(fact: AnyFact, board: Board) -> bool:
    return isinstance(fact.body, ConfigInForce) and fact.body.version != board.floor.config


def _release(live: _Live, fact: AnyFact) -> None:
    """Whoever waits for an agent to be removed need not any more."""
    if isinstance(fact.body, AgentRemoved):
        for here in live.leaving.pop(fact.body.agent, set()):
            if not here.done():
                here.set_result(None)
