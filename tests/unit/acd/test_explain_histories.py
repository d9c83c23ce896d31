"""An explanation is what was decided: over random histories, at every offer, judged by deciding again."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from acd.evolve import evolve
from acd.explaining.explain import CallKey, OfferReason, offer_reason
from acd.explaining.explain_wait import WaitReason, WaitState, wait_reason
from acd.explaining.obstacles import Obstacle, hindrances
from acd.facts import Body, CallLeftQueue, OfferMade, WishChanged
from acd.matching import match
from acd.model import Call, Floor, Place, Wish
from kernel.fact import Fact, Stream
from kernel.ids import AgentId, CallId
from tests.fakes.world import TENANT, Watch, World
from tests.stories import go_ready, wish
from tests.unit.acd.acts import HAT
from tests.unit.acd.histories import ALL, CALLED_BACK, CALLING_OUT, STEPS, Steps
from tests.unit.acd.mixes import MIXES, Mix
from tests.unit.acd.play import CONFIGS, NAMES, begin, use

HISTORIES: Final = 150
ROOMY: Final = CONFIGS[3]
"""Without a limit of seats, so that there are agents to choose from."""


@dataclass
class Judge:
    """Explains every offer before it is made and holds the explanation against what the floor does."""

    told: dict[str, OfferReason] = field(default_factory=dict)
    agents: int = 0
    calls: int = 0
    """Offers for which there was a second agent, and for which there was a second call."""

    def fact(self, floor: Floor, fact: Fact[Body]) -> None:
        if not isinstance(fact.body, OfferMade):
            return
        made, told = fact.body, offer_reason(floor, fact.body.call)
        assert told is not None
        assert (told.seq, told.call.call, told.call.queue) == (fact.seq - 1, made.call, made.queue)
        assert told.winner.agent == made.agent
        assert [one.agent for one in told.runners_up] == list(_next_agents(floor, made, fact))
        assert 1 + len(told.runners_up) == made.ready
        assert 1 + len(told.runners_up) + len(told.excluded) + told.elsewhere == len(floor.agents)
        assert told.turn.key is not CallKey.PASSED_BY
        assert (told.turn.next.call if told.turn.next else None) == _next_call(floor, made, fact)
        self.told[made.offer] = told
        self.agents += bool(told.runners_up)
        self.calls += bool(told.turn.next)


def _without(floor: Floor, body: Body, fact: Fact[Body]) -> Floor:
    """The floor as it would be had this happened first."""
    other = pickle.loads(pickle.dumps(floor, pickle.HIGHEST_PROTOCOL))  # in half the time of copy.deepcopy
    evolve(other, Fact(TENANT, fact.epoch, fact.seq, fact.at, Stream.FLOOR, type(body).__name__, 1, "", body))
    return other


def _next_agents(floor: Floor, made: OfferMade, fact: Fact[Body]) -> Iterator[AgentId]:
    """Whom the floor chooses when the winner is not there, and when that one is not there either, and so on."""
    chosen = made.agent
    while True:
        floor = _without(floor, WishChanged(chosen, Wish.PAUSED, ""), fact)
        again = next(match.for_call(floor, floor.calls[made.call], fact.at), None)
        if again is None:
            return
        assert isinstance(again, OfferMade)
        chosen = again.agent
        yield chosen


def _next_call(floor: Floor, made: OfferMade, fact: Fact[Body]) -> CallId | None:
    """Which call the floor gives the winner when this one is not there."""
    other = _without(floor, CallLeftQueue(made.call, made.queue, "", 0.0), fact)
    again = next(match.for_agent(other, other.agents[made.agent], fact.at), None)
    return again.call if isinstance(again, OfferMade) else None


def _every_wait_is_told(world: World) -> Counter[WaitState]:
    """Between two inputs nobody can be rung for a call that waits; who can be rung has no hindrance, and no other."""
    floor, found = world.floor, Counter[WaitState]()
    for agent in floor.agents.values():
        assert agent.matchable == (not hindrances(floor, agent))
    for call in floor.calls.values():
        told = wait_reason(floor, call.id)
        assert told is not None
        assert (told.state is WaitState.NOT_WAITING) == (call.place is not Place.WAITING)
        assert (told.state is WaitState.OFFERED) == (call.offered and call.place is Place.WAITING)
        assert told.state is not WaitState.GIVEN_OUT
        found[told.state] += 1
        assert {one.id for one in told.offers} == (call.offers if call.place is Place.WAITING else set())
        if call.place is Place.WAITING and floor.reaches(call):
            _every_agent_is_told(floor, call, told)
        assert sum(one.agents for one in told.counts) == len(told.agents)
    return found


def _every_agent_is_told(floor: Floor, call: Call, told: WaitReason) -> None:
    """Each agent of the queue is being rung for the call or has a reason, whether he serves it just now or not."""
    known = {agent.id for agent in floor.agents.values() if call.queue in agent.config.queues}
    rung, reasons = {one.agent for one in told.offers}, {one.agent: one.hindrances for one in told.agents}
    assert known - rung == set(reasons)
    for agent, found in reasons.items():
        kinds = {one.kind for one in found}
        assert (Obstacle.QUEUE_OFF in kinds) == (call.queue in floor.agents[agent].away_from)
        assert Obstacle.RUNG_ALREADY not in kinds
        limits = [one.until for one in found if one.kind in (Obstacle.RING_LIMIT, Obstacle.RUNG_LATER)]
        assert None not in limits
        assert not limits or rung


def _replayed(world: World) -> dict[str, OfferReason]:
    """What is told when each offer is explained from the facts alone, long afterwards."""
    floor, told = Floor(TENANT), {}
    for fact in world.facts:
        if isinstance(fact.body, OfferMade):
            reason = offer_reason(floor, fact.body.call)
            assert reason is not None
            told[fact.body.offer] = reason
        evolve(floor, fact)
    return told


def _rush(world: World) -> None:
    """However the history has left the floor: callers come while everybody pauses, and everybody comes back."""
    for name in NAMES:
        wish(world, name, Wish.PAUSED)
    for number in ("q0", "q1", "q0!", "q2"):
        world.arrive(number)
        world.pass_time(1.0)
    for name in [one for one in NAMES if AgentId(one) in world.floor.agents]:
        go_ready(world, name)
    world.run(30.0)


def _judge(judge: Judge, staff: int, mix: Mix, steps: Steps) -> None:
    judge.told = {}
    play = begin(staff, careful=False, mix=mix)
    play.world.watch = Watch(judge.fact)
    play.world.take(use(ROOMY, mix, 1))
    for name in NAMES[:staff]:
        go_ready(play.world, name)
    play.world.arrive("q0")  # two at least can be rung for it
    for act, who, what in steps:
        ALL[act](play, who, what)
        _every_wait_is_told(play.world)
    _rush(play.world)
    assert _replayed(play.world) == judge.told


@pytest.mark.parametrize("hat", [HAT, CALLING_OUT], ids=["calls in", "calls out too"])
def test_every_offer_is_explained_by_what_the_floor_would_do_again(hat: Sequence[str]) -> None:
    judge = Judge()
    step = st.tuples(st.sampled_from(hat), st.integers(0, 15), st.integers(0, 15))

    @settings(
        max_examples=HISTORIES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(2, len(NAMES)), st.sampled_from(MIXES), st.lists(step, min_size=STEPS, max_size=STEPS))
    def play(staff: int, mix: Mix, steps: Steps) -> None:
        _judge(judge, staff, mix, steps)

    play()
    assert min(judge.agents, judge.calls) > HISTORIES // 2, "too few offers with a choice: nothing was shown"


def test_whoever_waits_is_told_why_also_when_agents_are_kept_for_those_who_are_called_back() -> None:
    found = Counter[WaitState]()
    for seed in range(HISTORIES):
        dice = Random(seed)
        play = begin(len(NAMES), careful=False, mix=dice.choice(MIXES))
        play.world.watch = Watch()
        for _ in range(STEPS):
            ALL[dice.choice(CALLED_BACK)](play, dice.randrange(16), dice.randrange(16))
            found += _every_wait_is_told(play.world)
    assert found[WaitState.KEPT_FOR_CALLBACK] > 0
