"""While somebody is being called back, who can take him is kept for him, and nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acd.config import AgentConfig
from acd.config.routing import AgentSkill, Membership, Relaxation, Requirement, Routing
from acd.config.waiting import First
from acd.explaining.explain import offer_reason
from acd.explaining.explain_wait import WaitState, wait_reason
from acd.explaining.obstacles import Obstacle
from acd.matching.kept import last_ones
from acd.model import Wish
from kernel.ids import AgentId, QueueId
from tests.fakes.world import World
from tests.stories import agent, go_ready, offers, open_floor, wish
from tests.unit.acd.called_back import asks, calls_back, comes, goes, their_phone

ENGLISH = Requirement("english", 2)


def speaks(name: str, level: int = 2) -> AgentConfig:
    return replace(agent(name, "q"), skills=(AgentSkill("english", level),))


def called(*agents: AgentConfig, asked: Requirement = ENGLISH, waited: float = 0.0) -> World:
    """Somebody for whose call a skill was asked is called back, as soon as the first of these agents is ready; those
    who come later ask for nothing."""
    config = replace(calls_back(first=First.CALLER), routing=Routing(preferred_for=60.0))
    world = open_floor(*agents, queues=(config,))
    world.wishes = {"q": (asked,)}
    goes(world, asks(world, comes(world)))
    world.pass_time(waited)
    go_ready(world, agents[0].id)
    assert their_phone(world)
    world.wishes = {}
    world.pass_time(1.0)
    return world


def test_who_cannot_take_him_is_not_kept_for_him() -> None:
    world = called(speaks("ann"), agent("bob", "q"))
    wish(world, "ann", Wish.PAUSED)
    go_ready(world, "bob")
    other = comes(world)
    assert offers(world) == [(other, "bob")]


def test_who_can_take_him_is_kept_although_another_one_is_free() -> None:
    world = called(speaks("ann"), agent("bob", "q"))
    go_ready(world, "bob")
    first, second = comes(world), comes(world)
    assert offers(world) == [(first, "bob")]
    told = wait_reason(world.floor, second)
    assert told is not None
    assert told.state is WaitState.KEPT_FOR_CALLBACK
    kept = {one.agent: [why.kind for why in one.hindrances] for one in told.agents}
    assert kept == {"ann": [Obstacle.KEPT_FOR_CALLBACK], "bob": [Obstacle.OFFERED]}


def test_who_knows_it_less_well_than_is_asked_is_given_to_others() -> None:
    world = called(speaks("ann"), speaks("bob", 1))
    go_ready(world, "bob")
    other = comes(world)
    assert offers(world) == [(other, "bob")]


def test_who_is_good_enough_after_the_wait_that_he_has_had_is_kept() -> None:
    less = Requirement("english", 2, (Relaxation(30.0, 1),))
    world = called(speaks("ann", 1), asked=less, waited=40.0)
    comes(world)
    assert offers(world) == []


def test_whom_a_call_waits_for_alone_is_kept_all_the_same() -> None:
    world = called(speaks("ann"), agent("bob", "q"))
    world.preferences = {"q": AgentId("ann")}
    go_ready(world, "bob")
    call = comes(world)
    assert (offers(world), world.floor.calls[call].preferred) == ([], "ann")


def test_one_of_two_who_can_take_him_is_given_to_others_and_then_nobody() -> None:
    world = called(speaks("ann"), speaks("bob"), agent("eve", "q"))
    go_ready(world, "bob")
    first = comes(world)
    assert offers(world) == [(first, "ann")]
    second = comes(world)
    assert len(offers(world)) == 1
    go_ready(world, "eve")
    assert offers(world)[1:] == [(second, "eve")]


def test_who_becomes_ready_and_could_be_kept_instead_sets_another_one_free() -> None:
    world = called(speaks("ann"), speaks("bob"))
    other = comes(world)
    assert offers(world) == []
    go_ready(world, "bob")
    assert offers(world) == [(other, "ann")]


def test_an_agent_is_offered_nothing_that_he_is_kept_from_and_the_reason_says_so() -> None:
    world = called(speaks("ann"), agent("bob", "q"))
    call = comes(world)
    assert offers(world) == []
    assert offer_reason(world.floor, call) is None
    before = world.rebuilt()
    go_ready(world, "bob")
    assert offers(world) == [(call, "bob")]
    assert offer_reason(before, call) is None
    (made,) = [one for one in world.facts if type(one.body).__name__ == "OfferMade"]
    assert made.body.ready == 1


@pytest.mark.parametrize(("delay", "given"), [(60.0, ["ann"]), (0.5, [])])
def test_whose_membership_begins_only_after_a_longer_wait_is_not_kept_for_him(delay: float, given: list[str]) -> None:
    late = replace(agent("ann", "q"), memberships=(Membership(QueueId("q"), delay=delay),))
    world = called(late, asked=Requirement("english", 0), waited=1.0)
    comes(world)
    world.run(1.0)
    # She is rung for none who has waited less either.
    world.run(delay)
    assert [name for _, name in offers(world)] == given


LINES = {
    "nobody waits": ([], ""),
    "one is enough for him": (["a"], "a"),
    "there is another for him": (["ab"], ""),
    "two need both": (["ab", "ab"], "ab"),
    "two need two of three": (["abc", "abc"], ""),
    "he can do nothing for the first": (["a", "ab"], "ab"),
    "who alone can take the first": (["a", "abc"], "a"),
    "more are promised than there are": (["a", "a"], "a"),
    "nobody can take him": ([""], ""),
    "nobody can take one of two": (["", "ab"], ""),
    "a chain": (["ab", "bc", "ca"], "abc"),
    "a chain with one to spare": (["ab", "bc", "cd"], ""),
    "two for one place, and a third alone": (["a", "a", "bc"], "a"),
}


@pytest.mark.parametrize("case", LINES)
def test_those_are_kept_without_whom_fewer_would_have_somebody(case: str) -> None:
    lines, kept = LINES[case]
    stand = [[(0, 0.0, 0.0, AgentId(one)) for one in line] for line in lines]
    assert last_ones(stand) == set(kept)
