"""Queues that cannot be: each is refused with its field and a sentence that says what to do, and nothing is changed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.crew import TENANT, Crew
from tests.e2e.office import Admin, admin_of

ENGLISH = {"skill": "english", "level": 3}


def step(kind: str, **more: Any) -> dict[str, Any]:
    return {"overflow": [{"kind": kind, **more}]}


def boss_of(crew: Crew) -> Any:
    return admin_of(crew.platform, crew.platform.tenant(TENANT)["admin"])


async def refused(boss: Admin, path: str, wanted: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The answer and its one flaw; the configuration is what it was."""
    before = await boss.api.get("/configuration")
    answer = await boss.try_put(path, wanted)
    assert answer.status_code == 422, answer.text
    assert await boss.api.get("/configuration") == before
    told = answer.json()
    assert told["sentence"]["ja"] != told["sentence"]["en"] != ""
    (flaw,) = told["errors"]
    return told, flaw


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"routing": {"strategy": "loudest"}}, "routing.strategy"),
        ({"routing": {"requirements": [ENGLISH, {**ENGLISH, "level": 1}]}}, "routing"),
        ({"routing": {"requirements": [{**ENGLISH, "level": -1}]}}, "routing.requirements.0.level"),
        (
            {"routing": {"requirements": [{**ENGLISH, "relaxation": [{"after": 9, "level": 5}]}]}},
            "routing.requirements.0",
        ),
        ({"ring_time": -20}, "ring_time"),
        ({"longest_wait": -1}, "longest_wait"),
        ({"wrap_up": -1}, "wrap_up"),
        ({"waiting": {"most": -1}}, "waiting.most"),
        ({"waiting": {"ratio": -0.5}}, "waiting.ratio"),
        ({"waiting": {"redial_within": -1}}, "waiting.redial_within"),
        ({"waiting": {"join_empty": ["asleep"]}}, "waiting.join_empty.0"),
        ({"waiting": step("teleport")}, "waiting.overflow.0.kind"),
        ({"callback": {"certainty": 2}}, "callback.certainty"),
        ({"service": {"missed_after": -1}}, "service.missed_after"),
    ],
)
async def test_what_no_queue_can_be_names_its_field(crew: Crew, wanted: dict[str, Any], field: str) -> None:
    async with boss_of(crew) as boss:
        told, flaw = await refused(boss, "queues/odd", {"name": "odd", **wanted})
    assert (told["code"], flaw["field"]) == ("bad_request", f"body.{field}")


@pytest.mark.parametrize(
    ("waiting", "field", "code"),
    [
        (step("queue", queue="odd"), "overflow", "overflow_loop"),
        (step("queue", queue="nowhere"), "overflow.0.queue", "unknown_queue"),
        (step("announcement", prompt="unspoken"), "overflow.0.prompt", "unknown_prompt"),
        (step("number", number="110"), "overflow.0.number", "emergency"),
        (step("number", number="+12125550100"), "overflow.0.number", "destination_not_allowed"),
        ({"leave_key": "9"}, "leave_key", "key_leads_nowhere"),
    ],
)
async def test_what_leads_nowhere_says_so_in_both_languages(
    crew: Crew, waiting: dict[str, Any], field: str, code: str
) -> None:
    async with boss_of(crew) as boss:
        told, flaw = await refused(boss, "queues/odd", {"name": "odd", "waiting": waiting})
    assert (told["code"], flaw["flaw"], flaw["field"]) == ("does_not_fit", code, f"queues.odd.waiting.{field}")
    assert flaw["sentence"]["ja"] != flaw["sentence"]["en"] != ""


async def test_a_loop_over_two_queues_is_refused_where_it_would_be_closed(crew: Crew) -> None:
    async with boss_of(crew) as boss:
        await boss.put("queues/second", {"name": "second"})
        await boss.put("queues/first", {"name": "first", "waiting": step("queue", queue="second")})
        _, tag = await boss.read("queues/second")
        answer = await boss.try_put(
            "queues/second", {"name": "second", "waiting": step("queue", queue="first")}, over=tag
        )
        shown, after = await boss.read("queues/second")
    assert (answer.status_code, answer.json()["errors"][0]["flaw"]) == (422, "overflow_loop")
    assert (shown["waiting"]["overflow"], after) == ([], tag)


async def test_a_queue_without_members_is_taken_and_warned_of(crew: Crew) -> None:
    async with boss_of(crew) as boss:
        told = await boss.put("queues/deserted", {"name": "deserted"})
    (warned,) = told["warnings"]
    assert (warned["code"], warned["field"]) == ("queue_without_members", "queues.deserted")
    assert warned["sentence"]["ja"] != warned["sentence"]["en"] != ""
