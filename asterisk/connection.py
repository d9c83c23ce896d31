"""The ARI socket: requests and events on one WebSocket that is always being kept, replaced or given up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import StrEnum
from typing import Final

import orjson
from websockets.uri import parse_uri

from asterisk import lists
from asterisk.applications import lines, mute_lines
from asterisk.names import safe
from asterisk.reading import Reply
from asterisk.request import Answer, Done, Request, Unreachable
from asterisk.socket import Socket
from asterisk.wire import ApplicationReplaced, Event

FIRST_DELAY: Final = 0.05
LONGEST_DELAY: Final = 2.0
CONNECT_LIMIT: Final = 3.0


class End(StrEnum):
    """Why `run` has come to its end."""

    CLOSED = "closed"
    REPLACED = "replaced"


class Connection:
    """The socket of one ARI application and its `applications.lines`, reconnected until closed or replaced.

    `on_event` is called with each event in the order of arrival, in the loop iteration that read it; `on_up` before
    the first event of each new socket, `on_down(reason)` after its last. All three must return at once; what they
    raise ends `run`. `jitter` gives factors around 1 that spread the reconnects of many controllers.
    """

    def __init__(
        self,
        url: str,
        app: str,
        user: str,
        password: str,
        *,
        on_event: Callable[[Event], None],
        on_up: Callable[[], None],
        on_down: Callable[[str], None],
        jitter: Callable[[], float] = lambda: 1.0,
    ) -> None:
        self._uri = parse_uri(f"{url}?app={safe(app)},{lines(app)}")
        self._credentials = (user, password)
        self._app = app
        self._on_event = on_event
        self._on_up = on_up
        self._on_down = on_down
        self._jitter = jitter
        self._socket: Socket | None = None
        self._pending: dict[str, asyncio.Future[Answer] | Callable[[Answer], None]] = {}
        self._fetches: dict[asyncio.Future[Answer], asyncio.Task[None]] = {}
        self._held: list[Event] = []
        """Events read while a list was under way: they are told after it, as if it had come over the socket."""
        self._tasks: asyncio.TaskGroup | None = None
        self._sent = 0
        self._end: End | None = None
        self._broken: Exception | None = None
        self._stop = asyncio.Event()
        self.down_because = "not connected yet"
        """Why there is no socket, when there is none; for health pages."""

    @property
    def up(self) -> bool:
        """Whether requests are being sent right now."""
        return self._socket is not None

    def send(self, request: Request) -> asyncio.Future[Answer]:
        """Write the request at once; the future never raises and need not be awaited."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        if self._socket is None or self._tasks is None:
            future.set_result(Unreachable(self.down_because))
        elif request.large:
            self._fetches[future] = self._tasks.create_task(self._fetch(self._socket, request, future))
        else:
            self._pending[self._write(self._socket, request)] = future
        return future

    def post(self, request: Request, failed: Callable[[Answer], None] | None = None) -> None:
        """Write the request at once; `failed` gets any answer but `Done` (when down: at once)."""
        if self._socket is None:
            if failed is not None:
                failed(Unreachable(self.down_because))
            return
        number = self._write(self._socket, request)
        if failed is not None:
            self._pending[number] = failed

    async def run(self) -> End:
        """Connect and stay connected until closed or replaced. One task owns this."""
        async with asyncio.TaskGroup() as self._tasks:
            end = await self._stay()
        if self._broken is not None:
            raise self._broken
        return end

    async def close(self) -> None:
        """Close the socket and let `run` end; what is unanswered becomes `Unreachable`."""
        self._finish(End.CLOSED)
        socket = self._socket
        if socket is not None:
            socket.close()
            await socket.lost

    async def _stay(self) -> End:
        delay = FIRST_DELAY
        while self._end is None and self._broken is None:
            if await self._live_once():
                delay = FIRST_DELAY
            if self._end is None and self._broken is None:
                await self._pause(delay * self._jitter())
                delay = min(LONGEST_DELAY, delay * 2)
        return self._end or End.CLOSED

    async def _live_once(self) -> bool:
        """Connect and wait until that socket is lost; whether it ever stood."""
        socket = Socket(self._uri, self._credentials, self._opened, self._heard, self._lost)
        try:
            async with asyncio.timeout(CONNECT_LIMIT):
                await asyncio.get_running_loop().create_connection(lambda: socket, self._uri.host, self._uri.port)
                refused = await socket.opened
            if refused is None:
                await socket.lost
                return True
            self.down_because = refused
        except (OSError, TimeoutError) as error:
            self.down_because = f"cannot connect: {type(error).__name__}"
        finally:
            socket.abort("given up")
        return False

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return

    async def _fetch(self, socket: Socket, request: Request, future: asyncio.Future[Answer]) -> None:
        """Ask for a list and give it out before whatever was heard meanwhile; without it the socket is given up."""
        answer = await lists.fetch(self._uri.host, self._uri.port, self._credentials, request)
        del self._fetches[future]
        if not future.done():
            future.set_result(answer)
        if isinstance(answer, Unreachable):
            socket.abort(answer.reason)
        elif not self._fetches:
            # Who waits for the list has been put on the loop before this.
            asyncio.get_running_loop().call_soon(self._release)

    def _release(self) -> None:
        while self._held and not self._fetches:
            self._tell(self._held.pop(0))

    def _write(self, socket: Socket, request: Request) -> str:
        self._sent += 1
        number = str(self._sent)
        message: dict[str, object] = {
            "type": "RESTRequest",
            "transaction_id": number,
            "request_id": number,
            "method": request.method,
            "uri": request.uri,
        }
        if request.query:
            message["query_strings"] = [{"name": name, "value": value} for name, value in request.query]
        if request.body is not None:
            message["content_type"] = "application/json"
            message["message_body"] = orjson.dumps(request.body).decode()
        socket.send(orjson.dumps(message))
        return number

    def _opened(self, socket: Socket) -> None:
        if self._end is not None:
            socket.close()
            return
        self._socket = socket
        self.post(mute_lines(self._app))
        self._guarded(self._on_up)

    def _heard(self, heard: Event | Reply) -> None:
        if isinstance(heard, Reply):
            waiting = self._pending.pop(heard.request, None)
            if waiting is not None:
                self._settle(waiting, heard.answer)
        elif (self._fetches or self._held) and not isinstance(heard, ApplicationReplaced):
            self._held.append(heard)
        else:
            self._tell(heard)

    def _tell(self, heard: Event) -> None:
        if self._end is None and self._broken is None:
            if isinstance(heard, ApplicationReplaced) and heard.application == self._app:
                self._replaced(heard)
            else:
                self._guarded(lambda: self._on_event(heard))

    def _replaced(self, event: ApplicationReplaced) -> None:
        """Another socket acts now. Nothing is sent from here on, not even by those who hear of it."""
        self._finish(End.REPLACED)
        socket, self._socket = self._socket, None
        self.down_because = "replaced by another socket"
        self._guarded(lambda: self._on_event(event))
        self._told_down()
        if socket is not None:
            socket.abort(self.down_because)

    def _lost(self, socket: Socket, reason: str) -> None:
        if self._socket is socket:
            self._socket = None
            self.down_because = reason
            self._told_down()

    def _told_down(self) -> None:
        reason = self.down_because
        waiting = [*self._pending.values(), *self._fetches]
        for task in self._fetches.values():
            task.cancel()
        self._pending.clear()
        self._fetches.clear()
        self._release()
        for one in waiting:
            self._settle(one, Unreachable(reason))
        self._guarded(lambda: self._on_down(reason))

    def _settle(self, waiting: asyncio.Future[Answer] | Callable[[Answer], None], answer: Answer) -> None:
        if isinstance(waiting, asyncio.Future):
            if not waiting.done():
                waiting.set_result(answer)
        elif not isinstance(answer, Done):
            self._guarded(lambda: waiting(answer))

    def _guarded(self, call: Callable[[], None]) -> None:
        """Let a fault of those who listen end `run` instead of being lost in the event loop."""
        try:
            call()
        except Exception as fault:
            self._broken = self._broken or fault
            if self._socket is not None:
                self._socket.abort("a listener failed")

    def _finish(self, end: End) -> None:
        self._end = self._end or end
        self._stop.set()
