"""What the API is asked that cannot be: each gets a clear problem, and nothing has changed."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from typing import Any

import httpx2
import psutil
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.e2e.crew import AGENT_HZ, PATIENT, TENANT, Api, Crew
from tests.platform import Platform

PROBLEM = "application/problem+json"
HUGE = 10 * 1024 * 1024
SECOND = 50
"""Packets that are heard in it."""


def is_problem(answer: httpx2.Response, status: int, code: str | None = None) -> dict[str, Any]:
    """The problem, with its sentence in both languages."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert code in (None, problem["code"]), problem
    for words in problem["sentence"].values():
        assert words
        assert "{" not in words
    assert set(problem["sentence"]) == {"ja", "en"}
    return problem


async def states(crew: Crew) -> dict[str, str]:
    return {agent["id"]: agent["state"] for agent in (await crew.api.get("/agents"))["items"]}


async def test_a_wrong_password_opens_nothing(crew: Crew) -> None:
    right = crew.platform.tenant(TENANT)["admin"]
    facts = len(crew.board.facts)
    async with httpx2.AsyncClient(base_url=crew.platform.api_url, timeout=30) as nobody:
        for wrong in ({"password": "wrong"}, {"login": "nobody"}, {"tenant": "rival"}, {"tenant": "../stories"}):
            is_problem(await nobody.post("/login", json={**right, **wrong}), 401, "bad_login")
        assert (await nobody.post("/login", json=right)).status_code == 200
        is_problem(await nobody.get("/agents"), 401, "unauthorized")
    assert len(crew.board.facts) == facts


MALFORMED = (
    b"", b"{", b'{"tenant":', b"[]", b"null", b'"x"', b"\xff\xfe\x00", b'{"tenant": NaN}', b"[" * 100_000,
    b'{"tenant": 1, "login": [], "password": {}}', b'{"tenant": "\\ud800", "login": "a", "password": "b"}',
    b'{"tenant": "a\\u0000", "login": "a", "password": "b"}',
)  # fmt: skip


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
async def test_json_that_is_none_is_a_bad_request(crew: Crew, body: bytes) -> None:
    facts, kind = len(crew.board.facts), {"content-type": "application/json"}
    for method, path in (("POST", "/login"), ("PUT", "/agents/aoi/state")):
        answer = await crew.api.ask(method, path, content=body, headers=kind)
        assert 400 <= answer.status_code < 500, answer.text
        is_problem(answer, answer.status_code)
    assert len(crew.board.facts) == facts


