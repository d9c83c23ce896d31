"""The way of a browser's phone to Asterisk: nothing passes before the token, and nothing in another's name."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
import websockets
from websockets.asyncio.server import Server, ServerConnection, serve

from acd import inputs
from api.routes import phone
from api.settings import ApiSettings
from api.tokens import LIFETIME, Tokens
from bus.commands import ClosePhone, OpenPhone
from kernel.ids import AgentId
from store.audit import SEED
from store.config import AgentAccount, ConfigStore, TenantConfig
from store.personal import Sealer
from store.secret_files import read_secret
from tests.integration.api.office import Office
from tests.services import free_port
from tests.unit.api.test_sip_sender import message
from tests.unit.reports.play import AGENTS

LIMIT = 30.0
AOKI, BABA = AGENTS[0], AGENTS[1]


class Switch:
    """Stands where Asterisk's WebSocket does: keeps what came, answers each message with its own first line."""

    def __init__(self) -> None:
        self.opened = 0
        self.protocols: list[str | None] = []
        self.heard: list[str | bytes] = []
        self.paths: list[str] = []
        self.connections: list[ServerConnection] = []
        self.size = 0

    async def take(self, connection: ServerConnection) -> None:
        self.opened += 1
        self.protocols.append(connection.subprotocol)
        assert connection.request is not None
        self.paths.append(connection.request.path)
        self.connections.append(connection)
        try:
            async for text in connection:
                self.heard.append(text)
                await connection.send("SIP/2.0 200 " + str(text).splitlines()[0] + "x" * self.size)
        except websockets.ConnectionClosed:
            return


@pytest.fixture(autouse=True)
async def controller(acme: Office) -> AsyncIterator[None]:
    """Somebody who is told of sessions."""
    async with acme.controller():
        yield


@pytest.fixture
async def switch(api: ApiSettings) -> AsyncIterator[Switch]:
    """Nobody else stands on that port: these tests have no Asterisk."""
    there = Switch()
    server: Server
    async with serve(there.take, "127.0.0.1", api.ari_port, subprotocols=["sip"], compression=None) as server:  # type: ignore[list-item]
        yield there
        server.close()


def knock(
    acme: Office, token: str | None, *, header: bool = False, protocols: tuple[str, ...] = ("sip",), query: str = ""
) -> websockets.connect:
    """Open /phone with a token as subprotocol (as browsers do) or in the header."""
    offered: list[Any] = [*protocols, *([f"bearer.{token}"] if token is not None and not header else [])]
    headers = {"Authorization": f"Bearer {token}"} if header else {}
    url = acme.base.replace("http", "ws") + "/phone" + query
    return websockets.connect(url, subprotocols=offered or None, additional_headers=headers, max_size=None)


async def secret_of(socket: websockets.ClientConnection) -> str:
    """What the phone registers with, which is the first message."""
    async with asyncio.timeout(LIMIT):
        told = json.loads(await socket.recv())
    assert set(told) == {"password"}
    return str(told["password"])


def mine(agent: AgentId = AOKI) -> str:
    """A REGISTER of the agent's own browser."""
    own = f"<sip:{agent}-phone.browser@denwaban.invalid>"
    return message(From=own + ";tag=a", To=own)


async def closed_with(socket: websockets.ClientConnection) -> int | None:
    """The code the server closes with; what still comes before is passed over."""
    async with asyncio.timeout(LIMIT):
        await socket.wait_closed()
    return socket.close_code


@pytest.mark.parametrize("header", [True, False], ids=["header", "subprotocol"])
async def test_with_a_token_messages_pass_both_ways(acme: Office, switch: Switch, header: bool) -> None:
    async with knock(acme, acme.tokens[AOKI], header=header) as socket:
        assert socket.subprotocol == "sip"
        await secret_of(socket)
        await socket.send(mine())
        assert await socket.recv() == "SIP/2.0 200 " + mine().splitlines()[0]
        await socket.send("\r\n\r\n")
    assert switch.heard[0] == mine()
    assert (switch.protocols, switch.paths) == (["sip"], ["/ws"])


async def test_the_token_may_come_in_the_first_message_and_goes_no_further(acme: Office, switch: Switch) -> None:
    async with knock(acme, None) as socket:
        await socket.send(json.dumps({"token": acme.tokens[AOKI]}))
        await secret_of(socket)
        await socket.send(mine())
        await socket.recv()
    assert switch.heard == [mine()]


