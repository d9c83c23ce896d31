"""The phone in an agent's browser: what it needs to register, and its way to Asterisk, one WebSocket for another."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Final
from uuid import uuid4

import orjson
import structlog
from fastapi import APIRouter, Response, WebSocket
from starlette.websockets import WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from api.ask import IdPath, Me, Uses
from api.identity import Person
from api.licences import telephones, without_telephone
from api.permissions import Permission, may, needs
from api.problems import Problem, ProblemRaised
from api.schemas.phone import IceServer, Phone
from api.services import Services
from api.sip_sender import may_send
from api.sockets import FORBIDDEN, TOO_SLOW, UNAUTHORIZED, close, enter, offers
from asterisk import endpoints
from bus.commands import ClosePhone, CommandAccepted, CommandMessage, OpenPhone, Order
from kernel.ids import AgentId, CommandId, shard_of
from kernel.moment import after, seconds_between

PROTOCOL: Final = "sip"
"""RFC 7118 section 4.1; offered beside `bearer.<token>`."""
NOT_SIP: Final = 1002
AWAY: Final = 1012
"""Asterisk is not there: the browser may come again in a moment."""
FRAME: Final = 64 * 1024
"""Bytes of one SIP message, either way (the other way: uvicorn's ws_max_size)."""
FRAMES: Final = 16
"""How many of Asterisk's messages may wait for a browser that reads slowly, before Asterisk has to wait."""
_CONNECT_LIMIT: Final = 3.0
_TOLD_LIMIT: Final = 3.0
_END_TRIES: Final = 20
_END_AGAIN: Final = 1.0
"""Seconds in which the controller has to answer, and how often, after how many seconds more, it is told of an end."""
_SEND_LIMIT: Final = 5.0
"""Seconds in which a browser has to take a message."""

router = APIRouter(tags=["phone"])
_log = structlog.get_logger()


@router.get("/agents/{agent}/phone", dependencies=[needs(Permission.USE_PHONE)])
async def get_phone(agent: IdPath, me: Me, uses: Uses, response: Response) -> Phone:
    """Who the agent's own browser is and where it registers; nobody else's, not even for a supervisor."""
    known = uses.boards.board(me.tenant).floor.agents.get(AgentId(agent))
    if known is None:
        raise ProblemRaised(Problem.NOT_FOUND)
    if me.agent != agent:
        raise ProblemRaised(Problem.FORBIDDEN)
    await telephones(uses, me, me.agent)
    config = await uses.configs.load(me.tenant)
    account = next((one for one in config.agents if one.agent.id == agent), None) if config is not None else None
    if account is None:
        raise ProblemRaised(Problem.NOT_FOUND)
    response.headers["Cache-Control"] = "no-store"
    servers = [IceServer(urls=url) for url in uses.phones.ice_servers]
    return Phone(username=account.sip_username + endpoints.BROWSER, websocket="/api/v1/phone", ice_servers=servers)


@router.websocket("/phone")
async def phone(socket: WebSocket, uses: Uses) -> None:
    """SIP over WebSocket (RFC 7118) for an agent; Asterisk hears nothing before his token is found good.

    The first message is ours: `{"password": "…"}`, what the phone registers with until this socket closes.

    The token comes as in /live. Closed with 4401 for a bad or ended token, 4403 for who has no phone (any more) or
    speaks as somebody else, 1012 when Asterisk or the controller is away, 1013 when the browser reads too slowly.
    """
    try:
        person = await enter(socket, uses.identity, PROTOCOL)
        code = UNAUTHORIZED if person is None else await _serve(socket, uses, person)
    except WebSocketDisconnect:
        return
    if code is not None:
        await close(socket, code)


async def _serve(socket: WebSocket, uses: Services, person: Person) -> int | None:
    """Connect and relay; the code to close the browser's socket with, None when it has left."""
    agent = None if person.agent is None else uses.boards.board(person.tenant).floor.agents.get(person.agent)
    if agent is None or not may(person.role, Permission.USE_PHONE):
        return FORBIDDEN
    if await without_telephone(uses, person, agent.id) is not None:
        return FORBIDDEN
    if PROTOCOL not in offers(socket):
        return NOT_SIP
    session, secret = secrets.token_hex(16), secrets.token_urlsafe(32)
    if not await _told(uses, person, lambda id: OpenPhone(id, agent.id, session, secret)):
        return AWAY
    code: int | None = AWAY
    try:
        code = await _connected(socket, uses, person, agent.config.endpoint + endpoints.BROWSER, secret)
        return code
    finally:
        # The browser is told first: it may come again while the controller is away.
        if code is not None:
            await close(socket, code)
        await _end(uses, person, lambda id: ClosePhone(id, agent.id, session))


async def _connected(socket: WebSocket, uses: Services, person: Person, user: str, secret: str) -> int | None:
    upstream = await _upstream(uses.phones.switch_urls)
    if upstream is None:
        return AWAY
    async with upstream:
        await socket.send_text(orjson.dumps({"password": secret}).decode())
        return await _relay(socket, upstream, uses, person, user)


async def _upstream(switch_urls: tuple[str, ...]) -> ClientConnection | None:
    """The first node that takes the phone: where it registers the controller hears from the node itself."""
    for url in switch_urls:
        try:
            # No proxy of the environment: Asterisk's WebSocket stands on this machine.
            return await connect(
                url,
                subprotocols=[Subprotocol(PROTOCOL)],
                open_timeout=_CONNECT_LIMIT,
                compression=None,
                max_size=FRAME,
                max_queue=FRAMES,
                proxy=None,
            )
        except (OSError, TimeoutError, InvalidHandshake) as error:
            _log.warning("a node takes no browsers", url=url, error=type(error).__name__)
    return None


async def _end(uses: Services, person: Person, order: Callable[[CommandId], Order]) -> None:
    """The controller must know: while it is away it is asked again. What stays open nevertheless ends with the next
    session of the same agent, or when Asterisk tells that his browser has gone."""
    for _ in range(_END_TRIES):
        if await _told(uses, person, order):
            return
        await asyncio.sleep(_END_AGAIN)


async def _told(uses: Services, person: Person, order: Callable[[CommandId], Order]) -> bool:
    """Whether the controller has done it."""
    command = CommandId(f"cmd_{uuid4().hex}")
    message = CommandMessage(command, person.tenant, after(uses.clock(), _TOLD_LIMIT), order(command))
    outcome = await uses.commands.ask(shard_of(person.tenant), message, limit=_TOLD_LIMIT)
    # Refused: there is no such agent any more, and so no phone of his.
    return isinstance(outcome, CommandAccepted) or (outcome is not None and isinstance(message.body, ClosePhone))


async def _relay(
    socket: WebSocket, upstream: ClientConnection, uses: Services, person: Person, user: str
) -> int | None:
    works = [
        asyncio.create_task(_from_browser(socket, upstream, user)),
        asyncio.create_task(_from_asterisk(socket, upstream)),
        asyncio.create_task(_until_removed(uses, person)),
    ]
    try:
        left = max(0.0, seconds_between(uses.clock(), person.ends))
        done, _ = await asyncio.wait(works, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result() if done else UNAUTHORIZED
    finally:
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)


async def _from_browser(socket: WebSocket, upstream: ClientConnection, user: str) -> int | None:
    """Each message is taken by Asterisk before the next is read."""
    while (message := await socket.receive())["type"] != "websocket.disconnect":
        text = message.get("text")
        if text is None or not may_send(text, user):
            return FORBIDDEN
        try:
            await upstream.send(text)
        except ConnectionClosed:
            return AWAY
    return None


async def _from_asterisk(socket: WebSocket, upstream: ClientConnection) -> int | None:
    try:
        async for message in upstream:
            async with asyncio.timeout(_SEND_LIMIT):
                await socket.send_text(message if isinstance(message, str) else message.decode(errors="replace"))
    except ConnectionClosed:
        return AWAY
    except TimeoutError:
        return TOO_SLOW
    except (WebSocketDisconnect, RuntimeError):
        return None
    return AWAY


async def _until_removed(uses: Services, person: Person) -> int:
    """Returns when the person is no agent of the tenant any more."""
    if person.agent is not None:
        await uses.boards.without(person.tenant, person.agent)
    return FORBIDDEN
