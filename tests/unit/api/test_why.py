"""An explanation is told in whole sentences of both languages, in numbers that agree with them."""

from __future__ import annotations

from acd import inputs
from acd.config.routing import Routing, Strategy
from acd.explaining.explain import offer_reason
from acd.explaining.explain_wait import wait_reason
from acd.facts import Body, OfferMade
from acd.model import Floor, Wish
from api import why, why_waiting
from api.schemas.why import CallWhy, OfferWhy, Sentence
from kernel.fact import Fact
from kernel.ids import CallId, CommandId, QueueId
from tests.fakes.world import World
from tests.stories import agent, answer, caller_hangs_up, go_ready, open_floor, queue, staffed, wish


def told(world: World, full: bool = False) -> list[OfferWhy]:
    """Fills itself with what is told of each offer from now on."""
    said: list[OfferWhy] = []

    def look(floor: Floor, fact: Fact[Body]) -> None:
        if isinstance(fact.body, OfferMade):
            reason = offer_reason(floor, fact.body.call)
            assert reason is not None
            said.append(why.of_offer(floor, reason, fact, fact.body, full))

    world.watch.fact = look
    return said


def waiting(world: World, call: CallId) -> CallWhy:
    reason = wait_reason(world.floor, call)
    assert reason is not None
    return why_waiting.of_call(world.floor, reason, world.now)


def english(sentences: list[Sentence]) -> list[str]:
    """What is said, with no blank left open in either language."""
    for one in sentences:
        assert one.ja
        assert "{" not in one.ja + one.en
    return [one.en for one in sentences]


def test_the_winner_and_the_next_with_how_long_they_were_idle() -> None:
    world = staffed(*(agent(name, "q") for name in ("ann", "bob")))
    said = told(world)
    world.arrive("q")
    assert english(said[0].sentences) == [
        "Of the 2 agents who could be rung, ann had been idle longest: 2.0 s; the next, bob, 1.0 s.",
        "No other call waited that ann could have got.",
    ]
    assert (said[0].winner.idle_seconds, said[0].runners_up[0].idle_seconds) == (2.0, 1.0)
    world.arrive("q")
    assert english(said[1].sentences)[0] == "bob was the only agent of q who could be rung."


def test_five_runners_up_and_counts_unless_all_are_asked_for() -> None:
    names = "abcdefgh"
    for full, shown in ((False, 5), (True, 7)):
        world = staffed(*(agent(name, "q") for name in (*names, "out")))
        wish(world, "out", Wish.PAUSED, "lunch")
        said = told(world, full)
        world.arrive("q")
        assert [one.agent for one in said[0].runners_up] == list(names[1 : shown + 1])
        assert said[0].could_be_rung == 8
        assert [(one.agents, one.sentence.en, one.sentence.ja) for one in said[0].kept] == [
            (1, "Paused (Lunch)", "離席中です（昼食）")
        ]
        assert (said[0].kept_agents is not None) is full


def test_why_the_call() -> None:
    world = open_floor(agent("ann", "q"))
    said = told(world)
    calls = [world.arrive("q!")]
    world.pass_time(2)
    calls += [world.arrive("q")]
    world.pass_time(3)
    calls += [world.arrive("q"), world.arrive("q")]
    go_ready(world, "ann")
    for call in (calls[0], calls[1]):
        answer(world, "ann")
        caller_hangs_up(world, call)
    assert [english(one.sentences)[1] for one in said] == [
        "Of the calls that ann could get, this one had the highest priority: 5; the next 0.",
        "Of the calls of this priority that ann could get, this one had waited longest: 3.0 s; the next 0.0 s.",
        "Another call had waited since the same moment; the lower id goes first.",
    ]


def test_who_was_put_in_front_is_told_so_without_the_number_that_keeps_him_there() -> None:
    world = open_floor(agent("ann", "q"))
    said = told(world)
    world.arrive("q")
    world.pass_time(2)
    world.take(inputs.PrioritiseCall(CommandId("command_front"), world.arrive("q"), QueueId("q")))
    go_ready(world, "ann")
    assert english(said[0].sentences)[1] == "Somebody has put this call in front of the others that ann could get."


