"""Bugs planted into calls out and inside, each with the letters of the properties that must notice it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from acd import attempts, dial_rules, effects, facts, inputs
from acd.model import Agent, Call, Floor, Party, Work
from kernel.refusal import Refused
from tests.unit.acd.plants import Items, Patch, Plant, _after_fact, _decided, _replaced, _without


def _stays_free(floor: Floor, dialled: facts.AgentDialled, _at: datetime) -> None:
    floor.agents[dialled.agent].work = Work.FREE


def _anybody(_agent: Agent | None) -> Refused | None:
    return None


def _in_reach(*_: Any) -> Refused | None:
    return None


def _other_side_left_alone(floor: Floor, _given: inputs.LegEnded, items: Items) -> Items:
    """Whoever was called is not hung up."""
    for item in items:
        kept = (
            isinstance(item, effects.HangUp) and item.leg in floor.legs and floor.legs[item.leg].party is Party.CALLEE
        )
        if not kept:
            yield item


def _dialled_without_timer(patch: Patch) -> None:
    right = attempts.dial

    def wrong(floor: Floor, call: Call, now: datetime) -> Items:
        return (item for item in right(floor, call, now) if not isinstance(item, effects.SetTimer))

    patch.setattr(attempts, "dial", wrong)


DIALLING_PLANTS: Final = (
    Plant("an agent who dials stays free", "ael", _after_fact(facts.AgentDialled, _stays_free)),
    Plant(
        "an agent on a call may dial another",
        "a",
        _replaced(dial_rules, "engaged", _anybody),
        often=("dial", "callee_acts", "come_to_work") * 10,
    ),
    Plant("a colleague on a call is rung", "a", _replaced(dial_rules, "_out_of_reach", _in_reach)),
    Plant("whom an agent called is not hung up with him", "g", _decided(inputs.LegEnded, _other_side_left_alone)),
    Plant("a colleague who did not answer is not freed", "ag", _decided(inputs.LegEnded, _without(facts.AgentFreed))),
    Plant("a call out rings without a limit", "j", _dialled_without_timer),
)
