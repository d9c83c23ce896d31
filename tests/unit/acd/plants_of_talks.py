"""Bugs planted into talks, each with the letters of the properties that must notice it."""

from __future__ import annotations

from typing import Final

from acd import effects, facts, inputs
from acd.model import Agent, Call, Floor, Leg
from acd.talking import conversations, transfers
from acd.work import wrap_up
from tests.unit.acd.plants import Items, Patch, Plant, _decided, _nothing, _replaced, _without

_OFTEN: Final = ("invite", "invited_answers", "attended", "arrive", "answer", "come_to_work", "deliver") * 8


def _left_alone_without_music(patch: Patch) -> None:
    patch.setattr(conversations, "comfort", _nothing)


def _wraps_up_for_the_newest_queue(patch: Patch) -> None:
    right = wrap_up.begin

    def wrong(floor: Floor, agent: Agent, call: Call, _queue: object, now: object) -> Items:
        return right(floor, agent, call, call.settings, now)  # type: ignore[arg-type]

    patch.setattr(wrap_up, "begin", wrong)


def _forgets_whom_he_asked(_floor: Floor, call: Call, leg: Leg) -> Items:
    """He is gone, and nobody brings those together with whom he talked by turns."""
    if leg.keeps is not None:
        yield facts.ConversationTaken(leg.id, leg.keeps, call.id)
    yield from conversations.part(leg)


TALK_PLANTS: Final = (
    Plant("who waits alone hears nothing", "t", _left_alone_without_music, often=_OFTEN),
    Plant(
        "who hung up is told to nobody whom he had asked",
        "gt",
        _replaced(transfers, "hand_over", _forgets_whom_he_asked),
        often=_OFTEN,
    ),
    Plant(
        "who asks a colleague stays with the caller while it rings there",
        "t",
        _decided(inputs.InviteParty, _without(effects.Separate)),
        often=_OFTEN,
    ),
    Plant("an invitation rings without a limit", "j", _decided(inputs.InviteParty, _without(effects.SetTimer))),
    Plant("a parked call is parked for ever", "j", _decided(inputs.ParkCall, _without(effects.SetTimer))),
    Plant(
        "an agent wraps up for the call's newest queue",
        "k",
        _wraps_up_for_the_newest_queue,
        often=("invite_queue",) * 60 + ("answer",) * 30 + ("come_to_work",) * 20,
    ),
)
