"""denwaban's people on the bench: the seed, their phones' registrations, and their being ready."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterable
from typing import Any

import httpx2

from robots.digest import Credentials, authorization, choose
from robots.sip import Response, parse
from tests.load import arms
from tests.platform import Platform

TENANT = "bench"
EXPIRES = 7200
"""Seconds; Asterisk's own limit, and longer than any run."""
_ANSWER_LIMIT = 5.0

NUMBERS = {"few": "+81312345671", "many": "+81312345672", "busy": "+81312345673", "told": "+81312345674"}
"""The called number of each queue; those who wait for `told` hear their position now and then."""

_HEAD = """[carrier]
address = "127.0.0.2"

[platform]
login = "platform"

[[tenant]]
id = "{tenant}"
name = "{tenant}"
tariffs = []
"""
_QUEUE = """
[[tenant.queue]]
id = "{name}"
name = "{name}"
ring_time = 15
wrap_up = 0
recorded = false
announce_every = {every}
service = {{ dropped_within = 0 }} # robots may talk for less than a second, and have served then

[[tenant.flow]]
id = "{name}"
start = "queue"
nodes.queue = {{ do = "route", queue = "{name}" }}

[[tenant.number]]
number = "{number}"
flow = "{name}"
does = "straight to queue {name}"
"""
_BARE = """
[[tenant.queue]]
id = "{name}"
name = "{name}"
service = {{ dropped_within = 0 }}
"""
_RANGE = """
[[tenant.agent_range]]
prefix = "{prefix}"
count = {count}
queues = [{queues}]
login = false
"""


def head(tenant: str) -> str:
    """How a seed file with one tenant begins; no limit on seats."""
    return _HEAD.format(tenant=tenant)


def bare(queue: str) -> str:
    """A queue as it is where nothing is said, of the tenant written last."""
    return _BARE.format(name=queue)


def crew(prefix: str, count: int, queues: Iterable[str]) -> str:
    """So many agents without a login who are in these queues, of the tenant written last."""
    return _RANGE.format(prefix=prefix, count=count, queues=", ".join(f'"{queue}"' for queue in queues))


def seed(few: int, many: int, busy: int) -> str:
    """A tenant with four queues without recording and wrap-up, as app_queue has none."""
    queues = "".join(
        queue(name, number, arms.ANNOUNCE_EVERY if name == "told" else 0) for name, number in NUMBERS.items()
    )
    ranges = (("few", few, ("few", "many")), ("more", many - few, ("many",)), ("busy", busy, ("busy", "told")))
    return head(TENANT) + queues + "".join(crew(*one) for one in ranges)


def queue(name: str, number: str, announce_every: int = 0) -> str:
    """A queue without recording and wrap-up, and the number that leads straight to it, of the tenant written last; the
    position is spoken each `announce_every` seconds (0: never)."""
    return _QUEUE.format(name=name, number=number, every=announce_every)


def prepare(platform: Platform, port: int, _other_port: int) -> None:
    """Everybody's phone is registered at this port, and everybody is ready."""
    register(platform, port)
    make_ready(platform)


def register(platform: Platform, port: int, tenant: str = TENANT) -> None:
    """Register the phone of every agent of a tenant from this port, where SIPp will answer for all of them afterwards.

    Asterisk takes the source of the REGISTER as the contact (rewrite_contact), so it must come from there.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind(("127.0.0.1", port))
        phone.connect(platform.sip)
        phone.settimeout(_ANSWER_LIMIT)
        for agent in platform.tenant(tenant)["agents"]:
            sip = agent["sip"]
            _register(phone, platform.sip, port, Credentials(sip["username"], sip["password"]))


def _register(phone: socket.socket, registrar: tuple[str, int], port: int, who: Credentials) -> None:
    uri = f"sip:{registrar[0]}:{registrar[1]}"
    answer = _ask(phone, _request(uri, port, who.username, 1, ""))
    if answer.status == 401:
        challenge = choose(answer.headers.all("WWW-Authenticate"))
        proof = authorization(challenge, who, "REGISTER", uri, f"{random.getrandbits(64):x}")
        answer = _ask(phone, _request(uri, port, who.username, 2, f"Authorization: {proof}\r\n"))
    if answer.status != 200:
        raise RuntimeError(f"REGISTER of {who.username}: {answer.status}")


def _ask(phone: socket.socket, request: str) -> Response:
    phone.send(request.encode())
    while True:
        heard = parse(phone.recv(65536))
        if isinstance(heard, Response) and heard.status >= 200:
            return heard


def _request(uri: str, port: int, user: str, number: int, extra: str) -> str:
    place = f"sip:{user}@127.0.0.1:{port}"
    return (
        f"REGISTER {uri} SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK{random.getrandbits(64):x};rport\r\n"
        f"From: <sip:{user}@{uri.removeprefix('sip:')}>;tag={user}\r\n"
        f"To: <sip:{user}@{uri.removeprefix('sip:')}>\r\n"
        f"Call-ID: bench-{user}\r\nCSeq: {number} REGISTER\r\n"
        f"Contact: <{place}>;expires={EXPIRES}\r\nExpires: {EXPIRES}\r\n"
        f"Max-Forwards: 70\r\n{extra}Content-Length: 0\r\n\r\n"
    )


def make_ready(platform: Platform) -> None:
    """Sign every agent in and let him be ready, through the API, as his supervisor may."""
    tenant = platform.tenant(TENANT)
    with httpx2.Client(base_url=platform.api_url, timeout=10) as api:
        login = {key: tenant["supervisor"][key] for key in ("tenant", "login", "password")}
        api.headers["Authorization"] = f"Bearer {_json(api.post('/login', json=login))['token']}"
        for agent in tenant["agents"]:
            _json(api.post(f"/agents/{agent['id']}/sign-in"))
            _json(api.put(f"/agents/{agent['id']}/state", json={"state": "ready", "reason": ""}))
        shown = _json(api.get("/agents"))["items"]
    away = {agent["id"]: agent["state"] for agent in shown if agent["state"] != "ready"}
    if away:
        raise RuntimeError(f"not ready: {away}")


def _json(response: httpx2.Response) -> Any:
    response.raise_for_status()
    return response.json()
