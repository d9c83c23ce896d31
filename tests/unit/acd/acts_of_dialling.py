"""What agents who call out, and those whom they call, may do in a history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from acd.model import Destination, Party
from kernel.ids import AgentId, LineId, TrunkName
from kernel.refusal import Code, Refused
from tests.fakes.simulated_switch import endpoint_of
from tests.unit.acd.play import NAMES, Play

DESTINATIONS: Final = (
    Destination(LineId("l1"), (TrunkName("t1"), TrunkName("t2"))),
    Destination(LineId("l1"), (TrunkName("t1"), TrunkName("t2")), withheld=True),
    Destination(colleague=AgentId("a0")),
    Destination(colleague=AgentId("a1")),
    Destination(colleague=AgentId("a2")),
    Destination(LineId("l1"), (TrunkName("t1"),), emergency=True),
    Refused(Code.DESTINATION_NOT_ALLOWED),
    Refused(Code.UNREADABLE_NUMBER),
)


def _has_a_free_phone(play: Play, agent: AgentId) -> bool:
    """Nobody else works at his phone, and it is not in use."""
    agents = play.world.floor.agents
    phone = agents[agent].endpoint if agent in agents else endpoint_of(agent)
    guest = any(one.desk == phone for one in agents.values() if one.id != agent)
    return not guest and play.world.switch.ringing(phone) is None


def _dial(play: Play, who: int, what: int) -> None:
    """A phone that is not in use calls somebody."""
    agent = AgentId(NAMES[who % 4])
    if _has_a_free_phone(play, agent):
        play.world.dials(agent, DESTINATIONS[what % len(DESTINATIONS)])


def _order(play: Play, who: int, what: int) -> None:
    agent = AgentId(NAMES[who % 4])
    if _has_a_free_phone(play, agent):
        play.world.orders(agent, DESTINATIONS[what % len(DESTINATIONS)], play.command())


def _callees(play: Play) -> list[str]:
    """The channels of those who are being called outside."""
    legs = (play.world.floor.legs.get(one.leg) for one in play.world.switch.channels.values() if not one.up)
    return [leg.channel for leg in legs if leg is not None and leg.party is Party.CALLEE and leg.agent is None]


def _callee_acts(play: Play, who: int, what: int) -> None:
    """Whom an agent called answers, or rings, or is not reached; the trunk may be at fault."""
    called = _callees(play)
    if not called:
        return
    name, switch = called[who % len(called)], play.world.switch
    match what % 6:
        case 0 | 1:
            switch.answer(name)
        case 2:
            switch.alert(name)
        case 3:
            switch.fail(name, 17, 486, elsewhere=False)
        case 4:
            switch.fail(name, 34, 503, elsewhere=True)
        case _:
            switch.fail(name, 18, None, elsewhere=True)


def _dialler_gives_up(play: Play, who: int, _what: int) -> None:
    """A phone that dialled hangs up before anybody answers."""
    waiting = [one.name for one in play.world.switch.channels.values() if one.calls]
    if waiting:
        play.world.switch.end(waiting[who % len(waiting)])


def _trunk_breaks(play: Play, who: int, _what: int) -> None:
    play.world.switch.broken ^= {("t1", "t2")[who % 2]}


ACTS: Final[dict[str, Callable[[Play, int, int], None]]] = {
    "dial": _dial,
    "order": _order,
    "callee_acts": _callee_acts,
    "dialler_gives_up": _dialler_gives_up,
    "trunk_breaks": _trunk_breaks,
}
WEIGHTS: Final = {"dial": 12, "order": 8, "callee_acts": 12, "dialler_gives_up": 3}
HAT: Final = [act for act in ACTS for _ in range(WEIGHTS.get(act, 1))]
