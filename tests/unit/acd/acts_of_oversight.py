"""What supervisors do to calls in a history, waiting or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from acd import inputs
from acd.model import Hearing, Place
from kernel.ids import AgentId, CallId, QueueId
from tests.unit.acd.play import NAMES, Play


def _waiting(play: Play, who: int) -> tuple[CallId, QueueId] | None:
    """A call that waits; now and then one that does not."""
    calls = [one for one in play.world.floor.calls.values() if one.place is Place.WAITING or who % 7 == 0]
    if not calls:
        return None
    call = calls[who % len(calls)]
    return call.id, call.queue or QueueId("q1")


def _move(play: Play, who: int, what: int) -> None:
    found = _waiting(play, who)
    if found is not None:
        to, priority = QueueId(f"q{what % 4}"), (None, None, 3)[what % 3]
        play.world.take(inputs.MoveCall(play.command(), *found, to, priority))


def _prioritise(play: Play, who: int, what: int) -> None:
    found = _waiting(play, who)
    if found is not None:
        play.world.take(inputs.PrioritiseCall(play.command(), *found, (None, None, 0, 9)[what % 4]))


def _pick(play: Play, who: int, what: int) -> None:
    found = _waiting(play, who)
    if found is not None:
        play.world.take(inputs.PickCall(play.command(), *found, AgentId(NAMES[what % 4])))


def _withdraw(play: Play, who: int, what: int) -> None:
    found = _waiting(play, who)
    if found is not None:
        play.world.take(
            inputs.WithdrawCall(play.command(), *found, ("", "closed", "")[what % 3], overflow=what % 3 == 2)
        )


def _talking(play: Play, who: int) -> CallId | None:
    calls = [one.id for one in play.world.floor.calls.values() if one.place is Place.TALKING]
    return calls[who % len(calls)] if calls else None


def _free_phone(play: Play, agent: AgentId) -> bool:
    """Nobody else works at his phone, and it is not in use."""
    agents = play.world.floor.agents
    phone = agents[agent].endpoint if agent in agents else ""
    guest = any(one.desk == phone for one in agents.values() if one.id != agent)
    return bool(phone) and not guest and play.world.switch.ringing(phone) is None


def _listen(play: Play, who: int, what: int) -> None:
    call, agent = _talking(play, who), AgentId(NAMES[what % 4])
    known = play.world.floor.agents.get(agent)
    listens = known is not None and known.aside is not None
    if call is not None and (listens or _free_phone(play, agent)):
        hearing = list(Hearing)[(who + what) % 3]
        to = None if what % 2 else AgentId(NAMES[who % 4])
        play.world.take(inputs.ListenIn(play.command(), call, agent, hearing, to))


def _change_hearing(play: Play, who: int, what: int) -> None:
    """Who listens already whispers or joins in, or stops."""
    listenings = list(play.world.floor.listenings.values())
    if not listenings:
        return
    one = listenings[who % len(listenings)]
    if what % 3 == 0:
        play.world.take(inputs.StopListening(play.command(), one.call, one.agent))
    else:
        play.world.take(inputs.ListenIn(play.command(), one.call, one.agent, list(Hearing)[what % 3]))


ACTS: Final[dict[str, Callable[[Play, int, int], None]]] = {
    "move": _move,
    "prioritise": _prioritise,
    "pick": _pick,
    "withdraw": _withdraw,
    "listen": _listen,
    "change_hearing": _change_hearing,
}
WEIGHTS: Final = {"move": 5, "prioritise": 5, "pick": 6, "withdraw": 3, "listen": 9, "change_hearing": 4}
HAT: Final = [act for act in ACTS for _ in range(WEIGHTS.get(act, 1))]
