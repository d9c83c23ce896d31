"""Counts on the wire what must never be (E1): callers who are lost, calls offered twice, agents who are rung twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.load.samples import Arm
from tests.load.sip_wire import Message


@dataclass(slots=True)
class Kept:
    """One arm: callers' `calls`; those `lost`, for whom no agent answered and who did not give up; those `doubled`,
    which rang at two agents at once; and how often an agent was `rung_twice`, while he rang or talked already."""

    calls: int = 0
    lost: int = 0
    doubled: int = 0
    rung_twice: int = 0


@dataclass(slots=True)
class _State:
    """What is open at one moment, by Call-ID."""

    callers: dict[str, str] = field(default_factory=dict)
    """Whose call it is, of those who have not been rung for."""
    known: set[str] = field(default_factory=set)
    """Every caller's number so far."""
    answered: set[str] = field(default_factory=set)
    numbers: dict[str, str] = field(default_factory=dict)
    """The caller's number in each call that rings or talks at an agent."""
    agents: dict[str, str] = field(default_factory=dict)
    """The agent of each of them."""


def kept(heard: Iterable[Message], arm: Arm) -> Kept:
    """From all messages of a measurement, to its last call's end. Callers' numbers must differ where a system shows
    them to agents; where it does not, a call that is offered twice shows as a caller for whom nobody was rung."""
    found, now = Kept(), _State()
    known: set[tuple[str, str]] = set()
    for one in heard:
        if one.status:
            _answered(one, arm, now)
        elif (one.call_id, one.method) not in known:
            known.add((one.call_id, one.method))
            _asked(one, arm, now, found)
    found.lost = len(now.callers)
    return found


def _asked(one: Message, arm: Arm, now: _State, found: Kept) -> None:
    if one.begins and one.source[1] == arm.caller_port:
        found.calls += 1
        now.callers[one.call_id] = one.from_user
        now.known.add(one.from_user)
    elif one.begins and one.target[1] == arm.agent_port:
        found.rung_twice += one.to_user in now.agents.values()
        found.doubled += one.from_user in now.known and one.from_user in now.numbers.values()
        now.agents[one.call_id], now.numbers[one.call_id] = one.to_user, one.from_user
    elif one.method in {"BYE", "CANCEL"}:
        now.agents.pop(one.call_id, None)
        number = now.numbers.pop(one.call_id, None)
        if one.call_id in now.answered and number is not None:
            _served(now, number)
        if one.source[1] == arm.caller_port:
            now.callers.pop(one.call_id, None)


def _answered(one: Message, arm: Arm, now: _State) -> None:
    if one.method != "INVITE" or one.source[1] != arm.agent_port:
        return
    if one.status == 200:
        now.answered.add(one.call_id)
    elif one.status >= 300:
        now.agents.pop(one.call_id, None)
        now.numbers.pop(one.call_id, None)


def _served(now: _State, number: str) -> None:
    """The caller with this number has talked; where numbers are not shown, the one who has waited longest."""
    call = next((call for call, whose in now.callers.items() if whose == number), next(iter(now.callers), None))
    if call is not None:
        del now.callers[call]
