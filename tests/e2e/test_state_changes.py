"""Ten thousand changes of one agent's state over the API, many at once: none is lost, and the last one is how he is."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.e2e.board import Row
from tests.e2e.crew import Crew

HANDS, EACH = 8, 1250
WANTED = (("ready", ""), ("paused", "lunch"), ("paused", "break"))
"""What is said in turns: state and reason."""


@pytest.mark.timeout(600)
async def test_of_ten_thousand_rapid_changes_none_is_lost_and_the_last_one_stands(crew: Crew) -> None:
    await crew.work("aoi")
    first = len(crew.board.facts)
    said: dict[str, tuple[str, str]] = {}
    turns: list[list[str]] = [[] for _ in range(HANDS)]

    async def change(hand: int) -> None:
        for nth in range(EACH):
            state, reason = WANTED[(nth + hand) % len(WANTED)]
            answer = await crew.api.must("PUT", "/agents/aoi/state", json={"state": state, "reason": reason})
            said[answer["command"]] = (state, reason)
            turns[hand].append(answer["command"])

    async with asyncio.TaskGroup() as hands:
        for hand in range(HANDS):
            hands.create_task(change(hand))
    assert len(said) == HANDS * EACH
    last = turns[0][-1]
    await crew.board.fact("CommandDone", command=last)
    await crew.board.until(lambda: len(_done(crew, first, said)) == len(said), "every order is done", limit=120)
    facts = crew.board.facts[first:]
    assert [fact["seq"] for fact in facts] == list(range(facts[0]["seq"], facts[0]["seq"] + len(facts)))
    # Each order is done once, those of one hand in their turn, and each did what it said and nothing else.
    done = _done(crew, first, said)
    assert sorted(done) == sorted(said)
    place = {command: at for at, command in enumerate(done)}
    assert all(turn == sorted(turn, key=place.__getitem__) for turn in turns)
    shown = _walked(facts, said)
    row = await crew.board.until(lambda: _as(crew.board.agents["aoi"], shown), f"aoi is {shown}")
    known = {one["id"]: one for one in (await crew.api.get("/agents?limit=100"))["items"]}
    assert (known["aoi"]["state"], known["aoi"]["reason"]) == (row["state"], row["reason"]) == shown
    # And he works like any other.
    await crew.api.ready("aoi")
    await crew.board.state("aoi", "ready")


def _done(crew: Crew, first: int, said: dict[str, Any]) -> list[str]:
    facts = crew.board.facts[first:]
    return [one["body"]["command"] for one in facts if one["type"] == "CommandDone" and one["body"]["command"] in said]


def _walked(facts: list[Row], said: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """How he is after all of it; a fact that nobody ordered, or an order that left none, fails."""
    now, changed = ("ready", ""), None
    for fact in facts:
        body = fact["body"]
        if fact["type"] == "WishChanged":
            assert changed is None, "two changes of one order"
            changed = (body["wish"], body["reason"])
        elif fact["type"] == "CommandDone" and body["command"] in said:
            wanted = said[body["command"]]
            assert changed == (None if wanted == now else wanted), (now, wanted, changed)
            now, changed = wanted, None
    assert changed is None
    return now


def _as(row: Row, shown: tuple[str, str]) -> Row | None:
    return row if (row["state"], row["reason"]) == shown else None