def test_why_nobody_rings_and_what_comes_next() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "q"), queues=(queue("q", wrap_up=30.0, longest_wait=90.0),))
    first = world.arrive("q")
    answer(world, "ann")
    wish(world, "bob", Wish.PAUSED, "lunch")
    caller_hangs_up(world, first)
    call = world.arrive("q")
    world.pass_time(5)
    said = waiting(world, call)
    assert english(said.sentences) == [
        "None of the 2 agents of q can be rung.",
        "It is number 1 of 1 in q.",
        "Agents with this as their only reason, who are rung as soon as it is gone: "
        "Paused (Lunch) × 1, In wrap-up × 1.",
        "In 25.0 s the wrap-up of ann ends; calls that he would get before this one: 0.",
        "In 85.0 s the longest wait is reached, and the call leaves the queue.",
    ]
    go_ready(world, "bob")
    said = waiting(world, call)
    assert [one.agent for one in said.offers] == ["bob"]
    assert english(said.sentences)[0] == "It is ringing at bob."
    assert "In 20.0 s the ringing at bob ends, and the next agent is looked for." in english(said.sentences)
    answer(world, "bob")
    said = waiting(world, call)
    assert english(said.sentences) == ["This call does not wait in a queue."]


def test_a_phone_that_rests_is_told_with_its_time() -> None:
    world = staffed(agent("ann", "q"))
    call = world.arrive("q")
    (offer,) = world.floor.offers
    world.take(inputs.OfferFailed(offer, "unreachable"))
    assert english(waiting(world, call).sentences)[-1].startswith("In 5.0 s the phone of ann can be rung again")


def test_every_phone_that_rings_is_told_and_what_ends_while_others_ring_on() -> None:
    world = staffed(
        *(agent(name, "q") for name in ("ann", "bob", "cid")),
        queues=(queue("q", routing=Routing(Strategy.RING_PROGRESSIVE, ring_more_every=5.0)),),
    )
    call = world.arrive("q")
    world.run(6.0)
    said = waiting(world, call)
    assert [one.agent for one in said.offers] == ["ann", "bob"]
    assert english(said.sentences) == [
        "It is ringing at ann, bob.",
        "It is number 1 of 1 in q.",
        "In 4.0 s one more agent may be rung.",
        "In 14.0 s the ringing at ann ends; phones that ring on: 1.",
        "In 19.0 s the ringing at bob ends, and the next agent is looked for.",
    ]
    assert said.sentences[0].ja == "ann、bobを呼び出しています。"


def test_of_many_phones_five_are_named_and_all_are_listed() -> None:
    names = "abcdefg"
    world = staffed(*(agent(name, "q") for name in names), queues=(queue("q", routing=Routing(Strategy.RING_ALL)),))
    offered = told(world)
    said = waiting(world, world.arrive("q"))
    assert sorted(one.agent for one in said.offers) == list(names)
    assert english(said.sentences)[-1] == (
        "In 20.0 s the ringing at a, b, c, d, e and 2 more ends, and the next agent is looked for."
    )
    assert [english(one.sentences)[0] for one in offered[::6]] == [
        "q rings everybody who can be rung; a is one of 7.",
        "Agents who are being rung for this call already: 6. Of the others of q only g could be rung.",
    ]
    assert {one.sentences[0].en.rsplit(" ", 1)[1] for one in offered[:6]} == {"7."}


def test_a_ring_of_so_many_at_most_does_not_say_that_everybody_is_rung() -> None:
    routing = Routing(Strategy.RING_ALL, ring_at_most=2)
    world = staffed(*(agent(name, "q") for name in ("ann", "bob", "cid")), queues=(queue("q", routing=routing),))
    offered = told(world)
    world.arrive("q")
    assert [english(one.sentences)[0] for one in offered] == [
        f"q rings 2 agents at once at most; {name} is one of 3 who could be rung." for name in ("ann", "bob")
    ]
