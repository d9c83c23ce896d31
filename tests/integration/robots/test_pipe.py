"""The robots' process, spoken to through its pipe; its platform is another robot that registers nobody."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from robots.phone import Answer, Caller, Stage

LIMIT_S = 30.0


class Pipe:
    """One end of the process: sends commands, reads lines until the one that is wanted."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.events: list[dict[str, Any]] = []
        self._id = 0

    async def ask(self, **command: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        self._id += 1
        self.process.stdin.write((json.dumps({"id": self._id, **command}) + "\n").encode())
        return await self.line_with("id", self._id)

    async def line_with(self, key: str, value: object) -> dict[str, Any]:
        assert self.process.stdout is not None
        async with asyncio.timeout(LIMIT_S):
            while line := await self.process.stdout.readline():
                fields: dict[str, Any] = json.loads(line)
                if fields.get(key) == value:
                    return fields
                self.events.append(fields)
        raise AssertionError("the process has ended")


@pytest.fixture
async def platform() -> AsyncIterator[Caller]:
    async with await Caller.open(Stage(), "127.0.0.1", behaviour=Answer(), tone_hz=1000) as platform:
        yield platform


@pytest.fixture
async def pipe(platform: Caller, tmp_path: Path) -> AsyncIterator[Pipe]:
    sip = {"host": "127.0.0.1", "port": platform.address[1]}
    agent = {"id": "agent_1", "login": "sato", "sip": {"username": "100", "password": "secret"}, "queues": []}
    demo = {
        "api": "http://127.0.0.1:1/api/v1",
        "sip": sip,
        "carrier": {"address": "127.0.0.2", "sends_to": sip},
        "tenants": [{"id": "tenant_1", "name": "A", "numbers": [], "queues": [], "agents": [agent]}],
    }
    path = tmp_path / "demo.json"
    path.write_text(json.dumps(demo))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "robots", "--demo", str(path), "--messages",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    pipe = Pipe(process)
    try:
        await pipe.line_with("event", "ready")
        yield pipe
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_a_call_is_dialled_heard_keyed_logged_and_ended_through_the_pipe(pipe: Pipe, platform: Caller) -> None:
    dialled = await pipe.ask(do="dial", number="+81312345678", tone_hz=440, **{"as": "c1"})
    assert dialled["ok"]
    assert (await pipe.ask(do="wait", call="c1", **{"for": "answered"}))["status"] == 200
    assert (await pipe.ask(do="wait", call="c1", hz=1000, **{"for": "tone"}))["ok"]
    rung = await platform.rung()
    assert rung.to_number == "+81312345678"
    await pipe.ask(do="dtmf", call="c1", digits="12")
    await rung.rtp.hears_digits("12")
    sound = await pipe.ask(do="sound", call="c1", hz=1000)
    assert sound["tone_db"] > -1
    assert sound["loudest_hz"] == pytest.approx(1000, abs=5)
    await pipe.ask(do="hang_up", call="c1")
    await rung.ended()
    assert (await pipe.ask(do="wait", call="c1", **{"for": "ended"}))["ok"]
    log = await pipe.ask(do="log", call="c1")
    assert [m["what"] for m in log["messages"]][:5] == ["INVITE", "100", "180", "200", "ACK"]
    assert {m["call_id"] for m in log["messages"]} == {dialled["call_id"]}
    states = [event["state"] for event in pipe.events if event.get("event") == "call"]
    assert states == ["ringing", "answered", "ended"]
    assert "INVITE" in [event["what"] for event in pipe.events if event.get("event") == "sip"]


async def test_a_wait_that_is_not_fulfilled_names_its_reason(pipe: Pipe) -> None:
    await pipe.ask(do="dial", number="1", **{"as": "c1"})
    answer = await pipe.ask(do="wait", call="c1", hz=700, limit=0.3, **{"for": "tone"})
    assert not answer["ok"]
    assert answer["error"].startswith("TooLate")


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ({"do": "fly"}, "BadCommand: no command fly"),
        ({"do": "hang_up", "call": "nobody"}, "BadCommand: no call nobody"),
        ({"do": "register", "agent": "nobody"}, "UnusableDemo: no one agent nobody"),
        ({"do": "register", "agent": "sato"}, "RegistrationRefused: REGISTER: 405"),
        ({"do": "dial", "number": 5, "as": "x"}, "BadCommand: number must be a text"),
    ],
)
async def test_a_command_that_cannot_be_done_is_answered_with_its_error(
    pipe: Pipe, command: dict[str, Any], error: str
) -> None:
    answer = await pipe.ask(**command)
    assert (answer["ok"], answer["error"]) == (False, error)


@pytest.mark.parametrize("how", ["quit", "eof", "sigterm"])
async def test_the_end_hangs_up_and_exits_with_0(pipe: Pipe, platform: Caller, how: str) -> None:
    await pipe.ask(do="dial", number="1", **{"as": "c1"})
    await pipe.ask(do="wait", call="c1", **{"for": "answered"})
    assert pipe.process.stdin is not None
    match how:
        case "quit":
            pipe.process.stdin.write(b'{"do":"quit"}\n')
        case "eof":
            pipe.process.stdin.close()
        case _:
            pipe.process.send_signal(signal.SIGTERM)
    await (await platform.rung()).ended()
    async with asyncio.timeout(LIMIT_S):
        assert await pipe.process.wait() == 0
