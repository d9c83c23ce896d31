"""The live board: a snapshot, every change once and in order, and going on where one was cut off."""

from __future__ import annotations

from tests.e2e.board import as_far, watching
from tests.e2e.crew import PATIENT, Crew


async def test_changes_follow_the_snapshot_without_a_gap(crew: Crew) -> None:
    phone = await crew.work("aoi")
    call = crew.dial(PATIENT)
    rung = await phone.rung()
    await rung.answered()
    await crew.board.state("aoi", "on_call")
    call.hang_up()
    await crew.board.fact("CallEnded")
    await crew.board.state("aoi", "ready")

    first, *changes = crew.board.messages
    assert first["type"] == "snapshot"
    assert [message["type"] for message in changes] == ["change"] * len(changes)
    assert [message["seq"] for message in changes] == list(range(first["seq"] + 1, first["seq"] + 1 + len(changes)))
    assert [message["fact"]["seq"] for message in changes] == [message["seq"] for message in changes]
    assert crew.board.finished[-1]["call"] == await crew.started()


async def test_who_was_cut_off_gets_exactly_what_he_missed(crew: Crew) -> None:
    await crew.api.sign_in("aoi")
    seen = crew.board.seq
    await crew.api.ready("aoi")
    await crew.api.pause("aoi", "lunch")
    await crew.api.must("POST", "/agents/aoi/sign-out")
    await crew.board.state("aoi", "signed_out")
    async with watching(crew.platform.api_url, crew.api.token, after=seen) as board:
        await as_far(crew.board, board)
        missed = [message for message in crew.board.messages if message["seq"] > seen]
        assert len(missed) > 1
        assert board.messages == missed


async def test_a_snapshot_and_the_followed_board_agree(crew: Crew) -> None:
    await crew.work("aoi")
    await crew.wait_in("tidy", "+81312345615", 0)
    async with watching(crew.platform.api_url, crew.api.token) as fresh:
        await as_far(crew.board, fresh)
        assert fresh.queues == crew.board.queues
        assert fresh.agents == crew.board.agents


async def test_the_lists_of_the_api_say_what_the_board_says(crew: Crew) -> None:
    await crew.work("aoi")
    agents = {row["id"]: row for row in (await crew.api.get("/agents"))["items"]}
    queues = {row["id"]: row for row in (await crew.api.get("/queues"))["items"]}
    assert agents == crew.board.agents
    assert queues == crew.board.queues


async def test_a_seat_too_many_is_refused_with_its_clause(crew: Crew) -> None:
    await crew.work("aoi")
    await crew.work("ren")
    answer = await crew.api.ask("POST", "/agents/sora/sign-in")
    refused = answer.json()
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert (refused["code"], refused["clause"]) == ("seat_limit_reached", "stories contract: 2 seats")
    assert (refused["used"], refused["limit"]) == (2, 2)
    assert refused["sentence"]["ja"]
    assert refused["sentence"]["en"]
    assert crew.board.agents["sora"]["state"] == "signed_out"


async def test_a_second_sign_in_of_the_same_agent_changes_nothing(crew: Crew) -> None:
    await crew.work("aoi")
    answer = await crew.api.ask("POST", "/agents/aoi/sign-in")
    assert (answer.status_code, answer.json()["code"]) == (409, "already_signed_in")
    assert crew.board.agents["aoi"]["state"] == "ready"
    assert crew.board.seats["used"] == 1
