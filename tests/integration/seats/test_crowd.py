"""A thousand people want three seats at the same moment, through two api processes: three get one, whatever breaks."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.e2e.crew import eventually
from tests.integration.crash.lives import held
from tests.integration.seats.doors import (
    Row,
    knocking,
    ledger,
    newest,
    pool,
    second_api,
    sign_in_until_answered,
)
from tests.platform import Platform

pytestmark = pytest.mark.timeout(400)

TENANT, KIND, CLAUSE, SEATS, CROWD = "crowd", "advance", "T1-1", 3, 1000


@pytest.fixture
async def doors(crowd: Platform) -> AsyncIterator[list[httpx2.AsyncClient]]:
    """The supervisor at both doors; afterwards every seat is given back."""
    with second_api(crowd) as other:
        async with knocking(crowd, [crowd.api_url, other.url], TENANT) as clients:
            try:
                yield clients
            finally:
                await _everybody_goes(clients[0])


async def _everybody_goes(client: httpx2.AsyncClient) -> None:
    for agent in (await client.get("/agents")).json()["items"]:
        if agent["state"] != "signed_out":
            answer = await client.post(f"/agents/{agent['id']}/sign-out")
            assert answer.status_code == 200, answer.text


async def _rush(doors: list[httpx2.AsyncClient], wave: str, answered: list[httpx2.Response]) -> None:
    """Everybody at once, by turns at each door; `answered` grows as the answers come."""

    async def one(number: int) -> None:
        client = doors[number % len(doors)]
        answered.append(await sign_in_until_answered(client, f"agent-{number + 1}", f"{wave}-{number}"))

    async with asyncio.TaskGroup() as group:
        for number in range(CROWD):
            group.create_task(one(number))


def _three_and_the_rest(answered: list[httpx2.Response]) -> None:
    assert Counter(answer.status_code for answer in answered) == {200: SEATS, 409: CROWD - SEATS}
    refused = Counter(
        tuple(answer.json()[name] for name in ("code", "clause", "used", "limit"))
        for answer in answered
        if answer.status_code == 409
    )
    assert refused == {("licence_exhausted", CLAUSE, SEATS, SEATS): CROWD - SEATS}


async def _hold(client: httpx2.AsyncClient, wanted: set[str]) -> None:
    """Until these are shown at this door; what was answered at the other one it hears of a moment later."""

    async def shown() -> bool:
        return await _holders(client) == wanted

    await eventually(shown, f"{wanted} hold the seats")


async def _lines(client: httpx2.AsyncClient, since: int, count: int) -> list[Row]:
    """The lines of the ledger since then, once there are so many: a refusal is answered before it is written down."""

    async def written() -> list[Row] | None:
        lines = await ledger(client, since)
        return lines if len(lines) >= count else None

    lines: list[Row] = await eventually(written, f"{count} lines")
    return lines


async def _holders(client: httpx2.AsyncClient) -> set[str]:
    return {agent["id"] for agent in (await client.get("/agents")).json()["items"] if agent["state"] != "signed_out"}


def _who(answered: list[httpx2.Response]) -> set[str]:
    return {answer.json()["agent"] for answer in answered if answer.status_code == 200}


@pytest.mark.feature("CSM-F02", "limit", "refusal")
async def test_three_get_a_seat_and_the_others_are_told_clause_used_and_limit(doors: list[httpx2.AsyncClient]) -> None:
    before, answered = await newest(doors[0]), list[httpx2.Response]()
    await _rush(doors, "calm", answered)
    _three_and_the_rest(answered)
    for door in doors:
        await _hold(door, _who(answered))
    lines = await _lines(doors[1], before, CROWD)
    assert Counter(line["event"] for line in lines) == {"taken": SEATS, "refused": CROWD - SEATS}
    assert [(line["used"], line["limit"]) for line in lines if line["event"] == "taken"] == [(1, 3), (2, 3), (3, 3)]
    assert {(line["used"], line["limit"], line["clause"]) for line in lines if line["event"] == "refused"} == {
        (SEATS, SEATS, CLAUSE)
    }
    assert await pool(doors[1]) == {"kind": KIND, "used": SEATS, "limit": SEATS, "clause": CLAUSE}


@pytest.mark.chaos
@pytest.mark.beside
@pytest.mark.parametrize("after", [1, 300])
async def test_a_controller_killed_in_the_middle_makes_neither_a_fourth_nor_a_lost_seat(
    crowd: Platform, doors: list[httpx2.AsyncClient], after: int
) -> None:
    before, answered = await newest(doors[0]), list[httpx2.Response]()
    async with asyncio.TaskGroup() as group:
        group.create_task(_rush(doors, f"killed-{after}", answered))
        while len(answered) < after:
            await asyncio.sleep(0)
        assert len(answered) < CROWD
        crowd.kill("controller")
    _three_and_the_rest(answered)
    await _hold(doors[0], _who(answered))
    lines = await ledger(doors[0], before)
    taken = [line["agent"] for line in lines if line["event"] == "taken"]
    assert (len(taken), set(taken)) == (SEATS, _who(answered))
    assert all(line["event"] != "returned" for line in lines)
    # Whoever asks again with the same key hears the same, and nothing happens.
    again = list[httpx2.Response]()
    last = await newest(doors[0])
    await _rush(doors, f"killed-{after}", again)
    _three_and_the_rest(again)
    assert (_who(again), await newest(doors[0])) == (_who(answered), last)


@pytest.mark.chaos
@pytest.mark.beside
async def test_with_the_controller_away_everybody_hears_so_and_no_seat_is_taken(
    crowd: Platform, doors: list[httpx2.AsyncClient]
) -> None:
    before = await newest(doors[0])
    with held(crowd):
        crowd.kill("controller")
        answers = await asyncio.gather(
            *(doors[number % 2].post(f"/agents/agent-{number + 1}/sign-in") for number in range(20))
        )
        told = {(one.status_code, one.json()["code"], "Retry-After" in one.headers) for one in answers}
        assert told == {(503, "controller_away", True)}
        assert (await newest(doors[1]), await _holders(doors[1])) == (before, set())
    await asyncio.to_thread(crowd.wait_ready)
    assert (await newest(doors[0]), await _holders(doors[0])) == (before, set())


async def test_a_seat_that_is_given_back_can_be_taken_through_the_other_door(doors: list[httpx2.AsyncClient]) -> None:
    for number in range(1, SEATS + 1):
        assert (await doors[0].post(f"/agents/agent-{number}/sign-in")).status_code == 200
    assert (await doors[1].post("/agents/agent-9/sign-in")).status_code == 409
    assert (await doors[0].post("/agents/agent-2/sign-out")).status_code == 200

    async def taken() -> bool:
        return (await doors[1].post("/agents/agent-9/sign-in")).status_code == 200

    await eventually(taken, "the seat that was given back is there")
    await _hold(doors[0], {"agent-1", "agent-3", "agent-9"})
