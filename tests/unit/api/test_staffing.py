"""What is accepted though nobody can serve it: the warnings, and what callers' entries may not name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson

from acd.config import AgentConfig, QueueConfig
from acd.config.routing import AgentSkill, Relaxation, Requirement, Routing
from api import callers, staffing
from api.schemas.configuration import Warned
from kernel.ids import AgentId, FlowId, PersonalId, QueueId, TenantId
from store.config_parts import AgentAccount, CallerConfig, FlowDocument, TenantConfig

ENGLISH = Requirement("english", 3)


def account(name: str, *skills: str, queue: str = "q") -> AgentAccount:
    known = tuple(AgentSkill(one, 2) for one in skills)
    return AgentAccount(AgentConfig(AgentId(name), name, name, (QueueId(queue),), skills=known), name, "")


def config(*agents: AgentAccount, requirements: tuple[Requirement, ...] = (), **step: Any) -> TenantConfig:
    queue = QueueConfig(QueueId("q"), "Orders", routing=Routing(requirements=requirements))
    document = {"start": "in", "nodes": {"in": {"do": "route", "queue": "q", **step}}}
    flow = FlowDocument(FlowId("f"), 1, orjson.dumps(document).decode())
    return TenantConfig(TenantId("even"), "even", queues=(queue,), agents=agents, flows=(flow,))


def seen(warnings: list[Warned]) -> list[tuple[str, str]]:
    return [(one.code, one.field) for one in warnings]


def test_a_queue_without_agents_is_warned_of_in_both_languages() -> None:
    (one,) = staffing.of_queues(config(account("ann", queue="other")))
    assert (one.code, one.field) == ("queue_without_members", "queues.q")
    assert one.sentence.en == "No agent serves Orders: its callers wait for nobody."
    assert "Orders" in one.sentence.ja
    assert staffing.of_queues(config(account("ann"))) == []


def test_skills_that_nobody_of_the_queue_has_are_warned_of_and_told_from_those_that_relax() -> None:
    at = "queues.q.routing.requirements"
    never = config(account("ann", "english"), account("bob", "tax"), requirements=(ENGLISH,))
    assert seen(staffing.of_queues(never)) == [("skills_nobody_has", at)]
    later = replace(ENGLISH, relaxation=(Relaxation(30.0, 2),))
    relaxing = config(account("ann", "english"), requirements=(later,))
    assert seen(staffing.of_queues(relaxing)) == [("skills_only_relaxed", at)]
    assert "30 s" in staffing.of_queues(relaxing)[0].sentence.en
    assert staffing.of_queues(config(account("ann", "english"), requirements=(replace(ENGLISH, level=2),))) == []


def test_skills_that_no_single_agent_has_together_are_met_by_nobody() -> None:
    both = (Requirement("english", 1), Requirement("tax", 1))
    assert seen(staffing.of_queues(config(account("ann", "english"), account("bob", "tax"), requirements=both)))
    assert staffing.of_queues(config(account("cho", "english", "tax"), requirements=both)) == []


def test_a_route_is_warned_of_for_its_skills_its_queue_and_its_agent() -> None:
    node = "flows.f.nodes.in"
    asks = [{"skill": "tax", "level": 1}]
    english = (Requirement("english", 1),)
    crew = (account("ann", "english"), account("bob", "tax"), account("eve", queue="other"))
    beside = config(*crew, requirements=english, skills=asks)
    assert seen(staffing.of_flow(beside, "f")) == [("skills_nobody_has", f"{node}.skills")]
    assert staffing.of_flow(config(*crew, requirements=english, skills=asks, skills_instead=True), "f") == []
    elsewhere = config(*crew, preferred="eve")
    assert seen(staffing.of_flow(elsewhere, "f")) == [("preferred_elsewhere", f"{node}.preferred")]
    assert seen(staffing.of_flow(config(), "f")) == [("queue_without_members", f"{node}.queue")]


def test_an_entry_of_a_caller_names_whom_there_is_and_is_there_once() -> None:
    known = config(account("ann", "english"))
    one = CallerConfig("yamada", "mark", PersonalId("pii_1"), AgentId("gone"), skills=(Requirement("latin"),))
    again = CallerConfig("tanaka", "mark", PersonalId("pii_2"))
    flaws = list(callers.flaws(replace(known, callers=(one, again)), None))
    assert [(flaw["field"], flaw["flaw"]) for flaw in flaws] == [
        ("callers.yamada.preferred", "unknown_agent"),
        ("callers.yamada.skills.0.skill", "unknown_skill"),
        ("callers.tanaka.number", "number_twice"),
    ]
    stood = replace(known, callers=(one,))
    # A skill that nobody has any more keeps nobody from changing something else.
    assert [flaw["flaw"] for flaw in callers.flaws(stood, stood)] == ["unknown_agent"]
