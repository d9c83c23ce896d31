"""What an explanation says: who, by which key, who else, why not the others; and why nobody rings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from acd import inputs
from acd.explaining.explain import AgentKey, CallKey, OfferReason, offer_reason
from acd.explaining.explain_wait import ChangeKind, WaitReason, WaitState, wait_reason
from acd.explaining.obstacles import Obstacle
from acd.facts import Body, OfferMade
from acd.model import Floor, Place, Wish
from acd.offers import LINE_REST
from kernel.fact import Fact
from kernel.ids import AgentId, CallId
from kernel.moment import after
from tests.fakes.world import NODE, World
from tests.stories import agent, answer, caller_hangs_up, go_ready, open_floor, queue, reject, sign_out, staffed, wish


def explained(world: World) -> list[OfferReason]:
    """Fills itself with the reason of each offer from now on."""
    told: list[OfferReason] = []

    def look(floor: Floor, fact: Fact[Body]) -> None:
        if isinstance(fact.body, OfferMade):
            reason = offer_reason(floor, fact.body.call)
            assert reason is not None
            told.append(reason)

    world.watch.fact = look
    return told


def waits(world: World, call: CallId) -> WaitReason:
    told = wait_reason(world.floor, call)
    assert told is not None
    return told


def kept(world: World, call: CallId) -> dict[str, list[tuple[Obstacle, str]]]:
    return {one.agent: [(why.kind, why.detail) for why in one.hindrances] for one in waits(world, call).agents}


def _arrive(world: World, number: str) -> CallId:
    call = world.arrive(number)
    world.pass_time(1)
    return call


def test_the_longest_idle_wins_before_the_others_in_their_order() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"), agent("cho", "q"), agent("dan", "r"))
    told = explained(world)
    world.arrive("q")
    (reason,) = told
    assert (reason.winner.agent, reason.key) == ("ann", AgentKey.LONGEST_IDLE)
    assert [one.agent for one in reason.runners_up] == ["bob", "cho"]
    assert reason.winner.idle_since < reason.runners_up[0].idle_since
    assert (reason.elsewhere, reason.excluded) == (1, ())


def test_of_two_idle_since_the_same_moment_the_lower_id_wins() -> None:
    world = open_floor(agent("bob", "q"), agent("ann", "q"))
    go_ready(world, "bob")
    go_ready(world, "ann")
    told = explained(world)
    world.arrive("q")
    world.arrive("q")
    assert [(one.winner.agent, one.key) for one in told] == [("ann", AgentKey.LOWER_ID), ("bob", AgentKey.ONLY_ONE)]
    assert [why.kind for why in told[1].excluded[0].hindrances] == [Obstacle.OFFERED]


def test_why_this_call_over_all_queues_of_the_agent() -> None:
    world = open_floor(agent("ann", "q", "r"))
    told = explained(world)
    old, late, first = (_arrive(world, number) for number in ("r", "q", "q!"))
    go_ready(world, "ann")
    reason = told[-1]
    assert (reason.call.call, reason.call.priority, reason.turn.key) == (first, 5, CallKey.PRIORITY)
    assert (reason.turn.position, reason.turn.before, reason.turn.behind) == (1, 0, 2)
    answer(world, "ann")
    caller_hangs_up(world, first)
    reason = told[-1]
    assert (reason.call.call, reason.call.queue, reason.turn.key) == (old, "r", CallKey.WAITED_LONGEST)
    assert reason.turn.next is not None
    assert (reason.turn.next.call, reason.turn.next.queue) == (late, "q")


def test_the_call_that_waited_longest_goes_first_and_the_one_that_rings_elsewhere_is_counted() -> None:
    world = open_floor(agent("ann", "q"), agent("bob", "q"))
    told = explained(world)
    for _ in range(3):
        world.arrive("q")
        world.pass_time(1)
    go_ready(world, "ann")
    assert (told[-1].turn.key, told[-1].turn.behind) == (CallKey.WAITED_LONGEST, 2)
    go_ready(world, "bob")
    assert (told[-1].turn.position, told[-1].turn.ringing, told[-1].turn.behind) == (2, 1, 1)


def test_versions_and_the_place_in_the_order_of_facts() -> None:
    world = staffed(agent("ann", "q", version=7), queues=(queue("q", version=3),))
    told = explained(world)
    world.arrive("q")
    assert (told[0].queue_version, told[0].winner.version) == (3, 7)
    made = next(fact for fact in world.facts if isinstance(fact.body, OfferMade))
    assert told[0].seq == made.seq - 1


def test_a_call_that_is_rung_for_or_for_which_nobody_can_be_has_no_offer_to_explain() -> None:
    world = staffed(agent("ann", "q"))
    rung, waiting = world.arrive("q"), world.arrive("q")
    assert offer_reason(world.floor, rung) is None
    assert offer_reason(world.floor, waiting) is None
    assert offer_reason(world.floor, CallId("nobody")) is None


def test_each_agent_is_told_with_all_that_keeps_him() -> None:
    names = ("call", "gone", "lunch", "miss", "out", "ring", "turned", "wrap")
    world = staffed(*(agent(name, "q") for name in names), queues=(queue("q", wrap_up=30.0),))
    sign_out(world, "out")
    wish(world, "lunch", Wish.PAUSED, "lunch")
    for name in ("gone", "out"):
        world.take(inputs.LineSeen(AgentId(name), up=False))
    on_call = world.arrive("q")
    answer(world, "call")
    assert world.floor.calls[on_call].place is Place.TALKING
    world.arrive("q")  # rings at miss
    world.pass_time(21)
    world.deliver_all()  # … who lets it ring; then at ring
    reject_of = world.arrive("q")
    reject(world, "turned")
    answer(world, "wrap")
    wish(world, "wrap", Wish.PAUSED, "break")
    caller_hangs_up(world, reject_of)
    told = kept(world, world.arrive("q"))
    assert told == {
        "call": [(Obstacle.ON_CALL, "")],
        "gone": [(Obstacle.UNREACHABLE, "")],
        "lunch": [(Obstacle.PAUSED, "lunch")],
        "miss": [(Obstacle.MISSED, "")],
        "out": [(Obstacle.SIGNED_OUT, ""), (Obstacle.UNREACHABLE, "")],
        "ring": [(Obstacle.OFFERED, "")],
        "turned": [(Obstacle.REFUSED, "")],
        "wrap": [(Obstacle.WRAP_UP, ""), (Obstacle.PAUSED, "break")],
    }


def test_the_next_wrap_up_that_ends_is_told_unless_a_pause_follows_it() -> None:
    world = staffed(agent("ann", "q", "r"), agent("bob", "q"), queues=(queue("q", wrap_up=30.0),))
    first, second = world.arrive("q"), world.arrive("q")
    answer(world, "ann")
    answer(world, "bob")
    wish(world, "bob", Wish.PAUSED, "lunch")
    caller_hangs_up(world, first)
    caller_hangs_up(world, second)
    ends = after(world.now, 30.0)
    world.arrive("r!")
    told = waits(world, world.arrive("q"))
    assert (told.state, told.wait and told.wait.position) == (WaitState.NOBODY_READY, 1)
    (change,) = told.changes
    assert (change.kind, change.at, change.agents, change.before) == (ChangeKind.WRAP_UP_ENDS, ends, ("ann",), 1)
    assert [(one.kind, one.agents) for one in told.counts] == [(Obstacle.WRAP_UP, 2)]
    assert [(one.kind, one.agents) for one in told.awaited] == [(Obstacle.WRAP_UP, 1)]


def test_a_line_that_rests_and_the_end_of_the_wait_are_told_in_their_order() -> None:
    world = staffed(agent("ann", "q"), queues=(queue("q", longest_wait=60.0),))
    call = world.arrive("q")
    (offer,) = world.floor.calls[call].offers
    world.take(inputs.OfferFailed(offer, "unreachable"))
    told = waits(world, call)
    assert [(one.kind, one.at) for one in told.changes] == [
        (ChangeKind.LINE_RESTED, after(world.now, LINE_REST)),
        (ChangeKind.LONGEST_WAIT, after(world.now, 60.0)),
    ]


def test_a_call_that_is_rung_for_says_where_and_until_when() -> None:
    world = staffed(agent("ann", "q"))
    told = waits(world, world.arrive("q"))
    assert told.state is WaitState.OFFERED
    assert [one.agent for one in told.offers] == ["ann"]
    assert [(one.kind, one.agents) for one in told.changes] == [(ChangeKind.RING_ENDS, ("ann",))]


@pytest.mark.parametrize(
    ("happens", "state"),
    [
        (lambda world: world.take(inputs.NodeWasLost(NODE)), WaitState.RECOVERING),
        (lambda world: wish(world, "ann", Wish.PAUSED), WaitState.NOBODY_READY),
    ],
)
def test_a_floor_that_recovers_says_so_although_somebody_is_ready(
    happens: Callable[[World], Any], state: WaitState
) -> None:
    world = staffed(agent("ann", "q"))
    happens(world)
    told = waits(world, world.arrive("q"))
    assert (told.state, told.open) == (state, state is not WaitState.RECOVERING)


def test_a_queue_without_agents_and_a_call_that_does_not_wait() -> None:
    world = open_floor(agent("ann", "q"), queues=(queue("q"), queue("empty")))
    assert waits(world, world.arrive("empty")).state is WaitState.NO_AGENTS
    go_ready(world, "ann")
    talking = world.arrive("q")
    answer(world, "ann")
    told = waits(world, talking)
    assert (told.state, told.place, told.wait) == (WaitState.NOT_WAITING, Place.TALKING, None)
    assert wait_reason(world.floor, CallId("nobody")) is None