@pytest.mark.parametrize("announced", [True, False])
async def test_ten_megabytes_are_refused_and_not_kept(crew: Crew, announced: bool) -> None:
    async def pieces() -> Any:
        for _ in range(HUGE // 65536):
            yield b"x" * 65536

    api = psutil.Process(crew.platform.pid("api"))
    kind = {"content-type": "application/json"}
    before = api.memory_info().rss
    for _ in range(5):
        content = b'"' + b"x" * HUGE + b'"' if announced else pieces()
        for method, path in (("POST", "/login"), ("PUT", "/agents/aoi/state")):
            if method == "PUT" and not announced:
                continue
            is_problem(await crew.api.ask(method, path, content=content, headers=kind), 413, "too_large")
    # Fifty megabytes went by; less than one body may have stayed.
    assert api.memory_info().rss - before < HUGE


NO_IDS = (
    "..", ".", "%2e%2e", "..%2f..%2fsecrets%2fari", "%2e%2e%2f%2e%2e%2fsecrets%2fari", "..%5c..%5csecrets",
    "..%252f..%252fsecrets", "rec_%00", "rec_1%00.wav", "rec_1/../../secrets/ari", "....//....//secrets",
    "%c0%ae%c0%ae%c0%afsecrets", "rec_%0d%0aX:y", "x" * 65, "%E3%81%82", "rec_1;ls", "rec_1'--",
    "rec_01ARZ3NDEKTSV4RRFFQ69G5FAV",
)  # fmt: skip


async def test_a_recording_that_cannot_be_is_not_found(crew: Crew) -> None:
    for wanted in NO_IDS:
        for path in (f"/recordings/{wanted}", f"/recordings/{wanted}/audio"):
            status, answer = await _raw(crew, path)
            assert status == 404, (path, answer)
            assert PROBLEM.encode() in answer


async def test_a_page_that_cannot_be_is_a_bad_request(crew: Crew) -> None:
    for query in ("cursor=%00", "cursor=..%2f", "cursor=x", "limit=0", "limit=-1", "limit=1e9", "limit=x"):
        for listing in ("/call-records", "/recordings"):
            is_problem(await crew.api.ask("GET", f"{listing}?{query}"), 422, "bad_request")


async def _raw(crew: Crew, path: str) -> tuple[int, bytes]:
    """A GET whose path no client has tidied up."""
    host, port = crew.platform.server_url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"GET /api/v1{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {crew.api.token}\r\n"
    writer.write(f"{head}Connection: close\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 30)
    writer.close()
    return int(answer.split(b" ", 2)[1]), answer


async def test_a_second_sign_in_is_refused(crew: Crew) -> None:
    await crew.work("aoi")
    is_problem(await crew.api.ask("POST", "/agents/aoi/sign-in"), 409, "already_signed_in")
    assert (await states(crew))["aoi"] == "ready"
    assert crew.board.seats["used"] == 1


async def test_a_sign_in_beyond_the_seats_names_its_clause(crew: Crew) -> None:
    await crew.work("aoi")
    await crew.work("ren")
    problem = is_problem(await crew.api.ask("POST", "/agents/sora/sign-in"), 409, "seat_limit_reached")
    assert (problem["clause"], problem["used"], problem["limit"]) == ("stories contract: 2 seats", 2, 2)
    assert "2" in problem["sentence"]["ja"]
    assert (await states(crew))["sora"] == "signed_out"
    await crew.api.must("POST", "/agents/ren/sign-out")
    await crew.api.sign_in("sora")
    await crew.api.must("POST", "/agents/sora/sign-out")
    await crew.api.sign_in("ren")


async def test_a_reason_that_is_none_changes_no_state(crew: Crew) -> None:
    await crew.work("aoi")
    answer = await crew.api.ask("PUT", "/agents/aoi/state", json={"state": "paused", "reason": "golf"})
    is_problem(answer, 409, "unknown_pause_reason")
    for wanted in ({"state": "asleep"}, {"state": "paused", "reason": "x" * 65}, {"state": "ready", "colour": "red"},
                   {"state": None}, {}, {"state": ["ready"]}):  # fmt: skip
        is_problem(await crew.api.ask("PUT", "/agents/aoi/state", json=wanted), 422, "bad_request")
    assert (await states(crew))["aoi"] == "ready"


async def test_what_belongs_to_another_tenant_is_not_there(crew: Crew, rival: Api) -> None:
    await crew.work("aoi")
    call = crew.dial(PATIENT)
    await call.rtp.hears(AGENT_HZ)
    await crew.board.fact("RecordingStarted")
    before = call.rtp.received
    await call.rtp.changes.until(lambda: call.rtp.received > before + SECOND or None, 30, "a second of talk")
    call.hang_up()
    ours = await crew.api.record(await crew.started())
    recording = (await crew.api.recording(ours["call"]))["recording"]
    doors = [
        ("GET", f"/calls/{ours['call']}"),
        ("GET", f"/calls/{ours['call']}/facts"),
        ("GET", f"/recordings/{recording}"),
        ("GET", f"/recordings/{recording}/audio"),
        ("GET", "/queues/patient/waiting"),
        ("POST", "/agents/aoi/sign-in"),
        ("POST", "/agents/aoi/sign-out"),
    ]
    for method, path in doors:
        is_problem(await rival.ask(method, path), 404, "not_found")
    is_problem(await rival.ask("PUT", "/agents/aoi/state", json={"state": "paused"}), 404, "not_found")
    for listing in ("/call-records", "/recordings", "/agents", "/queues"):
        shown = json.dumps(await rival.get(listing))
        assert not any(name in shown for name in (ours["call"], recording, "aoi", "patient")), shown
    assert (await crew.api.sound(recording))[:4] == b"RIFF"


def forged(platform: Platform) -> dict[str, str]:
    """Tokens that must open nothing, by what is wrong with them; the first of them is right but for its end."""
    key = OctKey.import_key((platform.var / "secrets" / "token_key").read_text().strip())
    other = OctKey.import_key("x" * 43)
    now = int(time.time())
    good = {"ten": TENANT, "sub": "supervisor", "iat": now - 10, "exp": now + 1000}
    head = _part({"alg": "none"})
    body = _part(good)
    right = jwt.encode({"alg": "HS256"}, good, key)
    header, _, signature = right.split(".")
    return {
        "right": right,
        "expired": jwt.encode({"alg": "HS256"}, {**good, "exp": now - 1}, key),
        "another key": jwt.encode({"alg": "HS256"}, good, other),
        "no signature": f"{head}.{body}.",
        "changed": f"{header}.{_part({**good, 'sub': 'admin'})}.{signature}",
        "nobody": jwt.encode({"alg": "HS256"}, {**good, "sub": "nobody"}, key),
        "another tenant": jwt.encode({"alg": "HS256"}, {**good, "ten": "nowhere"}, key),
        "no end": jwt.encode({"alg": "HS256"}, {"ten": TENANT, "sub": "supervisor"}, key),
        "no token": "x",
        "dots": "...",
    }


def _part(claims: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")


async def test_only_the_right_token_opens(crew: Crew) -> None:
    async with httpx2.AsyncClient(base_url=crew.platform.api_url, timeout=30) as client:
        for what, token in forged(crew.platform).items():
            answer = await client.get("/agents", headers={"Authorization": f"Bearer {token}"})
            if what == "right":
                assert answer.status_code == 200, answer.text
                continue
            assert answer.status_code == 401, (what, answer.text)
            is_problem(answer, 401, "unauthorized")
        for header in ("Bearer", "bearer", f"Basic {crew.api.token}", crew.api.token):
            is_problem(await client.get("/agents", headers={"Authorization": header}), 401, "unauthorized")
        is_problem(await client.get(f"/agents?token={crew.api.token}"), 401, "unauthorized")
