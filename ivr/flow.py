"""A flow: the steps a caller goes through before a queue, and what each of them leads to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ivr.asking import NOTHING, Asking
from kernel.errors import ConfigurationError
from kernel.ids import FlowId, HoursId, NodeName, PromptId, QueueId

KEYS: Final = frozenset("0123456789*#")
"""The keys of a telephone; A to D are on none."""

INVALID: Final = PromptId("invalid")
"""The announcement after a wrong key, when a menu names none."""


@dataclass(frozen=True, slots=True)
class Play:
    """Play `prompt` to its end, then go on to `then`."""

    prompt: PromptId
    then: NodeName


@dataclass(frozen=True, slots=True)
class Menu:
    """Ask for a key: play `prompt`, wait `timeout` seconds after its end, and go where the key leads.

    A wrong key is answered with `invalid` ("": nothing) and the prompt again, no key with the prompt again. What goes
    wrong for the `tries`-th time ends the menu: a wrong key at `on_invalid`, no key at `on_timeout`.
    """

    prompt: PromptId
    keys: Mapping[str, NodeName]
    on_timeout: NodeName
    on_invalid: NodeName
    timeout: float = 5.0
    tries: int = 3
    invalid: PromptId = INVALID


@dataclass(frozen=True, slots=True)
class Hours:
    """Go on to `opened` while these opening hours are open, else to `closed`."""

    hours: HoursId
    opened: NodeName
    closed: NodeName


@dataclass(frozen=True, slots=True)
class Route:
    """Put the call into `queue`; a higher `priority` is served first.

    `full`: where a caller goes on for whom no waiting place is left; None: he hears that all lines are busy and is
    released. `asking`: what is asked for him there.
    """

    queue: QueueId
    priority: int = 0
    full: NodeName | None = None
    asking: Asking = NOTHING


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


Step = Play | Menu | Hours | Route | HangUp


@dataclass(frozen=True, slots=True)
class Flow:
    """An IVR script in one version; `steps` by node name, `start` is the first."""

    id: FlowId
    version: int
    start: NodeName
    steps: Mapping[NodeName, Step]


SUSPENDED: Final = Flow(
    FlowId("-suspended"),
    1,
    NodeName("told"),
    {NodeName("told"): Play(PromptId("suspended"), NodeName("end")), NodeName("end"): HangUp()},
)
"""What the callers of a suspended tenant meet in place of his own flows; no flow of a tenant has such an id."""


class FlowRefused(ConfigurationError):
    """This flow cannot be used: `reason`, at `node` ("": the flow as a whole).

    `flaw` is its code; `field` where in the node it is ("": not told), `params` what a sentence about it names.
    """

    def __init__(
        self,
        flow: FlowId,
        node: str,
        reason: str,
        flaw: str = "flow",
        field: str = "",
        params: Mapping[str, str] | None = None,
    ) -> None:
        where = f"flow {flow}, node {node!r}" if node else f"flow {flow}"
        super().__init__(f"{where}: {reason}")
        self.flow = flow
        self.node = node
        self.reason = reason
        self.flaw = flaw
        self.field = field
        self.params = dict(params or {})


def unasked(step: Step) -> Iterator[tuple[str, NodeName]]:
    """Where a step leads without the caller's choice, with the name of the field that says so."""
    match step:
        case Play():
            yield "next", step.then
        case Menu():
            yield "on_timeout", step.on_timeout
            yield "on_invalid", step.on_invalid
        case Hours():
            yield "open", step.opened
            yield "closed", step.closed
        case Route():
            if step.full is not None:
                yield "full", step.full
        case HangUp():
            return


def chosen(step: Step) -> Iterator[tuple[str, NodeName]]:
    """Where a caller's key leads."""
    if isinstance(step, Menu):
        for key, node in step.keys.items():
            yield f"keys.{key}", node
