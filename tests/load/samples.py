"""Turns captured SIP into samples: how long a free agent stayed idle, a caller waited for a ring, a talk was silent."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.load.capture import MARK, Packet
from tests.load.sip_wire import Message


@dataclass(frozen=True, slots=True)
class Arm:
    """One of the two systems as the wire shows it: the ports of its robots."""

    name: str
    caller_port: int
    agent_port: int


@dataclass(slots=True)
class FreeToRing:
    """L1 of one arm, in seconds."""

    samples: list[float] = field(default_factory=list)
    least_backlog: int = 1 << 30
    """The fewest callers that waited when an agent became free."""
    failed: int = 0
    """Rings that were not answered, and calls that were refused."""


def free_to_ring(heard: Iterable[Message], arm: Arm, agents: int, begin: float, end: float) -> FreeToRing:
    """From each agent's BYE to the INVITE that ends his idleness, for those freed from `begin` to `end` (seconds)
    while callers waited.

    The k-th agent to become free is matched with the k-th INVITE to any agent: the mean is that of every one-to-one
    matching, since it is the agents' whole idle time by the number of calls. `agents` are idle at the start.
    """
    result = FreeToRing()
    idle: deque[float | None] = deque([None] * agents)
    waiting = 0
    known: set[tuple[str, str]] = set()
    for one in heard:
        if one.status:
            result.failed += _refusal(one, arm)
            continue
        if one.method not in {"INVITE", "BYE"} or (one.call_id, one.method) in known:
            continue
        if one.begins and one.source[1] == arm.caller_port:
            waiting += 1
        elif one.begins and one.target[1] == arm.agent_port:
            waiting -= 1
            since = idle.popleft() if idle else None
            if since is not None:
                result.samples.append(one.at - since)
        elif one.method == "BYE" and one.source[1] == arm.agent_port:
            counts = begin <= one.at <= end and waiting > 0
            idle.append(one.at if counts else None)
            if counts:
                result.least_backlog = min(result.least_backlog, waiting)
        else:
            continue
        known.add((one.call_id, one.method))
    return result


def _refusal(one: Message, arm: Arm) -> bool:
    ours = one.target[1] == arm.caller_port or one.source[1] == arm.agent_port
    return ours and one.method == "INVITE" and one.status >= 300


@dataclass(slots=True)
class Rung:
    """One call that found an idle agent."""

    called: Message
    rang: Message
    caller_sound: int = 0
    """Asterisk's RTP port towards the caller."""
    answered: float = 0.0


def rung_calls(heard: Sequence[Message], arm: Arm) -> tuple[list[Rung], int]:
    """Each caller's INVITE with the INVITE to an agent that it led to; and how many led to none.

    Both carry the caller's number where the system shows it to the agent; otherwise they are matched in their order.
    """
    waiting: dict[str, Message] = {}
    calls: list[Rung] = []
    by_call_id: dict[str, Rung] = {}
    callers: dict[str, int] = {}
    known: set[str] = set()
    for one in heard:
        if one.begins and one.call_id not in known:
            known.add(one.call_id)
            if one.source[1] == arm.caller_port:
                waiting[one.from_user] = one
            elif one.target[1] == arm.agent_port and waiting:
                who = one.from_user if one.from_user in waiting else next(iter(waiting))
                call = Rung(waiting.pop(who), one)
                calls.append(call)
                by_call_id[one.call_id] = call
        elif one.status == 200 and one.method == "INVITE":
            if one.target[1] == arm.caller_port and one.audio:
                callers.setdefault(one.call_id, one.audio)
            elif one.source[1] == arm.agent_port and one.call_id in by_call_id:
                answered = by_call_id[one.call_id]
                answered.answered = answered.answered or one.at
    for call in calls:
        call.caller_sound = callers.get(call.called.call_id, 0)
    return calls, len(waiting)


def ring_times(calls: Iterable[Rung]) -> list[float]:
    """L2: from the caller's INVITE to the agent's, in seconds."""
    return [call.rang.at - call.called.at for call in calls]


def sound_times(calls: Iterable[Rung], packets: Iterable[Packet], caller: str, since: int) -> list[float]:
    """L3: from the agent's 200 to the first packet of his sound that reaches the caller, in seconds."""
    answered: dict[int, deque[Rung]] = {}
    for call in sorted(calls, key=lambda call: call.answered):
        if call.answered and call.caller_sound:
            answered.setdefault(call.caller_sound, deque()).append(call)
    marked = bytes([MARK]) * 4
    samples = []
    for packet in packets:
        turns = answered.get(packet.source[1])
        if not turns or packet.tcp or packet.target[0] != caller or packet.data[12:16] != marked:
            continue
        at = (packet.at - since) / 1e9
        # A port is used again: the packet belongs to the last call that was answered before it.
        while len(turns) > 1 and turns[1].answered <= at:
            turns.popleft()
        if turns[0].answered <= at:
            samples.append(at - turns.popleft().answered)
    return samples
