"""Of a finished call: by what its caller is known again, and who of the agents was with him at the end."""

from __future__ import annotations

from acd.facts import CallStarted
from acd.inputs import InviteParty
from acd.model import Destination, Purpose
from kernel.ids import AgentId, CallId, LineId, TrunkName
from reports.call_fold import call_record
from tests.fakes.world import World
from tests.stories import agent, agent_hangs_up, answer, caller_hangs_up, command, go_ready, staffed
from worker.rows import mark_of, record_row


def test_who_hides_his_number_has_no_mark_and_who_was_not_served_no_last_agent() -> None:
    world = staffed(agent("ann", "q"))
    call = world.arrive("q")
    caller_hangs_up(world, call)
    row = record_row(record(world, call), None, mark_of(world.facts))
    assert (row.mark, row.last_agent) == (None, None)


def test_the_last_agent_is_who_talked_until_the_end_and_not_who_was_rung_or_asked() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "other"))
    call = world.arrive("q", mark="mark")
    answer(world, "ann")
    brings(world, call, Purpose.CONSULT)
    answer(world, "bob")
    world.pass_time(5.0)
    agent_hangs_up(world, "bob")
    world.pass_time(5.0)
    caller_hangs_up(world, call)
    row = record_row(record(world, call), None, mark_of(world.facts))
    assert (row.mark, row.last_agent) == ("mark", "ann")


def test_after_a_transfer_it_is_the_colleague() -> None:
    world = staffed(agent("ann", "q"), agent("bob", "other"))
    go_ready(world, "bob")
    call = world.arrive("q", mark="mark")
    answer(world, "ann")
    brings(world, call, Purpose.TRANSFER)
    answer(world, "bob")
    world.pass_time(5.0)
    caller_hangs_up(world, call)
    assert record_row(record(world, call)).last_agent == "bob"


def test_of_a_call_out_it_is_who_talked_with_the_number_that_was_called() -> None:
    world = staffed(agent("ann", "q"))
    out = Destination(LineId("line"), (TrunkName("first"),))
    for answers, who in ((True, "ann"), (False, None)):
        call = world.dials(AgentId("ann"), out, mark="mark")
        callee = world.floor.calls[call].callee_leg
        assert callee is not None
        if answers:
            world.switch.answer(world.floor.legs[callee].channel)
            world.deliver_all()
        world.pass_time(5.0)
        agent_hangs_up(world, "ann")
        facts = [fact for fact in world.facts if fact.subject == call]
        row = record_row(record(world, call), None, mark_of(facts))
        assert (row.mark, row.last_agent) == ("mark", who)


def brings(world: World, call: CallId, purpose: Purpose) -> None:
    bob = Destination(colleague=AgentId("bob"))
    world.take(InviteParty(command(world), AgentId("ann"), call, purpose, bob))
    world.deliver_all()


def record(world: World, call: CallId):  # type: ignore[no-untyped-def]
    """The record of a call of this story."""
    assert any(isinstance(fact.body, CallStarted) for fact in world.facts)
    found = call_record([fact for fact in world.facts if fact.subject == call])
    assert found is not None
    return found
