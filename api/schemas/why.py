"""Why an offer went to this agent, and why nobody is ringing for a call."""

from __future__ import annotations

from acd.explaining.explain import AgentKey, CallKey
from acd.explaining.explain_wait import ChangeKind, WaitState
from acd.explaining.obstacles import Obstacle
from acd.model import Place
from api.schemas.common import Moment, Shape


class Sentence(Shape):
    """What a person reads, in both languages."""

    ja: str
    en: str


class Reason(Shape):
    """What keeps an agent from being rung. `detail`: the pause reason, or the skill. `until`: when it ends by itself,
    None: it does not, or nobody knows."""

    kind: Obstacle
    detail: str
    since: Moment | None
    until: Moment | None
    sentence: Sentence


class KeptAgent(Shape):
    """An agent of the queue who could not be rung, by this version of him; the weightiest reason first."""

    agent: str
    name: str
    version: int
    reasons: list[Reason]


class ReasonCount(Shape):
    """So many agents have this as their first reason."""

    kind: Obstacle
    detail: str
    agents: int
    sentence: Sentence


class Candidate(Shape):
    """An agent who could be rung, idle since then; `version` is that of his configuration. `counted`: what the queue's
    strategy goes by, where that is calls, seconds of talk, calls for his share or his place in the order."""

    agent: str
    name: str
    version: int
    idle_since: Moment
    idle_seconds: float
    counted: float | None


class WaitingCall(Shape):
    """A waiting call, with all that its turn depends on; `queue` is None when it waits in none."""

    call: str
    queue: str | None
    priority: int
    since: Moment
    waited_seconds: float


class Turn(Shape):
    """Why this call: its `position` in the queue, of those before it there so many are `ringing` elsewhere; `before`
    and `behind` over all queues of the agent, and the call that he would have got `next`."""

    key: CallKey
    position: int
    ringing: int
    before: int
    behind: int
    next: WaitingCall | None


class Versions(Shape):
    """The versions of the configuration: in force then, when the call began, and of its queue when it joined."""

    in_force: int
    of_call: int
    of_queue: int


class OfferWhy(Shape):
    """The decision behind one offer, read from the facts before `seq`.

    `runners_up`: who would have been rung else, in that order, of `could_be_rung` agents; `kept`: the others of the
    queue by their first reason; `elsewhere`: agents who do not serve it. `kept_agents`: None unless asked for in full.
    """

    offer: str
    seq: int
    made: Moment
    versions: Versions
    call: WaitingCall
    winner: Candidate
    key: AgentKey
    could_be_rung: int
    runners_up: list[Candidate]
    kept: list[ReasonCount]
    elsewhere: int
    kept_agents: list[KeptAgent] | None
    turn: Turn
    sentences: list[Sentence]


class RunningOffer(Shape):
    """The call is ringing there."""

    offer: str
    agent: str
    made: Moment
    ring_until: Moment


class QueuedCall(Shape):
    """Where the call waits: `position` 1 is first of `waiting`."""

    queue: str
    queue_version: int
    position: int
    waiting: int
    priority: int
    since: Moment


class Change(Shape):
    """What happens by itself, unless something else comes first. `agents`: whom it concerns, several only where the
    ringing ends at all of them at once; `before`: calls that the agent would get first; `ring_on`: how many other
    phones ring for the call beyond that."""

    kind: ChangeKind
    at: Moment
    agents: list[str]
    before: int
    ring_on: int
    sentence: Sentence


class CallWhy(Shape):
    """How it stands with a living call after the fact `seq`, and why nobody is ringing.

    `open`: calls are given out. `offers`: every phone at which it rings, the first one first.
    `agents`: those of the queue who cannot be rung (whom it rings is none of them); `kept`: by their first reason;
    `sole`: those of whom one change alone would do, by it; `changes`: the next things that happen by themselves.
    """

    call: str
    seq: int
    config: int
    state: WaitState
    place: Place
    open: bool
    wait: QueuedCall | None
    offers: list[RunningOffer]
    agents: list[KeptAgent]
    kept: list[ReasonCount]
    sole: list[ReasonCount]
    changes: list[Change]
    sentences: list[Sentence]
