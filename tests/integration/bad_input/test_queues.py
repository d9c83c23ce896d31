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


TWICE = [ENGLISH, {**ENGLISH, "level": 1}]
NO_LEVEL = [{**ENGLISH, "level": -1}]
RISING = [{**ENGLISH, "relaxation": [{"after": 9, "level": 5}]}]


@pytest.mark.parametrize(
    ("wanted", "field", "code", "named"),
    [
        ({"routing": {"strategy": "loudest"}}, "routing.strategy", "enum", "ring_progressive"),
        ({"routing": {"requirements": TWICE}}, "routing.requirements.1.skill", "skill_twice", "english"),
        ({"routing": {"requirements": NO_LEVEL}}, "routing.requirements.0.level", "level_out_of_range", "100"),
        ({"routing": {"requirements": RISING}}, "routing.requirements.0.relaxation.0", "relaxation_rises", "english"),
        ({"ring_time": -20}, "ring_time", "greater_than_equal", "1"),
        ({"longest_wait": -1}, "longest_wait", "greater_than_equal", "0"),
        ({"wrap_up": -1}, "wrap_up", "greater_than_equal", "0"),
        ({"waiting": {"most": -1}}, "waiting.most", "greater_than_equal", "0"),
        ({"waiting": {"ratio": -0.5}}, "waiting.ratio", "greater_than_equal", "0"),
        ({"waiting": {"redial_within": -1}}, "waiting.redial_within", "greater_than_equal", "0"),
        ({"waiting": {"join_empty": ["asleep"]}}, "waiting.join_empty.0", "enum", "skill_unmet"),
        ({"waiting": step("teleport")}, "waiting.overflow.0.kind", "enum", "voicemail"),
        ({"callback": {"certainty": 2}}, "callback.certainty", "less_than_equal", "0.999"),
        ({"service": {"missed_after": -1}}, "service.missed_after", "greater_than_equal", "1"),
        ({"nickname": "odd"}, "nickname", "extra_forbidden", ""),
    ],
)
async def test_what_no_queue_can_be_names_its_field_and_what_can(
    crew: Crew, wanted: dict[str, Any], field: str, code: str, named: str
) -> None:
    async with boss_of(crew) as boss:
        told, flaw = await refused(boss, "queues/odd", {"name": "odd", **wanted})
    assert (told["code"], flaw["flaw"], flaw["field"]) == ("bad_request", code, f"body.{field}")
    assert flaw["sentence"]["ja"] != flaw["sentence"]["en"]
    assert all(named in words for words in flaw["sentence"].values())


@pytest.mark.parametrize("code", ["skill_twice", "level_out_of_range", "relaxation_rises"])
async def test_callers_and_agents_are_told_of_their_skills_as_queues_are(crew: Crew, code: str) -> None:
    skills = {"skill_twice": TWICE, "level_out_of_range": NO_LEVEL, "relaxation_rises": RISING}[code]
    asked = [("callers/odd", {"number": "09011112222", "skills": skills})]
    if code != "relaxation_rises":
        asked.append(("agents/odd", {"name": "odd", "queues": [], "skills": skills}))
    async with boss_of(crew) as boss:
        for path, wanted in asked:
            _, flaw = await refused(boss, path, wanted)
            assert (flaw["flaw"], flaw["field"].split(".")[1]) == (code, "skills")
            assert flaw["sentence"]["ja"] != flaw["sentence"]["en"] != ""


