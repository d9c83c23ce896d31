"""What a flow asks for its call: skills beside the queue's or instead of them, a preferred agent, the last one."""

from __future__ import annotations

from dataclasses import replace

from acd import facts, inputs
from acd.config import AgentConfig, QueueConfig
from acd.config.routing import AgentSkill, Relaxation, Requirement, Routing
from acd.config.waiting import Cause, Condition, OverflowStep, StepKind, Waiting
from acd.evolve import evolve
from acd.explaining.explain import offer_reason
from acd.explaining.explain_rank import AgentKey
from acd.model import Destination, Floor, Purpose, Wish
from kernel.ids import AgentId, CallId, QueueId
from kernel.refusal import Code
from tests.fakes.world import TENANT, World
from tests.stories import agent, answer, command, go_ready, offers, queue, reject, sign_out, staffed, wish

ENGLISH = Requirement("english", 2)
TAX = Requirement("tax", 1)


def able(name: str, *skills: str, queues: tuple[str, ...] = ("q",)) -> AgentConfig:
    return replace(agent(name, *queues), skills=tuple(AgentSkill(one, 2) for one in skills))


def asks(name: str = "q", **routing: object) -> QueueConfig:
    return queue(name, routing=Routing(**routing))  # type: ignore[arg-type]


def comes(world: World, *requirements: Requirement, **asked: object) -> CallId:
    """A call whose flow puts it into `q` and asks for this."""
    call = world.arrive("nowhere")
    given = inputs.CallRouted(call, QueueId("q"), 0, world.now, requirements, **asked)  # type: ignore[arg-type]
    world.take(given)
    world.deliver_all()
    return call


def passes(world: World, seconds: float) -> None:
    world.pass_time(seconds)
    world.deliver_all()


def crew(*agents: AgentConfig, **more: object) -> World:
    """Everybody ready; a call to `nowhere` stays in its flow."""
    world = staffed(*agents, **more)  # type: ignore[arg-type]
    world.called["nowhere"] = (QueueId("q"), 0, True)
    return world


def test_who_asks_for_english_gets_who_speaks_it_although_another_is_idle_longer() -> None:
    world = crew(able("ann"), able("bob", "english"))
    call = comes(world, ENGLISH)
    assert offers(world) == [(call, "bob")]


def test_skills_of_the_flow_stand_beside_those_of_the_queue_or_instead_of_them() -> None:
    both = (able("ann", "english"), able("bob", "english", "tax"))
    beside = crew(*both, queues=(asks(requirements=(TAX,)),))
    call = comes(beside, ENGLISH)
    assert offers(beside) == [(call, "bob")]
    instead = crew(*both, queues=(asks(requirements=(TAX,)),))
    call = comes(instead, ENGLISH, replaces=True)
    assert offers(instead) == [(call, "ann")]
    nothing = crew(able("cho"), queues=(asks(requirements=(TAX,)),))
    call = comes(nothing, replaces=True)
    assert offers(nothing) == [(call, "cho")]


def test_what_the_flow_asks_for_relaxes_after_its_seconds_and_no_sooner() -> None:
    world = crew(able("ann"))
    call = comes(world, replace(ENGLISH, relaxation=(Relaxation(10.0, 0),)))
    passes(world, 9.0)
    assert offers(world) == []
    passes(world, 2.0)
    assert offers(world) == [(call, "ann")]


def test_the_demand_is_kept_on_the_way_to_another_queue() -> None:
    way = (OverflowStep(StepKind.QUEUE, queue=QueueId("r")),)
    first = queue("q", waiting=Waiting(join_empty=(Condition.SKILL_UNMET,), overflow=way))
    world = crew(able("ann"), able("bob", queues=("r",)), able("cho", "english", queues=("r",)), queues=(first,))
    call = comes(world, ENGLISH)
    assert [one.cause for one in world.bodies(facts.CallOverflowed)] == [Cause.EMPTY]
    assert offers(world) == [(call, "cho")]


def test_the_preferred_agent_is_waited_for_and_then_anybody_is_rung() -> None:
    world = crew(able("ann"), able("bob"), queues=(asks(preferred_for=20.0),))
    other = comes(world, preferred=AgentId("bob"))
    assert offers(world) == [(other, "bob")]
    answer(world, "bob")
    call = comes(world, preferred=AgentId("bob"))
    passes(world, 19.0)
    assert len(offers(world)) == 1
    passes(world, 2.0)
    assert offers(world)[1:] == [(call, "ann")]


