"""Who goes home without signing out gives the seat back: when the live view and the phone have both been gone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx2
import pytest

from robots.phone import Credentials, Phone, Stage
from tests.e2e.crew import eventually
from tests.integration.crash.lives import Lives
from tests.integration.seats.doors import Row, SecondApi, knocking, ledger, looking_on, newest
from tests.platform import Platform

pytestmark = pytest.mark.timeout(400)

TENANT, GRACE = "office", 1.0
LAPSE = 25.0
"""Seconds for which the word of an api process that has died still holds."""


@pytest.fixture
async def desk(small: Platform, other: SecondApi, lives: Lives) -> AsyncIterator[httpx2.AsyncClient]:
    """The supervisor, while seats come back after a second; afterwards nobody is signed in."""
    if lives.now is None or lives.now.over:
        lives.begin(seat_grace=GRACE)
    assert lives.now is not None
    await lives.now.ready()
    async with knocking(small, [small.api_url], TENANT) as (client,):
        yield client
        await _nobody_is_left(client)


async def _nobody_is_left(client: httpx2.AsyncClient) -> None:
    async def empty() -> bool:
        return all(row["state"] == "signed_out" for row in (await client.get("/agents")).json()["items"])

    await eventually(empty, "everybody's seat is back", LAPSE + 30)


def _agent(small: Platform, number: int) -> Row:
    known = next(one for one in small.tenant(TENANT)["agents"] if one["id"] == f"desk-{number}")
    return {"tenant": TENANT, **known}


async def _sign_in(client: httpx2.AsyncClient, agent: Row) -> None:
    answer = await client.post(f"/agents/{agent['id']}/sign-in")
    assert answer.status_code == 200, answer.text


async def _rings(client: httpx2.AsyncClient, agent: Row) -> None:
    """His phone can be rung, as far as the floor knows."""
    answer = await client.put(f"/agents/{agent['id']}/state", json={"state": "ready"})
    assert answer.status_code == 200, answer.text

    async def look() -> bool:
        rows = (await client.get("/agents")).json()["items"]
        return any(row["id"] == agent["id"] and row["state"] == "ready" for row in rows)

    await eventually(look, f"{agent['id']} is ready", 60)


async def _returned(client: httpx2.AsyncClient, since: int, agent: Row, limit: float = 20.0) -> Row:
    """The line of the ledger that says why his seat came back."""

    async def look() -> Row | None:
        lines = await ledger(client, since)
        return next((one for one in lines if one["event"] == "returned" and one["agent"] == agent["id"]), None)

    line: Row = await eventually(look, f"the seat of {agent['id']} is back", limit)
    return line


async def _still_there(client: httpx2.AsyncClient, since: int, agent: Row) -> bool:
    return not any(one["event"] == "returned" and one["agent"] == agent["id"] for one in await ledger(client, since))


async def test_who_never_showed_up_gives_the_seat_back_and_who_looks_on_keeps_it(
    small: Platform, other: SecondApi, desk: httpx2.AsyncClient
) -> None:
    here, nowhere, since = _agent(small, 1), _agent(small, 2), await newest(desk)
    began = since
    async with looking_on(other.url, here):
        await _sign_in(desk, here)
        for _ in range(3):
            # Each time somebody else's grace time passes, his has not even begun.
            await _sign_in(desk, nowhere)
            line = await _returned(desk, since, nowhere)
            since = line["seq"]
            assert (line["why"], line["used"], line["limit"]) == ("absent", 1, 3)
            assert await _still_there(desk, began, here)
    assert (await _returned(desk, since, here))["why"] == "absent"


async def test_a_registered_phone_keeps_the_seat_as_well(
    small: Platform, other: SecondApi, desk: httpx2.AsyncClient
) -> None:
    here, nowhere, since = _agent(small, 3), _agent(small, 4), await newest(desk)
    stage, sip = Stage(), here["sip"]
    credentials = Credentials(sip["username"], sip["password"])
    async with AsyncExitStack() as stack:
        phone: Any = await stack.enter_async_context(
            await Phone.open(stage, credentials.username, credentials, small.sip)
        )
        await phone.register()
        async with looking_on(other.url, here):
            await _sign_in(desk, here)
            await _rings(desk, here)
        await _sign_in(desk, nowhere)
        await _returned(desk, since, nowhere)
        assert await _still_there(desk, since, here)
        await phone.unregister()
        assert (await _returned(desk, since, here))["why"] == "absent"


async def test_another_live_view_of_his_keeps_the_seat(
    small: Platform, other: SecondApi, desk: httpx2.AsyncClient
) -> None:
    here, nowhere, since = _agent(small, 5), _agent(small, 6), await newest(desk)
    async with looking_on(small.api_url, here):
        async with looking_on(other.url, here):
            await _sign_in(desk, here)
        await _sign_in(desk, nowhere)
        await _returned(desk, since, nowhere)
        assert await _still_there(desk, since, here)


@pytest.mark.chaos
@pytest.mark.beside
async def test_the_word_of_a_dead_api_lapses(small: Platform, other: SecondApi, desk: httpx2.AsyncClient) -> None:
    here, since = _agent(small, 7), await newest(desk)
    async with looking_on(other.url, here):
        await _sign_in(desk, here)
        other.kill()
        assert (await _returned(desk, since, here, LAPSE + 30))["why"] == "absent"


@pytest.mark.chaos
@pytest.mark.beside
async def test_a_new_controller_takes_nobody_s_seat_who_still_looks_on(
    small: Platform, other: SecondApi, desk: httpx2.AsyncClient, lives: Lives
) -> None:
    here, nowhere, since = _agent(small, 8), _agent(small, 9), await newest(desk)
    async with looking_on(other.url, here):
        await _sign_in(desk, here)
        await _sign_in(desk, nowhere)
        assert lives.now is not None
        await lives.now.kill()
        await lives.begin(seat_grace=GRACE).ready()
        assert (await _returned(desk, since, nowhere))["why"] == "absent"
        assert await _still_there(desk, since, here)
    assert (await _returned(desk, since, here, LAPSE + 30))["why"] == "absent"
