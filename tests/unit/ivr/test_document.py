"""Flows are read from documents: good ones become steps, bad ones are refused with the node and what is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ivr import check
from ivr.asking import Asking, Skill, Step
from ivr.document import MOST_NODES, read
from ivr.flow import Flow, FlowRefused, HangUp, Hours, Menu, Play, Route
from kernel.ids import AgentId, FlowId, HoursId, NodeName, PromptId, QueueId

FLOW = FlowId("flow_1")
BYE: dict[str, Any] = {"do": "hang_up"}
ROUTE: dict[str, Any] = {"do": "route", "queue": "queue_1"}


def document(start: str = "hello", **nodes: Any) -> str:
    return json.dumps({"start": start, "nodes": nodes})


def refused(text: str) -> FlowRefused:
    """Why the document is refused."""
    with pytest.raises(FlowRefused) as why:
        read(FLOW, 1, text)
    assert "flow_1" in str(why.value)
    return why.value


def menu(**more: Any) -> dict[str, Any]:
    return {"do": "menu", "prompt": "which", "keys": {"1": "bye"}, "on_timeout": "bye", **more}


def a_flow() -> Flow:
    return read(
        FLOW,
        3,
        document(
            hello={"do": "play", "prompt": "greeting", "next": "when"},
            when={"do": "hours", "hours": "office", "open": "ask", "closed": "sorry"},
            ask=menu(keys={"1": "sales", "*": "ask"}, timeout=2.5, tries=2, invalid="wrong", on_invalid="sorry"),
            sales={
                **ROUTE,
                "priority": 5,
                "full": "sorry",
                "skills": [{"skill": "english", "level": 3, "relaxation": [{"after": 30, "level": 0}]}],
                "skills_instead": True,
                "preferred": "aoki",
                "vip": True,
            },
            sorry={"do": "play", "prompt": "closed", "next": "bye"},
            bye=BYE,
        ),
    )


def test_a_document_becomes_a_flow_of_typed_steps() -> None:
    flow = a_flow()
    assert (flow.id, flow.version, flow.start) == (FLOW, 3, "hello")
    assert {name: flow.steps[NodeName(name)] for name in ("hello", "when", "ask", "sales", "bye")} == {
        "hello": Play(PromptId("greeting"), NodeName("when")),
        "when": Hours(HoursId("office"), NodeName("ask"), NodeName("sorry")),
        "ask": Menu(
            PromptId("which"),
            {"1": NodeName("sales"), "*": NodeName("ask")},
            NodeName("bye"),
            NodeName("sorry"),
            2.5,
            2,
            PromptId("wrong"),
        ),
        "sales": Route(
            QueueId("queue_1"),
            5,
            NodeName("sorry"),
            Asking((Skill("english", 3, (Step(30.0, 0),)),), True, AgentId("aoki"), True),
        ),
        "bye": HangUp(),
    }


def test_what_is_left_out_has_its_usual_value() -> None:
    flow = read(FLOW, 1, document("ask", ask=menu(), q={"do": "route", "queue": "queue_1"}, bye=BYE))
    bye = NodeName("bye")
    assert flow.steps[NodeName("q")] == Route(QueueId("queue_1"), 0, None)
    assert flow.steps[NodeName("ask")] == Menu(
        PromptId("which"), {"1": bye}, on_timeout=bye, on_invalid=bye, timeout=5.0, tries=3, invalid=PromptId("invalid")
    )


def test_an_unknown_step_is_refused_with_its_node_and_the_known_ones() -> None:
    why = refused(document(hello={"do": "dance"}))
    assert why.node == "hello"
    assert "'dance'" in why.reason
    assert "play, menu, hours, route, hang_up" in why.reason


@pytest.mark.parametrize(
    ("field", "step"),
    [
        ("next", {"do": "play", "prompt": "p", "next": "nowhere"}),
        ("keys.1", menu(keys={"1": "nowhere"})),
        ("on_timeout", menu(on_timeout="nowhere")),
        ("on_invalid", menu(on_invalid="nowhere")),
        ("open", {"do": "hours", "hours": "h", "open": "nowhere", "closed": "bye"}),
        ("closed", {"do": "hours", "hours": "h", "open": "bye", "closed": "nowhere"}),
        ("full", {"do": "route", "queue": "q", "full": "nowhere"}),
    ],
)
def test_a_road_to_a_node_that_is_not_there_is_refused_with_its_name(field: str, step: dict[str, Any]) -> None:
    why = refused(document(hello=step, bye=BYE))
    assert why.node == "hello"
    assert "'nowhere'" in why.reason
    assert f"`{field}`" in why.reason


def test_a_start_that_is_not_there_is_refused() -> None:
    assert "'nowhere'" in refused(document("nowhere", hello=BYE)).reason


@pytest.mark.parametrize(
    ("field", "step"),
    [
        ("next", {"do": "play", "prompt": "p", "next": "a"}),
        ("on_timeout", menu(keys={"1": "a"}, on_timeout="a", on_invalid="bye")),
        ("on_invalid", menu(keys={"1": "a"}, on_invalid="a")),
        ("open", {"do": "hours", "hours": "h", "open": "a", "closed": "bye"}),
        ("closed", {"do": "hours", "hours": "h", "open": "bye", "closed": "a"}),
        ("full", {"do": "route", "queue": "q", "full": "a"}),
    ],
)
def test_a_road_that_never_ends_is_refused_with_its_node(field: str, step: dict[str, Any]) -> None:
    why = refused(document(hello=BYE, a={"do": "play", "prompt": "p", "next": "b"}, b=step, bye=BYE))
    assert why.node == "b"
    assert f"`{field}`" in why.reason
    assert "never ends" in why.reason


def test_a_key_may_lead_back() -> None:
    flow = read(FLOW, 1, document("ask", ask=menu(keys={"9": "ask", "8": "hello"}), hello={"do": "play", "prompt": "p",
                "next": "ask"}, bye=BYE))  # fmt: skip
    assert flow.start == "ask"


def test_a_long_flow_is_read_and_one_too_long_refused() -> None:
    def chain(count: int) -> str:
        nodes: dict[str, Any] = {f"n{n}": {"do": "play", "prompt": "p", "next": f"n{n + 1}"} for n in range(count - 1)}
        return document("n0", **nodes, **{f"n{count - 1}": BYE})

    assert len(read(FLOW, 1, chain(MOST_NODES)).steps) == MOST_NODES
    assert str(MOST_NODES) in refused(chain(MOST_NODES + 1)).reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        '"hello"',
        "{}",
        '{"start": "hello"}',
        '{"nodes": {}}',
        '{"start": "hello", "nodes": {}}',
        '{"start": "hello", "nodes": []}',
        '{"start": "hello", "nodes": {"hello": "play"}}',
        '{"start": "hello", "nodes": {"hello": {}}}',
        '{"start": "hello", "nodes": {"hello": {"do": ["play"]}}}',
        '{"start": ["hello"], "nodes": {"hello": {"do": "hang_up"}}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_flow_document_is_refused(text: str) -> None:
    refused(text)


@pytest.mark.parametrize(
    ("step", "field"),
    [
        ({"do": "play", "prompt": None, "next": "bye"}, "prompt"),
        ({"do": "play", "next": "bye"}, "prompt"),
        ({"do": "play", "prompt": "p", "next": []}, "next"),
        ({"do": "play", "prompt": "p"}, "next"),
        ({"do": "play", "prompt": "p", "next": "bye", "queue": "q"}, "queue"),
        ({"do": "route"}, "queue"),
        ({"do": "route", "queue": 7}, "queue"),
        ({"do": "route", "queue": "q", "priority": "high"}, "priority"),
        ({"do": "route", "queue": "q", "priority": float("inf")}, "priority"),
        ({"do": "route", "queue": "q", "priority": True}, "priority"),
        ({"do": "route", "queue": "q", "full": 1}, "full"),
        ({"do": "hours", "open": "bye", "closed": "bye"}, "hours"),
        ({"do": "hours", "hours": "h", "closed": "bye"}, "open"),
        (menu(keys={}), "keys"),
        (menu(keys=["1"]), "keys"),
        (menu(keys={"A": "bye"}), "keys"),
        (menu(keys={"12": "bye"}), "keys"),
        (menu(keys={"": "bye"}), "keys"),
        (menu(keys={"1": 2}), "keys.1"),
        (menu(timeout=0), "timeout"),
        (menu(timeout=61), "timeout"),
        (menu(timeout=float("nan")), "timeout"),
        (menu(timeout="5"), "timeout"),
        (menu(tries=0), "tries"),
        (menu(tries=11), "tries"),
        (menu(tries=2.0), "tries"),
        (menu(invalid=None), "invalid"),
        (menu(on_timeout=None), "on_timeout"),
    ],
)
def test_a_wrong_field_is_refused_with_its_node_and_name(step: dict[str, Any], field: str) -> None:
    why = refused(document(hello=step, bye=BYE))
    assert why.node == "hello"
    assert f"`{field}`" in why.reason


def test_a_flow_is_checked_for_what_it_names() -> None:
    flow = a_flow()
    there: dict[str, set[str]] = {
        "queues": {"queue_1"}, "hours": {"office"}, "prompts": {"greeting", "which", "wrong", "closed"},
        "agents": {"aoki"}, "skills": {"english"},
    }  # fmt: skip
    check.names(flow, **there)
    for kind, node, name in (
        ("queues", "sales", "queue_1"),
        ("agents", "sales", "aoki"),
        ("skills", "sales", "english"),
        ("hours", "when", "office"),
        ("prompts", "hello", "greeting"),
        ("prompts", "ask", "which"),
        ("prompts", "ask", "wrong"),
    ):
        with pytest.raises(FlowRefused) as why:
            check.names(flow, **{**there, kind: there[kind] - {name}})
        assert (why.value.node, repr(name) in why.value.reason) == (node, True)


@pytest.mark.parametrize(
    ("asked", "flaw", "field"),
    [
        ({"skills": {}}, "not_a_list", "skills"),
        ({"skills": [{"skill": "s"}] * 21}, "not_a_list", "skills"),
        ({"skills": ["english"]}, "not_a_skill", "skills.0"),
        ({"skills": [{"skill": "s", "lvl": 1}]}, "not_a_skill", "skills.0"),
        ({"skills": [{"skill": "@s"}]}, "skill_name", "skills.0.skill"),
        ({"skills": [{"skill": "a\nb"}]}, "skill_name", "skills.0.skill"),
        ({"skills": [{"skill": "s", "level": 0}]}, "level_out_of_range", "skills.0.level"),
        ({"skills": [{"skill": "s", "level": True}]}, "level_out_of_range", "skills.0.level"),
        ({"skills": [{"skill": "s"}, {"skill": "s", "level": 2}]}, "skill_twice", "skills.1.skill"),
        ({"skills": [{"skill": "s", "relaxation": [{"after": 0, "level": 0}]}]}, "seconds_out_of_range", "after"),
        ({"skills": [{"skill": "s", "relaxation": [{"after": 5, "level": 1}]}]}, "relaxation_rises", "relaxation.0"),
        ({"skills": [{"skill": "s", "relaxation": [{"after": 5}]}]}, "not_a_step", "relaxation.0"),
        ({"skills_instead": 1}, "not_a_truth", "skills_instead"),
        ({"vip": "yes"}, "not_a_truth", "vip"),
        ({"preferred": 7}, "not_a_text", "preferred"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_code_and_place(asked: dict[str, Any], flaw: str, field: str) -> None:
    why = refused(document("q", q={**ROUTE, **asked}))
    assert (why.node, why.flaw) == ("q", flaw)
    assert why.field.endswith(field)
