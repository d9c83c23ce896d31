"""What an admin sets up over the API is what the next caller meets, without any restart."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest

from robots.phone import Ignore
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, TENANT, Api, Crew, eventually
from tests.e2e.office import Admin, admin_of, at_work

GREET = {"do": "play", "prompt": "greeting", "next": "in"}


def admin(crew: Crew) -> Any:
    return admin_of(crew.platform, crew.platform.tenant(TENANT)["admin"])


def rings_for(offer: dict[str, Any]) -> float:
    """Seconds that an offer was to ring."""
    begun, until = (datetime.fromisoformat(moment) for moment in (offer["at"], offer["body"]["ring_until"]))
    return round((until - begun).total_seconds(), 1)


async def test_a_call_to_a_new_number_rings_the_phone_of_a_new_agent(crew: Crew) -> None:
    async with admin(crew) as boss:
        await boss.put("queues/novel", {"name": "新しい窓口"})
        sip = await boss.agent("nao", "novel")
        user = await boss.api.must("POST", "/users", json={"login": "nao", "role": "agent"})
        await boss.put("flows/novel", {"start": "in", "nodes": {"in": {"do": "route", "queue": "novel"}}})
        await boss.put("numbers/+81312345690", {"flow": "novel"})
        again = await boss.api.get("/configuration/agents/nao")
    assert again["sip_username"] == sip.username
    assert sip.password not in str(again)

    phone = await at_work(crew, "nao", sip, ready=False)
    mine = {"tenant": TENANT, "login": "nao", "password": user["password"]}
    async with crew.platform.api(mine) as client:
        await Api(client).ready("nao")
    await crew.board.state("nao", "ready")
    call = crew.dial("0312345690")
    rung = await phone.rung()
    await rung.rtp.hears(CALLER_HZ)
    await call.rtp.hears(AGENT_HZ)
    call.hang_up()
    await rung.ended()
    record = await crew.api.record(await crew.started())
    assert (record["outcome"], record["queue"], record["agents"]) == ("completed", "novel", ["nao"])
    assert record["number"] == "+81312345690"


async def test_a_new_ring_time_reaches_the_next_call_and_not_the_one_that_waits(crew: Crew) -> None:
    async with admin(crew) as boss:
        await boss.queue_with_number("hurry", "+81312345691", ring_time=30)
        sip = await boss.agent("kei", "hurry")
        first = await crew.wait_in("hurry", "+81312345691", 1)
        changed = await boss.change("queues/hurry", ring_time=2)
        await crew.board.fact("ConfigInForce", version=changed["version"])

        phone = await at_work(crew, "kei", sip, Ignore(), ready=False)
        await crew.api.ready("kei")
        kept = await crew.board.fact("OfferMade", nth=1)
        rung = await phone.rung()
        first.hang_up()
        await rung.ended()
        await crew.board.state("kei", "ready")
        crew.dial("+81312345691")
        rung = await phone.rung()
        await rung.ended()
        reached = await crew.board.fact("OfferMade", nth=2)
    assert (rings_for(kept), rings_for(reached)) == (30.0, 2.0)
    await crew.board.state("kei", "missed")


async def test_a_call_in_progress_keeps_its_flow_and_one_call_brings_the_old_one_back(crew: Crew) -> None:
    async with admin(crew) as boss:
        for queue in ("before", "behind"):
            await boss.put(f"queues/{queue}", {"name": queue})
        to_before = {"start": "hello", "nodes": {"hello": GREET, "in": {"do": "route", "queue": "before"}}}
        to_behind = {"start": "hello", "nodes": {"hello": GREET, "in": {"do": "route", "queue": "behind"}}}
        await boss.put("flows/turn", to_before)
        old = await boss.put("numbers/+81312345692", {"flow": "turn"})

        early = crew.dial("+81312345692")
        await crew.board.fact("FlowStepped")
        _, tag = await boss.read("flows/turn")
        await boss.put("flows/turn", to_behind, over=tag)
        late = crew.dial("+81312345692")
        await crew.board.waiting("before", 1)
        await crew.board.waiting("behind", 1)
        early.hang_up()
        late.hang_up()

        restored = await boss.api.must("POST", f"/configuration/versions/{old['version']}/restore")
        assert restored["in_force"] is True
        assert (await boss.api.get("/configuration/flows/turn"))["document"] == to_before
        third = crew.dial("+81312345692")
        await crew.board.fact("CallQueued", nth=3)
        third.hang_up()
    assert [fact["body"]["queue"] for fact in crew.board.of("CallQueued")] == ["before", "behind", "before"]
    versions = (await _versions(crew))[:2]
    assert versions == [restored["version"], restored["version"] - 1]


async def test_of_two_admins_who_change_one_queue_the_second_is_told(crew: Crew) -> None:
    async with admin(crew) as one, admin(crew) as two:
        await one.put("queues/shared", {"name": "共有"})
        wanted, tag = await one.read("queues/shared")
        seen, same = await two.read("queues/shared")
        assert (seen, same) == (wanted, tag)
        await one.put("queues/shared", {**wanted, "wrap_up": 11}, over=tag)
        late = await two.try_put("queues/shared", {**seen, "wrap_up": 99}, over=same)
        blind = await two.try_put("queues/shared", {**seen, "wrap_up": 99})
        twice = await two.api.ask("PUT", "/configuration/queues/shared", json=seen, headers={"If-None-Match": "*"})
        gone = await two.api.ask("DELETE", "/configuration/queues/shared", headers={"If-Match": same})
        kept, _ = await two.read("queues/shared")
    assert [(told.status_code, told.json()["code"]) for told in (late, blind, twice, gone)] == [
        (412, "changed_meanwhile"),
        (428, "precondition_required"),
        (412, "changed_meanwhile"),
        (412, "changed_meanwhile"),
    ]
    assert kept["wrap_up"] == 11


async def test_what_is_changed_while_no_controller_is_there_is_in_force_once_one_is(crew: Crew) -> None:
    async with admin(crew) as boss:
        await boss.queue_with_number("patched", "+81312345693")
        wanted, tag = await boss.read("queues/patched")
        crew.platform.kill("controller")
        answer = await boss.try_put("queues/patched", {**wanted, "name": "あとから"}, over=tag)
        assert (answer.status_code, answer.json()["in_force"]) == (202, False)
        await asyncio.to_thread(crew.platform.wait_ready)
        await eventually(lambda: _is_called(crew, "patched", "あとから"), "the queue has its new name")
        call = await crew.wait_in("patched", "+81312345693", 1)
        call.hang_up()
        await crew.board.waiting("patched", 0)


async def test_a_call_keeps_its_flow_also_over_a_restart_of_the_controller(crew: Crew) -> None:
    async with admin(crew) as boss:
        for queue in ("older", "newer"):
            await boss.put(f"queues/{queue}", {"name": queue})
        flow = {"start": "hello", "nodes": {"hello": GREET, "in": {"do": "route", "queue": "older"}}}
        await boss.put("flows/kept", flow)
        await boss.put("numbers/+81312345696", {"flow": "kept"})
        call = crew.dial("+81312345696")
        await crew.board.fact("FlowStepped")
        _, tag = await boss.read("flows/kept")
        flow["nodes"]["in"] = {"do": "route", "queue": "newer"}  # type: ignore[index]
        await boss.put("flows/kept", flow, over=tag)
        crew.platform.kill("controller")
        await crew.board.waiting("older", 1, limit=60)
        call.hang_up()
        await crew.board.waiting("older", 0)
        await asyncio.to_thread(crew.platform.wait_ready)
        late = await crew.wait_in("newer", "+81312345696", 1, 500)
        late.hang_up()


@pytest.mark.parametrize(
    ("path", "wanted", "field"),
    [
        ("flows/bad", {"start": "a", "nodes": {"a": {"do": "play", "prompt": "greeting", "next": "a"}}}, "flows.bad"),
        ("flows/bad", {"start": "a", "nodes": {"a": {"do": "route", "queue": "nowhere"}}}, "flows.bad"),
        ("flows/bad", {"start": "a"}, "flows.bad"),
        ("hours/bad", {"week": {"mon": ["25:00-26:00"]}}, "hours.bad"),
        ("numbers/+81312345694", {"flow": "nowhere"}, "numbers.+81312345694.flow"),
        ("numbers/110", {"flow": "patient"}, "number"),
        ("numbers/12345", {"flow": "patient"}, "number"),
        ("agents/bad", {"name": "x", "queues": ["nowhere"]}, "agents.bad.queues"),
        ("agents/bad", {"name": "x", "caller_number": "+81399999999"}, "agents.bad.caller_number"),
        ("parking", {"places": ["801", "301"]}, "parking.places.1"),
        ("parking", {"places": ["801", "117"]}, "parking.places.1"),
    ],
)
async def test_what_does_not_fit_is_told_with_field_and_reason_and_changes_nothing(
    crew: Crew, path: str, wanted: dict[str, Any], field: str
) -> None:
    async with admin(crew) as boss:
        before = await boss.api.get("/configuration")
        answer = await boss.try_put(path, wanted)
        after = await boss.api.get("/configuration")
    assert (answer.status_code, answer.json()["code"]) == (422, "does_not_fit")
    (flaw,) = answer.json()["errors"]
    assert flaw["field"].startswith(field)
    assert flaw["reason"]
    assert before == after


async def test_what_others_lead_to_cannot_be_taken_away(crew: Crew) -> None:
    async with admin(crew) as boss:
        await boss.queue_with_number("rooted", "+81312345695")
        refused = []
        for path in ("queues/rooted", "flows/rooted"):
            _, tag = await boss.read(path)
            refused.append(await boss.api.ask("DELETE", f"/configuration/{path}", headers={"If-Match": tag}))
        for path in ("numbers/+81312345695", "flows/rooted", "queues/rooted"):
            _, tag = await boss.read(path)
            await boss.api.must("DELETE", f"/configuration/{path}", headers={"If-Match": tag})
    assert [answer.status_code for answer in refused] == [422, 422]
    call = crew.dial("+81312345695")
    await call.ended()
    assert call.status == 404


async def _versions(crew: Crew) -> list[int]:
    async with admin(crew) as boss:
        return [known["version"] for known in (await boss.api.get("/configuration/versions"))["items"]]


async def _is_called(crew: Crew, queue: str, name: str) -> bool:
    rows = (await crew.api.get("/queues"))["items"]
    return any((row["id"], row["name"]) == (queue, name) for row in rows)


__all__ = ["Admin"]
