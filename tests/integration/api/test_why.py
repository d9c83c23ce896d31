"""The doors of explanation: what the floor knew before an offer, long afterwards, and why nobody rings now."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from acd import inputs
from acd.config import AgentConfig, Limits, QueueConfig
from acd.evolve import evolve
from acd.explaining.explain import OfferReason, offer_reason
from acd.facts import OfferMade
from acd.model import Floor, Wish
from kernel.ids import AgentId, CallId, QueueId
from tests.integration.api.office import Office
from tests.unit.reports.play import STEPS

DESK = QueueId("desk")
CREW = tuple(AgentId(f"agent-{number}") for number in range(8))


async def staff(acme: Office) -> None:
    """Eight ready agents and one who is at lunch, in one queue."""
    agents = tuple(AgentConfig(id, id.upper(), f"{id}-phone", (DESK,), version=3) for id in (*CREW, AgentId("lunch")))
    acme.play.give(inputs.UseConfig((QueueConfig(DESK, "受付", version=2),), agents, Limits(), version=9))
    for one in agents:
        acme.play.give(inputs.LineSeen(one.id, up=True), 1.0)
        acme.play.give(inputs.SignIn(acme.play.command(), one.id))
        reason = "lunch" if one.id == "lunch" else ""
        wish = Wish.PAUSED if reason else Wish.READY
        acme.play.give(inputs.SetWish(acme.play.command(), one.id, wish, reason))
    await acme.tell()


async def why(acme: Office, path: str, login: str = "supervisor") -> tuple[int, Any]:
    async with acme.client(login) as client:
        answer = await client.get(path)
    return answer.status_code, answer.json()


def decided(acme: Office) -> dict[int, tuple[OfferMade, OfferReason]]:
    """Every offer of the play with its reason, by the seq of its fact."""
    floor, found = Floor(acme.tenant), {}
    for fact in acme.play.facts:
        if isinstance(fact.body, OfferMade):
            reason = offer_reason(floor, fact.body.call)
            assert reason is not None
            found[fact.seq] = (fact.body, reason)
        evolve(floor, fact)
    return found


async def test_an_offer_is_explained_long_after_it_was_made(acme: Office) -> None:
    await staff(acme)
    call = acme.play.arrive(DESK, 5.0)
    (offer,) = acme.play.floor.offers
    acme.play.answer(call, 2.0)
    acme.play.hang_up(call, later=3.0)
    await acme.tell()
    path = f"/calls/{call}/offers/{offer}/why"
    status, told = await why(acme, path)
    assert status == 200, told
    assert (told["offer"], told["winner"]["agent"], told["key"]) == (offer, CREW[0], "longest_idle")
    assert [one["agent"] for one in told["runners_up"]] == list(CREW[1:6])
    assert (told["could_be_rung"], told["kept_agents"]) == (8, None)
    assert [(one["kind"], one["detail"], one["agents"]) for one in told["kept"]] == [("paused", "lunch", 1)]
    assert told["versions"] == {"in_force": 9, "of_call": 9, "of_queue": 2}
    assert told["winner"]["version"] == 3
    assert told["sentences"][0]["ja"].startswith("呼び出せるエージェント8人のうち、AGENT-0")
    assert acme.play.facts[told["seq"] - 1].type == "OfferMade"
    status, full = await why(acme, f"/calls/{call}/offers/{told['seq']}/why?full=true", "admin")
    assert status == 200, full
    assert [one["agent"] for one in full["runners_up"]] == list(CREW[1:])
    assert [one["agent"] for one in full["kept_agents"]] == ["lunch"]


async def test_every_offer_of_a_history_is_told_as_it_was_decided_in_whatever_order_one_asks(acme: Office) -> None:
    chance = random.Random(1)
    for _ in range(600):
        acme.play.step(chance.randrange(STEPS), chance.randrange(21), 2.0)
    await acme.tell()
    offers = decided(acme)
    assert len(offers) > 10
    for seq in (*sorted(offers), *sorted(offers, reverse=True)):
        made, reason = offers[seq]
        status, told = await why(acme, f"/calls/{made.call}/offers/{made.offer}/why?full=true")
        assert status == 200, told
        assert (told["winner"]["agent"], told["key"]) == (made.agent, reason.key)
        assert [one["agent"] for one in told["runners_up"]] == [one.agent for one in reason.runners_up]
        assert [one["agent"] for one in told["kept_agents"]] == [one.agent for one in reason.excluded]
        assert told["turn"]["key"] == reason.turn.key


async def test_what_is_no_offer_of_the_call_is_not_there(acme: Office, rival: Office) -> None:
    await staff(acme)
    call, other = acme.play.arrive(DESK), acme.play.arrive(DESK)
    (offer,) = acme.play.floor.calls[call].offers
    await acme.tell()
    await acme.shown()
    paths = (f"/calls/{other}/offers/{offer}/why", f"/calls/{call}/offers/1/why", f"/calls/nobody/offers/{offer}/why")
    for path in paths:
        assert (await why(acme, path))[0] == 404, path
    for path in (f"/calls/{call}/offers/{offer}/why", f"/calls/{call}/why"):
        assert (await why(acme, path))[0] == 200
        assert (await why(rival, path))[0] == 404
        assert (await why(acme, path, "aoki"))[0] == 403


async def test_an_offer_that_the_facts_do_not_lead_to_is_not_explained_away(acme: Office) -> None:
    await staff(acme)
    call = acme.play.arrive(DESK)
    (offer,) = acme.play.floor.offers
    made = next(fact for fact in acme.play.facts if isinstance(fact.body, OfferMade))
    del acme.play.facts[made.seq - 1 :]
    acme.play.facts.append(replace(made, body=replace(made.body, agent=CREW[3])))
    await acme.keep()
    status, told = await why(acme, f"/calls/{call}/offers/{offer}/why")
    assert (status, told["code"]) == (500, "internal")


async def test_why_nobody_rings_is_told_from_the_floor_as_it_is(acme: Office) -> None:
    await staff(acme)
    calls = [acme.play.arrive(DESK, 1.0) for _ in range(9)]
    await acme.tell()
    await acme.shown()
    status, told = await why(acme, f"/calls/{calls[-1]}/why")
    assert status == 200, told
    assert (told["state"], told["open"], told["seq"]) == ("nobody_ready", True, acme.told)
    assert (told["wait"]["position"], told["wait"]["queue"]) == (9, DESK)
    assert [(one["kind"], one["agents"]) for one in told["kept"]] == [("offered", 8), ("paused", 1)]
    assert {one["agent"]: one["reasons"][0]["kind"] for one in told["agents"]} == {
        **dict.fromkeys(CREW, "offered"),
        "lunch": "paused",
    }
    assert told["sentences"][0]["en"] == "None of the 9 agents of 受付 can be rung."
    status, rung = await why(acme, f"/calls/{calls[0]}/why")
    assert (rung["state"], [one["agent"] for one in rung["offers"]]) == ("offered", [CREW[0]])
    # Whom it rings is not one of those who cannot be rung for it.
    assert {one["agent"] for one in rung["agents"]} == {*CREW, "lunch"} - {CREW[0]}
    acme.play.hang_up(calls[-1])
    await acme.tell()
    await acme.shown()
    assert (await why(acme, f"/calls/{calls[-1]}/why"))[0] == 404
    assert acme.play.floor.calls.get(CallId(calls[-1])) is None