def test_who_is_not_at_work_or_gone_is_not_waited_for() -> None:
    world = crew(able("ann"), able("bob"), queues=(asks(preferred_for=20.0, last_agent_for=20.0),))
    sign_out(world, "bob")
    first = comes(world, preferred=AgentId("bob"), last_agent=AgentId("never"))
    assert offers(world) == [(first, "ann")]


def test_who_signs_out_is_waited_for_no_longer() -> None:
    world = crew(able("ann"), able("bob"), queues=(asks(preferred_for=60.0),))
    wish(world, "bob", Wish.PAUSED, "break")
    call = comes(world, preferred=AgentId("bob"))
    assert offers(world) == []
    sign_out(world, "bob")
    assert offers(world) == [(call, "ann")]
    reject(world, "ann")
    go_ready(world, "bob")
    assert offers(world)[1:] == [(call, "bob")]


def test_the_last_agent_is_rung_for_and_the_reason_names_him_and_the_preferred_one_goes_before() -> None:
    rules = asks(preferred_for=20.0, last_agent_for=20.0)
    for asked, rung, key in (
        ({"last_agent": AgentId("cho")}, "cho", AgentKey.LAST_AGENT),
        ({"last_agent": AgentId("cho"), "preferred": AgentId("bob")}, "bob", AgentKey.PREFERRED),
        ({"last_agent": AgentId("bob"), "preferred": AgentId("bob")}, "bob", AgentKey.PREFERRED),
    ):
        world = crew(able("ann"), able("bob"), able("cho"), queues=(rules,))
        call = comes(world, **asked)
        assert offers(world) == [(call, rung)]
        reason = offer_reason(before_the_offer(world), call)
        assert reason is not None
        assert (reason.winner.agent, reason.key) == (rung, key)


def before_the_offer(world: World) -> Floor:
    """The floor as the facts before the last offer leave it."""
    floor = Floor(TENANT)
    made = max(fact.seq for fact in world.facts if isinstance(fact.body, facts.OfferMade))
    for fact in world.facts[: made - 1]:
        evolve(floor, fact)
    return floor


def test_who_has_turned_it_down_is_not_waited_for_again() -> None:
    world = crew(able("ann"), able("bob"), queues=(asks(preferred_for=60.0),))
    call = comes(world, preferred=AgentId("bob"))
    reject(world, "bob")
    assert offers(world) == [(call, "bob"), (call, "ann")]


def talk(world: World) -> CallId:
    call = comes(world, TAX)
    answer(world, "ann")
    return call


def brings(world: World, call: CallId, purpose: Purpose, *skills: Requirement, named: bool = True) -> None:
    world.take(
        inputs.InviteParty(
            command(world),
            AgentId("ann"),
            call,
            purpose,
            Destination(),
            queue=QueueId("r"),
            requirements=skills if named else (),
        )
    )
    world.deliver_all()


def floor_with_two_in_r() -> World:
    return crew(able("ann", "tax"), able("bob", "tax", queues=("r",)), able("cho", "english", queues=("r",)))


def test_a_transfer_to_a_queue_asks_for_what_it_names_else_for_what_was_asked_before() -> None:
    for named, to in ((True, "cho"), (False, "bob")):
        world = floor_with_two_in_r()
        call = talk(world)
        brings(world, call, Purpose.TRANSFER, ENGLISH, named=named)
        assert offers(world)[-1] == (call, to)


def test_a_consultation_rings_who_can_what_is_named_or_nobody() -> None:
    world = floor_with_two_in_r()
    call = talk(world)
    brings(world, call, Purpose.CONSULT, Requirement("french"))
    (no,) = [one for one in world.floor.outcomes.values() if one is not None]
    assert no.code is Code.NOBODY_FREE
    brings(world, call, Purpose.CONSULT, ENGLISH)
    assert [one.agent for one in world.bodies(facts.AgentRung)] == ["cho"]


def test_a_route_that_asks_for_nothing_ends_what_was_asked_before() -> None:
    world = crew(able("ann"))
    call = comes(world, ENGLISH)
    assert world.floor.calls[call].demand.requirements == (ENGLISH,)
    go_ready(world, "ann")
    assert offers(world) == []
