"""The numbers of the live board, told by what really happened on two calls."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.e2e.board import as_far, watching
from tests.e2e.crew import TIDY, Crew


def grown(before: dict[str, Any], after: dict[str, Any]) -> dict[str, int]:
    """What has been added to the counts of a queue."""
    counts = [name for name, count in after.items() if isinstance(count, int)]
    return {name: after[name] - before[name] for name in counts if after[name] != before[name]}


async def test_the_board_counts_an_answered_call_and_one_that_gave_up_soon(crew: Crew) -> None:
    board = crew.board
    before = board.queues["tidy"]["today"]
    phone = await crew.work("aoi")
    done = board.agents["aoi"]["today"]
    assert (board.seats["used"], board.seats["limit"]) == (1, 2)
    first = crew.dial(TIDY)
    rung = await phone.rung()
    await rung.answered()
    await board.state("aoi", "on_call")
    await board.until(lambda: board.agents["aoi"]["doing"] == "talk", "aoi talks")
    assert board.agents["aoi"]["queue"] == "tidy"

    second = await crew.wait_in("tidy", TIDY, 1)
    await board.until(lambda: board.places["used"] == 1, "the waiting place is taken")
    assert board.queues["tidy"]["longest_wait_since"] is not None
    second.hang_up()
    await board.waiting("tidy", 0)
    await board.until(lambda: board.places["used"] == 0, "the waiting place is free")

    first.hang_up()
    await board.state("aoi", "wrap_up")
    assert board.agents["aoi"]["doing"] == "wrap_up"
    await board.state("aoi", "ready")
    row, agent = board.queues["tidy"], board.agents["aoi"]
    assert grown(before, row["today"]) == {"offered": 2, "answered": 1, "abandoned": 1, "short_abandoned": 1}
    assert row["service"] == {
        "formula": "SL-strict",
        "within_seconds": 20.0,
        "target": 0.8,
        "short_abandon_seconds": 5.0,
    }
    assert 0 < row["today"]["service_level"] <= 1
    assert row["today"]["asa_seconds"] >= 0

    call = await crew.api.record(await crew.started())
    today = agent["today"]
    assert today["answered"] == done["answered"] + 1
    assert abs(today["talk_seconds"] - done["talk_seconds"] - call["talk_seconds"]) < 0.01
    begun, freed = await board.fact("WrapUpStarted", agent="aoi"), await board.fact("AgentFreed", agent="aoi")
    worked = datetime.fromisoformat(freed["at"]) - datetime.fromisoformat(begun["at"])
    assert abs(today["wrap_up_seconds"] - done["wrap_up_seconds"] - worked.total_seconds()) < 0.01
    assert (agent["doing"], agent["doing_since"]) == (None, None)
    assert (call["direction"], call["cause"], call["hold_seconds"]) == ("inbound", 16, 0.0)


async def test_the_lists_and_a_fresh_board_say_the_same(crew: Crew) -> None:
    await crew.work("aoi")
    async with watching(crew.platform.api_url, crew.api.token) as fresh:
        await as_far(crew.board, fresh)
        for part in ("seats", "places", "channels"):
            assert getattr(fresh, part) == getattr(crew.board, part)
        as_of = fresh.messages[0]["board"]["as_of"]
    assert datetime.fromisoformat(as_of).tzinfo is not None
    agents = {row["id"]: row for row in (await crew.api.get("/agents"))["items"]}
    assert agents == crew.board.agents
