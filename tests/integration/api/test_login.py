"""Who gets in, who does not, and what bad input gets."""

from __future__ import annotations

import httpx2
import pytest

from store.logins import LoginStore, Role
from store.tables.tenants import logins
from tests.integration.api.office import PASSWORD, Office

PROBLEM = "application/problem+json"


async def test_the_right_password_gives_a_token_that_opens_the_doors(acme: Office) -> None:
    async with acme.client(None) as nobody:
        answer = await nobody.post("/login", json={"tenant": acme.tenant, "login": "aoki", "password": PASSWORD})
    assert answer.status_code == 200
    assert (answer.json()["role"], answer.json()["agent"]) == (Role.AGENT, "aoki")
    async with acme.client("aoki") as aoki:
        assert (await aoki.get("/agents")).status_code == 200


async def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(acme: Office) -> None:
    async with acme.client(None) as nobody:
        answers = [
            await nobody.post("/login", json={"tenant": tenant, "login": login, "password": "wrong"})
            for tenant, login in ((acme.tenant, "supervisor"), (acme.tenant, "nobody"), ("nowhere", "supervisor"))
        ]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.headers["content-type"] for answer in answers} == {PROBLEM}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["code"] == "bad_login"
    assert answers[0].json()["sentence"]["ja"]


async def test_guessing_is_slowed_and_the_right_password_then_has_to_wait_too(acme: Office) -> None:
    async with acme.client(None) as nobody:
        wanted = {"tenant": acme.tenant, "login": "baba", "password": "wrong"}
        codes = [(await nobody.post("/login", json=wanted)).status_code for _ in range(11)]
        late = await nobody.post("/login", json={**wanted, "password": PASSWORD})
    assert codes == [401] * 10 + [429]
    assert late.status_code == 429
    assert 0 < int(late.headers["retry-after"]) <= 300


@pytest.mark.parametrize("door", ["/agents", "/queues", "/calls/call_1", "/call-records", "/recordings/rec_1/audio"])
async def test_no_door_opens_without_a_good_token(acme: Office, door: str) -> None:
    async with acme.client(None) as nobody:
        without = await nobody.get(door)
        changed = await nobody.get(door, headers={"Authorization": f"Bearer {acme.tokens['aoki'][:-3]}abc"})
        in_url = await nobody.get(door, params={"token": acme.tokens["aoki"]})
    for answer in (without, changed, in_url):
        assert (answer.status_code, answer.headers["content-type"]) == (401, PROBLEM)


async def test_a_token_is_no_good_once_its_login_is_removed(acme: Office) -> None:
    async with acme.client("chiba") as chiba:
        assert (await chiba.get("/agents")).status_code == 200
        async with acme.engine.begin() as connection:
            await connection.execute(logins.delete().where(logins.c.tenant == acme.tenant, logins.c.login == "chiba"))
        assert await LoginStore(acme.engine).get(acme.tenant, "chiba") is None
        assert (await chiba.get("/agents")).status_code == 401


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'"x"', b'{"tenant":"a","login":"b"}', b'{"tenant":1,"login":2,"password":3}', b"\xff\xfe", b"null"],
)
async def test_malformed_input_is_a_problem_that_repeats_no_value(acme: Office, body: bytes) -> None:
    async with acme.client(None) as nobody:
        answer = await nobody.post("/login", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)
    assert answer.json()["code"] == "bad_request"
    assert set(answer.json()["errors"][0]) == {"field", "flaw", "reason", "sentence"}


async def test_ten_megabytes_are_refused_whether_announced_or_not(acme: Office) -> None:
    huge = b'{"tenant":"' + b"a" * 10_000_000 + b'"}'

    async def pieces():  # type: ignore[no-untyped-def]
        for begin in range(0, len(huge), 65536):
            yield huge[begin : begin + 65536]

    async with acme.client(None) as nobody:
        announced = await nobody.post("/login", content=huge)
        chunked = await nobody.post("/login", content=pieces())
        after = await nobody.get("/health")
    for answer in (announced, chunked):
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert after.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/recordings/..%2F..%2Fetc%2Fpasswd/audio",
        "/recordings/%2e%2e/audio",
        "/calls/..%2Fagents",
        "/calls/a%20b",
        "/calls/" + "x" * 65,
        "/queues/%E5%90%8D/waiting",
        "/nothing",
    ],
)
async def test_what_cannot_be_an_id_is_not_there(acme: Office, path: str) -> None:
    async with acme.client() as boss:
        answer = await boss.send(httpx2.Request("GET", f"{acme.base}{path}", headers=boss.headers))
    assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)


async def test_a_method_that_a_door_does_not_know_is_a_problem_too(acme: Office) -> None:
    async with acme.client() as boss:
        answer = await boss.delete("/agents")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
