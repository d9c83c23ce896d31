"""What agents who talk may do in a history: hold, transfer, ask first, talk together, park and pick up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from acd import inputs
from acd.inputs import Act
from acd.model import Leg, Purpose
from kernel.ids import AgentId, LegId, PersonalId, QueueId
from tests.fakes.simulated_switch import endpoint_of
from tests.unit.acd.acts_of_dialling import DESTINATIONS
from tests.unit.acd.play import NAMES, Play

PURPOSES: Final = (Purpose.TRANSFER, Purpose.CONSULT, Purpose.CONFERENCE)
QUEUES: Final = (QueueId("q0"), QueueId("q1"), QueueId("q2"), QueueId("q9"))
ACT: Final = tuple(Act)


def _talking(play: Play, who: int) -> tuple[AgentId, Leg] | None:
    """An agent in a talk, or who keeps one."""
    legs = [leg for leg in play.world.floor.legs.values() if leg.agent is not None and (leg.conversation or leg.keeps)]
    leg = legs[who % len(legs)] if legs else None
    return None if leg is None or leg.agent is None else (leg.agent, leg)


def _invite(play: Play, who: int, what: int) -> None:
    found = _talking(play, who)
    if found is not None:
        agent, leg = found
        to = DESTINATIONS[what % len(DESTINATIONS)]
        purpose = PURPOSES[(who + what) % 3]
        given = inputs.InviteParty(play.command(), agent, leg.call, purpose, to, PersonalId("pii_9"), "+81312345678")
        play.world.take(given)


def _invite_queue(play: Play, who: int, what: int) -> None:
    found = _talking(play, who)
    if found is not None:
        agent, leg = found
        purpose, to = PURPOSES[what % 3], DESTINATIONS[0]
        queue = QUEUES[what % len(QUEUES)]
        play.world.take(inputs.InviteParty(play.command(), agent, leg.call, purpose, to, queue=queue))


def _control(play: Play, who: int, what: int) -> None:
    found = _talking(play, who)
    if found is not None:
        play.world.take(inputs.ControlTalk(play.command(), found[0], found[1].call, ACT[what % len(ACT)]))


def _attended(play: Play, who: int, what: int) -> None:
    """He goes on with whom he asked."""
    keepers = [leg for leg in play.world.floor.legs.values() if leg.agent is not None and leg.keeps is not None]
    if keepers:
        leg = keepers[who % len(keepers)]
        act = (Act.COMPLETE, Act.SWAP, Act.MERGE, Act.CANCEL, Act.HOLD)[what % 5]
        if leg.agent is not None:
            play.world.take(inputs.ControlTalk(play.command(), leg.agent, leg.call, act))


def _drop(play: Play, who: int, what: int) -> None:
    found, legs = _talking(play, who), sorted(play.world.floor.legs)
    if found is not None:
        play.world.take(inputs.DropParty(play.command(), found[0], found[1].call, LegId(legs[what % len(legs)])))


def _digits(play: Play, who: int, _what: int) -> None:
    found = _talking(play, who)
    if found is not None:
        play.world.take(inputs.SendDigits(play.command(), found[0], found[1].call, "12#"))


def _park(play: Play, who: int, what: int) -> None:
    found = _talking(play, who)
    if found is not None:
        place = ("", "", "701", "702", "9")[what % 5]
        play.world.take(inputs.ParkCall(play.command(), found[0], found[1].call, place))


def _pick_up(play: Play, who: int, what: int) -> None:
    agent, parked = AgentId(NAMES[who % 4]), list(play.world.floor.parked) or ["701"]
    if play.world.switch.ringing(endpoint_of(agent)) is None:
        play.world.take(inputs.PickUpCall(play.command(), agent, parked[what % len(parked)]))


def _phone_picks_up(play: Play, who: int, what: int) -> None:
    world, agent, parked = play.world, AgentId(NAMES[who % 4]), list(play.world.floor.parked)
    if parked and agent in world.floor.agents and world.switch.ringing(endpoint_of(agent)) is None:
        world.picks_up(agent, parked[what % len(parked)])


def _held_by_phone(play: Play, who: int, what: int) -> None:
    found = _talking(play, who)
    if found is not None:
        play.world.take((inputs.LegHeld if what % 2 else inputs.LegUnheld)(found[1].id))


def _invited_outside(play: Play, who: int, what: int) -> None:
    """Who was invited answers or not, and the phones too."""
    rung = [call.invitation.leg for call in play.world.floor.calls.values() if call.invitation is not None]
    names = [one.name for one in play.world.switch.channels.values() if one.leg in rung and not one.up]
    if names:
        name = names[who % len(names)]
        if what % 4:
            play.world.switch.answer(name)
            play.world.deliver("report", name)
        else:
            play.world.switch.fail(name, 17, 486, elsewhere=bool(what % 8))


ACTS: Final[dict[str, Callable[[Play, int, int], None]]] = {
    "invite": _invite,
    "invite_queue": _invite_queue,
    "control": _control,
    "attended": _attended,
    "drop": _drop,
    "digits": _digits,
    "park": _park,
    "pick_up": _pick_up,
    "phone_picks_up": _phone_picks_up,
    "held_by_phone": _held_by_phone,
    "invited_answers": _invited_outside,
}
WEIGHTS: Final = {
    "invite": 12, "invite_queue": 5, "control": 6, "attended": 8, "park": 5, "pick_up": 5, "phone_picks_up": 3,
    "held_by_phone": 2, "invited_answers": 14,
}  # fmt: skip
HAT: Final = [act for act in ACTS for _ in range(WEIGHTS.get(act, 1))]
