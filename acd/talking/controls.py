"""What an agent orders in the talk he is in: each order is carried out, or refused by the rule that forbids it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from acd import calls
from acd.effects import Effect, HangUp, SendTones
from acd.facts import Body, CommandDone
from acd.inputs import Act, ControlTalk, DropParty, SendDigits
from acd.model import Floor, Leg
from acd.talking import conversations, hold, transfers
from kernel.refusal import Code, Refused


def control(floor: Floor, given: ControlTalk, _now: datetime) -> Iterator[Body | Effect]:
    """Command: hold, go back, leave, and what else needs no more words."""
    yield from _ordered(floor, given, lambda leg: _act(floor, leg, given.act))


def drop(floor: Floor, given: DropParty, _now: datetime) -> Iterator[Body | Effect]:
    """Command: one of those he talks with is hung up; what follows, follows when he is gone."""

    def act(leg: Leg) -> Iterator[Body | Effect] | Refused:
        found = [one for one in conversations.others(floor, leg) if one.id == given.leg]
        if not found:
            return Refused(Code.UNKNOWN_PARTY)
        return iter([HangUp(one.id, one.node, one.channel) for one in found])

    yield from _ordered(floor, given, act)


def send_digits(floor: Floor, given: SendDigits, _now: datetime) -> Iterator[Body | Effect]:
    """Command: the others outside hear keys, or his colleagues where nobody is outside."""

    def act(leg: Leg) -> Iterator[Body | Effect] | Refused:
        others = conversations.others(floor, leg)
        outside = [one for one in others if one.agent is None]
        return iter([SendTones(one.node, one.channel, given.digits) for one in outside or others])

    yield from _ordered(floor, given, act)


def _act(floor: Floor, leg: Leg, act: Act) -> Iterator[Body | Effect] | Refused:
    match act:
        case Act.HOLD:
            return hold.hold(floor, leg)
        case Act.UNHOLD:
            return hold.unhold(floor, leg)
        case Act.COMPLETE:
            return transfers.complete(floor, leg)
        case Act.CANCEL:
            return transfers.cancel(floor, leg)
        case Act.SWAP:
            return transfers.swap(floor, leg)
        case Act.MERGE:
            return transfers.merge(floor, leg)
        case Act.LEAVE:
            return iter((HangUp(leg.id, leg.node, leg.channel),))
        case Act.END:
            return conversations.finish(floor, floor.calls[leg.call], calls.COMPLETED)


def _ordered(
    floor: Floor, given: ControlTalk | DropParty | SendDigits, act: transfers.Acting
) -> Iterator[Body | Effect]:
    found = transfers.talker(floor, given.agent, given.call)
    done = found if isinstance(found, Refused) else act(found[1])
    if isinstance(done, Refused):
        yield transfers.refuse(given.command, given.agent, done)
        return
    yield from done
    yield CommandDone(given.command, given.agent)
