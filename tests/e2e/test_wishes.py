"""What a call asks for, on real telephones: a key for English, the agent it prefers, who served its caller last."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any

import pytest

from robots.phone import Ignore, Phone
from tests.e2e.board import Row
from tests.e2e.crew import CALLER_HZ, TENANT, Crew
from tests.e2e.office import Admin, admin_of, at_work
from tests.platform import SEEDS, Platform, running_platform

MENU, RELAXING, AGAIN, LISTED = (f"+8131234570{last}" for last in range(1, 5))
PATIENCE = 3.0
CUSTOMER, ANOTHER = "09012345678", "09087654321"


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """A whole denwaban with the tenant of tests/data/seeds/strategies.toml."""
    with running_platform(SEEDS / "strategies.toml") as running:
        yield running


@pytest.fixture
async def boss(crew: Crew) -> AsyncIterator[Admin]:
    """Who sets up flows and callers."""
    async with admin_of(crew.platform, crew.platform.tenant(TENANT)["admin"]) as admin:
        yield admin


async def new(crew: Crew, boss: Admin, name: str, queue: str, *skills: str) -> Phone:
    """A new agent of a queue, whose telephone rings until he is told to answer."""
    credentials = await boss.agent(name, queue)
    await boss.change(f"agents/{name}", skills=[{"skill": one, "level": 3} for one in skills])
    return await at_work(crew, name, credentials, Ignore())


async def leads(boss: Admin, number: str, flow: str, **nodes: Any) -> None:
    """A number whose flow begins at its first node."""
    await boss.put(f"flows/{flow}", {"start": next(iter(nodes)), "nodes": nodes})
    await boss.put(f"numbers/{number}", {"flow": flow})


async def why(crew: Crew, nth: int = 1) -> Any:
    """The reason of the nth offer."""
    made = (await crew.board.fact("OfferMade", nth=nth))["body"]
    return await crew.api.get(f"/calls/{made['call']}/offers/{made['offer']}/why")


def at(fact: Row) -> datetime:
    return datetime.fromisoformat(fact["at"])


def since(queued: Row) -> datetime:
    """From when his wait counts, which is a little before the fact of it."""
    return datetime.fromisoformat(queued["body"]["since"])


async def test_key_one_leads_to_who_speaks_english_although_another_is_idle_longer(crew: Crew, boss: Admin) -> None:
    told = await boss.put("queues/desk", {"name": "desk", "wrap_up": 0})
    assert [one["code"] for one in told["warnings"]] == ["queue_without_members"]
    hana, ken = await new(crew, boss, "hana", "desk"), await new(crew, boss, "ken", "desk", "english")
    await leads(
        boss,
        MENU,
        "languages",
        ask={"do": "menu", "prompt": "greeting", "keys": {"1": "english", "2": "plain"}, "on_timeout": "plain"},
        english={"do": "route", "queue": "desk", "skills": [{"skill": "english", "level": 2}]},
        plain={"do": "route", "queue": "desk"},
    )
    caller = crew.dial(MENU)
    await caller.answered()
    await crew.board.fact("FlowStepped", node="ask")
    # A key counts from half a second after its step began.
    await caller.rtp.changes.until(lambda: len(caller.rtp.heard()) > 8_000 or None, 30, "a second of sound")
    caller.send_dtmf("1")
    rung = await ken.rung()
    rung.answer()
    await rung.rtp.hears(CALLER_HZ)
    reason = await why(crew)
    assert (reason["winner"]["agent"], reason["key"]) == ("ken", "only_one")
    assert {"kind": "skill_unmet", "detail": "english", "agents": 1} in [
        {name: one[name] for name in ("kind", "detail", "agents")} for one in reason["kept"]
    ]
    assert not hana.calls
    caller.hang_up()
    await rung.ended()


async def test_what_the_flow_asks_for_relaxes_after_its_seconds(crew: Crew, boss: Admin) -> None:
    await boss.put("queues/slow", {"name": "slow", "wrap_up": 0})
    mika = await new(crew, boss, "mika", "slow", "french")
    asked = [{"skill": "french", "level": 9, "relaxation": [{"after": PATIENCE, "level": 0}]}]
    told = await boss.put(
        "flows/slow", {"start": "in", "nodes": {"in": {"do": "route", "queue": "slow", "skills": asked}}}
    )
    assert [(one["code"], one["field"]) for one in told["warnings"]] == [
        ("skills_only_relaxed", "flows.slow.nodes.in.skills")
    ]
    await boss.put(f"numbers/{RELAXING}", {"flow": "slow"})
    crew.dial(RELAXING)
    rung = await mika.rung()
    queued, offered = await crew.board.fact("CallQueued"), await crew.board.fact("OfferMade")
    assert (at(offered) - since(queued)).total_seconds() >= PATIENCE
    assert queued["body"]["want"] == "french:9"
    rung.answer()
    await rung.rtp.hears(CALLER_HZ)


async def test_who_calls_again_reaches_the_agent_who_served_him_last(crew: Crew, boss: Admin) -> None:
    routing = {"last_agent_for": 20.0, "last_agent_within": 7}
    await boss.queue_with_number("again", AGAIN, wrap_up=0, routing=routing)
    first, second = await new(crew, boss, "yuu", "again"), await new(crew, boss, "zen", "again")
    caller = crew.dial(AGAIN, from_number=CUSTOMER)
    rung = await first.rung()
    rung.answer()
    await rung.rtp.hears(CALLER_HZ)
    caller.hang_up()
    await rung.ended()
    await crew.board.state("yuu", "ready")
    record = await crew.api.record(await crew.started())
    assert record["agents"] == ["yuu"]
    # zen has been idle longer by now.
    again = crew.dial(AGAIN, from_number=CUSTOMER)
    rung = await first.rung()
    rung.answer()
    await rung.rtp.hears(CALLER_HZ)
    reason = await why(crew, 2)
    assert (reason["winner"]["agent"], reason["key"]) == ("yuu", "last_agent")
    assert reason["sentences"][0]["en"] == "The call waits for yuu alone, who served this caller last."
    again.hang_up()
    await rung.ended()
    await crew.board.state("yuu", "ready")
    crew.dial(AGAIN, from_number=ANOTHER)
    rung = await second.rung()
    rung.answer()
    await rung.rtp.hears(CALLER_HZ)
    assert (await why(crew, 3))["key"] == "longest_idle"


async def test_a_listed_caller_waits_for_his_agent_and_then_for_anybody(crew: Crew, boss: Admin) -> None:
    await boss.queue_with_number("listed", LISTED, wrap_up=0, routing={"preferred_for": PATIENCE})
    kai, leo = await new(crew, boss, "kai", "listed"), await new(crew, boss, "leo", "listed")
    await boss.put("callers/yamada", {"number": "090-1234-5678", "preferred": "leo", "vip": True})
    shown = await boss.api.get("/configuration/callers/yamada")
    assert (shown["number"], shown["preferred"], shown["vip"]) == ("+819012345678", "leo", True)
    first = crew.dial(LISTED, from_number=CUSTOMER)
    rung = await leo.rung()
    assert (await why(crew))["key"] == "preferred"
    assert (await crew.board.fact("CallQueued"))["body"]["priority"] == 1000
    rung.answer()
    await rung.rtp.hears(CALLER_HZ)
    second = crew.dial(LISTED, from_number=CUSTOMER)
    queued = await crew.board.fact("CallQueued", nth=2)
    told = await crew.api.get(f"/calls/{await crew.started(2)}/why")
    assert {one["kind"] for one in told["kept"]} >= {"other_agent", "on_call"}
    taken = await kai.rung()
    offered = await crew.board.fact("OfferMade", nth=2)
    assert (at(offered) - since(queued)).total_seconds() >= PATIENCE
    taken.answer()
    await taken.rtp.hears(CALLER_HZ)
    for call in (first, second):
        call.hang_up()


async def test_what_contradicts_itself_or_names_nobody_is_refused_with_its_place_in_both_languages(
    crew: Crew, boss: Admin
) -> None:
    def route(**more: Any) -> dict[str, Any]:
        return {"start": "in", "nodes": {"in": {"do": "route", "queue": "crowd", **more}}}

    english = {"skill": "english", "level": 1}
    for asked, flaw, field in (
        ({"skills": [{"skill": "klingon"}]}, "unknown_skill", "skills.0.skill"),
        ({"preferred": "nobody"}, "unknown_agent", "preferred"),
        ({"skills": [english, english]}, "skill_twice", "skills.1.skill"),
        ({"skills": [{"skill": "english", "level": 101}]}, "level_out_of_range", "skills.0.level"),
        (
            {"skills": [{**english, "relaxation": [{"after": 5, "level": 2}]}]},
            "relaxation_rises",
            "skills.0.relaxation.0",
        ),
    ):
        answer = await boss.try_put("flows/refused", route(**asked))
        assert answer.status_code == 422, answer.text
        (one,) = answer.json()["errors"]
        assert (one["flaw"], one["field"]) == (flaw, f"flows.refused.nodes.in.{field}")
        assert one["sentence"]["ja"] != one["sentence"]["en"] != ""
    for wanted, flaw in (
        ({"number": "not a number"}, "unreadable_number"),
        ({"number": "0312345678", "preferred": "nobody"}, "unknown_agent"),
    ):
        answer = await boss.try_put("callers/bad", wanted)
        assert (answer.status_code, answer.json()["errors"][0]["flaw"]) == (422, flaw)
    await boss.put("callers/one", {"number": "+81 3 1234 5678"})
    answer = await boss.try_put("callers/two", {"number": "03-1234-5678"})
    assert answer.json()["errors"][0]["flaw"] == "number_twice"
