"""Several steps that belong together, which chance alone seldom brings in this order; more steps come in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from acd import inputs
from acd.config.service import Service
from acd.model import Destination, Hearing, Leg, Party, Place, Purpose
from acd.talking.listening import RING_LIMIT
from kernel.ids import AgentId, PersonalId
from tests.fakes.simulated_switch import endpoint_of
from tests.unit.acd.acts import ACTS as SINGLE
from tests.unit.acd.mixes import MIXES
from tests.unit.acd.play import CONFIGS, NAMES, Play, use

_USUAL: Final = CONFIGS[0]
_PATIENT: Final = Service(wrap_up_extension=5.0, wrap_up_longest=12.0)
RULES: Final = replace(
    _USUAL,
    queues=tuple(replace(one, wrap_up=9.0, service=_PATIENT, version=7) for one in _USUAL.queues),
    agents=(*_USUAL.agents[:3], replace(_USUAL.agents[3], reported=True, version=7)),
)


def _talkers(play: Play) -> list[Leg]:
    """The legs of agents who talk with a caller."""
    floor = play.world.floor
    legs = [leg for leg in floor.legs.values() if leg.party is Party.AGENT and leg.agent is not None]
    return [leg for leg in legs if leg.conversation and floor.calls[leg.call].place is Place.TALKING]


def _talk_begins(play: Play, who: int, what: int) -> None:
    """Somebody comes to work, somebody calls, and whoever is rung answers."""
    SINGLE["recovered"](play, who, what)
    SINGLE["come_to_work"](play, who, what)
    SINGLE["arrive"](play, what, 0)
    play.world.deliver_all()
    SINGLE["answer"](play, who, 1)


def _talker(play: Play, who: int, what: int) -> Leg | None:
    """An agent who talks; a talk is begun when there is none."""
    if not _talkers(play):
        _talk_begins(play, who, what)
    found = _talkers(play)
    return found[who % len(found)] if found else None


def _colleague(play: Play, leg: Leg, what: int) -> AgentId | None:
    """Somebody else, at work with a telephone that is not in use."""
    others = [AgentId(name) for name in NAMES if name != leg.agent]
    one = others[what % len(others)]
    if one not in play.world.floor.agents or play.world.switch.ringing(endpoint_of(one)) is not None:
        return None
    play.world.take(inputs.LineSeen(one, up=True))
    play.world.take(inputs.SignIn(play.command(), one))
    phone = play.world.floor.agents[one].endpoint
    return one if phone == endpoint_of(one) and play.world.switch.ringing(phone) is None else None


def _fetched(play: Play, who: int, what: int) -> None:
    """A call is parked; nobody fetches it, or a colleague does, by an order or by his telephone."""
    leg = _talker(play, who, what)
    if leg is None or leg.agent is None:
        return
    play.world.take(inputs.ParkCall(play.command(), leg.agent, leg.call))
    play.world.deliver_all()
    places, colleague = list(play.world.floor.parked), _colleague(play, leg, what)
    if places and colleague is not None and what % 3:
        if what % 2:
            play.world.take(inputs.PickUpCall(play.command(), colleague, places[who % len(places)]))
        else:
            play.world.picks_up(colleague, places[who % len(places)])
        play.world.deliver_all()


def _three_talk(play: Play, who: int, what: int) -> None:
    """A colleague joins, and somebody is shown out again, or leaves."""
    leg = _talker(play, who, what)
    colleague = None if leg is None else _colleague(play, leg, what)
    if leg is None or leg.agent is None or colleague is None:
        return
    asked = inputs.InviteParty(
        play.command(), leg.agent, leg.call, Purpose.CONFERENCE, Destination(colleague=colleague), PersonalId("pii_9")
    )
    play.world.take(asked)
    SINGLE["answer"](play, who, 1)
    play.world.deliver_all()
    inside = sorted(one.id for one in play.world.floor.legs.values() if one.call == leg.call and one.id != leg.id)
    if inside and what % 3:
        play.world.take(inputs.DropParty(play.command(), leg.agent, leg.call, inside[what % len(inside)]))


def _overheard(play: Play, who: int, what: int) -> None:
    """Somebody listens to a talk, or his telephone rings in vain, and he stops."""
    leg = _talker(play, who, what)
    listener = None if leg is None else _colleague(play, leg, what)
    if leg is None or listener is None:
        return
    play.world.take(inputs.ListenIn(play.command(), leg.call, listener, list(Hearing)[who % 3], None))
    if what % 3:
        SINGLE["answer"](play, who, 1)
    else:
        play.world.pass_time(RING_LIMIT)
        play.world.deliver_all()
    if what % 4 == 1:
        play.world.take(inputs.StopListening(play.command(), leg.call, listener))


def _wraps_up(play: Play, who: int, what: int) -> None:
    """The caller hangs up; his agent needs longer, and then is done."""
    if play.world.floor.queues and not any(
        one.config.service.wrap_up_extension for one in play.world.floor.queues.values()
    ):
        play.world.take(use(RULES, MIXES[what % len(MIXES)], play.world.floor.config + 1))
    leg = _talker(play, who, what)
    if leg is None or leg.agent is None:
        return
    callers = [one for one in play.world.switch.channels.values() if one.call == leg.call and not one.endpoint]
    for one in callers:
        play.world.switch.end(one.name)
    play.world.deliver_all()
    play.world.take(inputs.ExtendWrapUp(play.command(), leg.agent))
    if what % 2:
        play.world.take(inputs.EndWrapUp(play.command(), leg.agent, forced=bool(what % 3)))


def _connectable(play: Play, who: int, what: int) -> None:
    """What another system says of whoever has his state from there."""
    told = [one.id for one in play.world.floor.agents.values() if one.config.reported]
    if told:
        play.world.take(inputs.TellConnectable(play.command(), told[who % len(told)], bool(what % 2)))


ACTS: Final[dict[str, Callable[[Play, int, int], None]]] = {
    "talk_begins": _talk_begins,
    "fetched": _fetched,
    "three_talk": _three_talk,
    "overheard": _overheard,
    "wraps_up": _wraps_up,
    "connectable": _connectable,
}
WEIGHTS: Final = {"talk_begins": 6, "fetched": 3, "three_talk": 3, "overheard": 3, "wraps_up": 3, "connectable": 2}
HAT: Final = [act for act in ACTS for _ in range(WEIGHTS.get(act, 1))]