async def test_no_byte_reaches_asterisk_without_a_good_token(acme: Office, switch: Switch) -> None:
    good = acme.tokens[AOKI]
    old = Tokens(read_secret(acme.settings.token_key_file)).issue(
        acme.tenant, AOKI, datetime.now(UTC) - timedelta(seconds=LIFETIME + 60)
    )[0]
    forged = Tokens("another key, as long as the true one is").issue(acme.tenant, AOKI, datetime.now(UTC))[0]
    nobody = Tokens(read_secret(acme.settings.token_key_file)).issue(acme.tenant, "who", datetime.now(UTC))[0]
    for bad in (old, forged, nobody, "x", good[:-2], "."):
        for header in (True, False):
            async with knock(acme, bad, header=header) as socket:
                assert await closed_with(socket) == 4401
    for query in (f"?token={good}", f"?access_token={good}", f"?authorization=Bearer%20{good}"):
        async with knock(acme, None, query=query) as socket:
            await socket.send(mine())
            assert await closed_with(socket) == 4401
    assert (switch.opened, switch.heard) == (0, [])


@pytest.mark.parametrize("login", ["supervisor", "admin"])
async def test_who_is_no_agent_has_no_phone(acme: Office, switch: Switch, login: str) -> None:
    async with knock(acme, acme.tokens[login]) as socket:
        assert await closed_with(socket) == 4403
    assert switch.opened == 0


async def test_a_client_that_does_not_speak_sip_is_sent_away(acme: Office, switch: Switch) -> None:
    async with knock(acme, acme.tokens[AOKI], header=True, protocols=()) as socket:
        assert await closed_with(socket) == 1002
    assert switch.opened == 0


async def test_nobody_registers_as_somebody_else(acme: Office, switch: Switch) -> None:
    for bad in (mine(BABA), mine() + mine(BABA), "hello", b"\x00\x01"):
        async with knock(acme, acme.tokens[AOKI]) as socket:
            await socket.send(bad)
            assert await closed_with(socket) == 4403
    assert switch.heard == []


async def test_a_message_that_is_too_long_ends_the_phone_and_not_the_api(acme: Office, switch: Switch) -> None:
    async with knock(acme, acme.tokens[AOKI]) as socket:
        await socket.send(message(X="y" * 70_000))
        assert await closed_with(socket) == 1009
    assert switch.heard == []
    switch.size = 70_000
    async with knock(acme, acme.tokens[AOKI]) as socket:
        await socket.send(mine())
        assert await closed_with(socket) == 1012
    switch.size = 0
    async with knock(acme, acme.tokens[AOKI]) as socket:
        await secret_of(socket)
        await socket.send(mine())
        assert await socket.recv()


async def test_it_ends_with_the_token(acme: Office, switch: Switch) -> None:
    short = Tokens(read_secret(acme.settings.token_key_file)).issue(
        acme.tenant, AOKI, datetime.now(UTC) - timedelta(seconds=LIFETIME - 3)
    )[0]
    async with knock(acme, short) as socket:
        await secret_of(socket)
        await socket.send(mine())
        assert await socket.recv()
        assert await closed_with(socket) == 4401
    (upstream,) = switch.connections
    await asyncio.wait_for(upstream.wait_closed(), LIMIT)


async def test_it_ends_when_the_agent_is_removed_and_not_when_another_is(acme: Office, switch: Switch) -> None:
    async with knock(acme, acme.tokens[AOKI]) as gone, knock(acme, acme.tokens[BABA]) as stays:
        for socket in (gone, stays):
            await secret_of(socket)
        await gone.send(mine())
        await stays.send(mine(BABA))
        assert await gone.recv()
        assert await stays.recv()
        floor = acme.play.floor
        left = tuple(agent.config for agent in floor.agents.values() if agent.id != AOKI)
        queues = tuple(queue.config for queue in floor.queues.values())
        acme.play.give(inputs.UseConfig(queues, left, floor.limits))
        await acme.tell()
        assert await closed_with(gone) == 4403
        await stays.send(mine(BABA))
        assert await stays.recv()


async def test_it_ends_when_asterisk_goes_and_says_so_while_it_is_away(acme: Office, api: ApiSettings) -> None:
    there = Switch()
    async with (
        serve(there.take, "127.0.0.1", api.ari_port, subprotocols=["sip"]) as server,  # type: ignore[list-item]
        knock(acme, acme.tokens[AOKI]) as socket,
    ):
        await secret_of(socket)
        await socket.send(mine())
        assert await socket.recv()
        server.close()
        assert await closed_with(socket) == 1012
    async with knock(acme, acme.tokens[AOKI]) as socket:
        assert await closed_with(socket) == 1012


