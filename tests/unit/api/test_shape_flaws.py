"""What is wrong with the shape of a request names its field, and in both languages what is allowed there."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from acd.config.routing import Strategy
from api.schemas.configuration import AgentWanted, QueueWanted
from api.schemas.configuration_of_callers import CallerWanted
from api.schemas.talk import Party
from api.schemas.trunk import TrunkWanted
from api.shape_flaws import flaws

TAX = {"skill": "tax", "level": 3}
SKILLS = {
    "skill_twice": ([TAX, {**TAX, "level": 5}], "1.skill", "tax"),
    "relaxation_rises": ([{**TAX, "relaxation": [{"after": 9, "level": 1}, {"after": 9, "level": 0}]}],
                         "0.relaxation.1", "tax"),
    "level_out_of_range": ([{**TAX, "level": 101}], "0.level", "100"),
    "skill_name": ([{"skill": "~tax"}], "0.skill", ""),
}  # fmt: skip
QUEUE, CALLER, AGENT = {"name": "x"}, {"number": "0312345678"}, {"name": "x", "queues": ["q"]}


def found(shape: type[BaseModel], sent: object) -> list[dict[str, Any]]:
    with pytest.raises(ValidationError) as refused:
        shape.model_validate(sent)
    return list(flaws(refused.value.errors()))


def one(shape: type[BaseModel], sent: object) -> tuple[str, str, str, str]:
    """Field, flaw, and its sentences."""
    (flaw,) = found(shape, sent)
    ja, en = flaw["sentence"]["ja"], flaw["sentence"]["en"]
    assert ja != en == flaw["reason"]
    return flaw["field"], flaw["flaw"], ja, en


@pytest.mark.parametrize("code", SKILLS)
def test_skills_that_contradict_themselves_are_told_as_those_of_a_flow(code: str) -> None:
    skills, place, named = SKILLS[code]
    for shape, sent, field in (
        (QueueWanted, {**QUEUE, "routing": {"requirements": skills}}, "routing.requirements"),
        (CallerWanted, {**CALLER, "skills": skills}, "skills"),
        (Party, {"queue": "q", "skills": skills}, "skills"),
    ):
        at, flaw, ja, en = one(shape, sent)
        assert (at, flaw) == (f"{field}.{place}", code)
        assert named in ja
        assert named in en
    if code != "relaxation_rises":
        assert one(AgentWanted, {**AGENT, "skills": skills})[:2] == (f"skills.{place}", code)


def test_a_relaxation_of_no_level_names_both_ends() -> None:
    steps = [{**TAX, "relaxation": [{"after": 9, "level": -1}]}]
    field, flaw, _, en = one(CallerWanted, {**CALLER, "skills": steps})
    assert (field, flaw) == ("skills.0.relaxation.0.level", "level_out_of_range")
    assert "0 to 100" in en


def test_a_membership_names_its_queue() -> None:
    elsewhere = one(AgentWanted, {**AGENT, "memberships": [{"queue": "other"}]})
    twice = one(AgentWanted, {**AGENT, "memberships": [{"queue": "q"}, {"queue": "q", "tier": 1}]})
    assert (elsewhere[:2], twice[:2]) == (
        ("memberships.0.queue", "membership_elsewhere"),
        ("memberships.1.queue", "membership_twice"),
    )
    assert "other" in elsewhere[2]


def test_an_unknown_strategy_is_told_all_there_are() -> None:
    field, flaw, ja, en = one(QueueWanted, {**QUEUE, "routing": {"strategy": "loudest"}})
    assert (field, flaw) == ("routing.strategy", "enum")
    for strategy in Strategy:
        assert strategy in ja
        assert strategy in en


@pytest.mark.parametrize(
    ("wanted", "field", "limit"),
    [
        ({"longest_wait": -1}, "longest_wait", "0"),
        ({"ring_time": 0}, "ring_time", "1"),
        ({"ring_time": 301}, "ring_time", "300"),
        ({"wrap_up": 86_401}, "wrap_up", "86400"),
        ({"routing": {"age_most": 1_000_001}}, "routing.age_most", "1000000"),
        ({"callback": {"certainty": 1}}, "callback.certainty", "0.999"),
        ({"name": ""}, "name", "1"),
        ({"name": "x" * 201}, "name", "200"),
        ({"waiting": {"overflow": [{"kind": "voicemail"}] * 21}}, "waiting.overflow", "20"),
    ],
)
def test_a_limit_is_named(wanted: dict[str, Any], field: str, limit: str) -> None:
    at, _, ja, en = one(QueueWanted, {**QUEUE, **wanted})
    assert at == field
    assert limit in ja.replace("文字", " ").replace("件", " ")
    assert limit in en.split()


@pytest.mark.parametrize(
    ("shape", "sent", "field", "flaw", "word"),
    [
        (QueueWanted, {}, "name", "missing", "there"),
        (QueueWanted, {**QUEUE, "bogus": 1}, "bogus", "extra_forbidden", "no field"),
        (QueueWanted, {**QUEUE, "recorded": "x"}, "recorded", "bool_parsing", "true or false"),
        (QueueWanted, {**QUEUE, "wrap_up": "x"}, "wrap_up", "float_parsing", "a number"),
        (QueueWanted, {**QUEUE, "wrap_up": float("inf")}, "wrap_up", "finite_number", "a number"),
        (QueueWanted, {**QUEUE, "routing": 1}, "routing", "model_attributes_type", "object"),
        (QueueWanted, {**QUEUE, "music": "a b"}, "music", "string_pattern_mismatch", "1 to 64"),
        (QueueWanted, {**QUEUE, "name": "a\0"}, "name", "nul", "NUL"),
        (AgentWanted, {**AGENT, "extension": "x"}, "extension", "string_pattern_mismatch", "{2,6}"),
        (AgentWanted, {**AGENT, "queues": 1}, "queues", "list_type", "list"),
        (Party, {}, "to", "to_or_queue", "queue"),
        (Party, {"to": "1", "priority": 1}, "priority", "only_of_queue", "queue"),
        (TrunkWanted, {"addresses": ["10.0.0.0/8"]}, "addresses.0", "network_too_wide", "/16"),
        (TrunkWanted, {"addresses": ["here"]}, "addresses.0", "not_an_address", "IP"),
        (TrunkWanted, {"contact": "here"}, "contact", "not_a_server", "host"),
        (TrunkWanted, {}, "", "trunk_nowhere", "addresses"),
    ],
)
def test_every_other_flaw_says_what_is_wanted(
    shape: type[BaseModel], sent: object, field: str, flaw: str, word: str
) -> None:
    at, code, _, en = one(shape, sent)
    assert (at, code) == (field, flaw)
    assert word in en


def test_what_was_sent_is_never_repeated_and_what_nobody_foresaw_has_a_sentence() -> None:
    (flaw,) = flaws([{"type": "never_heard_of", "loc": ("body", 3), "ctx": {"error": "secret"}, "input": "secret"}])
    assert (flaw["field"], flaw["flaw"]) == ("body.3", "never_heard_of")
    assert "secret" not in str(flaw)
