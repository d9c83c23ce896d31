"""What must be true of a call that is over, however it ended: one record, legs and segments whole, facts in pairs."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.e2e.crew import Crew
from tests.integration.bad_input.figures import nothing_runs

Row = dict[str, Any]
PAIRS = (
    ("CallStarted", ("CallEnded",), "call"),
    ("LegStarted", ("LegGone",), "leg"),
    ("LegJoined", ("LegLeft",), "leg"),
    ("CallQueued", ("CallLeftQueue",), "call"),
    ("ConversationStarted", ("ConversationEnded",), "conversation"),
    ("RecordingStarted", ("RecordingEnded",), "recording"),
    ("OfferMade", ("OfferAccepted", "OfferMissed", "OfferRefused", "OfferWithdrawn", "OfferLost"), "offer"),
)
AFTER_WORK = {"WrapUpStarted", "AgentFreed"}
"""What the agent does afterwards may outlast the call."""
AHEAD = {"PreparationStarted", "LegPrepared", "PreparationEnded"}
"""A leg is made ready at an agent's phone for whoever is next, at any moment: no matter of a call."""
FREE = {"ready", "paused", "missed", "unreachable", "wrap_up"}


def happened(crew: Crew, facts: int) -> list[str]:
    """The types of the facts since `facts` (a length of board.facts)."""
    return [fact["type"] for fact in crew.board.facts[facts:] if fact["type"] not in AHEAD]


async def over(crew: Crew, call: str) -> Row:
    """The record of the call, once nothing of it is left; AssertionError when something does not fit."""
    await crew.board.fact("CallEnded", call=call)
    await nothing_runs(crew)
    facts = (await crew.api.get(f"/calls/{call}/facts"))["items"]
    _in_pairs(facts)
    record = await crew.api.record(call)
    _is_whole(record)
    for agent in crew.phones:
        assert crew.board.agents[agent]["state"] in FREE, crew.board.agents[agent]
    return record


def _in_pairs(facts: list[Row]) -> None:
    of_the_call = [fact["type"] for fact in facts if fact["type"] not in AFTER_WORK]
    assert of_the_call[-1] == "CallEnded", of_the_call
    seqs = [fact["seq"] for fact in facts]
    assert seqs == sorted(set(seqs))
    for begun, ended, name in PAIRS:
        first = Counter(fact["body"][name] for fact in facts if fact["type"] == begun)
        last = Counter(fact["body"][name] for fact in facts if fact["type"] in ended)
        assert first == last, (begun, first, last)
    assert Counter(fact["type"] for fact in facts)["CallStarted"] == 1


def _is_whole(record: Row) -> None:
    """Every leg begins and ends within the call; whoever talked did so without a gap, and not alone."""
    legs = record["legs"]
    (caller,) = [leg for leg in legs if leg["party"] == "caller"]
    assert caller["began"] == record["arrived"]
    assert all(leg["ended"] is not None for leg in legs), legs
    assert max(leg["ended"] for leg in legs) <= record["ended"]
    talked: Counter[str] = Counter()
    for leg in legs:
        moments = [leg["began"]]
        for segment in leg["segments"]:
            assert segment["ended"] is not None
            assert moments[-1] <= segment["began"] <= segment["ended"]
            moments.append(segment["ended"])
            talked[segment["conversation"]] += 1
        assert moments[-1] <= leg["ended"]
    assert all(members == 2 for members in talked.values()), talked
    assert bool(talked) == (record["outcome"] == "completed"), record
