"""Reads a flow from its JSON document; what cannot be used is refused with its node and the reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ivr import check
from ivr.ask_document import ASKING, Unfit, asked
from ivr.flow import KEYS, Flow, FlowRefused, HangUp, Hours, Menu, Play, Route, Step
from kernel.ids import FlowId, HoursId, NodeName, PromptId, QueueId

LONGEST_TIMEOUT: Final = 60.0
MOST_TRIES: Final = 10
MOST_NODES: Final = 500


def read(flow: FlowId, version: int, document: str) -> Flow:
    """The flow of a JSON document, whose every road ends. Raises FlowRefused.

    {"start": "hello", "nodes": {
      "hello": {"do": "play", "prompt": "greeting", "next": "when"},
      "when":  {"do": "hours", "hours": "office", "open": "ask", "closed": "sorry"},
      "ask":   {"do": "menu", "prompt": "which", "keys": {"1": "sales"}, "timeout": 5, "tries": 3, "invalid": "invalid",
                "on_timeout": "sales", "on_invalid": "bye"},
      "sales": {"do": "route", "queue": "sales", "priority": 0, "full": "bye", "vip": false, "preferred": "aoki",
                "skills": [{"skill": "english", "level": 3, "relaxation": [{"after": 30, "level": 1}]}],
                "skills_instead": false},
      "sorry": {"do": "play", "prompt": "closed", "next": "bye"},
      "bye":   {"do": "hang_up"}}}
    """
    try:
        data = json.loads(document)
    except (ValueError, RecursionError) as error:
        raise FlowRefused(flow, "", "not a JSON document") from error
    nodes = data.get("nodes") if isinstance(data, dict) else None
    if not isinstance(nodes, dict):
        raise FlowRefused(flow, "", "a flow is an object with `start` and `nodes`")
    if len(nodes) > MOST_NODES:
        raise FlowRefused(flow, "", f"a flow has at most {MOST_NODES} nodes")
    start = NodeName(_Fields(flow, "", data).text("start"))
    made = Flow(flow, version, start, {NodeName(name): _step(flow, name, step) for name, step in nodes.items()})
    check.ends(made)
    return made


def _step(flow: FlowId, node: str, data: Any) -> Step:
    if not isinstance(data, dict):
        raise FlowRefused(flow, node, "a step is an object")
    fields = _Fields(flow, node, data)
    maker = _STEPS.get(data["do"]) if isinstance(data.get("do"), str) else None
    if maker is None:
        raise fields.refused(f"unknown step {data.get('do')!r}; use {', '.join(_STEPS)}")
    step = maker(fields)
    unknown = sorted(set(data) - _KNOWN[type(step)])
    if unknown:
        raise fields.refused(f"`{unknown[0]}` is no field of this step")
    return step


@dataclass(frozen=True, slots=True)
class _Fields:
    """The fields of one step, read by kind."""

    flow: FlowId
    node: str
    data: Mapping[str, Any]

    def refused(self, reason: str) -> FlowRefused:
        return FlowRefused(self.flow, self.node, reason)

    def unfit(self, unfit: Unfit) -> FlowRefused:
        return FlowRefused(self.flow, self.node, unfit.reason, unfit.flaw, unfit.field, unfit.params)

    def text(self, field: str) -> str:
        value = self.data.get(field)
        if not isinstance(value, str) or not value:
            raise self.refused(f"`{field}` must be a text")
        return value

    def text_or(self, field: str, default: str) -> str:
        """The text of a field that may be left out; it may be empty."""
        value = self.data.get(field, default)
        if not isinstance(value, str):
            raise self.refused(f"`{field}` must be a text")
        return value

    def node_or_none(self, field: str) -> NodeName | None:
        return NodeName(self.text(field)) if self.data.get(field) is not None else None

    def whole(self, field: str, default: int) -> int:
        value = self.data.get(field, default)
        if type(value) is not int:
            raise self.refused(f"`{field}` must be a whole number")
        return value

    def seconds(self, field: str, default: float) -> float:
        value = self.data.get(field, default)
        if type(value) not in (int, float) or not 0 < value <= LONGEST_TIMEOUT:
            raise self.refused(f"`{field}` must be a number of seconds up to {LONGEST_TIMEOUT:g}")
        return float(value)

    def keys(self) -> dict[str, NodeName]:
        keys = self.data.get("keys")
        if not isinstance(keys, dict) or not keys:
            raise self.refused("`keys` must be an object that says where each key leads")
        for key, node in keys.items():
            if key not in KEYS:
                raise self.refused(f"{key!r} in `keys` is no key of a telephone")
            if not isinstance(node, str) or not node:
                raise self.refused(f"`keys.{key}` must be a text")
        return {key: NodeName(node) for key, node in keys.items()}


def _play(fields: _Fields) -> Step:
    return Play(PromptId(fields.text("prompt")), NodeName(fields.text("next")))


def _menu(fields: _Fields) -> Step:
    tries = fields.whole("tries", 3)
    if not 1 <= tries <= MOST_TRIES:
        raise fields.refused(f"`tries` must be from 1 to {MOST_TRIES}")
    on_timeout = NodeName(fields.text("on_timeout"))
    return Menu(
        PromptId(fields.text("prompt")),
        fields.keys(),
        on_timeout,
        fields.node_or_none("on_invalid") or on_timeout,
        fields.seconds("timeout", 5.0),
        tries,
        PromptId(fields.text_or("invalid", "invalid")),
    )


def _hours(fields: _Fields) -> Step:
    return Hours(HoursId(fields.text("hours")), NodeName(fields.text("open")), NodeName(fields.text("closed")))


def _route(fields: _Fields) -> Step:
    try:
        asking = asked(fields.data)
    except Unfit as unfit:
        raise fields.unfit(unfit) from unfit
    return Route(QueueId(fields.text("queue")), fields.whole("priority", 0), fields.node_or_none("full"), asking)


def _hang_up(_fields: _Fields) -> Step:
    return HangUp()


_STEPS: Final[Mapping[str, Callable[[_Fields], Step]]] = {
    "play": _play,
    "menu": _menu,
    "hours": _hours,
    "route": _route,
    "hang_up": _hang_up,
}
_KNOWN: Final[Mapping[type[Step], frozenset[str]]] = {
    Play: frozenset({"do", "prompt", "next"}),
    Menu: frozenset({"do", "prompt", "keys", "timeout", "tries", "invalid", "on_timeout", "on_invalid"}),
    Hours: frozenset({"do", "hours", "open", "closed"}),
    Route: frozenset({"do", "queue", "priority", "full", *ASKING}),
    HangUp: frozenset({"do"}),
}
