"""Orders to agents go down to the floor and come back as an outcome; a refusal says why."""

from __future__ import annotations

import asyncio

import pytest

from acd.facts import AgentSignedOut, CommandDone, CommandRefused
from tests.integration.api.office import Office
from tests.unit.reports.play import AGENTS

PROBLEM = "application/problem+json"


async def states(acme: Office) -> dict[str, str]:
    async with acme.client() as boss:
        return {agent["id"]: agent["state"] for agent in (await boss.get("/agents")).json()["items"]}


async def test_an_agent_pauses_himself_and_is_shown_so_at_once(acme: Office) -> None:
    async with acme.controller(), acme.client("aoki") as aoki:
        answer = await aoki.put("/agents/aoki/state", json={"state": "paused", "reason": "lunch"})
        assert answer.status_code == 200, answer.text
        assert answer.json()["agent"] == "aoki"
        assert (await states(acme))["aoki"] == "paused"


async def test_signing_out_gives_the_seat_to_the_next_one(acme: Office) -> None:
    async with acme.controller(), acme.client() as boss:
        full = await boss.post("/agents/chiba/sign-in")
        out = await boss.post("/agents/baba/sign-out")
        then = await boss.post("/agents/chiba/sign-in")
    assert (full.status_code, out.status_code, then.status_code) == (409, 200, 200)
    problem = full.json()
    assert full.headers["content-type"] == PROBLEM
    assert (problem["code"], problem["used"], problem["limit"]) == ("seat_limit_reached", 2, 2)
    assert "2" in problem["sentence"]["ja"]
    assert "{" not in problem["sentence"]["en"]
    assert await states(acme) == {"aoki": "ready", "baba": "signed_out", "chiba": "paused"}


@pytest.mark.parametrize(
    ("door", "code"),
    [("/agents/aoki/sign-in", "already_signed_in"), ("/agents/chiba/sign-out", "not_signed_in")],
)
async def test_a_refusal_changes_nothing_but_is_a_fact(acme: Office, door: str, code: str) -> None:
    before = await states(acme)
    async with acme.controller(), acme.client() as boss:
        answer = await boss.post(door)
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert await states(acme) == before
    assert isinstance(acme.play.facts[-1].body, CommandRefused)


async def test_an_unknown_reason_is_refused_and_an_unknown_state_is_bad_input(acme: Office) -> None:
    async with acme.controller(), acme.client() as boss:
        reason = await boss.put("/agents/aoki/state", json={"state": "paused", "reason": "golf"})
        state = await boss.put("/agents/aoki/state", json={"state": "asleep"})
        extra = await boss.put("/agents/aoki/state", json={"state": "ready", "colour": "red"})
    assert (reason.status_code, reason.json()["code"]) == (409, "unknown_pause_reason")
    assert (state.status_code, extra.status_code) == (422, 422)


async def test_an_agent_acts_for_himself_only(acme: Office) -> None:
    facts = len(acme.play.facts)
    async with acme.controller(), acme.client("aoki") as aoki:
        answer = await aoki.post("/agents/baba/sign-out")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert len(acme.play.facts) == facts


async def test_the_agents_of_another_tenant_are_not_there(acme: Office, rival: Office) -> None:
    async with acme.controller(), rival.controller(), acme.client() as boss:
        assert (await boss.post("/agents/dora/sign-out")).status_code == 404
        assert (await boss.post("/agents/aoki/sign-out")).status_code == 200
    assert (await states(rival))["aoki"] == "ready"


async def test_without_a_controller_the_answer_is_503_and_nothing_is_half_done(acme: Office) -> None:
    async with acme.client() as boss:
        answer = await boss.post("/agents/aoki/sign-out")
    assert (answer.status_code, answer.json()["code"]) == (503, "controller_away")
    assert int(answer.headers["retry-after"]) > 0
    assert (await states(acme))["aoki"] == "ready"


async def test_the_same_key_again_gets_the_first_outcome_and_is_done_once(acme: Office) -> None:
    key = {"Idempotency-Key": "one-two-three"}
    async with acme.controller(), acme.client() as boss:
        away = await boss.post("/agents/baba/sign-out", headers=key)
        again = await boss.post("/agents/baba/sign-out", headers=key)
        fresh = await boss.post("/agents/baba/sign-out")
    assert (away.status_code, again.status_code) == (200, 200)
    assert away.json()["command"] == again.json()["command"]
    assert fresh.json()["code"] == "not_signed_in"
    done = [fact for fact in acme.play.facts if isinstance(fact.body, AgentSignedOut)]
    assert len(done) == 1


async def test_a_key_used_for_another_request_is_a_mismatch(acme: Office) -> None:
    key = {"Idempotency-Key": "one-two-three"}
    async with acme.controller(), acme.client() as boss:
        first = await boss.put("/agents/baba/state", json={"state": "paused", "reason": "lunch"}, headers=key)
        other = await boss.put("/agents/baba/state", json={"state": "paused", "reason": "break"}, headers=key)
    assert (first.status_code, other.status_code) == (200, 409)
    assert other.json()["code"] == "idempotency_mismatch"


async def test_the_keys_of_two_people_are_two_keys(acme: Office) -> None:
    key = {"Idempotency-Key": "mine"}
    async with acme.controller(), acme.client("aoki") as aoki, acme.client("baba") as baba:
        answers = await asyncio.gather(
            aoki.post("/agents/aoki/sign-out", headers=key), baba.post("/agents/baba/sign-out", headers=key)
        )
    assert [answer.status_code for answer in answers] == [200, 200]
    commands = {fact.body.command for fact in acme.play.facts if isinstance(fact.body, CommandDone)}
    assert {answer.json()["command"] for answer in answers} <= commands
    assert {agent for agent, state in (await states(acme)).items() if state == "signed_out"} == set(AGENTS)
