"""The secret of a browser's phone lives as long as its session: afterwards Asterisk itself takes it no more."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import websockets

from tests.e2e.crew import TENANT, Crew, eventually
from tests.e2e.test_browser import person

LIMIT = 30.0
TAKEN, REFUSED = 200, (401, 403)


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def register(user: str, number: int, proof: str = "") -> str:
    """A REGISTER over a WebSocket (RFC 7118)."""
    me = f"<sip:{user}@denwaban.invalid>"
    lines = [
        "REGISTER sip:denwaban.invalid SIP/2.0",
        f"Via: SIP/2.0/WS {secrets.token_hex(6)}.invalid;branch=z9hG4bK{secrets.token_hex(8)}",
        "Max-Forwards: 70",
        f"From: {me};tag={secrets.token_hex(4)}",
        f"To: {me}",
        f"Call-ID: {secrets.token_hex(8)}",
        f"CSeq: {number} REGISTER",
        f"Contact: <sip:{user}@{secrets.token_hex(6)}.invalid;transport=ws>;expires=60",
        *([proof] if proof else []),
        "Content-Length: 0",
    ]
    return "\r\n".join([*lines, "", ""])


async def answered(socket: websockets.ClientConnection) -> str:
    """The next response; what Asterisk asks of us meanwhile is passed over."""
    async with asyncio.timeout(LIMIT):
        while True:
            message = str(await socket.recv())
            if message.startswith("SIP/2.0"):
                return message


async def registers(socket: websockets.ClientConnection, user: str, secret: str) -> int:
    """The status of a REGISTER that proves the secret."""
    await socket.send(register(user, 1))
    challenge = await answered(socket)
    assert " 401 " in challenge.splitlines()[0]
    told = dict(re.findall(r'(\w+)="?([^",\r]+)"?', challenge[challenge.index("WWW-Authenticate") :].splitlines()[0]))
    uri, cnonce = "sip:denwaban.invalid", secrets.token_hex(4)
    known, asked = md5(f"{user}:{told['realm']}:{secret}"), md5(f"REGISTER:{uri}")
    response = md5(f"{known}:{told['nonce']}:00000001:{cnonce}:auth:{asked}")
    opaque = f', opaque="{told["opaque"]}"' if "opaque" in told else ""
    proof = (
        f'Authorization: Digest username="{user}", realm="{told["realm"]}", nonce="{told["nonce"]}", uri="{uri}", '
        f'response="{response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="{cnonce}"{opaque}'
    )
    await socket.send(register(user, 2, proof))
    return int((await answered(socket)).split()[1])


async def agent(crew: Crew) -> tuple[str, str]:
    """The SIP user of aoi's browser, and his token."""
    known = person(crew.platform, "aoi")
    login = {"tenant": TENANT, "login": str(known["login"]), "password": str(known["password"])}
    async with crew.platform.api(login) as client:
        user = (await client.get("/agents/aoi/phone")).json()["username"]
        return user, client.headers["Authorization"].removeprefix("Bearer ")


@asynccontextmanager
async def session(crew: Crew, token: str) -> AsyncIterator[tuple[websockets.ClientConnection, str]]:
    """A browser's way through the api, and its secret."""
    url = crew.platform.api_url.replace("http", "ws") + "/phone"
    async with websockets.connect(url, subprotocols=["sip", f"bearer.{token}"]) as socket:  # type: ignore[list-item]
        async with asyncio.timeout(LIMIT):
            told = await socket.recv()
        yield socket, json.loads(told)["password"]


@asynccontextmanager
async def beside(crew: Crew) -> AsyncIterator[websockets.ClientConnection]:
    """Somebody on this machine who goes to Asterisk itself."""
    url = f"ws://127.0.0.1:{crew.platform.ports['ari']}/ws"
    async with websockets.connect(url, subprotocols=["sip"]) as socket:  # type: ignore[list-item]
        yield socket


async def test_the_secret_of_an_ended_session_does_not_register_any_more(crew: Crew) -> None:
    user, token = await agent(crew)
    async with session(crew, token) as (first, old):
        assert await registers(first, user, old) == TAKEN
        async with beside(crew) as stranger:
            assert await registers(stranger, user, "not " + old) in REFUSED

    async def ended() -> bool:
        async with beside(crew) as stranger:
            return await registers(stranger, user, old) in REFUSED

    await eventually(ended, "the old secret is refused")
    async with session(crew, token) as (second, new):
        assert new != old
        assert await registers(second, user, old) in REFUSED
        assert await registers(second, user, new) == TAKEN


async def test_a_session_that_ends_while_the_controller_is_away_ends_all_the_same(crew: Crew) -> None:
    user, token = await agent(crew)
    async with session(crew, token) as (first, old):
        assert await registers(first, user, old) == TAKEN
        crew.platform.kill("controller")
    await asyncio.to_thread(crew.platform.wait_ready)

    async def ended() -> bool:
        async with beside(crew) as stranger:
            return await registers(stranger, user, old) in REFUSED

    await eventually(ended, "the old secret is refused")
