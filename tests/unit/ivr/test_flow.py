"""Flows are read from documents: good ones are walked to their end, bad ones are refused with what is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr import walk
from ivr.flow import Flow, HangUp, Play, Route, read
from kernel.errors import ConfigurationError
from kernel.ids import FlowId, NodeName, QueueId

FLOW = FlowId("flow_1")


def document(start: str = "hello", **nodes: Any) -> str:
    return json.dumps({"start": start, "nodes": nodes})


def refused(text: str) -> str:
    """Why the document is refused."""
    with pytest.raises(ConfigurationError) as why:
        read(FLOW, 1, text)
    assert "flow_1" in str(why.value)
    return str(why.value)


def a_flow() -> Flow:
    return read(
        FLOW,
        3,
        document(
            hello={"do": "play", "prompt": "greeting", "next": "hours"},
            hours={"do": "play", "prompt": "hours", "next": "sales"},
            sales={"do": "route", "queue": "queue_1", "priority": 5},
        ),
    )


def test_a_document_becomes_a_flow_of_typed_steps() -> None:
    flow = a_flow()
    assert (flow.id, flow.version, flow.start) == (FLOW, 3, "hello")
    assert flow.steps[NodeName("hello")] == Play("greeting", NodeName("hours"))
    assert flow.steps[NodeName("sales")] == Route(QueueId("queue_1"), 5)


def test_a_route_has_no_priority_unless_told() -> None:
    flow = read(FLOW, 1, document("q", q={"do": "route", "queue": "queue_1"}))
    assert flow.steps[NodeName("q")] == Route(QueueId("queue_1"), 0)


def test_a_caller_walks_prompt_by_prompt_to_the_queue() -> None:
    flow = a_flow()
    heard = []
    node, step = walk.begin(flow)
    while isinstance(step, Play):
        heard.append(step.prompt)
        node, step = walk.after(flow, node)
    assert (heard, node, step) == (["greeting", "hours"], "sales", Route(QueueId("queue_1"), 5))


def test_the_end_of_a_walk_stays_the_end() -> None:
    flow = a_flow()
    assert walk.after(flow, NodeName("sales")) == ("sales", Route(QueueId("queue_1"), 5))


def test_whoever_was_greeted_already_hears_no_second_greeting() -> None:
    assert walk.without_prompts(a_flow()) == ("sales", Route(QueueId("queue_1"), 5))


def test_a_flow_may_hang_up() -> None:
    flow = read(FLOW, 1, document("bye", bye={"do": "hang_up"}))
    assert walk.begin(flow) == ("bye", HangUp())
    assert walk.without_prompts(flow) == ("bye", HangUp())


def test_an_unknown_step_is_refused_with_its_node_and_the_known_ones() -> None:
    why = refused(document(hello={"do": "dance"}))
    assert "hello" in why
    assert "'dance'" in why
    assert "play, route or hang_up" in why


@pytest.mark.parametrize("start", ["hello", "nowhere"])
def test_a_road_to_a_node_that_is_not_there_is_refused_with_its_name(start: str) -> None:
    assert "'nowhere'" in refused(document(start, hello={"do": "play", "prompt": "p", "next": "nowhere"}))


def test_a_ring_of_prompts_is_refused_with_a_node_of_it() -> None:
    ring: dict[str, Any] = {
        "hello": {"do": "play", "prompt": "p", "next": "a"},
        "a": {"do": "play", "prompt": "p", "next": "b"},
        "b": {"do": "play", "prompt": "p", "next": "a"},
    }
    assert "'a'" in refused(document(**ring))


def test_a_ring_nobody_enters_is_refused_too() -> None:
    why = refused(document("bye", bye={"do": "hang_up"}, lost={"do": "play", "prompt": "p", "next": "lost"}))
    assert "'lost'" in why


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
        '{"start": "hello", "nodes": {"hello": {"do": "play", "next": "hello"}}}',
        '{"start": "hello", "nodes": {"hello": {"do": "play", "prompt": "p"}}}',
        '{"start": "hello", "nodes": {"hello": {"do": "route"}}}',
        '{"start": "hello", "nodes": {"hello": {"do": "route", "queue": "q", "priority": "high"}}}',
    ],
)
def test_what_is_no_flow_document_is_refused(text: str) -> None:
    refused(text)


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["a", "b", "c", "d", "e", "f", "", "!"]), min_size=1))
def test_every_flow_that_is_read_leads_every_caller_to_an_end(roads: dict[str, str]) -> None:
    nodes: dict[str, Any] = {
        name: {"do": "play", "prompt": "p", "next": to}
        if to.isalpha()
        else {"do": "hang_up" if to else "route", "queue": "q"}
        for name, to in roads.items()
    }
    start = next(iter(roads))
    try:
        flow = read(FLOW, 1, document(start, **nodes))
    except ConfigurationError:
        assert not _ends(roads)
        return
    assert _ends(roads)
    for name in roads:
        node = NodeName(name)
        for _ in roads:
            node, _step = walk.after(flow, node)
        assert not isinstance(flow.steps[node], Play)


def _ends(roads: dict[str, str]) -> bool:
    """Whether from every node so many steps as there are nodes lead to one that plays nothing."""

    def end(name: str) -> str | None:
        for _ in range(len(roads) + 1):
            if name not in roads:
                return None
            if not roads[name].isalpha():
                return name
            name = roads[name]
        return None

    return all(end(name) is not None for name in roads)


@pytest.mark.parametrize(
    ("step", "field"),
    [
        ('{"do": "play", "prompt": null, "next": "bye"}', "prompt"),
        ('{"do": "play", "prompt": "p", "next": []}', "next"),
        ('{"do": "route", "queue": 7}', "queue"),
        ('{"do": "route", "queue": "q", "priority": Infinity}', "priority"),
        ('{"do": "route", "queue": "q", "priority": true}', "priority"),
    ],
)
def test_a_wrong_field_is_refused_with_its_node_and_name(step: str, field: str) -> None:
    why = refused(f'{{"start": "hello", "nodes": {{"hello": {step}, "bye": {{"do": "hang_up"}}}}}}')
    assert "node hello" in why
    assert f"`{field}`" in why


def test_a_document_nested_without_end_is_refused() -> None:
    refused("[" * 100_000)