async def test_the_browser_leaving_is_told_to_asterisk_at_once(acme: Office, switch: Switch) -> None:
    async with knock(acme, acme.tokens[AOKI]) as socket:
        await secret_of(socket)
        await socket.send(mine())
        await socket.recv()
    (upstream,) = switch.connections
    await asyncio.wait_for(upstream.wait_closed(), LIMIT)


async def test_each_session_has_a_secret_of_its_own_which_ends_with_it(acme: Office, switch: Switch) -> None:
    secrets = []
    for _ in range(2):
        async with knock(acme, acme.tokens[AOKI]) as socket:
            secrets.append(await secret_of(socket))
            opened = acme.sessions[-1]
            assert isinstance(opened, OpenPhone)
            assert (opened.agent, opened.secret) == (AOKI, secrets[-1])
        async with asyncio.timeout(LIMIT):
            while not isinstance(acme.sessions[-1], ClosePhone):
                await asyncio.sleep(0.01)
        assert acme.sessions[-1].session == opened.session
    assert min(map(len, secrets)) >= 43
    assert len(set(secrets)) == 2
    assert len({one.session for one in acme.sessions}) == 2
    assert all(one.secret not in repr(one) for one in acme.sessions if isinstance(one, OpenPhone))


async def test_without_a_controller_no_session_begins(rival: Office, switch: Switch) -> None:
    async with knock(rival, rival.tokens[AOKI]) as socket:
        assert await closed_with(socket) == 1012
    assert switch.opened == 0


async def configured(acme: Office) -> None:
    """The accounts behind the agents of the floor."""
    sealer = Sealer.from_file(acme.settings.personal_key_file)
    agents = tuple(
        AgentAccount(agent.config, f"{agent.id}-{acme.tenant}", f"the secret of {agent.id}, long enough")
        for agent in acme.play.floor.agents.values()
    )
    await ConfigStore(acme.engine, sealer).publish(TenantConfig(acme.tenant, "Test", agents=agents), SEED)


async def test_only_the_agent_himself_is_told_what_his_browser_registers_with(acme: Office, rival: Office) -> None:
    await configured(acme)
    async with acme.client(AOKI) as client:
        answer = await client.get(f"/agents/{AOKI}/phone")
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        phone = answer.json()
        assert (phone["username"], phone["websocket"]) == (f"{AOKI}-{acme.tenant}.browser", "/api/v1/phone")
        assert "password" not in phone
        assert "the secret" not in answer.text
        assert phone["ice_servers"] == []
        assert (await client.get(f"/agents/{BABA}/phone")).status_code == 403
        assert (await client.get("/agents/nobody/phone")).status_code == 404
    statuses: dict[str, httpx2.Response] = {}
    for login in ("supervisor", "admin"):
        async with acme.client(login) as client:
            statuses[login] = await client.get(f"/agents/{AOKI}/phone")
    assert {login: answer.status_code for login, answer in statuses.items()} == {"supervisor": 403, "admin": 403}
    async with acme.client(None) as client:
        assert (await client.get(f"/agents/{AOKI}/phone")).status_code == 401


@pytest.mark.parametrize(("which", "microphone"), [("phone", "(self)"), ("supervisor", "()")])
async def test_a_page_may_do_nothing_but_speak_to_this_server(acme: Office, which: str, microphone: str) -> None:
    base = acme.base.removesuffix("/api/v1")
    async with httpx2.AsyncClient(base_url=base, timeout=30) as client:
        page = await client.get(f"/{which}")
        assert page.status_code == 200
        assert page.headers["permissions-policy"].startswith(f"microphone={microphone},")
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "<script>" not in page.text
        assert " style=" not in page.text
        assert not [word for word in page.text.split() if word.startswith("on") and "=" in word]
        for name, kind in ((f"{which}.css", "text/css"), (f"{which}.js", "text/javascript")):
            answer = await client.get(f"/{which}/{name}")
            assert (answer.status_code, answer.headers["x-content-type-options"]) == (200, "nosniff")
            assert answer.headers["content-type"].startswith(kind)
        for name in ("package.json", "../pyproject.toml", f"built/{which}.js", "%2e%2e/pyproject.toml"):
            assert (await client.get(f"/{which}/{name}")).status_code == 404


async def test_a_phone_goes_to_the_next_node_when_the_first_is_away(switch: Switch, api: ApiSettings) -> None:
    away, there = f"ws://127.0.0.1:{free_port()}/ws", f"ws://127.0.0.1:{api.ari_port}/ws"
    found = await phone._upstream((away, there))
    assert found is not None
    await found.close()
    assert switch.paths == ["/ws"]
    assert await phone._upstream((away,)) is None
