"""The AMI side channel: the few things ARI cannot do, each a typed call with a limit that is never sent twice."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from panoramisk import Manager

from asterisk.names import safe
from asterisk.request import Done, Gone, Rejected, Unreachable

ACTION_LIMIT: Final = 5.0
"""Seconds; a connection that does not answer in this time is dropped and made anew."""
RECONNECT_SECONDS: Final = 1

_Outcome = Done | Gone | Rejected | Unreachable
_GONE: Final = ("no such channel", "channel does not exist", "unable to retrieve endpoint")


@dataclass(frozen=True, slots=True)
class WebSocketSession:
    """One ARI WebSocket of this Asterisk. `apps` is empty when another session has replaced it."""

    id: str
    apps: tuple[str, ...]


class Ami:
    """One AMI connection, made again by itself until closed. `on_up` is called after each login."""

    def __init__(
        self,
        port: int,
        user: str,
        secret: str,
        *,
        recordings: Path,
        on_up: Callable[[], None] = lambda: None,
        on_down: Callable[[], None] = lambda: None,
    ) -> None:
        self._config: dict[str, Any] = {"port": port, "username": user, "secret": secret}
        self._recordings = recordings
        self._told_up = on_up
        self._told_down = on_down
        self._manager: _Manager | None = None
        self._up = asyncio.Event()
        self._waiting: set[asyncio.Future[_Outcome]] = set()

    @property
    def up(self) -> bool:
        """Whether actions are being sent right now."""
        return self._up.is_set()

    async def connect(self, limit: float = 10.0) -> bool:
        """Start connecting; whether the login was done within `limit` seconds. It goes on trying until `close`."""
        self._manager = _Manager(
            **self._config,
            host="127.0.0.1",
            events="off",
            loop=asyncio.get_running_loop(),
            log=_silent(),
            reconnect_timeout=RECONNECT_SECONDS,
            forgetable_actions=_Everything(),
            on_login=self._logged_in,
            on_disconnect=self._disconnected,
        )
        self._manager.connect()
        return await self.stands(limit)

    async def stands(self, limit: float) -> bool:
        """Whether actions can be sent, waiting at most `limit` seconds for it."""
        try:
            async with asyncio.timeout(limit):
                await self._up.wait()
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        """Close and do not connect again."""
        if self._manager is not None:
            self._manager.end()
        self._lose()

    async def redirect(self, channel: str, context: str, exten: str = "s", priority: int = 1) -> _Outcome:
        """Take a channel (id or name) out of what it does and let it go on in the dialplan."""
        return await self._act("Redirect", Channel=channel, Context=context, Exten=exten, Priority=str(priority))

    async def lease(self, channel: str, seconds: int) -> _Outcome:
        """As `channels.lease`, also while a sound is played to the channel.

        Over ARI that would hold up every request of the socket until the sound is over (docs/asterisk-facts.md).
        """
        return await self._act("Setvar", Channel=channel, Variable="TIMEOUT(absolute)", Value=str(seconds))

    async def start_mixmonitor(self, channel: str, heard: str, spoken: str) -> str | Gone | Rejected | Unreachable:
        """Record a channel in two mono WAV files; the id to stop it with.

        The file `heard` holds what came from the channel's party, `spoken` what was sent to it; both names are
        ours, without folder or ending, and lie in the recordings folder. Silence keeps the two in step.
        """
        files = [self._recordings / f"{safe(name)}.wav" for name in (heard, spoken)]
        # The id is given back only when it is also kept in a variable of the channel.
        options = f"r({files[0]})t({files[1]})i(DENWABAN_MIXMONITOR)"
        outcome = await self._act("MixMonitor", Channel=channel, Options=options)
        if isinstance(outcome, Done):
            return str(outcome.body)
        return outcome

    async def stop_mixmonitor(self, channel: str, mixmonitor: str) -> _Outcome:
        """End a recording; the files are complete a moment after the answer."""
        return await self._act("StopMixMonitor", Channel=channel, MixMonitorID=mixmonitor)

    async def db_put(self, family: str, key: str, value: str) -> _Outcome:
        """Write to astdb, which outlives Asterisk."""
        return await self._act("DBPut", Family=family, Key=key, Val=value)

    async def db_del(self, family: str, key: str) -> _Outcome:
        """Remove from astdb; `Rejected` when there is no such key."""
        return await self._act("DBDel", Family=family, Key=key)

    async def websocket_sessions(self) -> tuple[WebSocketSession, ...] | Rejected | Unreachable:
        """The ARI WebSockets that are open, those included whose application another one has taken over."""
        outcome = await self._act("Command", Command="ari show websocket sessions")
        if isinstance(outcome, Done):
            return tuple(_sessions(outcome.body))
        return Rejected(404, "no such command") if isinstance(outcome, Gone) else outcome

    async def close_websocket_session(self, session: str) -> _Outcome:
        """Close an ARI WebSocket from Asterisk's side: the fence against an old controller (asterisk.md section 3)."""
        return await self._act("Command", Command=f"ari shutdown websocket session {safe(session)}")

    async def contact_status(self, endpoint: str) -> str | Gone | Rejected | Unreachable:
        """What OPTIONS last found of an endpoint's contact: Reachable, Unreachable, NonQualified, Unknown.

        Gone: there is none. ARI says offline of a contact that did not answer as well as of one not asked yet.
        """
        outcome = await self._act("PJSIPShowEndpoint", list_follows=None, Endpoint=endpoint)
        if isinstance(outcome, Done):
            return next(_contacts(outcome.body), Gone())
        return outcome

    async def qualify(self, endpoint: str) -> _Outcome:
        """Send OPTIONS to an endpoint's contact now; `contact_status` tells what came of it once its limit is over."""
        return await self._act("PJSIPQualify", Endpoint=endpoint)

    async def _act(self, action: str, *, list_follows: bool | None = False, **values: str) -> _Outcome:
        """Send one action. ValueError when a value would end its header and start another.

        `list_follows`: None where that is told by the first answer.
        """
        if any(forbidden in value for value in values.values() for forbidden in "\r\n\0"):
            raise ValueError(f"{action}: a value may not hold CR, LF or NUL")
        manager = self._manager
        if manager is None or not self.up:
            return Unreachable("AMI is not connected")
        outcome: asyncio.Future[_Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.add(outcome)
        sent = manager.send_action({"Action": action, **values}, as_list=list_follows)
        sent.add_done_callback(lambda done: None if outcome.done() else outcome.set_result(_outcome(done.result())))
        try:
            async with asyncio.timeout(ACTION_LIMIT):
                return await outcome
        except TimeoutError:
            manager.drop()
            return Unreachable(f"AMI did not answer {action} in {ACTION_LIMIT:g} s")
        finally:
            self._waiting.discard(outcome)

    def _logged_in(self, manager: Manager) -> None:
        self._up.set()
        self._told_up()

    def _disconnected(self, manager: Manager, error: object) -> None:
        if self.up:
            self._lose()
            self._told_down()

    def _lose(self) -> None:
        self._up.clear()
        for outcome in self._waiting:
            if not outcome.done():
                outcome.set_result(Unreachable("AMI connection lost"))


class _Everything:
    """What panoramisk may forget after a reconnect: all. It would else send unanswered actions a second time."""

    def __contains__(self, action: object) -> bool:
        return True


class _Manager(Manager):  # type: ignore[misc]
    """panoramisk's manager, which can be ended for good and made to drop a dead connection."""

    ended = False

    def connect(self, *arguments: Any, **named: Any) -> Any:
        """Not once ended: a reconnect may already be on its timer."""
        return None if self.ended else super().connect(*arguments, **named)

    def connection_made(self, connecting: Any) -> None:
        """A connect that was under way when we ended is closed again; one that failed for any reason is repeated."""
        if self.ended:
            if not connecting.cancelled() and connecting.exception() is None:
                connecting.result()[0].close()
        else:
            super().connection_made(connecting)

    def end(self) -> None:
        """Close, and stay closed."""
        self.ended = True
        self.close()

    def drop(self) -> None:
        """Cut the connection, which lets panoramisk make a new one."""
        if self.protocol is not None:
            self.protocol.transport.abort()


def _outcome(message: Any) -> _Outcome:
    if isinstance(message, list):
        return Done(message[1:-1])
    if message.success:
        return Done(message.get("Output") or message.get("MixMonitorID"))
    said = str(message.message)
    return Gone() if said.lower().startswith(_GONE) else Rejected(400, said)


def _sessions(lines: object) -> list[WebSocketSession]:
    """The table of `ari show websocket sessions`: id, type, address, state, apps; two heading lines."""
    rows = [line.split() for line in lines[2:]] if isinstance(lines, list) else []
    return [WebSocketSession(row[0], tuple(row[4].split(",")) if len(row) > 4 else ()) for row in rows if len(row) >= 4]


def _contacts(events: object) -> Iterator[str]:
    """The states in ContactStatusDetail among the events that describe an endpoint."""
    for event in events if isinstance(events, list) else []:
        if event.event == "ContactStatusDetail":
            yield str(event.status)


def _silent() -> logging.Logger:
    """panoramisk logs whole actions, secrets and numbers among them; what matters is said by on_up and on_down."""
    log = logging.getLogger("asterisk.ami.panoramisk")
    log.disabled = True
    return log
