"""The flows of the desk: what a caller of each number meets."""

from __future__ import annotations

from controller.scripts import Script
from ivr import hours, prompts
from ivr.flow import Flow, HangUp, Hours, Menu, Play, Route
from kernel.ids import FlowId, HoursId, NodeName, PromptId, QueueId, TenantId

GREETED, STRAIGHT, CLOSED, LOST = "0311110001", "0311110002", "0311110003", "0311110004"
"""Numbers: a greeting before the queue, the queue at once, a hang-up, and a queue that is not there."""
ASKED, OFFICE, OVER = "0311110005", "0311110006", "0311110007"
"""A menu (1: the queue, 2: the end, 9: the menu again), opening hours, and a queue that has somewhere else to go."""

_WORKDAYS = '{"week": {"mon": ["09:00-18:00"], "tue": ["09:00-18:00"], "wed": ["09:00-18:00"], "thu": ["09:00-18:00"]}}'


def script(tenant: TenantId) -> Script:
    """All of them, in version 0."""
    flows = _flows()
    office = hours.read(HoursId("office"), 1, _WORKDAYS)
    return Script(
        0,
        {number: flow.id for number, flow in flows.items()},
        {flow.id: flow for flow in flows.values()},
        {office.id: office},
        prompts.files(tenant, ()),
    )


def _flows() -> dict[str, Flow]:
    play, route, end, lost, ask, sorry, when = map(NodeName, ("play", "route", "end", "lost", "ask", "sorry", "when"))
    to_queue = Route(QueueId("q"))
    told = {sorry: Play(PromptId("closed"), end), end: HangUp()}
    office = Hours(HoursId("office"), route, sorry)
    menu = Menu(PromptId("greeting"), {"1": route, "2": end, "9": ask}, on_timeout=sorry, on_invalid=end, tries=2)
    return {
        GREETED: Flow(FlowId("greeted"), 1, play, {play: Play(PromptId("greeting"), route), route: to_queue}),
        STRAIGHT: Flow(FlowId("straight"), 1, route, {route: to_queue}),
        CLOSED: Flow(FlowId("closed"), 1, end, {end: HangUp()}),
        LOST: Flow(FlowId("lost"), 1, lost, {lost: Route(QueueId("nowhere"))}),
        ASKED: Flow(FlowId("asked"), 1, ask, {ask: menu, route: to_queue, **told}),
        OFFICE: Flow(FlowId("office"), 1, when, {when: office, route: to_queue, **told}),
        OVER: Flow(FlowId("over"), 1, route, {route: Route(QueueId("q"), full=ask), ask: menu, **told}),
    }
