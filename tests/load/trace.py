"""Counts on the wire what must never be (E1): callers who are lost, calls offered twice, agents who are rung twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.load.samples import Arm
from tests.load.sip_wire import Message

UNHEARD = 6.4
"""Seconds after which an INVITE that had no answer of any kind is over: timer B (pjsip.conf). Nothing on the wire says
so: a CANCEL is sent only after an answer (RFC 3261, 9.1), and a robot that answers later is not listened to."""


@dataclass(slots=True)
class Kept:
    """One arm: callers' `calls`; those `lost`, for whom no agent answered and who did not give up; those `doubled`,
    which rang at two agents at once; how often an agent was `rung_twice`, while he rang or talked already; and the
    rings that were `unheard`: the robot said nothing at all, so it had no time, and the call went on to another."""

    calls: int = 0
    lost: int = 0
    doubled: int = 0
    rung_twice: int = 0
    unheard: int = 0


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
    silent: dict[str, float] = field(default_factory=dict)
    """Since when those agents are invited who have said nothing."""


def kept(heard: Iterable[Message], arm: Arm) -> Kept:
    """From all messages of a measurement, to its last call's end. Callers' numbers must differ where a system shows
    them to agents; where it does not, a call that is offered twice shows as a caller for whom nobody was rung."""
    found, now = Kept(), _State()
    known: set[tuple[str, str]] = set()
    for one in heard:
        _given_up(one.at, now, found)
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
        now.silent[one.call_id] = one.at
    elif one.method in {"BYE", "CANCEL"}:
        number = _over(one.call_id, now)
        if one.call_id in now.answered and number is not None:
            _served(now, number)
        if one.source[1] == arm.caller_port:
            now.callers.pop(one.call_id, None)


def _answered(one: Message, arm: Arm, now: _State) -> None:
    if one.method != "INVITE" or one.source[1] != arm.agent_port:
        return
    now.silent.pop(one.call_id, None)
    if one.status == 200:
        now.answered.add(one.call_id)
    elif one.status >= 300:
        _over(one.call_id, now)


def _given_up(at: float, now: _State, found: Kept) -> None:
    for call_id in [call_id for call_id, since in now.silent.items() if at - since >= UNHEARD]:
        _over(call_id, now)
        found.unheard += 1


def _over(call_id: str, now: _State) -> str | None:
    """It rings and talks at no agent any more; the caller's number."""
    now.silent.pop(call_id, None)
    now.agents.pop(call_id, None)
    return now.numbers.pop(call_id, None)


def _served(now: _State, number: str) -> None:
    """The caller with this number has talked; where numbers are not shown, the one who has waited longest."""
    call = next((call for call, whose in now.callers.items() if whose == number), next(iter(now.callers), None))
    if call is not None:
        del now.callers[call]
