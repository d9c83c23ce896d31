"""A queue's routing and an agent's skills as they are sent: what is kept, and what is refused with its place."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from acd.config import QueueConfig
from acd.config.routing import Relaxation, Requirement, Routing, Strategy
from api.schemas.configuration import AgentWanted, Queue, QueueWanted
from kernel.ids import QueueId


def test_a_routing_comes_back_as_it_was_sent() -> None:
    sent = {
        "strategy": "ring_progressive",
        "requirements": [{"skill": "英語", "level": 3, "relaxation": [{"after": 10, "level": 1}]}],
        "ring_more_every": 4,
        "preferred_for": 20,
        "last_agent_for": 15,
        "last_agent_within": 7,
    }
    routing = QueueWanted.model_validate({"name": "x", "routing": sent}).routing.routing()
    asked = Requirement("英語", 3, (Relaxation(10.0, 1),))
    assert routing == Routing(
        Strategy.RING_PROGRESSIVE,
        (asked,),
        ring_more_every=4.0,
        preferred_for=20.0,
        last_agent_for=15.0,
        last_agent_within=7,
    )
    shown = Queue.model_validate(QueueConfig(QueueId("q"), "x", routing=routing)).routing
    assert shown.routing() == routing


def test_a_queue_that_says_nothing_rings_who_has_been_idle_longest() -> None:
    assert QueueWanted.model_validate({"name": "x"}).routing.routing() == Routing()


@pytest.mark.parametrize(
    ("routing", "place"),
    [
        ({"strategy": "loudest"}, ("routing", "strategy")),
        ({"ring_at_most": -1}, ("routing", "ring_at_most")),
        ({"preferred_for": -0.5}, ("routing", "preferred_for")),
        ({"last_agent_within": 0}, ("routing", "last_agent_within")),
        ({"requirements": [{"skill": "tax", "level": -1}]}, ("routing", "requirements", 0, "level")),
        ({"requirements": [{"skill": "a\nb"}]}, ("routing", "requirements", 0, "skill")),
        ({"requirements": [{"skill": "~"}]}, ("routing", "requirements", 0, "skill")),
        ({"requirements": [{"skill": "tax"}, {"skill": "tax", "level": 2}]}, ("routing",)),
        (
            {"requirements": [{"skill": "tax", "level": 2, "relaxation": [{"after": 5, "level": 2}]}]},
            ("routing", "requirements", 0),
        ),
        (
            {
                "requirements": [
                    {"skill": "tax", "level": 3, "relaxation": [{"after": 5, "level": 2}, {"after": 4, "level": 1}]}
                ]
            },
            ("routing", "requirements", 0),
        ),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(routing: dict[str, Any], place: tuple[str | int, ...]) -> None:
    with pytest.raises(ValidationError) as refused:
        QueueWanted.model_validate({"name": "x", "routing": routing})
    assert [error["loc"] for error in refused.value.errors()] == [place]


@pytest.mark.parametrize(
    "agent",
    [
        {"skills": [{"skill": "tax"}, {"skill": "tax", "level": 2}]},
        {"skills": [{"skill": "tax", "level": 0}]},
        {"memberships": [{"queue": "elsewhere"}]},
        {"memberships": [{"queue": "q"}, {"queue": "q", "tier": 1}]},
        {"memberships": [{"queue": "q", "share": 0}]},
    ],
)
def test_an_agents_skills_and_memberships_do_not_contradict_themselves(agent: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AgentWanted.model_validate({"name": "x", "queues": ["q"], **agent})
