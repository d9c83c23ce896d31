"""The robots of the story: a process of their own at the end of a pipe, told by commands what to do (see `robots`)."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from denwaban.story_telling import Missed

_LINE_LIMIT: Final = 1 << 24
_GRACE: Final = 5.0
"""Seconds beyond a command's own limit until its answer must be there."""
_START_LIMIT: Final = 30.0
_STOP_LIMIT: Final = 10.0

_GONE: Final = "the robots' process has ended"
_LOOK: Final = "what it said above"

Fields = dict[str, Any]


class Robots:
    """One process of robots. Use `robots`."""

    def __init__(self, process: Process) -> None:
        """Robots that are not read yet."""
        self._process = process
        self._answers: dict[int, asyncio.Future[Fields]] = {}
        self._ready = asyncio.get_running_loop().create_future()
        self._last = 0
        self._ended = False

    def tell(self, do: str, **fields: object) -> asyncio.Future[Fields]:
        """Have one command begun; its answer comes later, and may be that it failed."""
        self._last += 1
        answer: asyncio.Future[Fields] = asyncio.get_running_loop().create_future()
        assert self._process.stdin is not None
        if self._ended:
            raise Missed(_GONE, _LOOK)
        self._answers[self._last] = answer
        self._process.stdin.write((json.dumps({"id": self._last, "do": do, **fields}) + "\n").encode())
        return answer

    async def ask(self, do: str, limit: float = 10.0, /, **fields: object) -> Fields:
        """Have one command carried out; the fields of its answer. Raises Missed when the robots say that it failed."""
        return await self.answered(self.tell(do, limit=limit, **fields), f"{do} {fields}", limit)

    async def answered(self, answer: asyncio.Future[Fields], what: str, limit: float) -> Fields:
        """The answer of a command begun before. Raises Missed."""
        try:
            async with asyncio.timeout(limit + _GRACE):
                told = await answer
        except TimeoutError:
            raise Missed(f"the robots gave no answer to {what}", _LOOK) from None
        if not told["ok"]:
            raise Missed(f"{what}: {told['error']}", "log/controller.log, asterisk/")
        return told

    async def message(self, what: str, **of: str) -> Fields:
        """The last SIP message of that method or status, of a `call` or an `agent`. Raises Missed."""
        told = await self.ask("log", **of)
        found = [message for message in told["messages"] if message["what"] == what]
        if not found:
            seen = " ".join(message["what"] for message in told["messages"])
            raise Missed(f"no {what} in {of}; seen: {seen or 'nothing'}", "log/controller.log, asterisk/")
        return dict(found[-1])

    async def read(self) -> None:
        """Take answers in until the process ends."""
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            told = json.loads(line)
            if told.get("event") == "ready":
                self._ready.set_result(None)
            answer = self._answers.pop(told["id"], None) if "id" in told else None
            if answer is not None and not answer.done():
                answer.set_result(told)
        self._ended = True
        gone = Missed(_GONE, _LOOK)
        for answer in [*self._answers.values(), self._ready]:
            if not answer.done():
                answer.set_exception(gone)
                answer.exception()  # whoever waits is told; with nobody waiting it is no news

    async def until_ready(self) -> None:
        """Wait until they take commands. Raises Missed."""
        try:
            async with asyncio.timeout(_START_LIMIT):
                await self._ready
        except TimeoutError:
            raise Missed("the robots did not come up", _LOOK) from None


@asynccontextmanager
async def robots(demo: Path) -> AsyncIterator[Robots]:
    """A process of robots that knows only `demo`; at the end they hang up, unregister and are gone."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "robots", "--demo", str(demo), stdin=PIPE, stdout=PIPE, limit=_LINE_LIMIT,
    )  # fmt: skip
    company = Robots(process)
    reading = asyncio.create_task(company.read(), name="robots")
    try:
        await company.until_ready()
        yield company
    finally:
        await _end(process)
        await reading


async def _end(process: Process) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        async with asyncio.timeout(_STOP_LIMIT):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