@pytest.mark.parametrize(
    ("waiting", "field", "code"),
    [
        (step("queue", queue="odd"), "overflow", "overflow_loop"),
        (step("queue"), "overflow.0.queue", "missing"),
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


async def test_a_loop_over_a_number_of_ones_own_is_refused_wherever_it_would_be_closed(crew: Crew) -> None:
    async with boss_of(crew) as boss:
        await boss.queue_with_number("round", "+81312345790")
        shown, tag = await boss.read("queues/round")
        back = {**shown, "waiting": step("number", number="03-1234-5790")}
        answers = [await boss.try_put("queues/round", back, over=tag)]
        await boss.put("queues/elsewhere", {"name": "elsewhere"})
        _, flow = await boss.read("flows/round")
        await boss.put("flows/round", _to("elsewhere"), over=flow)
        await boss.put("queues/round", back, over=tag)
        kept, tag = await boss.read("flows/round")
        answers.append(await boss.try_put("flows/round", _to("round"), over=tag))
        await boss.put("flows/other", _to("round"))
        _, number = await boss.read("numbers/+81312345790")
        answers.append(await boss.try_put("numbers/+81312345790", {"flow": "other"}, over=number))
        assert await boss.read("flows/round") == (kept, tag)
    for answer in answers:
        (flaw,) = answer.json()["errors"]
        assert (answer.status_code, flaw["flaw"]) == (422, "overflow_loop")
        assert flaw["field"] == "queues.round.waiting.overflow"
        assert all("round → +81312345790 → round" in words for words in flaw["sentence"].values())


def _to(queue: str) -> dict[str, Any]:
    return {"start": "in", "nodes": {"in": {"do": "route", "queue": queue}}}


async def test_a_queue_that_is_in_use_says_where(crew: Crew) -> None:
    async with boss_of(crew) as boss:
        await boss.put("queues/used", {"name": "used"})
        await boss.put("flows/used", _to("used"))
        _, tag = await boss.read("queues/used")
        gone = await boss.api.ask("DELETE", "/configuration/queues/used", headers={"If-Match": tag})
        never = await boss.try_put("flows/never", _to("nowhere"))
        assert (await boss.read("queues/used"))[1] == tag
    for answer, of, said in ((gone, "used", "still named"), (never, "never", "no queue nowhere")):
        (flaw,) = answer.json()["errors"]
        told = (answer.status_code, flaw["flaw"], flaw["field"])
        assert told == (422, "unknown_queue", f"flows.{of}.nodes.in.queue")
        assert said in flaw["sentence"]["en"] == flaw["reason"]
        assert "さい" in flaw["sentence"]["ja"] or "ありません" in flaw["sentence"]["ja"]


async def test_who_is_no_agent_is_told_to_name_one_and_which_announcement_there_is_not(crew: Crew) -> None:
    for path, body in (
        ("/queues/patient/calls/call_1/pick", {}),
        ("/parked/701/pickup", {}),
        ("/calls/call_1/conference", {"to": "201"}),
        ("/calls", {"to": "201"}),
    ):
        answer = await crew.api.ask("POST", path, json=body)
        told = answer.json()
        assert (answer.status_code, told["code"]) == (403, "agent_not_named"), path
        assert "agent" in told["sentence"]["ja"]
        assert "agent" in told["sentence"]["en"]
    answer = await crew.api.ask("POST", "/queues/patient/calls/call_1/withdraw", json={"prompt": "unspoken"})
    (flaw,) = answer.json()["errors"]
    assert (answer.status_code, flaw["field"], flaw["flaw"]) == (422, "prompt", "unknown_prompt")
    assert all("unspoken" in words for words in flaw["sentence"].values())


@pytest.mark.parametrize(
    ("path", "wanted", "field", "code"),
    [
        ("agents/odd", {"name": "odd", "caller_number": "03-1234"}, "caller_number", "too_short"),
        ("numbers/03-1234", {"flow": "odd"}, "number", "too_short"),
        ("numbers/110", {"flow": "odd"}, "number", "not_a_called_number"),
        ("pauses/lunch", {"name": "odd"}, "pause", "built_in"),
    ],
)
async def test_what_else_cannot_be_set_up_says_so_in_both_languages(
    crew: Crew, path: str, wanted: dict[str, Any], field: str, code: str
) -> None:
    async with boss_of(crew) as boss:
        told, flaw = await refused(boss, path, wanted)
    assert (told["code"], flaw["flaw"], flaw["field"]) == ("does_not_fit", code, field)
    assert flaw["sentence"]["ja"] != flaw["sentence"]["en"] != ""


async def test_a_queue_without_members_is_taken_and_warned_of(crew: Crew) -> None:
    async with boss_of(crew) as boss:
        told = await boss.put("queues/deserted", {"name": "deserted"})
    (warned,) = told["warnings"]
    assert (warned["code"], warned["field"]) == ("queue_without_members", "queues.deserted")
    assert warned["sentence"]["ja"] != warned["sentence"]["en"] != ""
